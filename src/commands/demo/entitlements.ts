import type { OpenRecord } from '../../app.ts'
import { addToCareTeam, grantHabilitation } from '../../dcc/entitlement/administration.ts'
import type { Habilitation } from '../../dcc/entitlement/model.ts'
import type { IdentifierKey } from '../../store/store.ts'
import { type RegionChoices, teamsOf } from './cast.ts'

/** A professional of the demonstration, as far as rights go. */
interface Entitled {
  nationalId: string
  habilitation: Pick<Habilitation, 'profile' | 'reach'> | undefined
}

/** More patients than a professional of the demonstration cares for. */
const MOST = 1000

/**
 * Lets the habilitated professionals in. The first who needs a care team is put into that of two thirds of the first
 * patients, the next into the others'; what is there already stays as it is. Answers, by national id, the patients whom
 * each may see: those who see the whole region may see others besides.
 */
export async function registerEntitlements(
  record: OpenRecord,
  region: RegionChoices,
  professionals: readonly Entitled[],
): Promise<Map<string, string[]>> {
  const { ours, others } = teamsOf(region)
  const teams = [ours, others]
  const seen = new Map<string, string[]>()
  for (const { nationalId, habilitation } of professionals) {
    if (habilitation === undefined) continue
    const known = await record.dcc.store.entitlement.habilitations(nationalId)
    if (known.length === 0) await grantHabilitation(record.dcc, { nationalId, ...habilitation })
    const byTeam = habilitation.reach === 'care-team'
    const patients = await registered(record, byTeam ? (teams.shift() ?? []) : [...ours, ...others])
    if (byTeam) await join(record, nationalId, patients)
    seen.set(nationalId, patients)
  }
  return seen
}

async function registered({ dcc }: OpenRecord, matricules: readonly IdentifierKey[]): Promise<string[]> {
  const ids = await Promise.all(matricules.map((ins) => dcc.store.lookup('patient', ins)))
  return ids.filter((id) => id !== undefined)
}

async function join({ dcc }: OpenRecord, nationalId: string, patients: readonly string[]): Promise<void> {
  const already = new Set(await dcc.store.entitlement.patientsOf(nationalId, dcc.now().toISOString(), MOST))
  for (const patientId of patients) {
    if (!already.has(patientId)) await addToCareTeam(dcc, { nationalId, patientId })
  }
}
