import { randomUUID } from 'node:crypto'
import type { NextFunction, Request, Response } from 'express'

const ACCEPTED = /^[A-Za-z0-9._-]{8,64}$/
/** A matricule, with or without its key: the id of a request is logged, and no identity is. */
const MATRICULE = /[1-478]\d{4}(\d\d|2[AB])\d{6}/i

/** Gives every request an id, answered as X-Request-Id; a caller's own is kept when it is a plain token. */
export function requestId(request: Request, response: Response, next: NextFunction): void {
  const given = request.headers['x-request-id']
  const id = typeof given === 'string' && ACCEPTED.test(given) && !MATRICULE.test(given) ? given : randomUUID()
  response.setHeader('X-Request-Id', id)
  next()
}

/** The id of the request that a response answers. */
export function requestIdOf(response: Response): string {
  return String(response.getHeader('X-Request-Id') ?? '')
}
