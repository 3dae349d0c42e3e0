import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { textOf } from '../../src/validation/catalogue/index.ts'
import { errors, found, profileOn, validator, validatorWith } from './engine/support.ts'

const div = (content: string): unknown => ({ resourceType: 'Patient', text: { status: 'generated', div: content } })
const NS = 'xmlns="http://www.w3.org/1999/xhtml"'

/** validation.md section 12. */
const narratives: { id: string; div: string; errors: string[] }[] = [
  { id: 'a paragraph', div: `<div ${NS}><p>Anne</p></div>`, errors: [] },
  { id: 'an event attribute', div: `<div ${NS}><p onclick="x()">Anne</p></div>`, errors: ['inv.txt-1'] },
  { id: 'no namespace', div: '<div><p>Anne</p></div>', errors: ['narrative.namespace'] },
  { id: 'unbalanced tags', div: `<div ${NS}><p>Anne</div>`, errors: ['narrative.malformed'] },
  { id: 'an entity of HTML', div: `<div ${NS}>a&nbsp;b</div>`, errors: ['narrative.malformed'] },
  { id: 'a script', div: `<div ${NS}><script>x</script></div>`, errors: ['inv.txt-1'] },
  { id: 'no content', div: `<div ${NS}> <p/></div>`, errors: ['inv.txt-2'] },
  { id: 'another root', div: `<p ${NS}>Anne</p>`, errors: ['narrative.root'] },
]
for (const row of narratives) {
  test(`12 a narrative with ${row.id}: ${row.errors.join(', ') || 'accepted'}`, () => {
    assert.deepEqual(
      errors(div(row.div)),
      row.errors.map((key) => `${key} Patient.text.div`),
    )
  })
}

const URL = 'https://example.org/StructureDefinition/p'

test('P1: an unknown profile, and a version that is not loaded, are worth a warning', () => {
  const by = validatorWith([profileOn('Patient', URL, {}, { version: '1.0' })])
  const claiming = (profile: string): unknown => ({ resourceType: 'Patient', meta: { profile: [profile] } })
  assert.deepEqual(found(claiming('https://example.org/unknown'), {}, by), ['warning profile.unknown Patient'])
  assert.deepEqual(found(claiming(`${URL}|2.0`), {}, by), ['warning profile.version Patient'])
  assert.deepEqual(found(claiming(`${URL}|1.0`), {}, by), [])
})

test('P1: profiles asked for and profiles claimed must hold, each of its own type', () => {
  const by = validatorWith([profileOn('Patient', URL, { gender: { min: 1 } })])
  assert.deepEqual(errors({ resourceType: 'Patient' }, { profiles: [URL] }, by), ['element.required Patient'])
  assert.deepEqual(errors({ resourceType: 'Patient', meta: { profile: [URL] } }, {}, by), ['element.required Patient'])
  assert.deepEqual(errors({ resourceType: 'Basic', code: { text: 'x' }, meta: { profile: [URL] } }, {}, by), [
    'profile.other-type Basic',
  ])
})

test('P8: a pattern is held by a value that says more, a fixed value is not', () => {
  const given = { coding: [{ system: 'https://example.org/s', code: 'c' }] }
  const maritalStatus = { coding: [{ system: 'https://example.org/s', code: 'c', display: 'd' }], text: 't' }
  const pattern = validatorWith([profileOn('Patient', URL, { maritalStatus: { pattern: given } })])
  const fixed = validatorWith([profileOn('Patient', URL, { maritalStatus: { fixed: given } })])
  const check = (by: typeof pattern): string[] =>
    errors({ resourceType: 'Patient', maritalStatus }, { profiles: [URL] }, by)
  assert.deepEqual(check(pattern), [])
  assert.deepEqual(check(fixed), ['value.fixed Patient.maritalStatus'])
})

test('bounds and lengths of a definition', () => {
  const by = validatorWith([profileOn('Patient', URL, { birthDate: { minValue: '1900-01-01', maxValue: '2024-06' } })])
  const born = (birthDate: string): string[] => errors({ resourceType: 'Patient', birthDate }, { profiles: [URL] }, by)
  assert.deepEqual(
    [born('1899'), born('1900'), born('2024-06-30'), born('2024-07')],
    [['value.min Patient.birthDate'], [], [], ['value.max Patient.birthDate']],
  )
})

test('6: codes outside a required set are refused, and the codes allowed are named', () => {
  assert.deepEqual(errors({ resourceType: 'Patient', gender: 'femme' }), ['binding.required Patient.gender'])
  assert.deepEqual(errors({ resourceType: 'Patient', gender: 'unknown' }), [])
})

test('J9: depth, issues and steps are bounded, and said', () => {
  let part: Record<string, unknown> = { name: 'a', valueString: 'x' }
  for (let depth = 0; depth < 20_000; depth += 1) part = { name: 'a', part: [part] }
  assert.ok(errors({ resourceType: 'Parameters', parameter: [part] }).some((issue) => issue.startsWith('limit.depth')))
  const many = { resourceType: 'Patient', name: Array.from({ length: 500 }, () => ({ maiden: 1 })) }
  const issues = validator.validate(many, { maxIssues: 10 })
  assert.equal(issues.length, 10)
  assert.equal(issues.at(-1)?.key, 'limit.issues')
  const few = validatorWith([], { limits: { steps: 10 } })
  assert.deepEqual(
    errors({ resourceType: 'Patient', name: Array.from({ length: 50 }, () => ({ text: 'x' })) }, {}, few),
    ['limit.steps Patient'],
  )
})

test('any JSON is answered, with texts in both languages and without a value of the resource', () => {
  const keys = fc.constantFrom(
    'resourceType',
    'name',
    'entry',
    'resource',
    'contained',
    'reference',
    '__proto__',
    'extension',
    'url',
    'valueString',
    'coding',
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.jsonValue(),
      fc.constantFrom('Patient', 'Bundle', 'List', '#a', null),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(keys, tie('tree'), { maxKeys: 4 }),
    ),
  }))
  const type = fc.constantFrom('Patient', 'Bundle', 'DocumentReference', 'Parameters')
  fc.assert(
    fc.property(type, tree, (resourceType, value) => {
      const resource =
        typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value, resourceType } : value
      for (const issue of validator.validate(resource)) {
        assert.notEqual(issue.key, 'engine.failed')
        assert.doesNotMatch(textOf(issue, 'fr') + textOf(issue, 'en'), /\{[A-Za-z]+\}/)
      }
    }),
    { numRuns: 300, seed: 1 },
  )
})

test('a valid resource stays valid whatever the order of its keys', () => {
  const patient = {
    resourceType: 'Patient',
    id: 'p',
    identifier: [{ system: 'https://example.org', value: '1' }],
    name: [{ family: 'X', given: ['A'] }],
    birthDate: '1960-01-01',
    _birthDate: { extension: [{ url: 'https://example.org/x', valueString: 'a' }] },
    contact: [{ name: { text: 'y' } }],
  }
  const entries = Object.entries(patient)
  fc.assert(
    fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), (order) => {
      assert.deepEqual(errors(Object.fromEntries(order)), [])
    }),
    { numRuns: 50, seed: 1 },
  )
})
