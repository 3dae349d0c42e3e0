import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Request, Response } from 'express'
import { embeddedImages } from '../../french/cda/readable.ts'
import { SmartError } from '../../smart/errors.ts'
import type { ByteRange } from '../../store/blobs/blobs.ts'
import type { WebOptions } from '../visit.ts'
import { CONTENT_PARAMETERS } from './addresses.ts'
import { contentOf, type DocumentContent, type ShownAs, type Variant } from './contents.ts'
import type { SheetDocument } from './documents.ts'
import { type PatientVisit, traceOf } from './guard.ts'
import { readRecord } from './record.ts'

/**
 * `…/content`: the bytes of a document in the form that its page shows, or the original file. A browser is told what
 * they are and may guess nothing; only what runs nothing is shown in place, anything else is offered as a file.
 */
export async function sendContent(
  options: WebOptions,
  visit: PatientVisit,
  request: Request,
  response: Response,
): Promise<void> {
  const { document, content } = await found(options, visit, request, false)
  const shown = request.query[CONTENT_PARAMETERS.original] === undefined ? content.shown : undefined
  const variant = shown ?? content.original
  const tag = `"${content.sha256.slice(0, 32)}${shown === undefined ? '-o' : ''}"`
  const inline = shown !== undefined && request.query[CONTENT_PARAMETERS.download] === undefined
  if (request.headers['if-none-match'] === tag) {
    response.status(304).setHeader('ETag', tag).end()
    return
  }
  const range = rangeOf(request.headers.range, variant.size)
  if (range === 'impossible') {
    response.status(416).setHeader('Content-Range', `bytes */${variant.size}`).end()
    return
  }
  await options.traces.record(traceOf(visit, response, 'document-opened', `${document.id} content`))
  const bytes = await bytesOf(options, variant, range)
  const ancestors = ["'self'", ...(visit.context.dpi?.frameOrigins ?? [])].join(' ')
  // Only now that there are bytes: an error has a page of its own.
  const headers = {
    'Content-Security-Policy': `${policyOf(shown?.as)}; frame-ancestors ${ancestors}`,
    'Content-Type': MEDIA_TYPE.test(variant.contentType) ? variant.contentType : UNKNOWN_TYPE,
    'Content-Disposition': `${inline ? 'inline' : 'attachment'}; filename="${fileName(document, variant)}"`,
    'Accept-Ranges': 'bytes',
    ETag: tag,
  }
  // Not `response.set`, which would say that every text is UTF-8.
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  await sendBytes(response, bytes, variant.size, range)
}

/** `…/images/{n}`: an image inside a structured document. */
export async function sendImage(
  options: WebOptions,
  visit: PatientVisit,
  request: Request,
  response: Response,
): Promise<void> {
  const { document, content } = await found(options, visit, request, true)
  const images = content.cda === undefined ? [] : embeddedImages(content.cda.clinicalDocument)
  const image = /^\d{1,4}$/.test(String(request.params.index)) ? images[Number(request.params.index)] : undefined
  if (image === undefined) throw new SmartError('document.unknown')
  await options.traces.record(traceOf(visit, response, 'document-opened', `${document.id} image`))
  response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox; frame-ancestors 'none'")
  response.setHeader('Content-Disposition', 'inline')
  response.setHeader('Content-Type', image.mediaType)
  response.end(image.bytes)
}

/** Throws `document.unknown` for what is not among the documents of the person, `document.withdrawn` without content. */
async function found(
  { dcc }: WebOptions,
  { records, session }: PatientVisit,
  { params }: Request,
  reading: boolean,
): Promise<{ document: SheetDocument; content: DocumentContent }> {
  const { documents } = await readRecord(dcc.store, records, session.professional)
  const document = documents.find(({ id }) => id === params.documentId)
  if (document === undefined) throw new SmartError('document.unknown')
  const content = await contentOf(dcc, document, reading)
  if (content === undefined) throw new SmartError('document.withdrawn')
  return { document, content }
}

async function bytesOf(
  { dcc }: WebOptions,
  variant: Variant,
  range: ByteRange | undefined,
): Promise<Uint8Array | Readable> {
  if ('bytes' in variant) return variant.bytes.subarray(range?.start, range === undefined ? undefined : range.end + 1)
  return dcc.blobs.get(variant.sha256, variant.size, range)
}

async function sendBytes(
  response: Response,
  bytes: Uint8Array | Readable,
  size: number,
  range: ByteRange | undefined,
): Promise<void> {
  if (range !== undefined) {
    response.status(206).setHeader('Content-Range', `bytes ${range.start}-${range.end}/${size}`)
  }
  response.setHeader('Content-Length', String(range === undefined ? size : range.end - range.start + 1))
  if (!(bytes instanceof Readable)) {
    response.end(bytes)
    return
  }
  await pipeline(bytes, response).catch((error: unknown) => {
    // A reader that has seen enough goes away; that is no defect.
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')) throw error
  })
}

/** The reader of PDF of a browser is no part of the page and works in no sandbox. */
function policyOf(as: ShownAs | undefined): string {
  const nothing = "default-src 'none'; style-src 'unsafe-inline'"
  return as === 'pdf' ? `${nothing}; object-src 'self'` : `${nothing}; sandbox`
}

const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.-]+)?$/
const UNKNOWN_TYPE = 'application/octet-stream'

const EXTENSIONS: readonly (readonly [type: RegExp, extension: string])[] = [
  [/^application\/pdf/, 'pdf'],
  [/^(text|application)\/([a-z]+\+)?xml/, 'xml'],
  [/^image\/jpeg/, 'jpg'],
  [/^image\/png/, 'png'],
  [/^image\/gif/, 'gif'],
  [/^image\/tiff/, 'tif'],
  [/^text\/plain/, 'txt'],
  [/^(text|application)\/rtf/, 'rtf'],
]

/** What it is and of when; whose it is stays in the record. */
function fileName({ kind, day }: SheetDocument, { contentType }: Variant): string {
  const extension = EXTENSIONS.find(([type]) => type.test(contentType))?.[1] ?? 'bin'
  return `${['dcc', kind, day].filter((part) => part !== '').join('-')}.${extension}`
}

/** One byte range of RFC 9110 section 14; several, another unit or a senseless one are ignored, as the RFC allows. */
function rangeOf(header: string | undefined, size: number): ByteRange | 'impossible' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (first === '' && last === '') return undefined
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (start > end || start >= size) return 'impossible'
  return { start, end }
}
