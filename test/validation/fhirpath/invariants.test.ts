import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileInvariant } from '../../../src/validation/fhirpath/invariant.ts'
import { environmentOf, r4, r4Structures } from './r4-model.ts'

/** Invariants of R4 on values that fulfil them and values that do not (validation.md section 7). */
const ROWS: readonly {
  id: string
  path: string
  key: string
  holds: readonly unknown[]
  fails: readonly unknown[]
}[] = [
  {
    id: 'ele-1 value or children',
    path: 'HumanName',
    key: 'ele-1',
    holds: [{ family: 'A' }, { _family: { id: 'x' } }, { id: 'a', given: ['B'] }],
    fails: [{}, { id: 'a' }],
  },
  {
    id: 'ext-1 value or extensions, not both',
    path: 'Extension',
    key: 'ext-1',
    holds: [
      { url: 'u', valueString: 'a' },
      { url: 'u', extension: [{ url: 'v', valueCode: 'b' }] },
      { url: 'u', _valueCode: { id: 'x' } },
    ],
    fails: [{ url: 'u' }, { url: 'u', valueString: 'a', extension: [{ url: 'v', valueCode: 'b' }] }],
  },
  {
    id: 'per-1 start before end, precisions may differ',
    path: 'Period',
    key: 'per-1',
    holds: [
      { start: '2026-02', end: '2026-03' },
      { start: '2012-02-03T10:00:00Z', end: '2012-02-03' },
      { start: '2026', _end: { extension: [{ url: 'u', valueCode: 'unknown' }] } },
      {},
    ],
    fails: [
      { start: '2026-03', end: '2026-02' },
      { start: '2026-03-04T10:00:00+01:00', end: '2026-03-04T08:59:00Z' },
    ],
  },
  {
    id: 'cpt-2 a value needs a system',
    path: 'ContactPoint',
    key: 'cpt-2',
    holds: [{ value: '06', system: 'phone' }, { use: 'home' }],
    fails: [{ value: '06' }],
  },
  {
    id: 'rat-1 both or none',
    path: 'Ratio',
    key: 'rat-1',
    holds: [{ numerator: { value: 1 }, denominator: { value: 2 } }, { extension: [{ url: 'u', valueCode: 'c' }] }],
    fails: [{ numerator: { value: 1 } }, {}],
  },
  {
    id: 'rng-2 low before high',
    path: 'Range',
    key: 'rng-2',
    holds: [{ low: { value: 1, unit: 'mg' }, high: { value: 2, unit: 'mg' } }, { low: { value: 1 } }],
    fails: [{ low: { value: 3, unit: 'mg' }, high: { value: 2, unit: 'mg' } }],
  },
  {
    id: 'ref-1 a fragment exists in the container',
    path: 'Reference',
    key: 'ref-1',
    holds: [{ reference: '#in' }, { reference: 'Patient/1' }, { identifier: { value: 'x' } }, { display: 'x' }],
    fails: [{ reference: '#out' }],
  },
  {
    id: 'tim-9 offset with a when that is no meal',
    path: 'Timing.repeat',
    key: 'tim-9',
    holds: [{ offset: 10, when: ['MORN'] }, { when: ['C'] }],
    fails: [{ offset: 10, when: ['C'] }, { offset: 10 }],
  },
  {
    id: 'org-3 no home telecom',
    path: 'Organization.address',
    key: 'org-2',
    holds: [{ use: 'work' }, { city: 'Caen' }],
    fails: [{ use: 'home' }],
  },
  {
    id: 'inv-1 one of value, resource, part',
    path: 'Parameters.parameter',
    key: 'inv-1',
    holds: [
      { name: 'a', valueString: 'b' },
      { name: 'a', part: [{ name: 'b' }] },
    ],
    fails: [{ name: 'a' }, { name: 'a', valueString: 'b', resource: { resourceType: 'Patient' } }],
  },
  {
    id: 'que-7 an exists question has a boolean answer',
    path: 'Questionnaire.item.enableWhen',
    key: 'que-7',
    holds: [
      { operator: 'exists', answerBoolean: true },
      { operator: '=', answerString: 'x' },
    ],
    fails: [{ operator: 'exists', answerString: 'x' }],
  },
]

for (const { id, path, key, holds, fails } of ROWS) {
  test(id, () => {
    const invariant = compileInvariant(expressionOf(path, key), path, r4)
    const environment = environmentOf({ resourceType: 'Patient', contained: [{ resourceType: 'Patient', id: 'in' }] })
    for (const value of holds) assert.equal(invariant(value, environment), true, JSON.stringify(value))
    for (const value of fails) assert.equal(invariant(value, environment), false, JSON.stringify(value))
  })
}

