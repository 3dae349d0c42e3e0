import { Readable } from 'node:stream'
import type { Binary } from '@medplum/fhirtypes'
import type { ByteRange } from '../../store/blobs/blobs.ts'
import { parseClinicalId } from '../../store/ids.ts'
import type { Content } from '../../store/store.ts'
import { versionHeaders } from '../answers.ts'
import { FhirError } from '../errors.ts'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { isMediaType, type MediaRange, mediaRanges, rangeMatches } from '../media-types.ts'
import { notModified } from '../preconditions.ts'
import { covers } from '../restrictions.ts'

/** Types that a browser may show in place; everything else is offered as a file. */
const INLINE = /^(application\/pdf|image\/(png|jpeg|gif|tiff)|text\/plain)(;|$)/

/**
 * read of a Binary (FHIR binary.html, ITI-68): its own bytes unless FHIR is asked for by Accept or _format; a CDA
 * level 1 also answers its inner PDF to `Accept: application/pdf`. Range serves one part. The bytes are verified
 * against their hash; damaged ones are an error, never an answer (blobs.ts).
 */
export async function readBinary(context: FhirContext, request: FhirRequest, id: string): Promise<FhirResponse> {
  if (!(await covers(context, 'read', { type: 'Binary', id, text: '' }))) throw new FhirError('resource.unknown')
  const content = await context.dcc.store.content(id)
  if (content?.deleted === true) throw new FhirError('resource.deleted')
  if (content === undefined || !content.readable) throw new FhirError('resource.unknown')
  const format = new Map(request.query).get('_format')
  const accepted = mediaRanges(format ?? request.accept)
  if (wantsFhir(accepted, content)) return fhirBinary(context, content)
  const variant = await variantFor(context, content, accepted)
  const headers = {
    ...versionHeaders(content),
    Vary: 'Accept',
    'Accept-Ranges': 'bytes',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    'Content-Disposition': disposition(content.id, variant.contentType),
  }
  if (notModified(request, content)) return { status: 304, headers }
  const range = rangeOf(request.range, variant.size)
  const bytes = await context.dcc.blobs.get(variant.sha256, variant.size, range)
  const part = range === undefined ? {} : { 'Content-Range': `bytes ${range.start}-${range.end}/${variant.size}` }
  const size = range === undefined ? variant.size : range.end - range.start + 1
  return {
    status: range === undefined ? 200 : 206,
    headers: { ...headers, ...part },
    body: { kind: 'bytes', contentType: headerOf(variant.contentType), size, bytes },
  }
}

/**
 * FHIR is meant when a FHIR type comes before the document's own (P-04). The plain types may mean any JSON or XML, and
 * browsers name them beside a wildcard: they mean FHIR only when the document itself is not accepted.
 */
function wantsFhir(accepted: readonly MediaRange[], content: Content): boolean {
  const first = accepted.find((range) => FHIR_TYPES.has(range.type) || rangeMatches(range, content.contentType))
  if (first !== undefined) return FHIR_TYPES.has(first.type) && !rangeMatches(first, content.contentType)
  return accepted.some((range) => PLAIN_TYPES.has(range.type))
}

const FHIR_TYPES = new Set([
  'application/fhir+json',
  'application/fhir+xml',
  'application/json+fhir',
  'application/xml+fhir',
  'json',
  'xml',
])
const PLAIN_TYPES = new Set(['application/json', 'text/json', 'application/xml', 'text/xml'])

interface Variant {
  contentType: string
  sha256: string
  size: number
}

async function variantFor(context: FhirContext, content: Content, accepted: readonly MediaRange[]): Promise<Variant> {
  if (accepted.length === 0) return content
  const variants: Variant[] = [content]
  if (!accepted.some((range) => rangeMatches(range, content.contentType))) {
    variants.push(...(await context.dcc.store.renditions(content.id)))
  }
  for (const range of accepted) {
    const variant = variants.find(({ contentType }) => rangeMatches(range, contentType))
    if (variant !== undefined) return variant
  }
  throw new FhirError('http.not-acceptable', {
    detail: { formats: [...variants.map(({ contentType }) => contentType), 'application/fhir+json'].join(', ') },
  })
}

async function fhirBinary(context: FhirContext, content: Content): Promise<FhirResponse> {
  const resource: Binary = {
    resourceType: 'Binary',
    id: content.id,
    meta: { versionId: String(content.version), lastUpdated: content.updatedAt },
    contentType: content.contentType,
    securityContext: { reference: `Patient/${parseClinicalId(content.id)?.patientId ?? ''}` },
  }
  const headers = { ...versionHeaders(content), Vary: 'Accept' }
  const bytes = await context.dcc.blobs.get(content.sha256, content.size)
  if (bytes instanceof Readable) {
    return { status: 200, headers, body: { kind: 'content', resource, size: content.size, bytes } }
  }
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  const whole = data === '' ? resource : { ...resource, data }
  return { status: 200, headers, body: { kind: 'json', pieces: [JSON.stringify(whole)] } }
}

/** One byte range of RFC 9110 section 14; several, another unit or an impossible one are ignored, as the RFC allows. */
function rangeOf(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  const [, first = '', last = ''] = match ?? []
  if (first === '' && last === '') return undefined
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (start > end || start >= size || (first === '' && Number(last) === 0)) {
    throw new FhirError('http.range', { headers: { 'Content-Range': `bytes */${size}` } })
  }
  return { start, end }
}

/** Whatever an import once took as a content type, only a media type can be a header. */
function headerOf(contentType: string): string {
  return isMediaType(contentType) ? contentType : 'application/octet-stream'
}

function disposition(id: string, contentType: string): string {
  const extension = EXTENSIONS.find(([type]) => contentType.startsWith(type))?.[1] ?? 'bin'
  return `${INLINE.test(contentType) ? 'inline' : 'attachment'}; filename="${id}.${extension}"`
}

const EXTENSIONS = [
  ['application/pdf', 'pdf'],
  ['text/xml', 'xml'],
  ['application/xml', 'xml'],
  ['application/xslt+xml', 'xml'],
  ['image/jpeg', 'jpg'],
  ['image/png', 'png'],
  ['image/tiff', 'tif'],
  ['text/plain', 'txt'],
  ['text/rtf', 'rtf'],
] as const
