import { recordsOf } from '../../dcc/persons.ts'
import type { Condition, DccStore, Found } from '../../store/store.ts'

/** Whoever asks for what is filed of a patient gets that of every record that was merged (docs/decisions/0011). */
export async function ofWholePersons(store: DccStore, conditions: readonly Condition[]): Promise<Condition[]> {
  const whole = async (condition: Condition): Promise<Condition> => {
    if (condition.kind === 'patient') return { ...condition, ids: await recordsOf(store, condition.ids) }
    if (condition.kind !== 'any') return condition
    return { ...condition, conditions: await Promise.all(condition.conditions.map(whole)) }
  }
  return Promise.all(conditions.map(whole))
}

/**
 * The ids of all records of patients that a search has found. A search finds survivors only, whose text says that they
 * are: hence the store is asked again only about those.
 */
export async function idsOfPersons(store: DccStore, found: readonly Found[]): Promise<string[]> {
  const survivors = found.filter(({ text }) => text.includes('"replaces"')).map(({ id }) => id)
  const ids = found.map(({ id }) => id)
  return survivors.length === 0 ? ids : [...new Set([...ids, ...(await recordsOf(store, survivors))])]
}
