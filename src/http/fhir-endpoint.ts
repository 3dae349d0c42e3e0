import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Caller } from '../fhir/caller.ts'
import { FhirError } from '../fhir/errors.ts'
import {
  type ContentBody,
  type FhirBody,
  type FhirContext,
  type FhirRequest,
  type FhirResponse,
  type JsonBody,
  jsonText,
} from '../fhir/exchange.ts'
import { refusalOf } from '../fhir/outcome.ts'
import { allowed, type Service, serviceFor } from '../fhir/routes.ts'
import { toXml } from '../fhir/xml/to-xml.ts'
import { base64Between, base64Length } from './base64.ts'
import { endUpload } from './body.ts'
import { letAnyPageRead, letPageRead, type OriginCheck, preflight } from './cors.ts'
import { withDeadline, withinTime } from './deadline.ts'
import { encoded } from './encoded.ts'
import { fhirRequest, type Target, targetOf } from './fhir-request.ts'
import { acceptable, type Format, languageOf, MEDIA_TYPES, notAcceptable } from './negotiation.ts'
import { fhirRoute, type Observer, routeOf } from './observe.ts'
import { newRequestId, REQUEST_ID } from './request-id.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { newTurns } from './turns.ts'

/** Settings of the FHIR endpoint besides the FHIR context. */
export interface EndpointOptions {
  maxUrl: number
  requestTimeout: number
  /** Who a caller is by the Authorization header, or rejects with a FhirError; absent: callers need not say. */
  authenticate: ((authorization: string | undefined) => Promise<Caller>) | undefined
  /** Whose pages may read answers; absent: nobody's. */
  isOrigin?: OriginCheck | undefined
  /** What a caller's requests work with: the validation that the client is registered with. */
  contextOf?: (caller: Caller) => FhirContext
  observe: Observer
}

/** Serves one request; `url` is its address below the FHIR base. */
export type FhirEndpoint = (request: IncomingMessage, response: ServerResponse, url: string) => Promise<void>

/** Everything below the FHIR base: HTTP in, one interaction, HTTP out, errors as OperationOutcome. */
export function fhirEndpoint(context: FhirContext, options: EndpointOptions): FhirEndpoint {
  const takeTurn = newTurns()
  return async (request, response, url) => {
    const exchange: Exchange = { response, requestId: newRequestId(request), format: 'json', pretty: false }
    let target: Target | undefined
    let body: FhirBody | undefined
    const route = () => (target === undefined ? routeOf(`/fhir${url}`) : fhirRoute(target.path))
    options.observe(request, response, exchange.requestId, route)
    if (options.authenticate !== undefined && preflight(request, response)) return
    let caller: Caller | undefined
    try {
      if (url.length > options.maxUrl) throw new FhirError('http.url-too-long', { detail: { limit: options.maxUrl } })
      target = targetOf(url)
      const parameters = new Map(target.query)
      exchange.pretty = parameters.get('_pretty') === 'true'
      const isBinary = target.path[0] === 'Binary' && target.path.length >= 2
      const asked = acceptable(request.headers.accept, parameters.get('_format'))
      // A Binary answers its own type; only errors and an asked-for resource are in a FHIR format.
      if (asked === undefined && !isBinary) throw notAcceptable(request.method === 'GET' ? target.path : [])
      exchange.format = asked ?? 'json'
      const isOpen = target.path[0] === 'metadata' && target.path.length === 1
      if (isOpen) letAnyPageRead(request, response)
      else if (options.authenticate !== undefined) {
        const known = callerOf(options.authenticate, request, response, options.isOrigin)
        caller = await withinTime(options.requestTimeout, known)
      }
      const service = serviceFor(request.method ?? '', target.path)
      const from = caller === undefined ? {} : { caller }
      // Before a body is taken.
      allowed(from, service)
      const parsed = await fhirRequest(request, service, target, context.limits, exchange.requestId)
      body = parsed.body
      Object.assign(parsed, from)
      allowed(parsed, service)
      if (parsed.query.length > target.query.length)
        readForm(exchange, parsed.query.slice(target.query.length), parameters)
      const turn = takeTurn()
      if (turn !== undefined) await turn
      const own = caller === undefined ? context : (options.contextOf?.(caller) ?? context)
      await send(exchange, await served(service, own, parsed, options.requestTimeout))
    } catch (error) {
      // Nothing of the record was read for nobody: an app must see that its token has ended.
      if (caller === undefined && options.authenticate !== undefined) letAnyPageRead(request, response)
      refuse(context, exchange, error, request)
      endUpload(request)
    } finally {
      if (body !== undefined && 'release' in body) body.release?.()
    }
  }
}

/** Who sends a request, whose page then may read the answer when its origin is registered. */
async function callerOf(
  authenticate: NonNullable<EndpointOptions['authenticate']>,
  request: IncomingMessage,
  response: ServerResponse,
  isOrigin: OriginCheck | undefined,
): Promise<Caller> {
  const caller = await authenticate(request.headers.authorization)
  if (request.headers.origin !== undefined) await letPageRead(request, response, caller, isOrigin)
  return caller
}

