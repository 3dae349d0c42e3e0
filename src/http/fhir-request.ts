import type { IncomingMessage } from 'node:http'
import { setAside } from '../dcc/set-aside.ts'
import { FhirError } from '../fhir/errors.ts'
import type { FhirBody, FhirLimits, FhirRequest, Preferences } from '../fhir/exchange.ts'
import { JsonError, parseJson } from '../fhir/json/parse.ts'
import { baseType, parameterOf } from '../fhir/media-types.ts'
import type { Service } from '../fhir/routes.ts'
import { checkedResource } from '../fhir/structure.ts'
import { XmlError } from '../fhir/xml/errors.ts'
import { fromXml } from '../fhir/xml/from-xml.ts'
import { hasBody, readBody, requireIdentityEncoding, requireSize } from './body.ts'
import { bodyFormat, type Format, isOurRelease, languageOf } from './negotiation.ts'

type Pairs = [string, string][]

/** The address below the FHIR base: percent-decoded path and parameters. */
export interface Target {
  path: string[]
  query: Pairs
}

/** Takes the URL of a request apart; a broken percent-encoding, or one that is not UTF-8, is 400. */
export function targetOf(url: string): Target {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const segments = path.split('/').filter((segment) => segment !== '')
  return { path: segments.map(percentDecoded), query: mark < 0 ? [] : pairsOf(url.slice(mark + 1)) }
}

/** The pairs of a query or form; URLSearchParams alone would put U+FFFD where the encoding is broken. */
function pairsOf(text: string): Pairs {
  percentDecoded(text)
  return [...new URLSearchParams(text)]
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new FhirError('http.url-encoding')
  }
}

/** Builds the FHIR request from HTTP: reads and checks the body, the form of `_search`, the headers that matter. */
export async function fhirRequest(
  message: IncomingMessage,
  service: Pick<Service, 'method' | 'takesAnyBody'>,
  target: Target,
  limits: FhirLimits,
  requestId: string,
): Promise<FhirRequest> {
  const { method, takesAnyBody = false } = service
  const isForm = method === 'POST' && target.path.at(-1) === '_search'
  const query = isForm ? [...target.query, ...(await formOf(message, limits))] : target.query
  const body =
    isForm || !hasBody(message) ? undefined : await bodyOf(message, method, target.path, limits, takesAnyBody)
  const { headers } = message
  const request: FhirRequest = {
    method,
    path: target.path,
    query,
    body,
    prefer: preferencesOf(headers.prefer),
    language: languageOf(headers['accept-language']),
    requestId,
  }
  for (const [key, name] of HEADERS) {
    const value = headers[name]
    if (value !== undefined) request[key] = Array.isArray(value) ? (value[0] ?? '') : value
  }
  // Versions are weak entity tags, which never satisfy If-Range: then the whole is sent (RFC 9110 section 13.1.5).
  if (headers['if-range'] !== undefined) delete request.range
  return request
}

/** The headers that an interaction may need, lower case as Node gives them. */
const HEADERS = [
  ['ifMatch', 'if-match'],
  ['ifNoneMatch', 'if-none-match'],
  ['ifModifiedSince', 'if-modified-since'],
  ['ifNoneExist', 'if-none-exist'],
  ['range', 'range'],
  ['securityContext', 'x-security-context'],
  ['accept', 'accept'],
] as const

/** Largest search form: a search has far fewer values than that can hold. */
const MAX_FORM = 1024 * 1024

