import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadRuleset } from '../../../src/validation/definitions/load.ts'
import type { ElementNode } from '../../../src/validation/model.ts'
import { elementsById } from './published.ts'
import { aFolder, aProfile, canonical } from './samples.ts'

const BY_SYSTEM = { slicing: { discriminator: [{ type: 'value', path: 'system' }], rules: 'open' } }

const profiles = {
  parent: aProfile('parent', 'Patient', {
    Patient: { constraint: [{ key: 'own-1', severity: 'error', human: 'h', expression: 'name.exists()' }] },
    'Patient.identifier': BY_SYSTEM,
    'Patient.identifier.value': { min: 1 },
    'Patient.identifier:ins': { max: '1' },
    'Patient.identifier:ins.system': { min: 1, fixedUri: 'urn:oid:1.2.3' },
    'Patient.name': { mustSupport: true },
    'Patient.name.family': { mustSupport: true },
  }),
  child: aProfile(
    'child',
    'Patient',
    {
      'Patient.identifier': { min: 2 },
      'Patient.identifier.value': { maxLength: 20 },
      'Patient.identifier.use': { min: 1 },
      'Patient.identifier:ins': { slicing: { discriminator: [{ type: 'exists', path: 'assigner' }], rules: 'open' } },
      'Patient.identifier:ins/test': { max: '1' },
      'Patient.identifier:ins/test.assigner': { min: 1 },
    },
    { baseDefinition: `${canonical('parent')}|1.0.0` },
  ),
  name: aProfile('name', 'HumanName', {
    'HumanName.family': { min: 1 },
    'HumanName.extension:order': { max: '1' },
  }),
  named: aProfile('named', 'Patient', {
    'Patient.name': { type: [{ code: 'HumanName', profile: [canonical('name')] }] },
    'Patient.contact.name': { type: [{ code: 'HumanName', profile: [canonical('name')] }] },
    'Patient.contact.name.given': { max: '1' },
  }),
  bundle: aProfile('bundle', 'Bundle', {
    'Bundle.entry.link': { min: 1 },
    'Bundle.entry.link.relation': { patternString: 'self' },
    'Bundle.entry.resource': { type: [{ code: 'Patient', profile: [canonical('parent')] }] },
  }),
  choices: aProfile('choices', 'Observation', {
    'Observation.value[x]:valueQuantity': { min: 0, max: '1' },
    'Observation.value[x]:valueQuantity.code': { min: 1 },
    'Observation.valueString': { maxLength: 10 },
    'Observation.effective[x]': { type: [{ code: 'dateTime' }] },
  }),
  mixed: aProfile('mixed', 'Observation', {
    'Observation.value[x].extension:note': { max: '1' },
    'Observation.value[x]:valueQuantity.code': { min: 1 },
  }),
  short: aProfile('short', 'Observation', {
    'Observation.valueQuantity': { min: 1 },
    'Observation.valueString': { maxLength: 10 },
  }),
  extension: aProfile(
    'extension',
    'Extension',
    {
      'Extension.url': { fixedUri: canonical('extension') },
      'Extension.extension:part': { min: 1, max: '1' },
      'Extension.extension:part.url': { fixedUri: 'part' },
      'Extension.extension:part.value[x]': { type: [{ code: 'Coding' }] },
      'Extension.value[x]': { max: '0' },
    },
    { context: [{ type: 'element', expression: 'Patient' }] },
  ),
}

const { definitions } = loadRuleset({
  profiles: [aFolder(Object.fromEntries(Object.entries(profiles).map(([name, json]) => [`${name}.json`, json])))],
})

function element(name: string, id: string): ElementNode {
  const tree = definitions(canonical(name))
  const found = tree && elementsById(tree).get(id)
  assert(found, `${name} has no ${id}`)
  return found
}

const keysOf = ({ constraints = [] }: ElementNode): string[] => constraints.map(({ key }) => key)

test('a new slice is a copy of what it slices, children included, and required of nobody', () => {
  const slice = element('parent', 'Patient.identifier:ins')
  assert.deepEqual([slice.sliceName, slice.min, slice.max, slice.array], ['ins', 0, 1, true])
  assert.equal(element('parent', 'Patient.identifier:ins.value').min, 1)
  assert.equal(element('parent', 'Patient.identifier:ins.system').fixed, 'urn:oid:1.2.3')
  assert.equal(element('parent', 'Patient.identifier.system').fixed, undefined)
})

test('what a derived profile says of every item is said of the slices of its base too', () => {
  assert.equal(element('child', 'Patient.identifier:ins.value').maxLength, 20)
  assert.equal(element('child', 'Patient.identifier:ins.use').min, 1)
  assert.equal(element('child', 'Patient.identifier:ins').min, 0)
})

