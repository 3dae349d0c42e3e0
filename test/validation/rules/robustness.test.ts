import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { frenchRules } from '../../../src/validation/rules/index.ts'
import { needsOfficial, officialJson } from '../../french/official.ts'
import { qualifiedPatient } from '../../french/patients.ts'
import { officialFiles } from './official-files.ts'

const NAMES = [
  'resourceType',
  'identifier',
  'extension',
  'name',
  'contained',
  'content',
  'attachment',
  'data',
  'hash',
  'type',
  'coding',
  'system',
  'value',
  'code',
  'entry',
  'resource',
  'url',
  'relatesTo',
  'target',
  'meta',
  'profile',
]
const LEAVES = fc.oneof(
  fc.constantFrom(
    'Patient',
    'DocumentReference',
    'List',
    'Bundle',
    'transaction',
    'urn:oid:1.2.250.1.213.1.4.10',
    'http://a',
    'https://rpps.esante.gouv.fr',
  ),
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6 },
    LEAVES,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('tree'), { maxKeys: 6 }),
  ),
}))

test('the rules take any JSON and throw nothing', () => {
  fc.assert(
    fc.property(tree, fc.constantFrom('Patient', 'DocumentReference', 'List', 'Bundle'), (json, resourceType) => {
      frenchRules(json, { insDomain: 'test' })
      const members: object = typeof json === 'object' && json !== null && !Array.isArray(json) ? json : {}
      frenchRules({ ...members, resourceType }, { insDomain: 'production' })
    }),
    { numRuns: 500, seed: 3 },
  )
})

test('a resource nested ten thousand deep is walked and left', () => {
  let deep: object = {}
  for (let depth = 0; depth < 10_000; depth++) deep = { resourceType: 'Patient', extension: [deep] }
  frenchRules(deep, { insDomain: 'test' })
})

test('members in another order change nothing', () => {
  const reversed = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(reversed)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([name, child]) => [name, reversed(child)]),
          )
        : value
  const keys = (resource: unknown) =>
    frenchRules(resource, { insDomain: 'production' }).map(({ key, expression }) => `${key} ${expression}`)
  assert.deepEqual(keys(reversed(qualifiedPatient())), keys(qualifiedPatient()))
})

/** Errors of the guides' own examples, which the rules are right to find. */
const ERRORS_OF_THE_GUIDES = [
  // It says 24 bytes; the text of its Binary has 23, as its own hash confirms.
  'ihe/mhd/examples/Bundle-ex-comprehensiveProvideDocumentBundleReplace.json: attachment.size Bundle.entry[2].resource.content[0].attachment.size',
]

test('the examples of the IHE guides are accepted, but for one that miscounts its bytes', needsOfficial, () => {
  const files = officialFiles('ihe/{mhd,pdqm,pixm}/examples/*.json')
  assert.ok(files.length > 50)
  const refused = files.flatMap((file) =>
    frenchRules(officialJson<unknown>(file), { insDomain: 'test' })
      .filter(({ severity }) => severity === 'error')
      .map(({ key, expression }) => `${file}: ${key} ${expression}`),
  )
  assert.deepEqual(refused, ERRORS_OF_THE_GUIDES)
})

test(
  'the official FR Core patients are refused for the key of their matricule, and for nothing else by that rule',
  needsOfficial,
  () => {
    for (const name of ['Patient-FRCorePatientExample', 'v2.1.0-Patient-ExampleFRCorePatient001']) {
      const issues = frenchRules(officialJson<unknown>(`fr-core/examples/${name}.json`), { insDomain: 'production' })
      assert.ok(
        issues.some(({ key, severity }) => key === 'INS-03.key' && severity === 'error'),
        name,
      )
    }
  },
)