/** Z-02: a posted form may choose the format as the URL may; the URL goes before it. */
function readForm(
  exchange: Exchange,
  form: readonly (readonly [string, string])[],
  inUrl: ReadonlyMap<string, string>,
): void {
  const parameters = new Map(form)
  const format = parameters.get('_format')
  if (parameters.get('_pretty') === 'true') exchange.pretty = true
  if (format === undefined || inUrl.has('_format')) return
  const asked = acceptable(undefined, format)
  if (asked === undefined) throw notAcceptable()
  exchange.format = asked
}

/** Receiving a body is bounded by the HTTP server; the deadline is for our own work, which starts after. */
function served(
  service: Service,
  context: FhirContext,
  request: FhirRequest,
  milliseconds: number,
): Promise<FhirResponse> {
  if (request.body?.kind === 'bytes') return service.run(context, request)
  if (!service.writes) return withinTime(milliseconds, service.run(context, request))
  return withDeadline(context, milliseconds, (timed) => service.run(timed, request))
}

/** One request on its way to its answer. */
interface Exchange {
  response: ServerResponse
  requestId: string
  format: Format
  pretty: boolean
}

async function send(exchange: Exchange, { status, headers, body }: FhirResponse): Promise<void> {
  const { response } = exchange
  if (body === undefined) {
    begin(exchange, status, headers)
    response.end()
    return
  }
  if (body.kind === 'json') {
    sendText(exchange, status, headers, body)
    return
  }
  const { contentType, size, bytes } = body.kind === 'content' ? resourceStream(body, exchange) : body
  begin(exchange, status, { ...headers, 'Content-Type': contentType, 'Content-Length': size })
  if (!(bytes instanceof Readable)) {
    response.end(bytes)
    return
  }
  try {
    if (response.req.method === 'HEAD') response.end()
    else await stream(bytes, response)
  } finally {
    // The file behind a resource is open even when nothing was read of it.
    if (body.bytes instanceof Readable) body.bytes.destroy()
  }
}

/** All headers at once: each one set by itself would cost as much as the look-up of a patient. */
function begin({ response, requestId }: Exchange, status: number, headers: OutgoingHttpHeaders): void {
  response.writeHead(status, { ...SECURITY_HEADERS, [REQUEST_ID]: requestId, ...headers })
}

/** A large Binary as a FHIR resource, its data encoded while it goes out. */
function resourceStream({ resource, size, bytes }: ContentBody, exchange: Exchange) {
  const text = render({ kind: 'json', pieces: [JSON.stringify({ ...resource, data: DATA })] }, exchange).join('')
  const at = text.lastIndexOf(DATA)
  const [head, tail] = [text.slice(0, at), text.slice(at + DATA.length)]
  return {
    contentType: MEDIA_TYPES[exchange.format],
    size: Buffer.byteLength(head) + base64Length(size) + Buffer.byteLength(tail),
    bytes: Readable.from(base64Between(head, bytes, tail), { objectMode: false }),
  }
}

/** Stands for the data of a Binary until its bytes take its place. */
const DATA = 'REFUQQ=='

/** Headers are gone when a stream fails (a damaged blob): breaking the connection is the only honest answer left. */
async function stream(bytes: Readable, response: ServerResponse): Promise<void> {
  try {
    await pipeline(bytes, response)
  } catch (error) {
    if (!response.destroyed) response.destroy()
    if (!isClientGone(error)) throw error
  }
}

function isClientGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && GONE.has(error.code)
}

/** The connection was closed while the answer went out, or before it could. */
const GONE: ReadonlySet<unknown> = new Set([
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_UNABLE_TO_PIPE',
  'ERR_STREAM_DESTROYED',
])

function render(body: JsonBody, { format, pretty }: Exchange): readonly string[] {
  if (format === 'xml') return [toXml(JSON.parse(jsonText(body)), { pretty })]
  return pretty ? [JSON.stringify(JSON.parse(jsonText(body)), undefined, 2)] : body.pieces
}

function sendText(exchange: Exchange, status: number, headers: Record<string, string>, json: JsonBody): void {
  const pieces = render(json, exchange)
  // One text leaves with the headers in one piece; several are encoded one by one (JsonBody).
  const body = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : encoded(pieces)
  begin(exchange, status, {
    ...headers,
    'Content-Type': MEDIA_TYPES[exchange.format],
    'Content-Length': Buffer.byteLength(body),
    Vary: 'Accept, Accept-Encoding',
  })
  exchange.response.end(body)
}

function refuse(context: FhirContext, exchange: Exchange, error: unknown, { headers }: IncomingMessage): void {
  const { response, requestId } = exchange
  const refusal = refusalOf(error, languageOf(headers['accept-language']), requestId)
  if (refusal.defect) context.report(error, requestId)
  if (response.headersSent || response.destroyed) response.destroy()
  else sendText(exchange, refusal.status, refusal.headers, { kind: 'json', pieces: [JSON.stringify(refusal.outcome)] })
}
