import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import type { Patient } from '@medplum/fhirtypes'
import { aPatient } from '../../support/builders.ts'
import { aDpi, CALL_ADDRESS } from '../../support/dpi.ts'
import { protectedServer } from '../server.ts'
import { aKnownPatient, assertError, FROM_DPI, pathOf, seated, tracesOf } from './stories.ts'

const server = protectedServer()

/** A DPI that sends unsigned forms, with patient numbers of its own. */
async function aFormDpi(form = true) {
  const oid = `1.2.250.1.71.4.2.2.${randomInt(1, 2 ** 40)}`
  return { oid, ...(await aDpi(server(), { form, ipp_system: `urn:oid:${oid}` })) }
}

/** The fields that a DPI sends to a DRIMBox. */
function fieldsOf(patient: Patient, oid: string): Record<string, string> {
  const official = patient.name?.[0]
  return {
    'Patient.identifier.value': patient.identifier?.[0]?.value ?? '',
    'Patient.identifier.system': '1.2.250.1.213.1.4.10',
    'Patient.name.family': official?.family ?? '',
    'Patient.name.given': official?.given?.join(' ') ?? '',
    'Patient.gender': patient.gender ?? '',
    'Patient.birthDate': patient.birthDate ?? '',
    'Address.district': '63220',
    InformationEtOppositionConsultation: 'true',
    PatientID: 'IPP-9',
    PatientIDIssuer: `HOPITAL&${oid}&ISO`,
    StudyInstanceUID: '',
  }
}

test('threat parameter-tampering: an unsigned form never opens a record; it fills the search in', async () => {
  const dpi = await aFormDpi()
  const patient = aPatient().qualified().build()
  const id = await aKnownPatient(server(), patient)
  const { visitor } = await seated(server())
  await visitor.post(CALL_ADDRESS, fieldsOf(patient, dpi.oid), FROM_DPI)
  const page = await visitor.submit(/^\/c\//)
  assert.deepEqual([page.status, pathOf(page)], [200, '/search'], page.text)
  assert.ok(!page.url.search.includes('TESTFICTIF'))
  assert.ok(page.text.includes('TESTFICTIF'), 'the search is filled in')
  assert.ok((await tracesOf(server(), 'launch')).includes('launch form search'))
  assert.ok(!(await tracesOf(server(), 'launch')).some((trace) => trace.includes(id)))
})

/** The search that an unsigned form leads to, and how one opens a record from it. */
async function aFilledSearch(patient: Patient) {
  const dpi = await aFormDpi()
  const seat = await seated(server())
  await seat.visitor.post(CALL_ADDRESS, fieldsOf(patient, dpi.oid), FROM_DPI)
  const page = await seat.visitor.submit(/^\/c\//)
  const contexte = page.url.searchParams.get('contexte') ?? ''
  const open = (id: string, verified = 'oui') =>
    seat.visitor.post('/search/open', { jeton: seat.csrf, contexte, patient: id, verified })
  return { ...seat, open }
}

test('a record that a person chooses after a form opens when no trait contradicts it, as not qualified', async () => {
  const patient = aPatient().qualified().build()
  const id = await aKnownPatient(server(), patient)
  const other = await aKnownPatient(server(), aPatient().qualified().named('AUTRE').build())
  const { open } = await aFilledSearch(patient)
  assert.equal(pathOf(await open(id)), `/patients/${id}`)
  assert.equal(pathOf(await open(other)), '/conflict/*')
})

test('threat parameter-tampering: after a form nothing opens unless the professional says to have verified the traits', async () => {
  const patient = aPatient().qualified().build()
  const id = await aKnownPatient(server(), patient)
  const hidden = await aKnownPatient(server(), aPatient().qualified().build(), { ofOthers: true })
  const { open } = await aFilledSearch(patient)
  const before = await tracesOf(server())
  for (const answer of ['', 'non', 'on']) assertError(await open(id, answer), 400, 'call.unverified')
  assertError(await open(hidden, ''), 400, 'call.unverified')
  assert.deepEqual(await tracesOf(server()), before)
  assert.equal(pathOf(await open(id)), `/patients/${id}`)
})

test('R10: after a form an emergency opens the record that was chosen, never one that the form names', async () => {
  const patient = aPatient().qualified().build()
  const id = await aKnownPatient(server(), patient, { ofOthers: true })
  const { open, visitor } = await aFilledSearch(patient)
  assert.equal(pathOf(await open(id)), '/access/*')
  const words = 'Patiente admise aux urgences pour une hémoptysie massive.'
  const page = await visitor.submit(/^\/access\//, { reason: 'vital', words, told: 'oui' })
  assert.equal(pathOf(page), `/patients/${id}`, page.text)
})

test('forms are not taken of a DPI that is not registered for them, nor of nobody', async () => {
  const off = await aFormDpi(false)
  const { visitor } = await seated(server())
  const patient = aPatient().qualified().build()
  assertError(await visitor.post(CALL_ADDRESS, fieldsOf(patient, off.oid), FROM_DPI), 400, 'call.invalid')
  assertError(await visitor.post(CALL_ADDRESS, fieldsOf(patient, '1.2.3'), FROM_DPI), 400, 'call.invalid')
  assertError(await visitor.post(CALL_ADDRESS, {}, FROM_DPI), 400, 'call.invalid')
})

for (const [id, change] of [
  ['an unknown field', { Diagnosis: 'C50' }],
  ['an empty one that is needed', { 'Patient.name.family': '' }],
  ['a field without end', { Situation: 'x'.repeat(400) }],
] as const) {
  test(`a form is refused: ${id}`, async () => {
    const dpi = await aFormDpi()
    const { visitor } = await seated(server())
    const fields = { ...fieldsOf(aPatient().qualified().build(), dpi.oid), ...change }
    assertError(await visitor.post(CALL_ADDRESS, fields, FROM_DPI), 400, 'call.invalid')
  })
}
