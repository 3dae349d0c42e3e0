import type { HabilitationRow } from '../../store/entitlement.ts'
import { recordsOf } from '../persons.ts'
import type { Activity } from '../professional.ts'
import { traceRow } from '../trace-row.ts'
import type { DccContext } from '../unit-of-work.ts'
import { decide, EMERGENCY, isEmergencyReason } from './decide.ts'
import type { AccessDecision, Asking, Entitlements, Habilitation } from './model.ts'

/** Most records that `patients` names: who cares for more coordinates a region. */
const MOST_PATIENTS = 20_000

/** Entitlements over a store: every call asks it, nothing is remembered. */
export function openEntitlements({ store, now }: Pick<DccContext, 'store' | 'now'>): Entitlements {
  const { entitlement } = store
  const habilitation = async ({ nationalId, activity }: Asking): Promise<Habilitation | undefined> =>
    inForce(await entitlement.habilitations(nationalId), activity, now().toISOString())
  const access = async (asking: Asking, patientId: string): Promise<AccessDecision> => {
    const right = await habilitation(asking)
    const patient = right === undefined ? undefined : await store.patient(patientId)
    if (patient === undefined || patient.state === 'deleted') return decide({ ...NOTHING, habilitation: right })
    const records = await recordsOf(store, [patientId])
    const facts = await entitlement.facts(asking.nationalId, records, now().toISOString())
    return decide({ ...facts, habilitation: right, patient: patient.visible ? 'visible' : 'no-pathway' })
  }
  return {
    habilitation,
    access,
    async patients(asking) {
      const right = await habilitation(asking)
      if (right === undefined) return []
      if (right.reach === 'region') return 'all'
      return entitlement.patientsOf(asking.nationalId, now().toISOString(), MOST_PATIENTS)
    },
    async breakGlass(professional, patientId, reason) {
      const before = await access(professional, patientId)
      if (before.allowed || !isEmergencyReason(reason)) return before
      const { nationalId } = professional
      const at = now()
      const facts = { actor: nationalId, client: undefined, patientId, requestId: undefined }
      if (!before.emergency) {
        const refused = { ...facts, kind: 'patient-refused', detail: `emergency: ${before.reason}` } as const
        await entitlement.commit([{ kind: 'trace', trace: traceRow(refused, at) }])
        return before
      }
      await entitlement.commit([
        { kind: 'trace', trace: traceRow({ ...facts, kind: 'emergency-access', detail: reason.trim() }, at) },
        {
          kind: 'put-membership',
          patientId,
          nationalId,
          basis: 'emergency',
          role: undefined,
          reason: reason.trim(),
          from: at.toISOString(),
          until: new Date(at.getTime() + EMERGENCY.hours * 3_600_000).toISOString(),
        },
      ])
      return access(professional, patientId)
    },
  }
}

const NOTHING = { patient: 'unknown', bases: [], opposed: false, blocked: false } as const

/** The widest right that holds now: one for a structure only for whoever practises there. */
function inForce(
  rows: readonly HabilitationRow[],
  activity: Activity | undefined,
  at: string,
): Habilitation | undefined {
  const place = structureKey(activity?.structure)
  const held = rows.filter(
    ({ structure, suspended, from, until }) =>
      (structure === '' || structure === place) && !suspended && from <= at && (until === undefined || until > at),
  )
  const widest = held.find(({ reach }) => reach === 'region') ?? held[0]
  if (widest === undefined) return undefined
  const { structure: _structure, ...right } = widest
  return right
}

/** How a structure is written in a habilitation; '' for none. */
export function structureKey(structure: Activity['structure']): string {
  return structure === undefined ? '' : `${structure.system}|${structure.value}`
}
