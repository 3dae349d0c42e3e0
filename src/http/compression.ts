import compression from 'compression'
import type { Request, RequestHandler, Response } from 'express'

/** Compresses answers above 2 KB for clients that ask for it (storage.md section 5). */
export function compressed(): RequestHandler {
  return compression({ threshold: 2048, level: 1, filter: compressible })
}

/** Only FHIR texts: a PDF is compressed already, and a document's bytes go out as announced. */
function compressible(_request: Request, response: Response): boolean {
  return String(response.getHeader('Content-Type') ?? '').startsWith('application/fhir+')
}
