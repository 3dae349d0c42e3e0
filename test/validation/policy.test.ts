import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DocumentReference, Resource } from '@medplum/fhirtypes'
import { leniencyOf, profilesOfRecord } from '../../src/validation/policy.ts'
import { documentBytes } from '../french/cda/a-document.ts'
import { derived } from './rules/derived.ts'
import { profileValidator, validateWhole } from './rules/whole.ts'

const validator = profileValidator('2.2.0')
const document = derived(documentBytes()).entry as DocumentReference

/** Errors of a resource of the record, `refused` or `passes` under lenient validation. */
function lenientVerdicts(resource: object): string[] {
  const check = (checked: unknown, profiles: readonly string[] = []) => [
    ...validator.validate(checked, { profiles }),
    ...validateWhole(checked, { insDomain: 'test' }).filter(({ source }) => !/StructureDefinition/.test(source ?? '')),
  ]
  const passes = leniencyOf(resource, check)
  const findings = check(resource, profilesOfRecord(resource as Resource))
  const errors = findings.filter(({ severity }) => severity === 'error' || severity === 'fatal')
  return [
    ...new Set(
      errors.map((error) =>
        `${passes(error) ? 'passes' : 'refused'} ${error.key} ${error.expression} ${error.detail.name ?? ''}`.trim(),
      ),
    ),
  ].sort()
}

const FR_CORE = 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient'

test('lenient validation never lets pass what R4 alone refuses, though a profile repeats it', () => {
  const wrong = { resourceType: 'Patient', meta: { profile: [FR_CORE] }, gender: 'femme', name: 'x', foo: 1 }
  assert.deepEqual(lenientVerdicts(wrong), [
    'refused binding.required Patient.gender',
    'refused element.not-array Patient.name',
    'refused element.unknown Patient foo',
  ])
})

test('lenient validation lets pass what PDSm asks for beyond R4', () => {
  const { securityLabel: _label, ...rest } = document
  assert.deepEqual(lenientVerdicts({ ...rest, status: 'entered-in-error' }), [
    'passes binding.required DocumentReference.status',
    'passes element.required DocumentReference securityLabel',
  ])
})

test('lenient validation refuses a document without the status and content that R4 requires', () => {
  const { status: _status, content: _content, ...rest } = document
  assert.deepEqual(lenientVerdicts(rest), [
    'refused element.required DocumentReference content',
    'refused element.required DocumentReference status',
  ])
})

test('lenient validation lets the class of a document pass, and never a rule of identity', () => {
  const category = [{ coding: [{ ...document.category?.[0]?.coding?.[0], code: '44', display: undefined }] }]
  assert.deepEqual(lenientVerdicts(JSON.parse(JSON.stringify({ ...document, category }))), [
    'passes document.type-class DocumentReference.category[0]',
  ])
  const identifier = [{ use: 'official', system: 'urn:oid:1.2.250.1.213.1.4.10', value: '1' }]
  const identity = lenientVerdicts({ resourceType: 'Patient', identifier }).filter((verdict) =>
    /INS|IDENT/.test(verdict),
  )
  assert.ok(identity.length > 0)
  assert.deepEqual(
    identity.filter((verdict) => !verdict.startsWith('refused')),
    [],
  )
})

test('any JSON has profiles, whatever stands in place of codes', () => {
  for (const odd of [null, 1, 'x', {}, [null], { coding: {} }, { coding: [null, 'x', { code: 1 }] }]) {
    for (const resourceType of ['DocumentReference', 'List', 'Patient', 'Basic']) {
      const resource = JSON.parse(JSON.stringify({ resourceType, type: odd, code: odd, content: odd }))
      assert.ok(profilesOfRecord(resource).length <= 1)
    }
  }
})
