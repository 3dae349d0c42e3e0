import { recordsOf } from '../../dcc/persons.ts'
import type { Condition, DccStore } from '../../store/store.ts'

/** Whoever asks for what is filed of a patient gets that of every record that was merged (docs/decisions/0011). */
export async function ofWholePersons(store: DccStore, conditions: readonly Condition[]): Promise<Condition[]> {
  const whole = async (condition: Condition): Promise<Condition> => {
    if (condition.kind === 'patient') return { ...condition, ids: await recordsOf(store, condition.ids) }
    if (condition.kind !== 'any') return condition
    return { ...condition, conditions: await Promise.all(condition.conditions.map(whole)) }
  }
  return Promise.all(conditions.map(whole))
}
