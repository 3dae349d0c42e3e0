import type { IncomingMessage } from 'node:http'
import { FhirError } from '../fhir/errors.ts'

/** Reads a request body whole, at most `limit` bytes; refuses compressed bodies and ones that break off. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  requireIdentityEncoding(request)
  const announced = announcedLength(request)
  if (announced !== undefined && announced > limit) throw tooLarge(limit)
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request) {
      size += chunk.length
      if (size > limit) throw tooLarge(limit)
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof FhirError ? error : new FhirError('http.body-incomplete')
  }
  if (!request.complete) throw new FhirError('http.body-incomplete')
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size)
}

/** Refuses Content-Encoding: a compressed body could expand without bound. */
export function requireIdentityEncoding(request: IncomingMessage): void {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') throw new FhirError('http.content-encoding')
}

/** The Content-Length of a request; undefined when it is chunked or has no body. */
export function announcedLength(request: IncomingMessage): number | undefined {
  const length = request.headers['content-length']
  return length === undefined ? undefined : Number(length)
}

/** Whether a request announces a body at all. */
export function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || (announcedLength(request) ?? 0) > 0
}

function tooLarge(limit: number): FhirError {
  // The rest of the body is not read: the connection cannot be used again.
  return new FhirError('http.body-too-large', { detail: { limit }, headers: { Connection: 'close' } })
}
