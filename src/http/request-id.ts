import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { NextFunction, Request, Response } from 'express'

const ACCEPTED = /^[A-Za-z0-9._-]{8,64}$/
/** A matricule, with or without its key: the id of a request is logged, and no identity is. */
const MATRICULE = /[1-478]\d{4}(\d\d|2[AB])\d{6}/i

/** The header that carries the id of a request, both ways. */
export const REQUEST_ID = 'X-Request-Id'

/** The id of a request: a caller's own is kept when it is a plain token. */
export function newRequestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && ACCEPTED.test(given) && !MATRICULE.test(given) ? given : randomUUID()
}

/** Express middleware that gives every request an id, answered as X-Request-Id. */
export function requestId(request: Request, response: Response, next: NextFunction): void {
  response.setHeader(REQUEST_ID, newRequestId(request))
  next()
}

/** The id of the request that a response answers. */
export function requestIdOf(response: Response): string {
  return String(response.getHeader(REQUEST_ID) ?? '')
}
