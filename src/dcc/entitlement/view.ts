import type { EntitledTo } from '../../store/entitlement.ts'
import type { DccContext } from '../unit-of-work.ts'
import type { Eyes } from './labels.ts'
import type { Habilitation } from './model.ts'

/** What a person sees of the record for a moment, besides what the scopes of a request allow. */
export interface PersonalView {
  readonly eyes: Eyes
  readonly nationalId: string
  readonly rpps: string | undefined
  readonly reach: Habilitation['reach']
  /** Whether the person of a record may be seen (decide.ts); asked once for each record. */
  sees(patientId: string): Promise<boolean>
  /** The same of several records at once. */
  seesAll(patientIds: readonly string[]): Promise<void>
  /** What limits searches: the records by name when they are few, else whose eyes the store is to have. */
  within(): Promise<Within>
}

/** The records that a search is limited to. */
export type Within = { patients: readonly string[] } | { entitledTo: EntitledTo }

/** Most records that a search names: the store finds more of them faster by itself. */
const MOST_NAMED = 100

/** The view of a moment; `mostNamed` is for tests. */
export function openView(
  { store, now }: Pick<DccContext, 'store' | 'now'>,
  who: { nationalId: string; rpps: string | undefined; reach: Habilitation['reach']; eyes?: Eyes },
  mostNamed = MOST_NAMED,
): PersonalView {
  const { entitlement } = store
  const { nationalId, reach } = who
  const entitledTo = { nationalId, reach, at: now().toISOString() }
  const known = new Map<string, Promise<boolean>>()
  let within: Promise<Within> | undefined
  const named = async (): Promise<Within> => {
    if (reach === 'region') return { entitledTo }
    const count = await entitlement.memberships(nationalId, entitledTo.at, mostNamed + 1)
    if (count > mostNamed) return { entitledTo }
    const patients = await entitlement.patientsOf(nationalId, entitledTo.at, mostNamed + 1)
    return patients.length > mostNamed ? { entitledTo } : { patients }
  }
  const sees = (patientId: string): Promise<boolean> => {
    const before = known.get(patientId)
    if (before !== undefined) return before
    const asked = entitlement.entitled(entitledTo, [patientId]).then(({ length }) => length > 0)
    known.set(patientId, asked)
    asked.catch(() => known.delete(patientId))
    return asked
  }
  return {
    eyes: 'professional',
    ...who,
    sees,
    async seesAll(patientIds) {
      const asked = [...new Set(patientIds)].filter((id) => !known.has(id))
      const found = new Set(await entitlement.entitled(entitledTo, asked))
      for (const id of asked) known.set(id, Promise.resolve(found.has(id)))
    },
    within: () => {
      within ??= named().catch((error: unknown) => {
        within = undefined
        throw error
      })
      return within
    },
  }
}
