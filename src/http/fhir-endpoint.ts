import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { NextFunction, Request, Response } from 'express'
import { FhirError } from '../fhir/errors.ts'
import {
  type ContentBody,
  type FhirContext,
  type FhirRequest,
  type FhirResponse,
  type JsonBody,
  jsonText,
} from '../fhir/exchange.ts'
import { type Language, refusalOf } from '../fhir/outcome.ts'
import { type Service, serviceFor } from '../fhir/routes.ts'
import { toXml } from '../fhir/xml/to-xml.ts'
import { base64Between, base64Length } from './base64.ts'
import { endUpload } from './body.ts'
import { withDeadline, withinTime } from './deadline.ts'
import { fhirRequest, targetOf } from './fhir-request.ts'
import { acceptable, type Format, languageOf, MEDIA_TYPES, notAcceptable } from './negotiation.ts'
import { requestIdOf } from './request-id.ts'
import { newTurns } from './turns.ts'

/** Settings of the FHIR endpoint besides the FHIR context. */
export interface EndpointOptions {
  maxUrl: number
  requestTimeout: number
  /** True: callers must be authenticated; this release knows no credentials, so all but /metadata is refused. */
  authRequired: boolean
}

/** Express handler of everything below the FHIR base: HTTP in, one interaction, HTTP out, errors as OperationOutcome. */
export function fhirEndpoint(context: FhirContext, options: EndpointOptions) {
  const takeTurn = newTurns()
  return async (request: Request, response: Response, _next: NextFunction): Promise<void> => {
    const requestId = requestIdOf(response)
    const representation: Representation = {
      format: 'json',
      pretty: false,
      language: languageOf(request.headers['accept-language']),
    }
    try {
      if (request.originalUrl.length > options.maxUrl)
        throw new FhirError('http.url-too-long', { detail: { limit: options.maxUrl } })
      const target = targetOf(request.url)
      const parameters = new Map(target.query)
      representation.pretty = parameters.get('_pretty') === 'true'
      const isBinary = target.path[0] === 'Binary' && target.path.length >= 2
      const asked = acceptable(request.headers.accept, parameters.get('_format'))
      // A Binary answers its own type; only errors and an asked-for resource are in a FHIR format.
      if (asked === undefined && !isBinary) throw notAcceptable()
      representation.format = asked ?? 'json'
      if (options.authRequired && target.path[0] !== 'metadata') {
        throw new FhirError('http.unauthorized', { headers: { 'WWW-Authenticate': 'Bearer' } })
      }
      const service = serviceFor(request.method, target.path)
      const parsed = await fhirRequest(request, service.method, target, context.limits, requestId)
      const turn = takeTurn()
      if (turn !== undefined) await turn
      await send(response, await served(service, context, parsed, options.requestTimeout), representation)
    } catch (error) {
      refuse(context, response, error, representation, requestId)
      endUpload(request)
    }
  }
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

interface Representation {
  format: Format
  pretty: boolean
  language: Language
}

async function send(response: Response, answer: FhirResponse, representation: Representation): Promise<void> {
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value)
  response.statusCode = answer.status
  const { body } = answer
  if (body === undefined) {
    response.end()
    return
  }
  if (body.kind === 'json') {
    sendText(response, render(body, representation), representation.format)
    return
  }
  const { contentType, size, bytes } = body.kind === 'content' ? resourceStream(body, representation) : body
  response.setHeader('Content-Type', contentType)
  response.setHeader('Content-Length', size)
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

/** A large Binary as a FHIR resource, its data encoded while it goes out. */
function resourceStream({ resource, size, bytes }: ContentBody, representation: Representation) {
  const text = render({ kind: 'json', pieces: [JSON.stringify({ ...resource, data: DATA })] }, representation).join('')
  const at = text.lastIndexOf(DATA)
  const [head, tail] = [text.slice(0, at), text.slice(at + DATA.length)]
  return {
    contentType: MEDIA_TYPES[representation.format],
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

function render(body: JsonBody, { format, pretty }: Representation): readonly string[] {
  if (format === 'xml') return [toXml(JSON.parse(jsonText(body)), { pretty })]
  return pretty ? [JSON.stringify(JSON.parse(jsonText(body)), undefined, 2)] : body.pieces
}

function sendText(response: Response, pieces: readonly string[], format: Format): void {
  const [first = '', ...others] = pieces
  // One text leaves with the headers in one piece; several are encoded one by one (JsonBody).
  const body = others.length === 0 ? first : Buffer.concat(pieces.map((piece) => Buffer.from(piece)))
  response.setHeader('Content-Type', MEDIA_TYPES[format])
  response.setHeader('Content-Length', Buffer.byteLength(body))
  response.setHeader('Vary', 'Accept, Accept-Encoding')
  response.end(body)
}

function refuse(
  context: FhirContext,
  response: Response,
  error: unknown,
  representation: Representation,
  requestId: string,
): void {
  const refusal = refusalOf(error, representation.language, requestId)
  if (refusal.defect) context.report(error, requestId)
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  for (const name of response.getHeaderNames()) if (CONTENT_HEADERS.has(name)) response.removeHeader(name)
  for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value)
  response.statusCode = refusal.status
  const body: JsonBody = { kind: 'json', pieces: [JSON.stringify(refusal.outcome)] }
  sendText(response, render(body, representation), representation.format)
}

const CONTENT_HEADERS = new Set([
  'content-type',
  'content-length',
  'content-disposition',
  'content-range',
  'etag',
  'last-modified',
  'accept-ranges',
])
