import { newLocalId, newPatientId } from '../../store/ids.ts'
import type { Pathway } from '../../store/store.ts'
import { registerPatient } from '../patients.ts'
import type { Professional } from '../professional.ts'
import { traceRow } from '../trace-row.ts'
import type { Trace } from '../traces.ts'
import { type DccContext, UnitOfWork } from '../unit-of-work.ts'
import type { CalledIdentity, IdentityField, InsUse } from './identity.ts'
import { patientOfCall } from './patient.ts'

/** A pre-filled sheet that a professional confirms. */
export interface Confirmation {
  identity: CalledIdentity
  use: InsUse
  professional: Professional
  /** Id of the registered DPI. */
  dpi: string
  reason: string
  status: Pathway['status']
  topography: string | undefined
  /** Fields that the professional corrected: their names are traced, never their values. */
  changed: readonly IdentityField[]
  requestId: string
}

/**
 * Registers the patient of a sheet in one transaction: identity, number of the hospital, first pathway, the professional
 * in the care team, traces. Gives the id. Rejects as `registerPatient` does, and with StoreError
 * `store.identifier-taken` when somebody was faster: nothing is kept then, and the call must be resolved again.
 */
export async function registerCalled(context: DccContext, confirmation: Confirmation): Promise<string> {
  const { identity, use, professional, dpi, reason, status, topography } = confirmation
  const unit = new UnitOfWork(context)
  const id = newPatientId()
  const patient = patientOfCall(identity, use, context.frCore)
  await registerPatient(unit, patient, { id, pathwayOrigin: undefined, takenIdentifier: 'refuse' })
  unit.pathways.add(id)
  const origin = `contextual-call ${dpi} ${reason}`
  const pathway = { id: newLocalId(context.now().getTime()), patientId: id, status, origin, topography }
  unit.add({ kind: 'open-pathway', pathway: { ...pathway, openedAt: unit.startedAt } })
  const member = { patientId: id, nationalId: professional.nationalId, basis: 'care-team', reason: undefined } as const
  const role = professional.activity?.role?.value
  unit.add({
    kind: 'entitle',
    change: { kind: 'put-membership', ...member, role, from: unit.startedAt, until: undefined },
  })
  for (const trace of tracesOf(confirmation, id)) {
    unit.add({ kind: 'entitle', change: { kind: 'trace', trace: traceRow(trace, context.now()) } })
  }
  await unit.commit()
  return id
}

function tracesOf({ professional, dpi, reason, changed, requestId }: Confirmation, patientId: string): Trace[] {
  const facts = { actor: professional.nationalId, client: dpi, patientId, requestId }
  const corrections = changed.length === 0 ? '' : ` corrected: ${changed.join(', ')}`
  return [
    { ...facts, kind: 'draft-confirmed', detail: `${reason}${corrections}` },
    { ...facts, kind: 'care-team-joined', detail: 'care-team' },
  ]
}
