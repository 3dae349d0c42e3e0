import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { SaxesParser } from 'saxes'
import { ImportError } from './errors.ts'

/**
 * Holds the documents of a package to what its METADATA.XML announces: each is there, with its SHA-1 and size (slots
 * `URI`, `hash` and `size` of an ebXML ExtrinsicObject, IHE ITI TF-3 4.2.3.2). A URI is relative to the folder of the
 * metadata. Throws ImportError `package.metadata`, `package.document-missing` or `package.hash`.
 */
export function checkAnnounced(
  metadata: { name: string; bytes: Buffer },
  documents: ReadonlyMap<string, Uint8Array>,
): void {
  for (const slots of extrinsicObjects(metadata.bytes.toString('utf8'))) {
    const uri = slots.get('URI')
    if (uri === undefined) continue
    const bytes = documents.get(posix.join(posix.dirname(metadata.name), uri)) ?? documents.get(uri)
    if (bytes === undefined) throw new ImportError('package.document-missing')
    const [hash, size] = [slots.get('hash'), slots.get('size')]
    const sha1 = createHash('sha1').update(bytes).digest('hex')
    if (hash !== undefined && hash.toLowerCase() !== sha1) throw new ImportError('package.hash')
    if (size !== undefined && size !== String(bytes.length)) throw new ImportError('package.hash')
  }
}

/** First value of each slot, by name, of every ExtrinsicObject. */
function extrinsicObjects(xml: string): ReadonlyMap<string, string>[] {
  const parser = new SaxesParser({ xmlns: true })
  const objects: Map<string, string>[] = []
  const path: string[] = []
  let slot: string | undefined
  let value = ''
  parser.on('doctype', () => {
    throw new ImportError('package.metadata')
  })
  parser.on('opentag', ({ local, attributes }) => {
    path.push(local)
    value = ''
    if (local === 'ExtrinsicObject') objects.push(new Map())
    if (local === 'Slot') slot = attributes.name?.value
  })
  parser.on('text', (text) => {
    value += text
  })
  parser.on('closetag', ({ local }) => {
    path.pop()
    const object = path.at(-3) === 'ExtrinsicObject' ? objects.at(-1) : undefined
    if (local !== 'Value' || object === undefined || slot === undefined || object.has(slot)) return
    object.set(slot, value.trim())
  })
  try {
    parser.write(xml).close()
  } catch {
    throw new ImportError('package.metadata')
  }
  return objects
}