/** Bundles and containers: what `%resource`, `contained` and `descendants()` see. */
const RESOURCES: typeof ROWS = [
  {
    id: 'dom-2 no nested contained',
    path: 'Patient',
    key: 'dom-2',
    holds: [{ resourceType: 'Patient', contained: [{ resourceType: 'Practitioner', id: 'a' }] }],
    fails: [
      {
        resourceType: 'Patient',
        contained: [{ resourceType: 'Group', id: 'a', contained: [{ resourceType: 'Patient' }] }],
      },
    ],
  },
  {
    id: 'dom-3 contained resources are referenced',
    path: 'Patient',
    key: 'dom-3',
    holds: [
      {
        resourceType: 'Patient',
        contained: [{ resourceType: 'Organization', id: 'a' }],
        managingOrganization: { reference: '#a' },
      },
      { resourceType: 'Patient', contained: [{ resourceType: 'Provenance', id: 'a', target: [{ reference: '#' }] }] },
    ],
    fails: [
      { resourceType: 'Patient', contained: [{ resourceType: 'Practitioner', id: 'a' }] },
      {
        resourceType: 'Patient',
        contained: [{ resourceType: 'Organization', id: 'a' }],
        managingOrganization: { reference: '#b' },
      },
    ],
  },
  {
    id: 'bdl-3 requests where the type wants them',
    path: 'Bundle',
    key: 'bdl-3',
    holds: [
      { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'POST', url: 'Patient' } }] },
      { resourceType: 'Bundle', type: 'collection', entry: [{ resource: { resourceType: 'Patient' } }] },
      { resourceType: 'Bundle', type: 'transaction' },
    ],
    fails: [
      { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: { resourceType: 'Patient' } }] },
      { resourceType: 'Bundle', type: 'collection', entry: [{ request: { method: 'POST', url: 'Patient' } }] },
    ],
  },
  {
    id: 'bdl-7 no fullUrl twice',
    path: 'Bundle',
    key: 'bdl-7',
    holds: [
      { resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: 'urn:uuid:1' }, { fullUrl: 'urn:uuid:2' }] },
      {
        resourceType: 'Bundle',
        type: 'collection',
        entry: ['1', '2'].map((versionId) => ({
          fullUrl: 'x',
          resource: { resourceType: 'Patient', meta: { versionId } },
        })),
      },
    ],
    fails: [{ resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: 'x' }, { fullUrl: 'x' }] }],
  },
  {
    id: 'bdl-11 a document begins with its Composition',
    path: 'Bundle',
    key: 'bdl-11',
    holds: [{ resourceType: 'Bundle', type: 'document', entry: [{ resource: { resourceType: 'Composition' } }] }],
    fails: [{ resourceType: 'Bundle', type: 'document', entry: [{ resource: { resourceType: 'Patient' } }] }],
  },
  {
    id: 'obs-7 a component does not repeat the code',
    path: 'Observation',
    key: 'obs-7',
    holds: [
      {
        resourceType: 'Observation',
        valueInteger: 1,
        code: { coding: [{ code: 'a' }] },
        component: [{ code: { coding: [{ code: 'b' }] } }],
      },
    ],
    fails: [
      {
        resourceType: 'Observation',
        valueInteger: 1,
        code: { coding: [{ code: 'a' }] },
        component: [{ code: { coding: [{ code: 'a' }] } }],
      },
    ],
  },
]

for (const { id, path, key, holds, fails } of RESOURCES) {
  test(id, () => {
    const invariant = compileInvariant(expressionOf(path, key), path, r4)
    for (const value of holds) assert.equal(invariant(value, environmentOf(value)), true, JSON.stringify(value))
    for (const value of fails) assert.equal(invariant(value, environmentOf(value)), false, JSON.stringify(value))
  })
}

test('an invariant on a primitive sees the partner that stands beside it', () => {
  const present = compileInvariant("hasValue() or extension('http://example.org/absent').exists()", 'string', r4)
  const partner = { extension: [{ url: 'http://example.org/absent', valueCode: 'unknown' }] }
  assert.equal(present('x', environmentOf(undefined)), true)
  assert.equal(present(undefined, environmentOf(undefined), partner), true)
  assert.equal(present(undefined, environmentOf(undefined), { id: 'x' }), false)
})

test('nothing and several are no truth', () => {
  const value = { resourceType: 'Patient', name: [{ family: 'A' }, { family: 'B' }] }
  assert.equal(compileInvariant('photo', 'Patient', r4)(value, environmentOf(value)), false)
  assert.equal(compileInvariant('name.family', 'Patient', r4)(value, environmentOf(value)), false)
})

function expressionOf(path: string, key: string): string {
  const elements = r4Structures.flatMap(({ snapshot }) => snapshot?.element ?? [])
  const constraints = elements.filter((element) => element.path === path).flatMap(({ constraint = [] }) => constraint)
  const expression = constraints.find((constraint) => constraint.key === key)?.expression
  assert.ok(expression !== undefined, `${path} states ${key}`)
  return expression
}
