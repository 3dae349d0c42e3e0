import type { NextFunction, Request, Response } from 'express'
import type { Logger } from 'pino'
import { requestIdOf } from '../http/request-id.ts'
import { SmartError, type SmartErrorKey, smartErrorText } from '../smart/errors.ts'
import { isStoreError } from '../store/errors.ts'
import { framesOf } from './frame-origins.ts'
import { renderPage, sendPage } from './pages.ts'

/** Answers whatever a page threw: French for the person, English and the key for whoever has to mend it. */
export function errorPage(logger: Logger) {
  return (error: unknown, _request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) {
      next(error)
      return
    }
    const key = keyOf(error)
    if (key === 'page.unexpected') {
      logger.error(
        { requestId: requestIdOf(response), kind: error instanceof Error ? error.name : 'unknown' },
        'defect',
      )
    }
    sendError(response, key)
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
  const facts = { fr, en, key, requestId: requestIdOf(response), otherPerson: OF_OTHERS.includes(key) }
  const page = renderPage('error', { title }, facts)
  sendPage(response, page, { frameOrigins: framesOf(response).origins })
}

function keyOf(error: unknown): SmartErrorKey {
  if (error instanceof SmartError) return error.key
  if (isStoreError(error, 'store.unavailable')) return 'page.unavailable'
  return isBadBody(error) ? 'form.invalid' : 'page.unexpected'
}

/** A form that cannot be read, or is too large (body-parser). */
function isBadBody(error: unknown): boolean {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500
}