test('a re-slice is a slice of its slice', () => {
  const [again] = element('child', 'Patient.identifier:ins').slices ?? []
  assert.equal(again?.id, 'Patient.identifier:ins/test')
  assert.equal(element('child', 'Patient.identifier:ins/test.assigner').min, 1)
  assert.equal(element('child', 'Patient.identifier:ins/test.system').fixed, 'urn:oid:1.2.3')
})

test('invariants accumulate at the root, and name where they are stated', () => {
  const root = definitions(canonical('child'))?.root
  assert.deepEqual(root && keysOf(root), ['dom-2', 'dom-4', 'dom-3', 'dom-6', 'dom-5', 'own-1'])
  assert.equal(root?.constraints?.at(-1)?.source, canonical('parent'))
})

test('a tree names its base without the version that is the only one', () => {
  assert.equal(definitions(canonical('child'))?.base, canonical('parent'))
})

test('mustSupport alone says nothing: the children of a data type are left to the type', () => {
  assert.equal(element('parent', 'Patient.name').children, undefined)
})

test('a type is unfolded as its profile has it, and only where something is said below', () => {
  assert.equal(element('named', 'Patient.name').children, undefined)
  assert.equal(element('named', 'Patient.contact.name.family').min, 1)
  assert.equal(element('named', 'Patient.contact.name.given').max, 1)
  assert.equal(element('named', 'Patient.contact.name.given').array, true)
})

test('an element that refers to another gets its elements when something is said of them', () => {
  const link = element('bundle', 'Bundle.entry.link')
  assert.equal(link.contentReference, undefined)
  assert.equal(link.types[0]?.code, 'BackboneElement')
  assert.equal(element('bundle', 'Bundle.entry.link.relation').pattern, 'self')
  assert.equal(element('bundle', 'Bundle.link').min, 0)
})

test('any resource may be narrowed to one with a profile', () => {
  assert.deepEqual(element('bundle', 'Bundle.entry.resource').types, [
    { code: 'Patient', profiles: [canonical('parent')] },
  ])
})

test('a choice is sliced by type, in the long and in the old short spelling', () => {
  const value = element('choices', 'Observation.value[x]')
  assert.deepEqual(value.slicing, {
    discriminators: [{ type: 'type', path: '$this' }],
    rules: 'open',
    ordered: false,
  })
  assert.deepEqual(
    value.slices?.map(({ sliceName, types }) => [sliceName, types.map(({ code }) => code).join()]),
    [
      ['valueQuantity', 'Quantity'],
      ['valueString', 'string'],
    ],
  )
  assert.equal(element('choices', 'Observation.value[x]:valueQuantity.code').min, 1)
  assert.equal(element('choices', 'Observation.value[x]:valueString').maxLength, 10)
})

test('a choice that is only spoken of in the short spelling takes no other types', () => {
  const value = element('short', 'Observation.value[x]')
  assert.deepEqual([value.types, value.slicing?.rules], [[{ code: 'Quantity' }, { code: 'string' }], 'closed'])
  assert.deepEqual(
    value.slices?.map(({ id, min }) => [id, min]),
    [
      ['Observation.value[x]:valueQuantity', 1],
      ['Observation.value[x]:valueString', 0],
    ],
  )
})

test('what is said of all types of a choice is said of each, besides what is said of one', () => {
  assert.equal(element('mixed', 'Observation.value[x]:valueQuantity.extension:note').max, 1)
  assert.equal(element('mixed', 'Observation.value[x]:valueQuantity.code').min, 1)
})

test('a choice of one type is still a choice: its name in JSON has the type', () => {
  const { name, choice, types } = element('choices', 'Observation.effective[x]')
  assert.deepEqual([name, choice, types], ['effective', true, [{ code: 'dateTime' }]])
})

test('extensions are sliced by url though nobody says so', () => {
  const parts = element('extension', 'Extension.extension')
  assert.deepEqual(parts.slicing?.discriminators, [{ type: 'value', path: 'url' }])
  assert.equal(element('extension', 'Extension.extension:part.url').fixed, 'part')
  assert.deepEqual(definitions(canonical('extension'))?.contexts, [{ type: 'element', expression: 'Patient' }])
})

test('a version is found only when it is the one that is loaded', () => {
  assert.equal(definitions(`${canonical('parent')}|1.0.0`)?.version, '1.0.0')
  assert.equal(definitions(`${canonical('parent')}|2.0.0`), undefined)
})

