import type { Patient } from '@medplum/fhirtypes'
import { DccError } from '../dcc/errors.ts'
import { openPathway } from '../dcc/patients.ts'
import type { UnitOfWork } from '../dcc/unit-of-work.ts'
import { insOf } from '../french/identity.ts'
import { sameTraits, traitsOfPatient } from '../french/traits.ts'
import type { StoredResource } from '../store/store.ts'

/** What a POST of a Patient says: this person is now followed for cancer (RESOURCE_TYPES.Patient.documentation). */
export const REGISTRATION = 'registration'

/**
 * Registers the patient that a conditional creation found. One with another strict trait is somebody else and refused,
 * never answered (design.md section 6, rule 1); one that only the identity feed knew becomes visible, as a creation
 * would have made it.
 */
export async function registerKnown(unit: UnitOfWork, existing: StoredResource, sent: Patient): Promise<void> {
  const known: Patient = JSON.parse(existing.text)
  const differing = sameTraits(traitsOfPatient(known), traitsOfPatient(sent))
  if (differing.length > 0) {
    const key = insOf(known)?.value === insOf(sent)?.value ? 'identity.conflict' : 'identity.identifier-taken'
    throw new DccError(key, { expression: 'Patient.identifier', detail: { traits: differing.join(', ') } })
  }
  if (existing.visible) return
  unit.requirePatient(existing.id)
  await openPathway(unit, existing.id, REGISTRATION)
}
