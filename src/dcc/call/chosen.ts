import type { Patient } from '@medplum/fhirtypes'
import { insOf } from '../../french/identity.ts'
import { traitsOfPatient } from '../../french/traits.ts'
import type { DccStore } from '../../store/store.ts'
import type { CalledIdentity, InsUse } from './identity.ts'
import type { Discord } from './resolution.ts'
import { holdsAnotherIns } from './rules.ts'
import { differingTraits } from './traits.ts'

/** What shows that a record that a person chose is another person's than whom a DPI called for: its INS, or its traits. */
export async function discordWithRecord(
  store: DccStore,
  identity: CalledIdentity,
  use: InsUse,
  patientId: string,
): Promise<Discord[]> {
  const state = await store.patient(patientId)
  if (state === undefined || state.text === '') return []
  const patient: Patient = JSON.parse(state.text)
  const { system, value } = insOf(patient) ?? {}
  const held = system === undefined || value === undefined ? undefined : { system, value }
  if (holdsAnotherIns(identity, use, held)) return ['identifiers']
  return differingTraits(identity.traits, traitsOfPatient(patient))
}
