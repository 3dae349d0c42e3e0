import type { Reference } from '@medplum/fhirtypes'
import type { PatientState } from '../store/store.ts'
import { DccError } from './errors.ts'
import { survivorOf } from './persons.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/**
 * The current patient that a reference names: `Patient/<id>` or a logical reference by identifier (MHD-65-05), in the
 * store or created earlier in the same unit. A merged record stands for the patient who took it in: what is filed for
 * it is never lost. An unknown or deleted patient is refused.
 */
export async function resolveSubject(
  unit: UnitOfWork,
  reference: Reference | undefined,
  expression: string,
): Promise<string> {
  if (reference?.reference !== undefined) {
    const [type, id, ...rest] = reference.reference.split('/')
    if (type !== 'Patient' || id === undefined || rest.length > 0) throw new DccError('patient.unknown', { expression })
    if (unit.patients.has(id)) return id
    return (await currentPatient(unit, id, expression)).id
  }
  const { system, value } = reference?.identifier ?? {}
  if (system === undefined || value === undefined) throw new DccError('patient.missing', { expression })
  const id = await unit.context.store.lookup('patient', { system, value })
  if (id === undefined) throw new DccError('patient.unknown', { expression })
  const state = await currentPatient(unit, id, expression)
  // Numbers change hands when a merge is taken back: the commit must not file with whom it no longer names.
  unit.requireHolder({ system, value }, state.id)
  return state.id
}

async function currentPatient(unit: UnitOfWork, id: string, expression: string): Promise<PatientState> {
  const survivor = await survivorOf(unit, id)
  if (survivor !== id) unit.requireMerged(survivor, id)
  const state = await unit.patientState(survivor)
  if (state === undefined || state.state !== 'current') throw new DccError('patient.unknown', { expression })
  return state
}
