import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readTerminologyResource } from '../../../src/validation/terminology/read.ts'
import { newTerminology, type TerminologyService } from '../../../src/validation/terminology/terminology.ts'

const CODES = ['a', 'b', 'c', 'd']
const [HERE, THERE] = ['urn:test:here', 'urn:test:there']

/** Parts of a set over a system that is carried, one that is not, and other sets, of which one is not carried either. */
const part = fc.oneof(
  fc.record({ system: fc.constantFrom(HERE, THERE), concept: fc.subarray(CODES, { minLength: 1 }) }).map((listed) => ({
    ...listed,
    concept: listed.concept.map((code) => ({ code })),
  })),
  fc.record({ system: fc.constantFrom(HERE, THERE) }),
  fc.record({
    system: fc.constantFrom(HERE, THERE),
    filter: fc
      .record({
        property: fc.constant('concept'),
        op: fc.constantFrom('is-a', 'descendent-of', 'is-not-a', '=', 'in', 'not-in', 'generalizes'),
        value: fc.constantFrom(...CODES),
      })
      .map((filter) => [filter]),
  }),
  fc.record({ valueSet: fc.subarray(['urn:set:0', 'urn:set:1', 'urn:set:away'], { minLength: 1 }) }),
  fc.record({
    system: fc.constantFrom(HERE, THERE),
    valueSet: fc.subarray(['urn:set:0', 'urn:set:away'], { minLength: 1 }),
  }),
)
const compose = fc.record({
  include: fc.array(part, { minLength: 1, maxLength: 3 }),
  exclude: fc.array(part, { maxLength: 2 }),
})

function system(url: string, content: string): object {
  const concept = [{ code: 'a', concept: [{ code: 'b', concept: [{ code: 'c' }] }] }, { code: 'd' }]
  return { resourceType: 'CodeSystem', url, content, concept }
}

function valueSet(url: string, definition: object): object {
  return { resourceType: 'ValueSet', url, compose: definition }
}

function terminologyOf(resources: readonly object[]): TerminologyService {
  return newTerminology(
    resources.flatMap((json) => {
      const resource = readTerminologyResource(json)
      return resource === undefined ? [] : [{ resource }]
    }),
  )
}

test('what is told with part of the terminology stays true when all of it is there', () => {
  fc.assert(
    fc.property(compose, compose, fc.subarray(CODES), (one, two, away) => {
      // Sets name only earlier ones: what a cycle means is nowhere said.
      const sets = [
        valueSet('urn:set:0', withoutSets(one)),
        valueSet('urn:set:1', withoutItself(two)),
        valueSet('urn:set:it', { include: [{ valueSet: ['urn:set:1'] }] }),
      ]
      const part = terminologyOf([system(HERE, 'complete'), ...sets])
      const missing = away.length === 0 ? [] : [{ system: THERE, concept: away.map((code) => ({ code })) }]
      const all = terminologyOf([
        system(HERE, 'complete'),
        system(THERE, 'complete'),
        ...sets,
        valueSet('urn:set:away', { include: [...missing, { system: HERE, concept: [{ code: 'd' }] }] }),
      ])
      for (const url of ['urn:set:0', 'urn:set:1', 'urn:set:it']) {
        for (const asked of [HERE, THERE]) {
          for (const code of [...CODES, 'z']) {
            const told = part.contains(url, asked, code)
            if (told !== undefined) assert.equal(told, all.contains(url, asked, code), `${url} ${asked} ${code}`)
            assert.notEqual(all.contains(url, asked, code), undefined)
          }
        }
      }
    }),
    { numRuns: 500, seed: 20261122 },
  )
})

test('no JSON makes reading or asking throw', () => {
  const shape = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('urn:set:0', 'a', HERE, '', 'constructor', '__proto__'),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 3 }),
    object: fc.dictionary(
      fc.constantFrom(
        'include',
        'exclude',
        'concept',
        'system',
        'filter',
        'op',
        'property',
        'value',
        'valueSet',
        'code',
        'display',
        'expansion',
        'contains',
        'group',
        'element',
        'target',
        'designation',
        'valueCode',
        'version',
      ),
      tie('value'),
      { maxKeys: 5 },
    ),
  }))
  const resource = fc.record({
    resourceType: fc.constantFrom('ValueSet', 'CodeSystem', 'ConceptMap'),
    url: fc.constantFrom('urn:set:0', HERE),
    content: fc.constantFrom('complete', 'fragment', 'x'),
    compose: shape.value,
    concept: shape.value,
    expansion: shape.value,
    group: shape.value,
  })
  fc.assert(
    fc.property(fc.array(resource, { maxLength: 4 }), fc.string(), (resources, code) => {
      const terminology = terminologyOf(resources)
      terminology.contains('urn:set:0', undefined, code)
      terminology.contains('urn:set:0', HERE, code)
      terminology.knows(HERE, code)
      terminology.displays(HERE, code, code)
      terminology.codesOf('urn:set:0')
    }),
    { numRuns: 500, seed: 20261122 },
  )
})

/** The first set stands on no other. */
function withoutSets({ include, exclude }: { include: readonly object[]; exclude: readonly object[] }): object {
  const own = (parts: readonly object[]) => parts.filter((candidate) => !('valueSet' in candidate))
  return { include: [...own(include), { system: HERE, concept: [{ code: 'a' }] }], exclude: own(exclude) }
}

function withoutItself(definition: object): object {
  return JSON.parse(JSON.stringify(definition).replaceAll('urn:set:1', 'urn:set:0'))
}
