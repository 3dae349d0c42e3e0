import { type TraitName, traitsOfPatient } from '../../french/traits.ts'
import type { DccStore } from '../../store/store.ts'
import type { CalledIdentity } from './identity.ts'
import { differingTraits } from './traits.ts'

/** The traits by which a record that a person chose is another person's than whom a DPI called for. */
export async function discordWithRecord(
  store: DccStore,
  identity: CalledIdentity,
  patientId: string,
): Promise<TraitName[]> {
  const state = await store.patient(patientId)
  return state === undefined || state.text === ''
    ? []
    : differingTraits(identity.traits, traitsOfPatient(JSON.parse(state.text)))
}
