import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { gzipSync } from 'node:zlib'

/** Elements of a differential by id: `{ 'Patient.name:usual': { min: 1 } }`. */
export type Elements = Readonly<Record<string, object>>

export const canonical = (name: string): string => `https://example.org/StructureDefinition/${name}`

/** A profile, with path and slice name of each element taken from its id. */
export function aProfile(name: string, type: string, elements: Elements, more: object = {}): object {
  return {
    resourceType: 'StructureDefinition',
    url: canonical(name),
    version: '1.0.0',
    name,
    status: 'active',
    fhirVersion: '4.0.1',
    kind: /^[A-Z]/.test(type) && !DATA_TYPES.has(type) ? 'resource' : 'complex-type',
    abstract: false,
    type,
    baseDefinition: `http://hl7.org/fhir/StructureDefinition/${type}`,
    derivation: 'constraint',
    differential: { element: Object.entries(elements).map(elementOf) },
    ...more,
  }
}

const DATA_TYPES = new Set(['Extension', 'HumanName', 'Identifier', 'Coding'])

function elementOf([id, element]: [string, object]): object {
  const sliceName = /:([^.]+)$/.exec(id)?.[1]
  return { id, path: id.replace(/:[^.]+/g, ''), ...(sliceName !== undefined && { sliceName }), ...element }
}

/** A new folder with these files (texts and bytes as they are, the rest as JSON), removed after the tests. */
export function aFolder(files: Readonly<Record<string, unknown>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'definitions-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    const bytes = typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content)
    writeFileSync(join(folder, path), bytes)
  }
  return folder
}

/** A file of an archive; `kind` is its type flag, regular by default. */
export interface Entry {
  path: string
  content?: string
  kind?: string
}

/** A gzipped tar archive, in a folder of its own; `spoil` may change the bytes before they are packed. */
export function anArchive(entries: readonly Entry[], spoil: (tar: Buffer) => Buffer = (tar) => tar): string {
  const path = join(aFolder(), 'package.tgz')
  const tar = Buffer.concat([...entries.map(blocksOf), Buffer.alloc(1024)])
  writeFileSync(path, gzipSync(spoil(tar)))
  return path
}

function blocksOf({ path, content = '', kind = '0' }: Entry): Buffer {
  const bytes = Buffer.from(content)
  const header = Buffer.alloc(512)
  header.write(path.slice(0, 100), 0)
  header.write('0000644\0', 100)
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write(' '.repeat(8), 148)
  header.write(kind, 156)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
}
