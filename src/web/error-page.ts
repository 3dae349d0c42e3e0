import type { NextFunction, Request, Response } from 'express'
import type { Logger } from 'pino'
import { requestIdOf } from '../http/request-id.ts'
import { stackOf } from '../http/stack.ts'
import { SmartError, type SmartErrorKey, smartErrorText } from '../smart/errors.ts'
import { isStoreAway } from '../store/errors.ts'
import { framesOf } from './frame-origins.ts'
import { renderPage, sendPage } from './pages.ts'

/** Answers whatever a page threw: French for the person, English and the key for whoever has to mend it. */
export function errorPage(logger: Logger) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) {
      next(error)
      return
    }
    const key = keyOf(error, request)
    if (key === 'page.unexpected') {
      logger.error({ requestId: requestIdOf(response), stack: stackOf(error) }, 'defect')
    }
    if (isOfProgram(request)) sendJson(response, smartErrorText(key).status)
    else sendError(response, key)
  }
}

/** Answers 404 with a page where a browser asks for one; programs hear it from the next handler. */
export function unknownPage(request: Request, response: Response, next: NextFunction): void {
  if (request.accepts(['json', 'html']) === 'html') sendError(response, 'page.unknown')
  else next()
}

/** Errors behind which a colleague's session may be, on a workstation that is shared. */
const OF_OTHERS: readonly SmartErrorKey[] = ['call.other-user', 'professional.not-habilitated']

/** Answers the page of an error. */
export function sendError(response: Response, key: SmartErrorKey): void {
  const { status, title, fr, en } = smartErrorText(key)
  response.status(status)
  if (status === 503) response.set('Retry-After', RETRY_AFTER)
  const facts = { fr, en, key, requestId: requestIdOf(response), otherPerson: OF_OTHERS.includes(key) }
  const page = renderPage('error', { title }, facts)
  sendPage(response, page, { frameOrigins: framesOf(response).origins })
}

/** Answers that the record did not answer in time: what a form said may be stored yet. */
export function sendLate(request: Request, response: Response): void {
  if (isOfProgram(request)) sendJson(response, 503)
  else sendError(response, request.method === 'POST' ? 'page.uncertain' : 'page.unavailable')
}

/** Seconds after which a store that was away for a moment may be asked again. */
const RETRY_AFTER = '2'

/** The server of a DPI or an app, which reads no page. */
function isOfProgram(request: Request): boolean {
  return Boolean(request.is(['json', '+json'])) || PROGRAMS.test(request.originalUrl)
}

const PROGRAMS = /^\/oidc\/(token|introspect|revoke|jwks)/

function sendJson(response: Response, status: number): void {
  if (status === 503) response.set('Retry-After', RETRY_AFTER)
  const error = status === 503 ? 'temporarily_unavailable' : status < 500 ? 'invalid_request' : 'server_error'
  response.status(status).set('Cache-Control', 'no-store').json({ error })
}

/** A connection that was lost may have been lost after what a form said was stored. */
function keyOf(error: unknown, { method }: Request): SmartErrorKey {
  if (error instanceof SmartError) return error.key
  if (isStoreAway(error)) return method === 'POST' ? 'page.uncertain' : 'page.unavailable'
  return isBadBody(error) ? 'form.invalid' : 'page.unexpected'
}

/** A form that cannot be read, or is too large (body-parser). */
function isBadBody(error: unknown): boolean {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500
}
