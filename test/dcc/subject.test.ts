import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reference } from '@medplum/fhirtypes'
import { deletePatient, registerPatient } from '../../src/dcc/patients.ts'
import { resolveSubject } from '../../src/dcc/subject.ts'
import { UnitOfWork } from '../../src/dcc/unit-of-work.ts'
import { newPatientId } from '../../src/store/ids.ts'
import { aPatient, INS_TEST } from '../support/builders.ts'
import { refusal, sharedDomain } from '../support/domain.ts'
import { newId, registered } from '../support/domain-samples.ts'

const domain = sharedDomain()

test('a patient is named by id, by identifier, or created earlier in the unit', async () => {
  const person = aPatient().qualified()
  const id = newPatientId()
  await domain().commit((unit) =>
    registerPatient(unit, person.build(), { id, pathwayOrigin: undefined, takenIdentifier: 'refuse' }),
  )
  assert.equal(await resolve({ reference: `Patient/${id}` }), id)
  assert.equal(await resolve({ identifier: { system: INS_TEST, value: person.ins } }), id)
  const unit = new UnitOfWork(domain().context)
  const pending = await registered(unit)
  assert.equal(await resolveSubject(unit, { reference: `Patient/${pending}` }, 'List.subject'), pending)
})

test('nobody, somebody unknown and a deleted patient are refused', async () => {
  const id = await domain().commit((unit) => registered(unit))
  const state = await domain().store.patient(id)
  assert.ok(state !== undefined)
  await domain().commit((unit) => deletePatient(unit, state))
  const UNKNOWN: Reference[] = [
    { reference: `Patient/${id}` },
    { reference: `Patient/${newPatientId()}` },
    { reference: 'Patient/x/_history/1' },
    { reference: `Group/${newPatientId()}` },
    { reference: 'urn:uuid:11111111-1111-4111-8111-111111111111' },
    { reference: `Patient/${newId(newPatientId())}` },
    { identifier: { system: INS_TEST, value: 'nobody' } },
  ]
  for (const reference of UNKNOWN) {
    const error = await refusal('patient.unknown', () => resolve(reference))
    assert.equal(error.expression, 'List.subject')
  }
  for (const missing of [undefined, {}, { display: 'LUCIE' }, { identifier: { value: 'x' } }]) {
    await refusal('patient.missing', () => resolve(missing))
  }
})

function resolve(reference: Reference | undefined): Promise<string> {
  return resolveSubject(new UnitOfWork(domain().context), reference, 'List.subject')
}
