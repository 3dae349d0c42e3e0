import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, test } from 'node:test'
import { ZipFile as ZipWriter } from 'yazl'
import { generateRegion } from '../../../src/commands/demo/region/region.ts'
import { ImportError } from '../../../src/commands/import/errors.ts'
import type { ImportLine } from '../../../src/commands/import/report.ts'
import { readXdmPackage } from '../../../src/commands/import/xdm.ts'
import { type Ended, runImport, stateOf, writeFiles } from '../../support/import.ts'
import { deflatedZeros, type ZipFile, zipOf } from '../../support/zip.ts'

const LIMITS = { maxSize: 10 * 1024 * 1024, maxEntries: 1000 }
const SUBSET = 'IHE_XDM/SUBSET01'
const [ONE, TWO] = generatedDocuments()
let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dcc-packages-'))
})
after(() => rm(folder, { recursive: true, force: true }))

/** An XDM medium as a sender writes it: index, readme, style sheet, and subsets with metadata and documents. */
function medium(...files: ZipFile[]): ZipFile[] {
  return [
    file('INDEX.HTM', '<html></html>'),
    file('README.TXT', 'Lisez-moi'),
    file(`${SUBSET}/CDA.XSL`, '<xsl/>'),
    ...files,
  ]
}

describe('reading a package', () => {
  test('gives the documents in their order, without metadata, index, readme and style sheets', async () => {
    const documents = await read(
      ...medium(
        file(`${SUBSET}/METADATA.XML`, metadataOf({ DOC0001: ONE, DOC0002: TWO })),
        document(1, ONE),
        document(2, TWO),
      ),
    )
    assert.deepEqual(
      documents.map(({ name }) => name),
      [`${SUBSET}/DOC0001.XML`, `${SUBSET}/DOC0002.XML`],
    )
    assert.ok(documents[0]?.bytes.equals(ONE) && documents[1]?.bytes.equals(TWO))
  })

  test('subsets with the same file names are not mixed up', async () => {
    const other = 'IHE_XDM/SUBSET02'
    const documents = await read(
      ...medium(
        file(`${SUBSET}/METADATA.XML`, metadataOf({ DOC0001: ONE })),
        document(1, ONE),
        file(`${other}/METADATA.XML`, metadataOf({ DOC0001: TWO })),
        { name: `${other}/DOC0001.XML`, bytes: TWO },
      ),
    )
    assert.equal(documents.length, 2)
  })

  test('metadata may be written with any prefix, in any case, with a URI from the root', async () => {
    const metadata = metadataOf({ DOC0001: ONE })
      .replaceAll('rim:', '')
      .replaceAll('xmlns:rim', 'xmlns')
      .replace('>DOC0001.XML<', `>${SUBSET}/DOC0001.XML<`)
      .replace(sha1(ONE), sha1(ONE).toUpperCase())
    assert.equal((await read(file(`${SUBSET}/METADATA.XML`, metadata), document(1, ONE))).length, 1)
  })

  test('a plain archive of documents, without metadata, is a package too', async () => {
    assert.equal((await read({ name: 'a.xml', bytes: ONE }, { name: 'b/c.xml', bytes: TWO })).length, 2)
  })

  test('one with a thousand documents leaks no listener', async () => {
    const warnings: Error[] = []
    const listen = (warning: Error) => warnings.push(warning)
    process.on('warning', listen)
    const files = Array.from({ length: 1000 }, (_, index) => file(`${index}.xml`, `<a>${index}</a>`))
    assert.equal((await read(...files)).length, 1000)
    await new Promise(setImmediate)
    process.off('warning', listen)
    assert.deepEqual(warnings, [])
  })
})

const bombData = deflatedZeros(1024)

