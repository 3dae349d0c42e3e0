import type { Patient } from '@medplum/fhirtypes'
import { DccError } from '../dcc/errors.ts'
import { openPathway } from '../dcc/pathways.ts'
import { isSamePerson } from '../dcc/persons.ts'
import type { UnitOfWork } from '../dcc/unit-of-work.ts'
import { insOf } from '../french/identity.ts'
import { missingTraits, sameTraits, type TraitName, traitsOfPatient } from '../french/traits.ts'
import type { StoredResource } from '../store/store.ts'
import { FhirError } from './errors.ts'

/** What a POST of a Patient says: this person is now followed for cancer (RESOURCE_TYPES.Patient.documentation). */
export const REGISTRATION = 'registration'

/**
 * Registers the patient that a conditional creation found. One with another strict trait is somebody else and refused,
 * never answered (design.md section 6, rule 1), and so is one of whom the traits do not say that it is the same person:
 * an identifier alone proves nothing. One that only the identity feed knew becomes visible, as a creation would have
 * made it.
 */
export async function registerKnown(unit: UnitOfWork, existing: StoredResource, sent: Patient): Promise<void> {
  const known: Patient = JSON.parse(existing.text)
  const [ins, sentIns] = [insOf(known)?.value, insOf(sent)?.value]
  const sameIns = ins !== undefined && ins === sentIns
  const [held, named] = [traitsOfPatient(known), traitsOfPatient(sent)]
  const expression = 'Patient.identifier'
  const differing = sameTraits(held, named)
  if (differing.length > 0) {
    const key = sameIns ? 'identity.conflict' : 'identity.identifier-taken'
    throw new DccError(key, { expression, detail: { traits: differing.join(', ') } })
  }
  // Homonyms born the same day: two matricules are two persons.
  if (!sameIns && ins !== undefined && sentIns !== undefined) {
    throw new DccError('identity.conflict', { expression, detail: { traits: 'matricule' } })
  }
  const missing = missingTraits(named)
  if (sameIns && missing.length > 0) {
    throw new FhirError('identity.traits-incomplete', { expression, detail: { trait: missing.join(', ') } })
  }
  const unknown = new Set([...missingTraits(held), ...missing])
  const unproved = NEEDED_WITHOUT_INS.filter((trait) => unknown.has(trait))
  if (!sameIns && unproved.length > 0) {
    throw new DccError('identity.identifier-taken', { expression, detail: { traits: unproved.join(', ') } })
  }
  await refuseOthers(unit, existing.id, sent)
  if (existing.visible) return
  unit.requirePatient(existing.id)
  await openPathway(unit, existing.id, REGISTRATION)
}

/** Refuses a patient who is described with a number of somebody else: nobody can say who of them is meant. */
async function refuseOthers(unit: UnitOfWork, id: string, { identifier = [] }: Patient): Promise<void> {
  for (const [index, { system, value }] of identifier.entries()) {
    if (system === undefined || value === undefined) continue
    const holder = await unit.context.store.lookup('patient', { system, value })
    if (holder === undefined || (await isSamePerson(unit, holder, id))) continue
    throw new DccError('identity.identifier-taken', { expression: `Patient.identifier[${index}]` })
  }
}

/** What two records must both say, and alike, to be one person's without the same INS (identity-fr.md 1.7). */
const NEEDED_WITHOUT_INS = ['birthFamily', 'firstGiven', 'gender', 'birthDate'] as const satisfies readonly TraitName[]
