import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { openValidator } from '../../src/validation/open.ts'

const validator = openValidator({
  frCore: '2.2.0',
  insDomain: 'test',
  packages: [],
  cacheFolder: resolve('.cache/rules'),
})
const INS = 'urn:oid:1.2.250.1.213.1.4.10'
const many = (count: number, make: (index: number) => object) =>
  Array.from({ length: count }, (_, index) => make(index))

/** Resources that break a rule many thousand times: said a few hundred times, then that there is more. */
const HOSTILE: Readonly<Record<string, object>> = {
  'wrong matricules': {
    resourceType: 'Patient',
    identifier: many(20_000, (index) => ({ system: INS, value: `284016322${String(index).padStart(6, '0')}` })),
  },
  'wrong RPPS numbers': {
    resourceType: 'Practitioner',
    identifier: many(20_000, (index) => ({ system: 'https://rpps.esante.gouv.fr', value: `1${index}` })),
  },
  'entries of a bundle': {
    resourceType: 'Bundle',
    type: 'collection',
    entry: many(5000, () => ({ resource: { resourceType: 'Patient', gender: 'femme' } })),
  },
}

for (const [id, resource] of Object.entries(HOSTILE)) {
  test(`findings are bounded, and it is said that there are more: ${id}`, () => {
    const issues = validator.check(resource)
    assert.ok(issues.length <= 401, String(issues.length))
    assert.ok(issues.some(({ key }) => key === 'limit.issues'))
  })
}

test('twenty thousand right identifiers are no fault', () => {
  const identifier = many(20_000, (index) => ({ use: 'usual', system: 'urn:oid:1.2.3', value: String(index) }))
  assert.deepEqual(validator.check({ resourceType: 'Patient', identifier }), [])
})
