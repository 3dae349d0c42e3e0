import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Patient } from '@medplum/fhirtypes'
import { aPatient } from '../support/builders.ts'
import { assertRefused } from '../support/client.ts'
import { sharedServer } from '../support/server.ts'

/** A conditional creation answers a known patient only to who shows that it is the same person. */
const server = sharedServer()

const criterion = ({ identifier }: Patient): string => `identifier=${identifier?.[0]?.system}|${identifier?.[0]?.value}`
const sendAs = (sent: Patient, known: Patient) => server().post('Patient', sent, { 'if-none-exist': criterion(known) })

/** A patient whom only the identity feed knows: hidden. */
async function fed(): Promise<{ patient: Patient; id: string }> {
  const patient = aPatient().build()
  const answer = await server().put(`Patient?${criterion(patient).replace('|', '%7C')}`, patient)
  assert.equal(answer.status, 201, answer.text)
  return { patient, id: answer.resource('Patient').id ?? '' }
}

test('the same person comes into sight when registered', async () => {
  const { patient, id } = await fed()
  assert.equal((await server().get(`Patient/${id}`)).status, 404)
  assert.equal((await sendAs(patient, patient)).status, 200)
  assert.equal((await server().get(`Patient/${id}`)).status, 200)
})

const unproved: { id: string; without: (patient: Patient) => Patient }[] = [
  { id: 'nothing but the type', without: () => ({ resourceType: 'Patient', active: true }) },
  { id: 'no birth date', without: ({ birthDate: _dropped, ...patient }) => patient },
  { id: 'no sex', without: ({ gender: _dropped, ...patient }) => patient },
  { id: 'no official name', without: (patient) => ({ ...patient, name: [{ family: 'SOMEBODY', given: ['ELSE'] }] }) },
]
for (const { id, without } of unproved) {
  test(`a hidden patient stays hidden, and is not shown, to who sends ${id}`, async () => {
    const { patient, id: hidden } = await fed()
    const answer = await sendAs(without(patient), patient)
    assertRefused(answer, 409, 'identity.identifier-taken')
    assert.equal((await server().get(`Patient/${hidden}`)).status, 404)
  })
}

test('an INS needs its traits even to find whom it belongs to', async () => {
  const patient = aPatient().qualified().build()
  await server().create(patient)
  assert.equal((await sendAs(patient, patient)).status, 200)
  const { extension: _dropped, ...withoutBirthPlace } = patient
  assertRefused(await sendAs(withoutBirthPlace, patient), 422, 'identity.traits-incomplete')
})
