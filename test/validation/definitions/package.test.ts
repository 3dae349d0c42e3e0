import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { loadRuleset } from '../../../src/validation/definitions/load.ts'
import { aFolder, anArchive, aProfile, canonical, type Entry } from './samples.ts'

const manifest = { name: 'example.package', version: '1.0.0', fhirVersions: ['4.0.1'] }
const profile = aProfile('pedigree', 'Patient', { 'Patient.name': { min: 1 } })
const valueSet = { resourceType: 'ValueSet', url: 'https://example.org/ValueSet/colours' }

const entry = (path: string, content: unknown): Entry => ({
  path,
  content: typeof content === 'string' ? content : JSON.stringify(content),
})

const WELL: readonly Entry[] = [
  entry('package/package.json', manifest),
  entry('package/StructureDefinition-pedigree.json', profile),
  entry('package/ValueSet-colours.json', valueSet),
  entry('package/example/Patient-wrong.json', 'no JSON at all'),
  entry('package/.index.json', { files: [] }),
]

const unpacked = (): string => aFolder(Object.fromEntries(WELL.map(({ path, content = '' }) => [path, content])))

for (const [how, path] of Object.entries({ 'an archive': anArchive(WELL), 'an unpacked package': unpacked() })) {
  test(`${how} gives its profiles, and its terminology as it stands`, () => {
    const { definitions, terminology, refused } = loadRuleset({ packages: [path] })
    assert.equal(definitions(canonical('pedigree'))?.type, 'Patient')
    assert.deepEqual(terminology(), { valueSets: [valueSet], codeSystems: [], conceptMaps: [] })
    assert.deepEqual(refused, [])
  })
}

test('a folder of resources without manifest is a package too', () => {
  const { definitions } = loadRuleset({ packages: [aFolder({ 'pedigree.json': profile })] })
  assert.ok(definitions(canonical('pedigree')))
})

test('names that are too long for a header are read from the entry before', () => {
  const long = (start: string) => `package/${start}${'long'.repeat(40)}.json`
  const record = ` path=${long('pax')}\n`
  const path = anArchive([
    { path: 'PaxHeader', kind: 'x', content: `${record.length + 3}${record}` },
    entry('package/cut-off', profile),
    { path: '././@LongLink', kind: 'L', content: `${long('gnu')}\0` },
    entry('package/cut-off', aProfile('second', 'Patient', {})),
  ])
  const { definitions } = loadRuleset({ packages: [path] })
  assert.ok(definitions(canonical('pedigree')))
  assert.ok(definitions(canonical('second')))
})

test('a package takes the place of what we state ourselves under its URLs', () => {
  const own = aProfile('pedigree', 'Patient', { 'Patient.name': { min: 0 } }, { version: '0.9.0' })
  const { definitions } = loadRuleset({ profiles: [aFolder({ 'own.json': own })], packages: [anArchive(WELL)] })
  assert.equal(definitions(canonical('pedigree'))?.version, '1.0.0')
  assert.equal(definitions(`${canonical('pedigree')}|0.9.0`), undefined)
})

test('of two packages with one profile, each version is found, and without version the last given', () => {
  const next = aProfile('pedigree', 'Patient', { 'Patient.name': { min: 1, max: '1' } }, { version: '2.0.0' })
  const on = (version: string) =>
    aProfile(`on-${version}`, 'Patient', {}, { baseDefinition: `${canonical('pedigree')}|${version}` })
  const packages = [
    anArchive([...WELL, entry('package/on1.json', on('1.0.0')), entry('package/on2.json', on('2.0.0'))]),
    anArchive([entry('package/a.json', next)]),
  ]
  const { definitions } = loadRuleset({ packages })
  assert.equal(definitions(`${canonical('pedigree')}|1.0.0`)?.version, '1.0.0')
  assert.equal(definitions(canonical('pedigree'))?.version, '2.0.0')
  const nameOf = (url: string) => definitions(url)?.root.children?.find(({ name }) => name === 'name')
  assert.deepEqual([nameOf(canonical('on-1.0.0'))?.max, nameOf(canonical('on-2.0.0'))?.max], [-1, 1])
  assert.equal(definitions(canonical('on-1.0.0'))?.base, `${canonical('pedigree')}|1.0.0`)
})

test('only the version of FR Core that is asked for counts', () => {
  const of = (version: string) => aProfile('fr', 'Patient', {}, { version })
  const folder = aFolder({ 'fr-core/1.0.0/fr.json': of('1.0.0'), 'fr-core/2.0.0/fr.json': of('2.0.0') })
  const { definitions } = loadRuleset({ profiles: [folder], frCore: '1.0.0' })
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
  'a damaged header': [() => anArchive(WELL, (tar) => tar.fill(7, 20, 40)), /damaged header/],
  'an end in the middle': [() => anArchive(WELL, (tar) => tar.subarray(0, 540)), /ends in the middle/],
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
