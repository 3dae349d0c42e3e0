import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { loadRuleset } from '../../../src/validation/definitions/load.ts'
import { aFolder, anArchive, aProfile, canonical, type Entry } from './samples.ts'

const manifest = { name: 'example.package', version: '1.0.0', fhirVersions: ['4.0.1'] }
const valueSet = { resourceType: 'ValueSet', url: 'https://example.org/ValueSet/colours' }
const patient = (name: string, rules: object = {}, more: object = {}): object =>
  aProfile(name, 'Patient', { 'Patient.name': rules }, more)

const entry = (path: string, content: unknown): Entry => ({
  path,
  content: typeof content === 'string' ? content : JSON.stringify(content),
})

const packed: readonly Entry[] = [
  entry('package/package.json', manifest),
  entry('package/StructureDefinition-packed.json', patient('packed', { min: 1 })),
  entry('package/ValueSet-colours.json', valueSet),
  entry('package/example/Patient-wrong.json', 'no JSON at all'),
  entry('package/.index.json', { files: [] }),
]

const unpacked = {
  'package/package.json': manifest,
  'package/unpacked.json': patient('unpacked'),
  'package/example/Patient-wrong.json': 'no JSON at all',
}

const longName = (start: string): string => `package/${start}${'long'.repeat(40)}.json`
const paxRecord = ` path=${longName('pax')}\n`
const longNames: readonly Entry[] = [
  { path: 'PaxHeader', kind: 'x', content: `${paxRecord.length + 3}${paxRecord}` },
  entry('package/cut-off', patient('pax')),
  { path: '././@LongLink', kind: 'L', content: `${longName('gnu')}\0` },
  entry('package/cut-off', patient('gnu')),
]

const later: readonly Entry[] = [
  entry('package/next.json', patient('packed', { min: 1, max: '1' }, { version: '2.0.0' })),
  ...['1.0.0', '2.0.0'].map((version) =>
    entry(`package/${version}.json`, patient(version, {}, { baseDefinition: `${canonical('packed')}|${version}` })),
  ),
]

const own = aFolder({
  'packed.json': patient('packed', {}, { version: '0.9.0' }),
  'fr-core/1.0.0/fr.json': patient('fr', {}, { version: '1.0.0' }),
  'fr-core/2.0.0/fr.json': patient('fr', {}, { version: '2.0.0' }),
})

const { definitions, terminology, refused } = loadRuleset({
  profiles: [own],
  frCore: '1.0.0',
  packages: [
    anArchive(packed),
    aFolder(unpacked),
    aFolder({ 'bare.json': patient('bare') }),
    anArchive(longNames),
    anArchive(later),
  ],
})

test('an archive, an unpacked package and a folder of resources give their profiles, and nothing of their examples', () => {
  for (const name of ['packed', 'unpacked', 'bare']) assert.ok(definitions(canonical(name)), name)
  assert.deepEqual(refused, [])
})

test('terminology is handed on as it stands', () => {
  assert.deepEqual(terminology(), { valueSets: [valueSet], codeSystems: [], conceptMaps: [] })
})

test('names that are too long for a header are read from the entry before', () => {
  for (const name of ['pax', 'gnu']) assert.ok(definitions(canonical(name)), name)
})

test('a package takes the place of what we state ourselves under its URLs', () => {
  assert.equal(definitions(`${canonical('packed')}|0.9.0`), undefined)
})

test('of two packages with one profile, each version is found, and without version the last given', () => {
  assert.equal(definitions(`${canonical('packed')}|1.0.0`)?.version, '1.0.0')
  assert.equal(definitions(canonical('packed'))?.version, '2.0.0')
})

test('a profile stands on the version of its base that it names', () => {
  const nameOf = (url: string) => definitions(url)?.root.children?.find(({ name }) => name === 'name')
  assert.deepEqual([nameOf(canonical('1.0.0'))?.max, nameOf(canonical('2.0.0'))?.max], [-1, 1])
  assert.equal(definitions(canonical('1.0.0'))?.base, `${canonical('packed')}|1.0.0`)
})

test('only the version of FR Core that is asked for counts', () => {
  assert.equal(definitions(canonical('fr'))?.version, '1.0.0')
})

/** Half a gigabyte and more of nothing: gzip members may follow each other. */
const BOMB = Buffer.concat(Array<Buffer>(33).fill(gzipSync(Buffer.alloc(16 * 1024 * 1024))))

/** Archives that must be refused, with what is said of them. */
const HOSTILE: Readonly<Record<string, readonly [path: () => string, message: RegExp]>> = {
  'no archive': [() => join(aFolder({ 'x.tgz': 'not a gzip file' }), 'x.tgz'), /x\.tgz: is not a gzip archive/],
  'nothing at all': [() => join(aFolder(), 'gone.tgz'), /gone\.tgz: is not there/],
  'a path that leads outside': [
    () => anArchive([entry('package/../../etc/passwd.json', '{}')]),
    /package\.tgz: holds a path that leads outside/,
  ],
  'an absolute path': [() => anArchive([entry('/package/a.json', '{}')]), /leads outside/],
  'a link': [() => anArchive([{ path: 'package/a.json', kind: '2' }]), /holds a link/],
  'a damaged header': [() => anArchive(packed, (tar) => tar.fill(7, 20, 40)), /damaged header/],
  'an end in the middle': [() => anArchive(packed, (tar) => tar.subarray(0, 540)), /ends in the middle/],
  'no end': [() => anArchive([], () => Buffer.alloc(10)), /has no end/],
  'a file that is not JSON': [() => anArchive([entry('package/a.json', '{')]), /its a\.json is not JSON/],
  'another version of FHIR': [
    () => anArchive([entry('package/package.json', { ...manifest, fhirVersions: ['5.0.0'] })]),
    /is not for FHIR R4/,
  ],
  'a bomb': [() => join(aFolder({ 'bomb.tgz': BOMB }), 'bomb.tgz'), /is too large when unpacked/],
  'a link in a folder': [
    () => {
      const folder = aFolder({ 'a.txt': '' })
      symlinkSync('/etc/hostname', join(folder, 'a.json'))
      return folder
    },
    /holds a link/,
  ],
}

test('a package that cannot be trusted is refused, naming it and saying why', async (t) => {
  for (const [what, [path, message]] of Object.entries(HOSTILE)) {
    await t.test(what, () => {
      assert.throws(
        () => loadRuleset({ packages: [path()] }),
        (error) => error instanceof Error && error.name === 'PackageError' && message.test(error.message),
      )
    })
  }
})
