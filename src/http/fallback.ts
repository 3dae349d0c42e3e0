import type { NextFunction, Request, Response } from 'express'
import type { Logger } from 'pino'
import { isStoreAway } from '../store/errors.ts'
import { requestIdOf } from './request-id.ts'
import { stackOf } from './stack.ts'

/** Answers what nothing else serves: 404, and not a word of what was asked. */
export function notFound(_request: Request, response: Response): void {
  response.status(404).json({ status: 'not found' })
}

/**
 * Answers what a handler outside of FHIR threw: a path that cannot be decoded is 400, a store that is away 503, anything
 * else a defect of ours.
 */
export function unexpected(logger: Logger) {
  return (error: unknown, _request: Request, response: Response, _next: NextFunction): void => {
    if (response.headersSent) {
      response.destroy()
      return
    }
    if (error instanceof URIError) {
      response.status(400).json({ status: 'bad request' })
      return
    }
    if (isStoreAway(error)) {
      response.status(503).set('Retry-After', '2').json({ error: 'temporarily_unavailable' })
      return
    }
    const requestId = requestIdOf(response)
    logger.error({ requestId, stack: stackOf(error) }, 'defect')
    response.status(500).json({ status: 'error', requestId })
  }
}
