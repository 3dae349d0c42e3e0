import compression from 'compression'
import type { NextFunction, Request, RequestHandler, Response } from 'express'

/**
 * Compresses answers above 2 KB for clients that ask for it (storage.md section 5). Who does not ask, does not wait for
 * the machinery either.
 */
export function compressed(): RequestHandler {
  const compress = compression({ threshold: 2048, level: 1, filter: compressible })
  return (request: Request, response: Response, next: NextFunction): void => {
    if (request.headers['accept-encoding'] === undefined) next()
    else compress(request, response, next)
  }
}

/** Only FHIR texts: a PDF is compressed already, and a document's bytes go out as announced. */
function compressible(_request: Request, response: Response): boolean {
  return String(response.getHeader('Content-Type') ?? '').startsWith('application/fhir+')
}
