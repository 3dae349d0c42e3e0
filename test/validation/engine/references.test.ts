import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elementOf, errors, found, profileOn, validator, validatorWith } from './support.ts'

const patient = (reference: unknown, more: Record<string, unknown> = {}): unknown => ({
  resourceType: 'Patient',
  managingOrganization: reference,
  ...more,
})
const organization = { resourceType: 'Organization', id: 'o', name: 'X' }

const rows: { id: string; json: unknown; errors: string[] }[] = [
  { id: 'R1 a relative reference', json: patient({ reference: 'Organization/1/_history/2' }), errors: [] },
  { id: 'R1 an absolute one', json: patient({ reference: 'https://example.org/fhir/Organization/1' }), errors: [] },
  { id: 'R1 a uuid', json: patient({ reference: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520' }), errors: [] },
  {
    id: 'R1 a backslash',
    json: patient({ reference: 'Organization\\p1' }),
    errors: ['reference.form Patient.managingOrganization'],
  },
  {
    id: 'R1 an unknown type',
    json: patient({ reference: 'Hospital/1' }),
    errors: ['reference.form Patient.managingOrganization', 'reference.type Patient.managingOrganization'],
  },
  {
    id: 'R1 a search outside a transaction',
    json: patient({ reference: 'Organization?name=x' }),
    errors: ['reference.form Patient.managingOrganization'],
  },
  {
    id: 'R2 another type',
    json: patient({ reference: 'Patient/p1' }),
    errors: ['reference.type Patient.managingOrganization'],
  },
  {
    id: 'R2 another type, absolute',
    json: patient({ reference: 'https://example.org/fhir/Patient/1' }),
    errors: ['reference.type Patient.managingOrganization'],
  },
  {
    id: 'R2 types that disagree',
    json: patient({ reference: 'Organization/1', type: 'Patient' }),
    errors: ['reference.type-conflict Patient.managingOrganization'],
  },
  { id: 'R3 a contained target', json: patient({ reference: '#o' }, { contained: [organization] }), errors: [] },
  {
    id: 'R3, ref-1 a contained target that is not there',
    json: patient({ reference: '#nope' }),
    errors: ['inv.ref-1 Patient.managingOrganization'],
  },
  {
    id: 'R6 a logical reference',
    json: patient({ identifier: { system: 'https://example.org', value: '1' } }),
    errors: [],
  },
  {
    id: 'R7 a canonical of another type',
    json: {
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      questionnaire: 'http://hl7.org/fhir/ValueSet/x',
    },
    errors: ['canonical.type QuestionnaireResponse.questionnaire'],
  },
]
for (const { id, json, errors: expected } of rows) {
  test(`${id}: ${expected.length === 0 ? 'accepted' : expected.join(', ')}`, () =>
    assert.deepEqual(errors(json), expected))
}

test('R6: a required reference with a display only is worth a warning', () => {
  const consent = { resourceType: 'Flag', status: 'active', code: { text: 'x' }, subject: { display: 'x' } }
  assert.deepEqual(found(consent), ['warning reference.display-only Flag.subject'])
})

const PROFILE = 'https://example.org/StructureDefinition/known-organization'
const URL = 'https://example.org/StructureDefinition/p'

test('R4, R5: how a target is carried, and what it fulfils when it is at hand', () => {
  const node = elementOf('Patient', 'managingOrganization')
  const types = [{ code: 'Reference', targets: [PROFILE], aggregation: ['contained'] as const }]
  const by = validatorWith([
    profileOn('Organization', PROFILE, { identifier: { min: 1 } }),
    profileOn('Patient', URL, { managingOrganization: { ...node, types } }),
  ])
  const check = (json: unknown): string[] => errors(json, { profiles: [URL] }, by)
  const known = { ...organization, identifier: [{ system: 'https://example.org', value: '1' }] }
  assert.deepEqual(check(patient({ reference: '#o' }, { contained: [known] })), [])
  assert.deepEqual(check(patient({ reference: '#o' }, { contained: [organization] })), [
    'reference.target-profile Patient.managingOrganization',
  ])
  assert.deepEqual(check(patient({ reference: 'Organization/1' })), [
    'reference.aggregation Patient.managingOrganization',
  ])
  const told = by.validate(patient({ reference: 'Organization/1' }), { profiles: [URL] }).map(({ key }) => key)
  assert.ok(told.includes('reference.not-checked'))
})

test('a target that the caller finds is looked at', () => {
  const resolve = (): unknown => ({ resourceType: 'Practitioner', id: '1' })
  const issues = validator.validate(patient({ reference: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520' }), {
    resolve,
  })
  assert.deepEqual(
    issues.map(({ key }) => key),
    ['reference.type'],
  )
})

test('R1: a type that guides over R4 take from R4B is worth a warning (IHE DSUBm ITI-114)', () => {
  const basic = (reference: string): unknown => ({ resourceType: 'Basic', code: { text: 'x' }, subject: { reference } })
  assert.deepEqual(found(basic('SubscriptionTopic/1')), ['warning reference.form Basic.subject'])
  assert.deepEqual(found(basic('SubscriptionTopics/1')), ['error reference.form Basic.subject'])
  assert.deepEqual(found(basic('SubscriptionTopic?url=x')), ['error reference.form Basic.subject'])
})
