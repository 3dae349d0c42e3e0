import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { type Entry, open, type ZipFile } from 'yauzl'
import { ImportError } from './errors.ts'

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

/** Files of an XDM medium that are not documents (IHE ITI TF-2 3.32.4.1.2): metadata, index, style sheets, readme. */
const COMPANIONS = /(^|\/)(METADATA\.XML|INDEX\.HTM|README\.TXT|[^/]+\.(XSL|XSLT|CSS|PNG|JPG|GIF|HTM|HTML|TXT))$/i

/**
 * The documents of an XDM package (`.zip`, IHE XDM), checked before anything is believed: names stay inside the
 * package, sizes are what they say and within the limits (a bomb is refused after `maxSize` bytes, whatever it
 * promised), and a document named by METADATA.XML has the hash and size announced there.
 */
export async function readXdmPackage(path: string, limits: PackageLimits): Promise<PackagedDocument[]> {
  const zip = await openZip(path)
  try {
    if (zip.entryCount > limits.maxEntries) throw new ImportError('package.too-many-entries')
    const documents: PackagedDocument[] = []
    const metadata: Buffer[] = []
    let budget = limits.maxSize
    for await (const entry of entriesOf(zip)) {
      if (entry.fileName.endsWith('/')) continue
      const isMetadata = /(^|\/)METADATA\.XML$/i.test(entry.fileName)
      if (!isMetadata && COMPANIONS.test(entry.fileName)) continue
      const bytes = await extract(zip, entry, budget)
      budget -= bytes.length
      if (isMetadata) metadata.push(bytes)
      else documents.push({ name: entry.fileName, bytes })
    }
    if (documents.length === 0) throw new ImportError('package.empty')
    for (const bytes of metadata) checkAnnounced(bytes.toString('utf8'), documents)
    return documents
  } finally {
    zip.close()
  }
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    // strictFileNames refuses backslashes; yauzl itself refuses absolute names and `..`.
    open(
      path,
      { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true },
      (error, zip) => {
        if (error !== null) reject(new ImportError('package.unreadable'))
        else resolve(zip)
      },
    )
  })
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (let read = 0; read < zip.entryCount; read += 1) {
    zip.readEntry()
    const [entry]: unknown[] = await Promise.race([
      once(zip, 'entry').catch(() => {
        // yauzl reports a name outside the package, or a broken directory, as an error event.
        throw new ImportError('package.unsafe')
      }),
      once(zip, 'end').then(() => []),
    ])
    if (entry === undefined) return
    yield entry as Entry // yauzl's own event payload
  }
}

async function extract(zip: ZipFile, entry: Entry, budget: number): Promise<Buffer> {
  if ((entry.generalPurposeBitFlag & 1) !== 0) throw new ImportError('package.encrypted')
  if (isSymbolicLink(entry)) throw new ImportError('package.unsafe')
  if (entry.uncompressedSize > budget) throw new ImportError('file.too-large')
  const stream = await new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => {
      if (error !== null) reject(new ImportError('package.unreadable'))
      else resolve(opened)
    })
  })
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of stream) {
      size += chunk.length
      if (size > budget) throw new ImportError('file.too-large')
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof ImportError ? error : new ImportError('package.unreadable')
  } finally {
    stream.destroy()
  }
  return Buffer.concat(chunks, size)
}

/** Unix mode in the high half of the external attributes: 0o120000 is a symbolic link. */
function isSymbolicLink(entry: Entry): boolean {
  return ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000
}

/** ebXML slots of METADATA.XML: the URI of each document with its SHA-1 and size. */
function checkAnnounced(metadata: string, documents: readonly PackagedDocument[]): void {
  for (const [block] of metadata.matchAll(/<(?:\w+:)?ExtrinsicObject[\s>][\s\S]*?<\/(?:\w+:)?ExtrinsicObject>/g)) {
    const uri = slot(block, 'URI')
    const document = documents.find(({ name }) => uri !== undefined && (name === uri || name.endsWith(`/${uri}`)))
    if (document === undefined) {
      if (uri !== undefined) throw new ImportError('package.document-missing')
      continue
    }
    const [hash, size] = [slot(block, 'hash'), slot(block, 'size')]
    const sha1 = createHash('sha1').update(document.bytes).digest('hex')
    if (hash !== undefined && hash.toLowerCase() !== sha1) throw new ImportError('package.hash')
    if (size !== undefined && Number(size) !== document.bytes.length) throw new ImportError('package.hash')
  }
}

function slot(block: string, name: string): string | undefined {
  const pattern = new RegExp(`<(?:\\w+:)?Slot\\s[^>]*name="${name}"[\\s\\S]*?<(?:\\w+:)?Value>([^<]*)<`, 'i')
  return pattern.exec(block)?.[1]?.trim()
}
