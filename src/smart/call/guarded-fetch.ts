import { lookup as systemLookup } from 'node:dns'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** What is reached outside, and how long and how much. */
export interface OutboundRights {
  /** Private and loopback addresses too: only for a DPI that is registered so. */
  privateNetwork: boolean
  /** Milliseconds until the whole answer must be there. */
  timeout?: number
  /** Most bytes of an answer. */
  mostBytes?: number
}

/** A request that got no answer that can be used; its message never holds what was sent. */
export class OutboundError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'OutboundError'
  }
}

/** What fetch is asked, as far as the libraries here ask. */
export interface OutboundRequest {
  method?: string | undefined
  headers?: ConstructorParameters<typeof Headers>[0] | undefined
  body?: unknown
}

const TIMEOUT = 5000
const MOST_BYTES = 1_000_000

/**
 * A fetch for addresses that came from outside: no redirect is followed, an address that resolves into a private network
 * is refused when the connection is made (hence also when a name changes meanwhile), time and size are bounded.
 */
export function guardedFetch({ privateNetwork, timeout = TIMEOUT, mostBytes = MOST_BYTES }: OutboundRights) {
  return async (address: string | URL, options: OutboundRequest = {}): Promise<Response> => {
    const url = new URL(address)
    const { protocol, hostname } = url
    if (protocol !== 'https:' && protocol !== 'http:') throw new OutboundError('an address that is no web address')
    const host = hostname.replace(/^\[|\]$/g, '')
    if (!privateNetwork && (protocol === 'http:' || isPrivate(host))) throw new OutboundError('a private address')
    const body = bodyOf(options.body)
    const { promise, resolve, reject } = Promise.withResolvers<Response>()
    const send = protocol === 'https:' ? httpsRequest : httpRequest
    const request = send(
      url,
      {
        method: options.method ?? 'GET',
        // No connection is kept: what was let in for one registration is not there for the next.
        agent: false,
        headers: Object.fromEntries(new Headers(options.headers)),
        lookup: privateNetwork ? undefined : publicLookup,
        signal: AbortSignal.timeout(timeout),
      },
      (answer) => {
        const chunks: Buffer[] = []
        let size = 0
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size <= mostBytes) return chunks.push(chunk)
          reject(new OutboundError('an answer that is too large'))
          request.destroy()
        })
        answer.on('error', reject)
        answer.on('end', () => {
          const status = answer.statusCode ?? 0
          if (status < 200 || status > 599 || (status >= 300 && status < 400)) {
            reject(new OutboundError(`an answer of status ${status}`))
            return
          }
          const headers = new Headers()
          for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
            for (const value of values) headers.append(name, value)
          }
          const bytes = status === 204 || status === 205 || status === 304 ? null : Buffer.concat(chunks)
          resolve(new Response(bytes, { status, headers }))
        })
      },
    )
    request.on('error', (error) => {
      reject(error instanceof OutboundError ? error : new OutboundError('no answer', { cause: error }))
    })
    request.end(body)
    return promise
  }
}

function bodyOf(body: unknown): string | Uint8Array | undefined {
  if (body === undefined || body === null) return undefined
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  if (body instanceof URLSearchParams) return body.toString()
  throw new OutboundError('a body that cannot be sent')
}

/** Looks a name up, and refuses any of its addresses that is private. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '', 0)
    const [first] = addresses
    if (first === undefined || addresses.some(({ address }) => isPrivate(address))) {
      return callback(new OutboundError('a private address'), '', 0)
    }
    if (options.all === true) callback(null, addresses)
    else callback(null, first.address, first.family)
  })
}

/** Whether an address (not a name) is of this machine, a private network, or no place of the public network. */
export function isPrivate(host: string): boolean {
  const family = isIP(host)
  if (family === 0) return host === 'localhost' || host.endsWith('.localhost')
  return PRIVATE.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

/** IANA special-purpose registries, as far as something could listen there. */
const PRIVATE = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  PRIVATE.addSubnet(net, prefix, 'ipv4')
}
for (const [net, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  PRIVATE.addSubnet(net, prefix, 'ipv6')
}
