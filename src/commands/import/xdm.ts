import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Entry, getFileNameLowLevel, openPromise, validateFileName, type ZipFile } from 'yauzl'
import { ImportError } from './errors.ts'
import { checkAnnounced } from './xdm-metadata.ts'

/** A document found in a package. */
export interface PackagedDocument {
  /** Path inside the package. */
  name: string
  bytes: Buffer
}

/** What a package may cost. */
export interface PackageLimits {
  /** Bytes of one document, and of all documents together. */
  maxSize: number
  maxEntries: number
}

const METADATA = /(^|\/)METADATA\.XML$/i
/** Files of an XDM medium that are not documents (IHE ITI TF-2 3.32.4.1.2): index, style sheets, readme. */
const COMPANIONS = /\.(XSL|XSLT|CSS|PNG|JPG|GIF|HTM|HTML|TXT)$/i

/**
 * The documents of an XDM package (`.zip`, IHE XDM), checked before anything is believed: names stay inside the
 * package, sizes and checksums are what they say and within the limits (a bomb is refused after `maxSize` bytes, whatever
 * it promised), and a document named by METADATA.XML has the hash and size announced there. Nothing is written to disk.
 * Rejects with ImportError.
 */
export async function readXdmPackage(path: string, limits: PackageLimits): Promise<PackagedDocument[]> {
  const zip = await openZip(path)
  try {
    if (zip.entryCount > limits.maxEntries) throw new ImportError('package.too-many-entries')
    const files = new Map<string, Buffer>()
    let budget = limits.maxSize
    for await (const entry of entriesOf(zip)) {
      const name = safeName(entry)
      if (name.endsWith('/') || COMPANIONS.test(name)) continue
      if (files.has(name)) throw new ImportError('package.unreadable')
      const bytes = await extract(zip, entry, budget)
      budget -= bytes.length
      files.set(name, bytes)
    }
    const documents = new Map([...files].filter(([name]) => !METADATA.test(name)))
    if (documents.size === 0) throw new ImportError('package.empty')
    for (const [name, bytes] of files) if (METADATA.test(name)) checkAnnounced({ name, bytes }, documents)
    return [...documents].map(([name, bytes]) => ({ name, bytes }))
  } finally {
    zip.close()
  }
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    // Names are decoded and checked below: yauzl would not say whether a name or the directory is at fault.
    return await openPromise(path, { autoClose: false, decodeStrings: false, validateEntrySizes: true })
  } catch {
    throw new ImportError('package.unreadable')
  }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  try {
    yield* zip.eachEntry()
  } catch {
    throw new ImportError('package.unreadable')
  }
}

/** The name of an entry: no absolute or parent path, no backslash, no control character, no symbolic link. */
function safeName(entry: Entry): string {
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true)
  const safe = validateFileName(name) === null && !/\p{Cc}/u.test(name) && !isSymbolicLink(entry)
  if (!safe) throw new ImportError('package.unsafe')
  return name
}

/** Unix mode in the high half of the external attributes: 0o120000 is a symbolic link. */
function isSymbolicLink(entry: Entry): boolean {
  return ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000
}

async function extract(zip: ZipFile, entry: Entry, budget: number): Promise<Buffer> {
  if (entry.isEncrypted()) throw new ImportError('package.encrypted')
  if (entry.uncompressedSize > budget) throw new ImportError('file.too-large')
  const bytes = await readAll(zip, entry, budget)
  if (crc32(bytes) !== entry.crc32) throw new ImportError('package.unreadable')
  return bytes
}

async function readAll(zip: ZipFile, entry: Entry, budget: number): Promise<Buffer> {
  let stream: Readable | undefined
  const chunks: Buffer[] = []
  let size = 0
  try {
    stream = await zip.openReadStreamPromise(entry)
    for await (const chunk of stream) {
      size += chunk.length
      if (size > budget) throw new ImportError('file.too-large')
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof ImportError ? error : new ImportError('package.unreadable')
  } finally {
    stream?.destroy()
  }
  return Buffer.concat(chunks, size)
}