const REFUSED: [id: string, key: string, archive: Buffer][] = [
  ['parent-path', 'package.unsafe', zipOf(document(1, ONE), { name: '../outside.xml', bytes: TWO })],
  ['parent-path-inside', 'package.unsafe', zipOf({ name: 'IHE_XDM/../../outside.xml', bytes: TWO })],
  ['absolute-path', 'package.unsafe', zipOf({ name: '/etc/cron.d/outside.xml', bytes: TWO })],
  ['drive-letter', 'package.unsafe', zipOf({ name: 'C:outside.xml', bytes: TWO })],
  ['backslashes', 'package.unsafe', zipOf({ name: '..\\outside.xml', bytes: TWO })],
  ['control-character', 'package.unsafe', zipOf({ name: 'a\u001b[2J.xml', bytes: TWO })],
  ['symbolic-link', 'package.unsafe', zipOf({ name: 'link.xml', bytes: Buffer.from('/etc/passwd'), mode: 0o120777 })],
  ['unsafe-companion', 'package.unsafe', zipOf(document(1, ONE), file('../README.TXT', 'x'))],
  ['encrypted', 'package.encrypted', zipOf({ ...document(1, ONE), flags: 0x801 })],
  ['strongly-encrypted', 'package.unreadable', zipOf({ ...document(1, ONE), flags: 0x841 })],
  ['bomb', 'file.too-large', zipOf({ name: 'bomb.xml', bytes: ONE, deflated: bombData, size: 1024 ** 3 })],
  ['bomb-that-lies', 'package.unreadable', zipOf({ name: 'bomb.xml', bytes: ONE, deflated: bombData, size: 1000 })],
  [
    'bomb-of-many',
    'file.too-large',
    zipOf(
      ...Array.from({ length: 12 }, (_, index) => ({
        name: `${index}.xml`,
        bytes: Buffer.alloc(1024 * 1024),
      })),
    ),
  ],
  [
    'bomb-of-metadata',
    'file.too-large',
    zipOf({ name: 'METADATA.XML', bytes: ONE, deflated: bombData, size: 1024 ** 3 }),
  ],
  [
    'too-many',
    'package.too-many-entries',
    zipOf(...Array.from({ length: 1001 }, (_, index) => file(`${index}.xml`, ''))),
  ],
  ['wrong-checksum', 'package.unreadable', zipOf({ ...document(1, ONE), crc: 1 })],
  ['same-name-twice', 'package.unreadable', zipOf(document(1, ONE), document(1, TWO))],
  ['truncated', 'package.unreadable', zipOf(document(1, ONE)).subarray(0, 5000)],
  ['truncated-directory', 'package.unreadable', withoutDirectory(zipOf(document(1, ONE)))],
  ['empty-file', 'package.unreadable', Buffer.alloc(0)],
  ['no-archive', 'package.unreadable', Buffer.from(ONE)],
  ['without-entry', 'package.empty', zipOf()],
  ['without-document', 'package.empty', zipOf(...medium(file(`${SUBSET}/METADATA.XML`, metadataOf({}))))],
  ['metadata-broken', 'package.metadata', zipOf(document(1, ONE), file(`${SUBSET}/METADATA.XML`, '<a'))],
  ['metadata-dtd', 'package.metadata', zipOf(document(1, ONE), file('METADATA.XML', `<!DOCTYPE a>${metadataOf({})}`))],
  ['metadata-wrong-hash', 'package.hash', withMetadata((xml) => xml.replace(sha1(ONE), sha1(TWO)))],
  ['metadata-wrong-size', 'package.hash', withMetadata((xml) => xml.replace(`>${ONE.length}<`, `>${ONE.length + 1}<`))],
  ['metadata-document-missing', 'package.document-missing', withMetadata((xml) => xml.replace('>DOC0001', '>DOC0009'))],
  [
    'metadata-uri-outside',
    'package.document-missing',
    withMetadata((xml) => xml.replace('>DOC0001', '>../../../DOC0001')),
  ],
]

describe('a package is refused', () => {
  for (const [id, key, archive] of REFUSED) {
    test(`${id}: as ${key}`, async () => {
      const [path = ''] = await writeFiles(folder, { [`${id}.zip`]: archive })
      const began = process.cpuUsage().user
      await assert.rejects(readXdmPackage(path, LIMITS), (error) => {
        assert.ok(error instanceof ImportError, String(error))
        assert.equal(error.key, key)
        return true
      })
      assert.ok(process.cpuUsage().user - began < 2_000_000, 'more than two seconds of work')
    })
  }

  test('without crashing or hanging, wherever it is cut or altered', async () => {
    const files = medium(
      file(`${SUBSET}/METADATA.XML`, metadataOf({ DOC0001: SMALL })),
      document(1, SMALL),
      document(2, SMALL),
    )
    const whole = zipOf(...files)
    const path = join(folder, 'altered.zip')
    for (let at = 0; at < whole.length; at += 7) {
      const altered = Buffer.from(whole)
      altered[at] = (altered[at] ?? 0) ^ 0xff
      for (const bytes of [whole.subarray(0, at), altered]) {
        await writeFiles(folder, { 'altered.zip': bytes })
        const result = await readXdmPackage(path, LIMITS).catch((error: unknown) => error)
        if (result instanceof ImportError) continue
        // A change of a name, a date or a comment is no damage: the bytes are those of a file of the package.
        assert.ok(Array.isArray(result), `byte ${at}: ${String(result)}`)
        for (const { bytes: given } of result)
          assert.ok(
            files.some((one) => given.equals(one.bytes)),
            `byte ${at}`,
          )
      }
    }
  })
})

