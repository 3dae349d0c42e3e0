import type { IncomingMessage } from 'node:http'
import { FhirError } from '../fhir/errors.ts'

/** Bytes of bodies that have begun to arrive, of all requests together, and how many there may be. */
let held = 0
const MOST_HELD = 512 * 1024 * 1024
/** From this announced length on a body is received in one piece of memory. */
const LARGE = 1024 * 1024

/**
 * Reads a request body whole, at most `limit` bytes; refuses compressed bodies and ones that break off, and is busy
 * while unfinished bodies hold `most` bytes: clients that never finish must not fill the memory. After a refusal the
 * rest is still to come: see `endUpload`.
 */
export async function readBody(request: IncomingMessage, limit: number, most = MOST_HELD): Promise<Buffer> {
  requireIdentityEncoding(request)
  requireSize(request, limit)
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const announced = announcedLength(request) ?? 0
  // A large body is written where it stays: pieces that are joined at the end would be there twice.
  let whole: Buffer | undefined
  const chunks: Buffer[] = []
  let size = 0
  const take = (chunk: Buffer): void => {
    if (announced > LARGE) {
      whole ??= Buffer.allocUnsafeSlow(announced)
      whole.set(chunk, size)
    } else chunks.push(chunk)
    size += chunk.length
    held += chunk.length
    if (size <= limit && held <= most) return
    request.off('data', take).pause()
    chunks.length = 0
    reject(size > limit ? tooLarge(limit) : new FhirError('http.busy'))
  }
  request.once('close', () => {
    held -= size
  })
  request.on('data', take)
  // A stream that ends early says so by an error, or by nothing but its end.
  const breakOff = (): void => reject(new FhirError('http.body-incomplete'))
  request.once('error', breakOff)
  request.once('close', breakOff)
  request.once('end', () => {
    request.off('close', breakOff)
    resolve(whole ?? (chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
  })
  return promise
}

/** Refuses a body that announces more than `limit` bytes. */
export function requireSize(request: IncomingMessage, limit: number): void {
  if ((announcedLength(request) ?? 0) > limit) throw tooLarge(limit)
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

/** How long the rest of a refused body is taken in and thrown away, in milliseconds. */
const PATIENCE = 2000

/**
 * Lets a client that is still sending read the answer: closing at once would reset the connection and lose it. The rest
 * of the body is thrown away for a moment, then the connection is closed.
 */
export function endUpload(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return
  const timer = setTimeout(() => request.destroy(), PATIENCE)
  timer.unref()
  request.on('error', () => undefined)
  request.once('close', () => clearTimeout(timer))
  request.once('end', () => clearTimeout(timer))
  request.resume()
}

function tooLarge(limit: number): FhirError {
  return new FhirError('http.body-too-large', { detail: { limit } })
}