async function formOf(message: IncomingMessage, limits: FhirLimits): Promise<Pairs> {
  if (!hasBody(message)) return []
  const contentType = message.headers['content-type'] ?? ''
  if (baseType(contentType) !== 'application/x-www-form-urlencoded')
    throw unsupported('application/x-www-form-urlencoded')
  requireUtf8(contentType)
  const form = await readBody(message, Math.min(limits.maxBody, MAX_FORM))
  // Bytes beyond ASCII, which a client ought to have percent-encoded, are held to UTF-8 like those that are.
  const ascii = form.toString('latin1').replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`)
  return pairsOf(ascii)
}

async function bodyOf(
  message: IncomingMessage,
  method: FhirRequest['method'],
  path: readonly string[],
  limits: FhirLimits,
  takesAnyBody: boolean,
): Promise<FhirBody | undefined> {
  if (method === 'GET' || method === 'DELETE') return undefined
  const contentType = message.headers['content-type'] ?? ''
  const type = baseType(contentType)
  // On Binary only the FHIR types are FHIR: application/json or text/xml are documents like any other.
  if (path[0] === 'Binary' && path.length === 1 && !type.startsWith('application/fhir+')) {
    if (type === '') throw unsupported('*/*')
    requireIdentityEncoding(message)
    requireSize(message, limits.maxBody)
    return { kind: 'bytes', contentType, bytes: message }
  }
  if (type === 'application/json-patch+json') {
    if (method !== 'PATCH') throw unsupported('application/fhir+json, application/fhir+xml')
    requireUtf8(contentType)
    return {
      kind: 'json-patch',
      operations: parseJson(await readBody(message, limits.maxBody), { maxDepth: limits.maxJsonDepth }),
    }
  }
  requireRelease(contentType)
  const format = bodyFormat(contentType)
  if (format === undefined) {
    const patch = method === 'PATCH' ? ', application/json-patch+json' : ''
    throw unsupported(`application/fhir+json, application/fhir+xml${patch}`)
  }
  requireUtf8(contentType)
  const bytes = await readBody(message, limits.maxBody)
  if (bytes.length === 0) throw new FhirError('http.body-missing')
  return parsed(bytes, format, takesAnyBody, { maxDepth: limits.maxJsonDepth })
}

/** A body as what it says, its documents set aside. */
function parsed(bytes: Buffer, format: Format, takesAnyBody: boolean, limits: { maxDepth: number }): FhirBody {
  const { body, release } = setAside(bytes, format)
  const parse = format === 'json' ? parseJson : fromXml
  try {
    const value = parse(body, limits)
    if (takesAnyBody) return { kind: 'unchecked', json: value, release }
    return { kind: 'resource', resource: checkedResource(value), release }
  } catch (error) {
    release()
    const fault = body === bytes ? error : faultOf(() => parse(bytes, limits), error)
    if (takesAnyBody && (fault instanceof JsonError || fault instanceof XmlError)) {
      return { kind: 'unreadable', error: fault }
    }
    throw fault
  }
}

/** Lines and columns of a fault are those of the body as it was sent. */
function faultOf(parse: () => unknown, otherwise: unknown): unknown {
  try {
    parse()
    return otherwise
  } catch (error) {
    return error
  }
}

function requireUtf8(contentType: string): void {
  const charset = parameterOf(contentType, 'charset')
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') throw new FhirError('http.charset')
}

/** A body of another FHIR release must not be read as R4 (FHIR versioning.html#mt-version). */
function requireRelease(contentType: string): void {
  const release = parameterOf(contentType, 'fhirversion')
  if (release !== undefined && !isOurRelease(release)) throw unsupported('application/fhir+json; fhirVersion=4.0')
}

function unsupported(formats: string): FhirError {
  return new FhirError('http.media-type', { detail: { formats }, headers: { Accept: formats } })
}

const RETURNS = ['minimal', 'representation', 'OperationOutcome'] as const

/** The Prefer header (RFC 7240): `return` and `handling`; unknown preferences are ignored, as the RFC asks. */
export function preferencesOf(header: string | string[] | undefined): Preferences {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '')
  const preferences: Preferences = { handling: 'lenient' }
  for (const part of text.split(/[,;]/)) {
    const [name, value] = part.split('=').map((piece) => piece.trim().replace(/^"|"$/g, ''))
    if (name === 'return') {
      const known = RETURNS.find((candidate) => candidate === value)
      if (known !== undefined) preferences.return = known
    }
    if (name === 'handling' && value === 'strict') preferences.handling = 'strict'
  }
  return preferences
}