describe('one import of good and bad packages', () => {
  let ended: Ended & { lines: ImportLine[] }
  let packages = ''

  before(async () => {
    packages = join(folder, 'packages')
    await writeFiles(packages, {
      ...Object.fromEntries(REFUSED.map(([id, , archive]) => [`${id}.zip`, archive])),
      'half-good.zip': zipOf(document(2, TWO), { name: 'not-cda.xml', bytes: Buffer.from('<a/>') }),
    })
    await writeWithYazl(join(packages, 'a-good.ZIP'), {
      'INDEX.HTM': Buffer.from('<html></html>'),
      [`${SUBSET}/METADATA.XML`]: Buffer.from(metadataOf({ DOC0001: ONE, DOC0002: TWO })),
      [`${SUBSET}/DOC0001.XML`]: ONE,
      [`${SUBSET}/DOC0002.XML`]: TWO,
    })
    ended = await runImport(join(folder, 'data'), [packages], { DCC_MAX_IMPORT_FILE: String(LIMITS.maxSize) })
  })

  test('the documents of the good one are imported, a line each', () => {
    const good = ended.lines.filter(({ file }) => file.includes('a-good.ZIP'))
    assert.deepEqual(
      good.map(({ file, outcome }) => [file, outcome]),
      ['DOC0001.XML', 'DOC0002.XML'].map((name) => [`${join(packages, 'a-good.ZIP')}!${SUBSET}/${name}`, 'imported']),
    )
    assert.equal(new Set(good.map(({ patient }) => patient)).size, 1)
  })

  test('a document that is refused does not stop the others of its package', () => {
    const lines = ended.lines.filter(({ file }) => file.includes('half-good.zip'))
    assert.deepEqual(
      lines.map(({ outcome, key }) => [outcome, key]),
      [
        ['unchanged', undefined],
        ['refused', 'cda.not-cda'],
      ],
    )
  })

  test('each bad one has one line and its key', () => {
    for (const [id, key] of REFUSED) {
      const lines = ended.lines.filter(({ file }) => file.startsWith(join(packages, `${id}.zip`)))
      assert.deepEqual(
        lines.map((line) => [line.ok, line.key]),
        [[false, key]],
      )
    }
    assert.equal(ended.code, 1)
    assert.equal(ended.stderr, '')
  })

  test('nothing else is stored, inside the record or outside', async () => {
    const { counts, files } = await stateOf(join(folder, 'data'))
    assert.deepEqual([counts.document, counts.content, counts.list], [2, 2, 2])
    assert.equal(files.filter((name) => name.startsWith('tmp')).length, 0)
    assert.equal(files.length, 2 + (counts.content_rendition ?? 0))
  })
})

/** A fictitious document small enough to alter at every place. */
const SMALL = Buffer.from(`<a>${'fictif '.repeat(40)}</a>`)

async function read(...files: ZipFile[]) {
  const [path = ''] = await writeFiles(folder, { 'read.zip': zipOf(...files) })
  return readXdmPackage(path, LIMITS)
}

function file(name: string, content: string): ZipFile {
  return { name, bytes: Buffer.from(content) }
}

function document(number: number, bytes: Buffer): ZipFile {
  return { name: `${SUBSET}/DOC000${number}.XML`, bytes }
}

function withMetadata(change: (xml: string) => string): Buffer {
  const xml = metadataOf({ DOC0001: ONE })
  assert.notEqual(change(xml), xml)
  return zipOf(file(`${SUBSET}/METADATA.XML`, change(xml)), document(1, ONE))
}

/** The metadata of a submission as XDM writes them (ebXML), for these documents. */
function metadataOf(documents: Readonly<Record<string, Buffer>>): string {
  const slot = (name: string, value: string) =>
    `<rim:Slot name="${name}"><rim:ValueList><rim:Value>${value}</rim:Value></rim:ValueList></rim:Slot>`
  const objects = Object.entries(documents).map(
    ([name, bytes]) =>
      `<rim:ExtrinsicObject id="${name}" mimeType="text/xml">${slot('URI', `${name}.XML`)}` +
      `${slot('hash', sha1(bytes))}${slot('size', String(bytes.length))}${slot('languageCode', 'fr-FR')}` +
      '<rim:Classification><rim:Slot name="hash"><rim:ValueList><rim:Value>0</rim:Value></rim:ValueList></rim:Slot>' +
      '</rim:Classification></rim:ExtrinsicObject>',
  )
  return (
    '<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" ' +
    'xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:RegistryObjectList>' +
    `${objects.join('')}<rim:RegistryPackage id="set"/></rim:RegistryObjectList></lcm:SubmitObjectsRequest>`
  )
}

function sha1(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('hex')
}

/** The archive with its directory cut in the middle and its end kept. */
function withoutDirectory(archive: Buffer): Buffer {
  const directory = archive.lastIndexOf('PK\x01\x02')
  return Buffer.concat([archive.subarray(0, directory + 20), archive.subarray(archive.length - 22)])
}

async function writeWithYazl(path: string, files: Readonly<Record<string, Buffer>>): Promise<void> {
  const zip = new ZipWriter()
  for (const [name, bytes] of Object.entries(files)) zip.addBuffer(bytes, name)
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
}

function generatedDocuments(): [Buffer, Buffer] {
  const [patient] = generateRegion({ patients: 1, seed: 7, today: '2026-07-01' }).patients
  const [one, two] = (patient?.documents ?? []).map(({ bytes }) => Buffer.from(bytes))
  assert.ok(one !== undefined && two !== undefined)
  return [one, two]
}
