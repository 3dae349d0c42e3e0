import type { OpenRecord } from '../../app.ts'
import { addToCareTeam, grantHabilitation } from '../../dcc/entitlement/administration.ts'
import { caredFor, type RegionChoices } from './cast.ts'

/** A professional of the demonstration, as far as rights go. */
interface Entitled {
  nationalId: string
  habilitated: boolean
}

/** More patients than a region of the demonstration gives a team. */
const MOST = 1000

/**
 * Lets the habilitated professionals in and puts the first of them into the care team of part of the region; what is
 * there already stays as it is. Answers the ids of the patients of that team.
 */
export async function registerEntitlements(
  { dcc }: OpenRecord,
  region: RegionChoices,
  professionals: readonly Entitled[],
): Promise<string[]> {
  const habilitated = professionals.filter((one) => one.habilitated)
  for (const { nationalId } of habilitated) {
    const known = await dcc.store.entitlement.habilitations(nationalId)
    if (known.length === 0) await grantHabilitation(dcc, { nationalId, profile: 'clinician', reach: 'care-team' })
  }
  const [first] = habilitated
  if (first === undefined) return []
  const { nationalId } = first
  const already = new Set(await dcc.store.entitlement.patientsOf(nationalId, dcc.now().toISOString(), MOST))
  const ids: string[] = []
  for (const ins of caredFor(region)) {
    const patientId = await dcc.store.lookup('patient', ins)
    if (patientId === undefined) continue
    ids.push(patientId)
    if (!already.has(patientId)) await addToCareTeam(dcc, { nationalId, patientId })
  }
  return ids
}
