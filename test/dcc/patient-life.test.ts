import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Patient } from '@medplum/fhirtypes'
import { deletePatient, revisePatient } from '../../src/dcc/patients.ts'
import { UnitOfWork } from '../../src/dcc/unit-of-work.ts'
import { isStoreError } from '../../src/store/errors.ts'
import { aPatient, fictitiousMatricule, IPP } from '../support/builders.ts'
import { sharedDomain } from '../support/domain.ts'
import { published } from '../support/domain-samples.ts'
import { named, ofDomain, patientsOf, withIns } from './patients.ts'

const domain = sharedDomain()
const { register, revising, revise, stateOf, holders } = patientsOf(domain)

describe('revising a patient', () => {
  test('a new version keeps matricule and traits; other elements change; the gateway is told', async () => {
    const person = aPatient().qualified()
    const id = await register(person.build(), 'registration')
    await revise(id, person.with({ telecom: [{ system: 'phone', value: '+33100000009' }] }).build())
    const { version, text, visible } = await stateOf(id)
    assert.deepEqual([version, visible], [2, true])
    const stored: Patient = JSON.parse(text)
    assert.equal(stored.telecom?.[0]?.value, '+33100000009')
    assert.deepEqual(await holders(person.ins, person.ipp), [id, id])
    assert.deepEqual(await domain().events(id), ['patient.created Patient 1', 'patient.updated Patient 2'])
  })

  const FORBIDDEN: [id: string, traits: string, change: (patient: Patient) => Patient][] = [
    ['another matricule', 'matricule', (patient) => withIns({ value: fictitiousMatricule(990) }, patient)],
    ['another family name', 'birthFamily', (patient) => named(patient, { family: 'AUTRE' })],
    ['another birth date', 'birthDate', (patient) => ({ ...patient, birthDate: '1930-01-16' })],
    ['no matricule', 'matricule', (patient) => ({ ...patient, identifier: [] })],
    [
      'no matricule and another name',
      'matricule',
      (patient) => ({ ...named(patient, { family: 'AUTRE' }), identifier: [] }),
    ],
  ]
  for (const [id, traits, change] of FORBIDDEN) {
    test(`a qualified identity with ${id} is a conflict`, async () => {
      const person = aPatient().qualified()
      const patientId = await register(person.build())
      const error = await domain().refuses('identity.conflict', (unit) =>
        revising(unit, patientId, change(person.build())),
      )
      assert.equal(error.detail.traits, traits)
    })
  }

  test('a waiting number becomes final: the former one stays as old, with the same traits only', async () => {
    const context = { insDomain: 'production' as const }
    const nia = ofDomain('1.2.250.1.213.1.4.9', 'INS-NIA')
    const nir = ofDomain('1.2.250.1.213.1.4.8', 'INS-NIR')
    const [waiting, final] = [fictitiousMatricule(901), fictitiousMatricule(902)]
    const patient = withIns({ ...nia, value: waiting })
    const id = await register(patient, undefined, context)
    const certified = withIns({ ...nir, value: final }, patient)
    const both: Patient = {
      ...certified,
      identifier: [...(certified.identifier ?? []), { ...nia, use: 'old', value: waiting }],
    }
    const error = await domain().refuses(
      'identity.conflict',
      (unit) => revising(unit, id, named(both, { family: 'AUTRE' })),
      context,
    )
    assert.equal(error.detail.traits, 'birthFamily')
    await domain().refuses('identity.conflict', (unit) => revising(unit, id, certified), context)
    await domain().commit((unit) => revising(unit, id, both), context)
    const lookup = (system: string, value: string) => domain().store.lookup('patient', { system, value })
    assert.deepEqual([await lookup(nia.system, waiting), await lookup(nir.system, final)], [id, id])
  })

  test('an identity gains its INS, and not one that another patient holds', async () => {
    const person = aPatient()
    const id = await register(person.build())
    await revise(id, person.qualified().build())
    assert.deepEqual(await holders(person.ins), [id])
    const other = aPatient()
    const otherId = await register(other.build())
    const claiming = withIns({ value: person.ins }, other.qualified().build())
    const born = JSON.parse((await stateOf(id)).text) as Patient
    const same = { ...claiming, ...(born.birthDate === undefined ? {} : { birthDate: born.birthDate }) }
    await domain().refuses('identity.known', (unit) => revising(unit, otherId, same))
  })

  test('identifiers that are left out become free, new ones are taken', async () => {
    const person = aPatient()
    const id = await register(person.build())
    const other = { system: IPP, value: `other-${randomUUID()}` }
    await revise(id, person.with({ identifier: [other] }).build())
    assert.deepEqual(await holders(person.ipp, other.value), [undefined, id])
    const next = await register(person.build())
    assert.deepEqual(await holders(person.ipp), [next])
    await domain().refuses('identity.identifier-taken', (unit) => revising(unit, id, person.build()))
  })

  test('a version that somebody else has replaced meanwhile is not overwritten', async () => {
    const person = aPatient()
    const id = await register(person.build())
    const stale = await stateOf(id)
    await revise(id, person.born('1930-02-01').build())
    const unit = new UnitOfWork(domain().context)
    await revisePatient(unit, stale, person.born('1930-03-01').build())
    await assert.rejects(unit.commit(), (error) => isStoreError(error, 'store.version-conflict'))
    assert.equal((await stateOf(id)).version, 2)
  })
})

describe('deleting a patient', () => {
  test('frees the identifiers, keeps the trace and tells the gateway', async () => {
    const person = aPatient().qualified()
    const id = await register(person.build(), 'registration')
    await domain().commit(async (unit) => deletePatient(unit, await stateOf(id)))
    assert.deepEqual(await holders(person.ins, person.ipp), [undefined, undefined])
    const history = await domain().store.history({ type: 'Patient', id, limit: 10 })
    assert.deepEqual(
      history.map(({ version, method }) => `${version} ${method}`),
      ['2 DELETE', '1 POST'],
    )
    assert.deepEqual(await domain().events(id), ['patient.created Patient 1', 'patient.deleted Patient 2'])
    const again = await register(person.build())
    assert.deepEqual(await holders(person.ins), [again])
  })

  test('is refused while there are documents', async () => {
    const id = await register(aPatient().build(), 'registration')
    await domain().commit((unit) => published(unit, id))
    await domain().refuses('patient.has-documents', async (unit) => deletePatient(unit, await stateOf(id)))
  })

  test('is refused while there are documents that nobody sees', async () => {
    const id = await register(aPatient().build())
    await domain().commit((unit) => published(unit, id, { as: (document) => document.ordinary() }))
    assert.deepEqual(await domain().found('DocumentReference', id), [])
    await domain().refuses('patient.has-documents', async (unit) => deletePatient(unit, await stateOf(id)))
  })
})
