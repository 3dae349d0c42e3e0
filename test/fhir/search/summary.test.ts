import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SearchError } from '../../../src/fhir/search/errors.ts'
import { summarise, summaryModeOf } from '../../../src/fhir/search/summary.ts'
import { qualifiedPatient } from '../../french/patients.ts'
import { meetingSheet, patientAdditions, submissionSet } from './samples.ts'

const SUBSETTED = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'SUBSETTED',
  display: 'subsetted',
}
const text = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' }
const patient = {
  ...qualifiedPatient(),
  ...patientAdditions,
  text,
  photo: [{ contentType: 'image/png' }],
  _birthDate: { id: 'b' },
}

test('summary of a patient: the elements that R4 marks, whole names, no extension, no narrative', () => {
  const summary = summarise(patient, { summary: 'true' })
  assert.deepEqual(Object.keys(summary), [
    'resourceType',
    'id',
    'meta',
    'identifier',
    'active',
    'name',
    'telecom',
    'gender',
    'birthDate',
    'address',
    'deceasedDateTime',
    'managingOrganization',
    'link',
    '_birthDate',
  ])
  assert.deepEqual(summary.name, patient.name)
  assert.deepEqual(summary.meta, { ...patient.meta, tag: [SUBSETTED] })
})

test('summary of a document: no custodian, no content bytes, only the period of its context', () => {
  const document = {
    ...meetingSheet,
    content: [{ attachment: { contentType: 'text/plain', data: 'eA==' }, id: 'c1', format: { code: 'f' } }],
  }
  const summary = summarise(document, { summary: 'true' })
  assert.deepEqual(summary.content, [{ attachment: { contentType: 'text/plain' }, format: { code: 'f' } }])
  assert.deepEqual(summary.context, { period: meetingSheet.context.period })
  assert.deepEqual([summary.custodian, summary.authenticator, summary.extension], [undefined, undefined, undefined])
})

test('contained resources stay when, and only when, a kept reference points at them', () => {
  const ids = (resource: unknown) =>
    ((resource as { contained?: { id: string }[] }).contained ?? []).map(({ id }) => id)
  assert.deepEqual(ids(summarise(meetingSheet, { summary: 'true' })), ['role', 'doctor', 'hospital', 'outside'])
  assert.deepEqual(ids(summarise(meetingSheet, { elements: ['type'] })), [])
  assert.deepEqual(ids(summarise({ ...meetingSheet, author: [{ reference: '#role' }] }, { elements: ['author'] })), [
    'role',
    'doctor',
    'hospital',
  ])
})

test('text only: narrative, identity of the resource, mandatory elements', () => {
  assert.deepEqual(Object.keys(summarise({ ...submissionSet, text }, { summary: 'text' })), [
    'resourceType',
    'id',
    'meta',
    'status',
    'mode',
    'text',
  ])
  assert.deepEqual(Object.keys(summarise(patient, { summary: 'text' })), ['resourceType', 'id', 'meta', 'text'])
})

test('data only: everything but the narrative', () => {
  const data = summarise(patient, { summary: 'data' })
  assert.deepEqual(
    Object.keys(data),
    Object.keys(patient).filter((name) => name !== 'text'),
  )
})

test('chosen elements come with the mandatory ones and those that change their meaning', () => {
  assert.deepEqual(Object.keys(summarise(meetingSheet, { elements: ['date'] })), [
    'resourceType',
    'id',
    'meta',
    'status',
    'date',
    'content',
  ])
  assert.deepEqual(Object.keys(summarise(patient, { elements: ['birthDate', 'unknown'] })), [
    'resourceType',
    'id',
    'meta',
    'active',
    'birthDate',
    'deceasedDateTime',
    'link',
    '_birthDate',
  ])
  assert.deepEqual(
    summarise({ resourceType: 'Practitioner', id: 'x', deceasedBoolean: true }, { elements: ['deceased'] })
      .deceasedBoolean,
    true,
  )
})

test('the tag is there once, beside the others, and the input is left as it was', () => {
  const tagged = {
    resourceType: 'Organization',
    id: 'o',
    meta: { tag: [{ code: 'other' }, { code: 'SUBSETTED' }] },
    name: 'x',
  }
  const before = structuredClone(tagged)
  assert.deepEqual(summarise(tagged, { summary: 'true' }).meta, { tag: [{ code: 'other' }, SUBSETTED] })
  assert.deepEqual(tagged, before)
})

test('a read asks for a subset by _summary or _elements', () => {
  assert.equal(summaryModeOf([]), undefined)
  assert.equal(summaryModeOf([['_summary', 'false']]), undefined)
  assert.equal(summaryModeOf([['_elements', ',']]), undefined)
  assert.deepEqual(summaryModeOf([['_summary', 'text']]), { summary: 'text' })
  assert.deepEqual(summaryModeOf([['_elements', 'Patient.name,birthDate']]), { elements: ['name', 'birthDate'] })
  for (const query of [
    ['_summary', 'count'],
    ['_summary', 'x'],
    ['_elements', 'a;b'],
  ] as const) {
    assert.throws(() => summaryModeOf([query]), SearchError)
  }
})
