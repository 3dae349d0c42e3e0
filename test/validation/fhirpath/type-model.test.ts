import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compilePath } from '../../../src/validation/fhirpath/invariant.ts'
import { environmentOf, r4, r4Structures } from './r4-model.ts'

/** What R4 says of some children: types, JSON array, choice. */
const CHILDREN: readonly (readonly [type: string, name: string, types: string, array: boolean, choice: boolean])[] = [
  ['Patient', 'name', 'HumanName', true, false],
  ['Patient', 'gender', 'code', false, false],
  ['Patient', 'deceased', 'boolean dateTime', false, true],
  ['Patient', 'contact', 'Patient.contact', true, false],
  ['Patient.contact', 'name', 'HumanName', false, false],
  ['Bundle.entry', 'link', 'Bundle.link', true, false],
  ['Parameters.parameter', 'part', 'Parameters.parameter', true, false],
  ['Questionnaire.item', 'item', 'Questionnaire.item', true, false],
  ['Timing', 'repeat', 'Timing.repeat', false, false],
  ['Bundle.entry', 'resource', 'Resource', false, false],
  ['Patient', 'contained', 'Resource', true, false],
  ['Narrative', 'div', 'xhtml', false, false],
]

test('the model names the types of children, of parts by their path', () => {
  for (const [type, name, types, array, choice] of CHILDREN) {
    assert.deepEqual(r4.child(type, name), { types: types.split(' '), array, choice }, `${type}.${name}`)
  }
  assert.equal(r4.child('Patient', 'nonsense'), undefined)
  assert.equal(r4.child('Nonsense', 'id'), undefined)
})

test('the supertypes are those of the R4 definitions', () => {
  for (const { name, type, derivation, ...structure } of r4Structures) {
    const base = (structure as { baseDefinition?: string }).baseDefinition?.split('/').at(-1)
    if (derivation !== 'specialization' || name !== type || base === undefined) continue
    if (name === 'MetadataResource' || base === 'MetadataResource') continue
    assert.equal(r4.supertype(name), base, name)
  }
  assert.equal(r4.supertype('Patient.contact'), 'BackboneElement')
  assert.equal(r4.supertype('Timing.repeat'), 'Element')
  assert.equal(r4.supertype('SimpleQuantity'), 'Quantity')
})

test('names that no definition has are no types', () => {
  for (const name of ['', 'Nonsense', 'Patient.nonsense', 'Patient.name', '__proto__', 'constructor']) {
    assert.equal(r4.isType(name), false, name)
  }
})

test('a path gives the type of each node: of a choice the one present, of a resource its own', () => {
  const bundle = {
    resourceType: 'Bundle',
    entry: [
      { resource: { resourceType: 'Patient', deceasedBoolean: false, contact: [{ name: { family: 'A' } }] } },
      { resource: { resourceType: 'Observation', valueQuantity: { value: 1 } } },
      { resource: { resourceType: 'Nonsense', deceased: 'x' } },
    ],
  }
  const types = (path: string): string[] =>
    compilePath(path, 'Bundle', r4)(bundle, environmentOf(bundle)).map(({ type }) => type)
  assert.deepEqual(types('entry.resource'), ['Patient', 'Observation', 'Nonsense'])
  assert.deepEqual(types('entry.resource.deceased'), ['boolean', ''])
  assert.deepEqual(types('entry.resource.value'), ['Quantity'])
  assert.deepEqual(types('entry.resource.contact'), ['Patient.contact'])
  assert.deepEqual(types('entry.resource.ofType(Patient).contact.name'), ['HumanName'])
  assert.deepEqual(types('descendants().where($this is HumanName)'), ['HumanName'])
})

/** Paths as slicing discriminators write them, on the element they slice. */
const DISCRIMINATORS: readonly (readonly [path: string, type: string, value: unknown, expected: readonly unknown[]])[] =
  [
    ['$this', 'Identifier', { value: 'a' }, [{ value: 'a' }]],
    ['system', 'Identifier', { system: 's' }, ['s']],
    ['type.coding.code', 'Identifier', { type: { coding: [{ code: 'A' }, { code: 'B' }] } }, ['A', 'B']],
    ['url', 'Extension', { url: 'u' }, ['u']],
    ['value.ofType(Identifier).type.text', 'Extension', { url: 'u', valueIdentifier: { type: { text: 't' } } }, ['t']],
    ['value.ofType(Coding)', 'Extension', { url: 'u', valueString: 'x' }, []],
    ["extension('u').value", 'CodeableConcept', { extension: [{ url: 'u', valueCode: 'c' }] }, ['c']],
    ['resolve().code.text', 'Reference', { reference: 'Observation/1' }, ['resolved']],
    ['resource', 'Bundle.entry', { resource: { resourceType: 'List' } }, [{ resourceType: 'List' }]],
    ['request.method', 'Bundle.entry', { request: { method: 'POST' } }, ['POST']],
  ]

test('discriminators are paths', async (t) => {
  const environment = environmentOf(undefined, {
    resolve: (reference) =>
      reference === 'Observation/1'
        ? { resource: { resourceType: 'Observation', code: { text: 'resolved' } }, type: 'Observation' }
        : undefined,
  })
  for (const [path, type, value, expected] of DISCRIMINATORS) {
    await t.test(`${path} on ${type}`, () => {
      const nodes = compilePath(path, type, r4)(value, environment)
      assert.deepEqual(
        nodes.map((node) => node.value),
        expected,
      )
    })
  }
})

/** Paths of definitions in the place of a type. */
const PLACES: readonly (readonly [path: string, value: unknown, expression: string, expected: readonly unknown[]])[] = [
  ['Patient.name', { family: 'A' }, '$this is HumanName', [true]],
  ['Patient.contact.name', { family: 'A' }, 'family', ['A']],
  ['Bundle.entry.resource', { resourceType: 'Patient', deceasedBoolean: true }, 'deceased', [true]],
  ['Patient.deceased[x]', true, '$this', [true]],
  ['Nonsense.part', { a: ['x'] }, 'a', ['x']],
]

test('the path of an element stands for its type', async (t) => {
  for (const [path, value, expression, expected] of PLACES) {
    await t.test(path, () => {
      const nodes = compilePath(expression, path, r4)(value, environmentOf(undefined))
      assert.deepEqual(
        nodes.map((node) => node.value),
        expected,
      )
    })
  }
})