/** Profiles that must be refused, with what the message must name. */
const REFUSED: Readonly<Record<string, readonly [profile: object, message: RegExp]>> = {
  'a lower min': [aProfile('low', 'Patient', { 'Patient.link.other': { min: 0 } }), /low#Patient\.link\.other: min 0/],
  'a higher max': [aProfile('high', 'Patient', { 'Patient.gender': { max: '*' } }), /high#Patient\.gender: max/],
  'a type of its own': [
    aProfile('type', 'Patient', { 'Patient.birthDate': { type: [{ code: 'string' }] } }),
    /type#Patient\.birthDate: type string is not among/,
  ],
  'an element of its own': [
    aProfile('more', 'Patient', { 'Patient.colour': { min: 1 } }),
    /more#Patient\.colour: colour is not an element/,
  ],
  'another type than it says': [
    aProfile('other', 'Patient', { 'Person.name': { min: 1 } }),
    /other#Person\.name: is not an element of Patient/,
  ],
  'slices of what is not sliced': [
    aProfile('unsliced', 'Patient', { 'Patient.name:usual': { min: 1 } }),
    /unsliced#Patient\.name:usual: is a slice of an element without slicing/,
  ],
  'a base that nobody has': [
    aProfile('orphan', 'Patient', {}, { baseDefinition: canonical('nowhere') }),
    /orphan: its base .*nowhere is not loaded/,
  ],
  'itself as its base': [
    aProfile('self', 'Patient', { Patient: {} }, { baseDefinition: canonical('self') }),
    /self: stands on itself/,
  ],
  'children of a profile that nobody has': [
    aProfile('gap', 'Patient', {
      'Patient.name': { type: [{ code: 'HumanName', profile: [canonical('nowhere')] }] },
      'Patient.name.given': { min: 1 },
    }),
    /gap#Patient\.name\.given: needs .*nowhere, which is not loaded/,
  ],
  'an unreadable max': [
    aProfile('odd', 'Patient', { 'Patient.name': { max: 'many' } }),
    /odd#Patient\.name: 'max' must be a number or \*/,
  ],
  'an element without id': [
    aProfile('anonymous', 'Patient', {}, { differential: { element: [{ path: 'Patient.name' }] } }),
    /anonymous#Patient\.name: 'id' is missing/,
  ],
  'neither differential nor snapshot': [
    aProfile('empty', 'Patient', {}, { differential: undefined }),
    /empty: has neither differential nor snapshot/,
  ],
  'more than it allows': [
    aProfile('crossed', 'Patient', { 'Patient.name': { min: 3, max: '2' } }),
    /crossed#Patient\.name: min is more than max/,
  ],
  'a value without bottom': [
    aProfile('abyss', 'Patient', { 'Patient.name': { patternHumanName: 'bottomless' } }),
    /abyss: is nested too deeply/,
  ],
  'a weaker binding': [
    aProfile('weak', 'Patient', { 'Patient.gender': { binding: { strength: 'preferred' } } }),
    /weak#Patient\.gender: binding preferred is weaker than the required of its base/,
  ],
  'other codes than a required binding has': [
    aProfile('codes', 'Patient', {
      'Patient.gender': { binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/name-use' } },
    }),
    /codes#Patient\.gender: value set .*name-use has codes that .*administrative-gender.* of its base has not/,
  ],
  'another fixed value': [
    aProfile(
      'refixed',
      'Patient',
      { 'Patient.active': { fixedBoolean: false } },
      { baseDefinition: canonical('strict') },
    ),
    /refixed#Patient\.active: fixed value is not that of its base/,
  ],
  'a pattern against a fixed value': [
    aProfile(
      'repat',
      'Patient',
      { 'Patient.active': { patternBoolean: false } },
      { baseDefinition: canonical('strict') },
    ),
    /repat#Patient\.active: pattern excludes the fixed value of its base/,
  ],
  'another pattern': [
    aProfile(
      'dropping',
      'Patient',
      { 'Patient.maritalStatus': { patternCodeableConcept: { text: 'x' } } },
      { baseDefinition: canonical('strict') },
    ),
    /dropping#Patient\.maritalStatus: pattern does not keep that of its base/,
  ],
  'a fixed value against a pattern': [
    aProfile(
      'fixing',
      'Patient',
      { 'Patient.maritalStatus': { fixedCodeableConcept: { text: 'x' } } },
      { baseDefinition: canonical('strict') },
    ),
    /fixing#Patient\.maritalStatus: fixed value breaks the pattern of its base/,
  ],
  'a longer text': [
    aProfile('long', 'Patient', { 'Patient.language': { maxLength: 9 } }, { baseDefinition: canonical('strict') }),
    /long#Patient\.language: maxLength 9 is more than the 5 of its base/,
  ],
  'what its base forbids': [
    aProfile('again', 'Patient', { 'Patient.photo': { max: '1' } }, { baseDefinition: canonical('strict') }),
    /again#Patient\.photo: max is more than the 0 of its base/,
  ],
  'a type without the profile that it had': [
    aProfile(
      'bare',
      'Patient',
      { 'Patient.name': { type: [{ code: 'HumanName' }] } },
      { baseDefinition: canonical('strict') },
    ),
    /bare#Patient\.name: type HumanName leaves out the profile/,
  ],
  'a profile that does not stand on the one it had': [
    aProfile(
      'astray',
      'Patient',
      { 'Patient.name': { type: [{ code: 'HumanName', profile: [canonical('other-name')] }] } },
      { baseDefinition: canonical('strict') },
    ),
    /astray#Patient\.name: profile .*other-name does not stand on/,
  ],
  'a context that cannot be compiled': [
    aProfile('placed', 'Extension', {}, { context: [{ type: 'fhirpath', expression: 'Patient.name.nonsense()' }] }),
    /placed: its context Patient\.name\.nonsense\(\) uses nonsense\(\) with 0 arguments, which is not covered/,
  ],
  'no kind': [aProfile('kindless', 'Patient', {}, { kind: undefined }), /kindless: 'kind' is missing/],
  'a path without end': [
    aProfile('deep', 'Patient', { [`Patient${'.extension'.repeat(60)}`]: { min: 1 } }),
    /deep#Patient\.extension.*'path' has more than 50 steps/,
  ],
  'slices of slices without end': [aProfile('bomb', 'Patient', doubling(12)), /bomb#.*makes more than 50000 elements/],
}

/** What the refused profiles stand on, and profiles that only narrow it. */
const ACCEPTED: readonly object[] = [
  aProfile('strict', 'Patient', {
    'Patient.active': { fixedBoolean: true },
    'Patient.maritalStatus': { patternCodeableConcept: { coding: [{ code: 'M' }] } },
    'Patient.language': { maxLength: 5 },
    'Patient.photo': { max: '0' },
    'Patient.name': { type: [{ code: 'HumanName', profile: [canonical('a-name')] }] },
  }),
  aProfile(
    'stricter',
    'Patient',
    {
      'Patient.active': { patternBoolean: true },
      'Patient.maritalStatus': { patternCodeableConcept: { coding: [{ code: 'M' }], text: 'x' } },
      'Patient.language': { maxLength: 2, binding: { strength: 'extensible' } },
      'Patient.name': { type: [{ code: 'HumanName', profile: [canonical('narrower-name')] }] },
    },
    { baseDefinition: canonical('strict') },
  ),
  aProfile('a-name', 'HumanName', { 'HumanName.family': { min: 1 } }),
  aProfile('other-name', 'HumanName', { 'HumanName.text': { min: 1 } }),
  aProfile('narrower-name', 'HumanName', { 'HumanName.given': { min: 1 } }, { baseDefinition: canonical('a-name') }),
]

/** What `bottomless` stands for in a file: to write it from a value would fill the stack. */
const BOTTOMLESS = `${'['.repeat(20_000)}${']'.repeat(20_000)}`

/** Each level is sliced before the next: every slice copies all that is below it. */
function doubling(levels: number): Record<string, object> {
  const paths = Array.from({ length: levels }, (_, i) => `Patient${'.extension'.repeat(i + 1)}`).reverse()
  return Object.fromEntries(paths.flatMap((path) => ['a', 'b', 'c', 'd'].map((slice) => [`${path}:${slice}`, {}])))
}

test('a profile that widens, contradicts or explodes is refused, naming profile and element', async (t) => {
  const files = Object.values(REFUSED).map(([profile], i) => [
    `profile-${i}.json`,
    JSON.stringify(profile).replace('"bottomless"', BOTTOMLESS),
  ])
  const base = ACCEPTED.map((profile, i) => [`accepted-${i}.json`, JSON.stringify(profile)])
  const { refused } = loadRuleset({ packages: [aFolder(Object.fromEntries([...files, ...base]))] })
  for (const [what, [, message]] of Object.entries(REFUSED)) {
    await t.test(what, () => {
      assert.deepEqual(
        refused.filter(({ problem }) => message.test(problem)).length,
        1,
        refused.map(({ problem }) => problem).join('\n'),
      )
    })
  }
  assert.equal(refused.length, files.length)
})

test('a fault of our own profiles stops everything, and all faults are told at once', () => {
  const folder = aFolder({
    'a.json': aProfile('one', 'Patient', { 'Patient.gender': { max: '*' } }),
    'b/two.json': aProfile('two', 'Patient', { 'Patient.colour': {} }),
  })
  assert.throws(() => loadRuleset({ profiles: [folder] }), /one#Patient\.gender.*\n.*two#Patient\.colour/)
})
