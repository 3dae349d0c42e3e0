import { Readable } from 'node:stream'
import { type ParsedCda, parseCda } from '../../french/cda/parse.ts'
import type { BlobStore } from '../../store/blobs/blobs.ts'
import type { Content, DccStore } from '../../store/store.ts'
import type { SheetDocument } from './documents.ts'

/** The same document in one media type. */
export interface Variant {
  contentType: string
  sha256: string
  size: number
}

/** The content of a document: as it was filed, and as a page can show it. */
export interface DocumentContent {
  original: Variant
  /** What a browser shows in a page; undefined for a structured document, and for what it cannot show. */
  shown: (Variant & { as: 'pdf' | 'image' | 'text' }) | undefined
  isXml: boolean
}

/** Types that a browser shows and that run nothing, and how. */
const SHOWN: readonly (readonly [type: RegExp, as: 'pdf' | 'image' | 'text'])[] = [
  [/^application\/pdf(;|$)/, 'pdf'],
  [/^image\/(png|jpeg|gif)(;|$)/, 'image'],
  [/^text\/plain(;|$)/, 'text'],
]
const XML = /^(text|application)\/([a-z]+\+)?xml(;|$)/

/** Largest XML that is read for a page, in bytes: it is parsed while others wait. */
const LARGEST_READ = 8 * 1024 * 1024

/** The content of a document; undefined when it was withdrawn or is elsewhere. */
export async function contentOf(
  store: DccStore,
  { contentId }: Pick<SheetDocument, 'contentId'>,
): Promise<DocumentContent | undefined> {
  const original = contentId === undefined ? undefined : await store.content(contentId)
  if (original === undefined || original.deleted) return undefined
  const isXml = XML.test(original.contentType)
  const variants = isXml ? await store.renditions(original.id) : [original]
  return { original, shown: variants.flatMap(shownAs)[0], isXml }
}

/** Reads and parses an XML content; undefined when it is too large, or is no CDA. */
export async function readCda(blobs: BlobStore, { original, isXml }: DocumentContent): Promise<ParsedCda | undefined> {
  if (!isXml || original.size > LARGEST_READ) return undefined
  const bytes = await readBytes(blobs, original)
  try {
    return parseCda(bytes)
  } catch {
    // Whatever is wrong with it, the file itself is still offered.
    return undefined
  }
}

/** A text of at most that many bytes; undefined when it is longer. */
export async function readText(blobs: BlobStore, variant: Variant, most: number): Promise<string | undefined> {
  if (variant.size > most) return undefined
  const bytes = await readBytes(blobs, variant)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

async function readBytes(blobs: BlobStore, { sha256, size }: Variant): Promise<Uint8Array> {
  const bytes = await blobs.get(sha256, size)
  if (bytes instanceof Readable) return Buffer.concat(await bytes.toArray())
  return bytes
}

function shownAs(variant: Pick<Content, 'contentType' | 'sha256' | 'size'>): NonNullable<DocumentContent['shown']>[] {
  const { contentType, sha256, size } = variant
  const as = SHOWN.find(([type]) => type.test(contentType))?.[1]
  return as === undefined ? [] : [{ contentType, sha256, size, as }]
}
