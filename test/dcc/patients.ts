import assert from 'node:assert/strict'
import type { Identifier, Patient } from '@medplum/fhirtypes'
import { registerPatient, revisePatient } from '../../src/dcc/patients.ts'
import type { DccContext, UnitOfWork } from '../../src/dcc/unit-of-work.ts'
import { newPatientId } from '../../src/store/ids.ts'
import type { PatientState } from '../../src/store/store.ts'
import { aPatient, INS_TEST, IPP } from '../support/builders.ts'
import type { Domain } from '../support/domain.ts'

/** What stories about patients do with a domain. */
export function patientsOf(domain: () => Domain) {
  async function registering(
    unit: UnitOfWork,
    patient: Patient,
    options: Partial<Parameters<typeof registerPatient>[2]> = {},
  ): Promise<string> {
    const id = newPatientId()
    await registerPatient(unit, patient, { id, pathwayOrigin: undefined, takenIdentifier: 'refuse', ...options })
    return id
  }

  async function stateOf(id: string): Promise<PatientState> {
    const state = await domain().store.patient(id)
    assert.ok(state !== undefined)
    return state
  }

  async function revising(unit: UnitOfWork, id: string, patient: Patient): Promise<void> {
    await revisePatient(unit, await stateOf(id), patient)
  }

  return {
    registering,
    revising,
    stateOf,
    register: (patient: Patient, pathwayOrigin?: string, context: Partial<DccContext> = {}): Promise<string> =>
      domain().commit((unit) => registering(unit, patient, { pathwayOrigin }), context),
    revise: (id: string, patient: Patient): Promise<void> => domain().commit((unit) => revising(unit, id, patient)),
    /** Who holds these values: an INS of the test domain (15 digits), or a local identifier. */
    holders: (...values: string[]): Promise<(string | undefined)[]> => {
      const system = (value: string) => (/^\d{15}$/.test(value) ? INS_TEST : IPP)
      return Promise.all(values.map((value) => domain().store.lookup('patient', { system: system(value), value })))
    },
  }
}

/** The patient with its first identifier, the INS, changed. */
export function withIns(change: Partial<Identifier>, patient = aPatient().qualified().build()): Patient {
  const [ins, ...others] = patient.identifier ?? []
  return { ...patient, identifier: [{ ...ins, ...change }, ...others] }
}

/** An INS of another authority. */
export function ofDomain(oid: string, code: string): Identifier & { system: string } {
  return {
    use: 'official',
    type: { coding: [{ system: 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', code }] },
    system: `urn:oid:${oid}`,
  }
}

/** The patient with its official name changed. */
export function named(patient: Patient, change: object): Patient {
  const [official, ...others] = patient.name ?? []
  return { ...patient, name: [{ ...official, ...change }, ...others] }
}
