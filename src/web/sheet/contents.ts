import { Readable } from 'node:stream'
import { type ParsedCda, parseCda } from '../../french/cda/parse.ts'
import { carriedFile } from '../../french/cda/readable.ts'
import type { BlobStore } from '../../store/blobs/blobs.ts'
import type { DccStore } from '../../store/store.ts'
import type { SheetDocument } from './documents.ts'

/** Bytes in one media type: in the blob store, or read out of the document that carries them. */
export type Variant = { contentType: string; size: number } & ({ sha256: string } | { bytes: Uint8Array })

/** How a browser shows a variant that runs nothing. */
export type ShownAs = 'pdf' | 'image' | 'text'

/** The content of a document: as it was filed, and as a page can show it. */
export interface DocumentContent {
  /** Names the bytes as filed. */
  sha256: string
  original: Variant
  /** What a browser shows in a page; undefined for a structured document, and for what it cannot show. */
  shown: (Variant & { as: ShownAs }) | undefined
  /** The document, when it is a CDA that can be read. */
  cda: ParsedCda | undefined
  isXml: boolean
}

/** Types that a browser shows and that run nothing, and how. */
const SHOWN: readonly (readonly [type: RegExp, as: ShownAs])[] = [
  [/^application\/pdf(;|$)/, 'pdf'],
  [/^image\/(png|jpeg|gif)(;|$)/, 'image'],
  [/^text\/plain(;|$)/, 'text'],
]
const XML = /^(text|application)\/([a-z]+\+)?xml(;|$)/

/** Largest XML that is read for a page, in bytes: it is parsed while others wait. */
const LARGEST_READ = 8 * 1024 * 1024

/**
 * The content of a document; undefined when it was withdrawn or is elsewhere. An XML is read when its page needs what is
 * in it (`reading`), and when nothing else tells what file it carries.
 */
export async function contentOf(
  { store, blobs }: { store: DccStore; blobs: BlobStore },
  { contentId }: Pick<SheetDocument, 'contentId'>,
  reading: boolean,
): Promise<DocumentContent | undefined> {
  const original = contentId === undefined ? undefined : await store.content(contentId)
  if (original === undefined || original.deleted) return undefined
  const { sha256 } = original
  if (!XML.test(original.contentType)) {
    return { sha256, original, shown: shownAs(original), cda: undefined, isXml: false }
  }
  const stored = (await store.renditions(original.id)).map(shownAs).find((shown) => shown !== undefined)
  const cda = reading || stored === undefined ? await readCda(blobs, original) : undefined
  return { sha256, original, shown: stored ?? carried(cda), cda, isXml: true }
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

/** Whatever is wrong with an XML, the file itself is still offered. */
async function readCda(blobs: BlobStore, original: Variant): Promise<ParsedCda | undefined> {
  if (original.size > LARGEST_READ) return undefined
  const bytes = await readBytes(blobs, original)
  try {
    return parseCda(bytes)
  } catch {
    return undefined
  }
}

/** What came in by FHIR has no rendition beside it: the file is inside. */
function carried(cda: ParsedCda | undefined): DocumentContent['shown'] {
  const file = cda && carriedFile(cda.clinicalDocument)
  return file && shownAs({ contentType: file.mediaType, size: file.bytes.length, bytes: file.bytes })
}

async function readBytes(blobs: BlobStore, variant: Variant): Promise<Uint8Array> {
  if ('bytes' in variant) return variant.bytes
  const bytes = await blobs.get(variant.sha256, variant.size)
  return bytes instanceof Readable ? Buffer.concat(await bytes.toArray()) : bytes
}

function shownAs(variant: Variant): DocumentContent['shown'] {
  const as = SHOWN.find(([type]) => type.test(variant.contentType))?.[1]
  return as && { ...variant, as }
}
