import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from '../fhir/caller.ts'
import { REQUEST_ID } from './request-id.ts'

/** Whether pages of an origin may read what a caller's requests answer: the client registered it. */
export type OriginCheck = (origin: string, caller: Caller) => Promise<boolean>

/**
 * Answers the question that a browser asks before a page of another origin sends a request with a token: true when that
 * was the request. It holds no token (smart-launch.md 1.12); the answer to the request itself is held to the client.
 */
export function preflight({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = headers
  if (method !== 'OPTIONS' || origin === undefined || headers['access-control-request-method'] === undefined)
    return false
  response.writeHead(204, { ...PREFLIGHT, 'Access-Control-Allow-Origin': origin, Vary: 'Origin' }).end()
  return true
}

/** Lets the page that sent a request read an answer that is about nobody: the CapabilityStatement, a refused token. */
export function letAnyPageRead({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
  if (origin !== undefined && !response.headersSent) expose(response, '*')
}

/** Lets the page that sent a request read what a caller gets, when the client registered its origin. */
export async function letPageRead(
  { headers: { origin } }: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
  isOrigin: OriginCheck | undefined,
): Promise<void> {
  if (origin !== undefined && (await isOrigin?.(origin, caller)) === true) expose(response, origin)
}

function expose(response: ServerResponse, origin: string): void {
  response.setHeader('Access-Control-Allow-Origin', origin)
  response.setHeader('Access-Control-Expose-Headers', EXPOSED)
}

const EXPOSED = `Location, ETag, Last-Modified, Content-Location, ${REQUEST_ID}, WWW-Authenticate, Retry-After`

const PREFLIGHT = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'Access-Control-Allow-Headers':
    'Authorization, Accept, Accept-Language, Content-Type, If-Match, If-Modified-Since, If-None-Exist, If-None-Match, Prefer, Range, X-Security-Context',
  'Access-Control-Max-Age': '600',
  'Cache-Control': 'no-store',
} as const
