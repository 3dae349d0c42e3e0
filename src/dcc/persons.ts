import type { DccStore, MergedRecord } from '../store/store.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/**
 * The ids of all records of the persons that these records are of: a merge leaves each record where it is, with what
 * was filed under it, and whoever reads one of them reads all (docs/decisions/0011).
 */
export async function recordsOf(store: DccStore, patientIds: readonly string[]): Promise<string[]> {
  const known = new Set(patientIds)
  let asked: readonly string[] = [...known]
  while (asked.length > 0) {
    const survivors: string[] = []
    for (const { mergedInto, merged } of await store.mergeLinks(asked)) {
      for (const { id } of merged) known.add(id)
      if (mergedInto !== undefined && !known.has(mergedInto)) survivors.push(mergedInto)
    }
    for (const id of survivors) known.add(id)
    asked = survivors
  }
  return [...known]
}

/** The records that were merged into a patient, directly or through others. */
export async function mergedInto(store: DccStore, patientId: string): Promise<readonly MergedRecord[]> {
  const [links] = await store.mergeLinks([patientId])
  return links?.merged ?? []
}

/**
 * The record that stands for the person today: the one that took this one in, if need be through others, else itself.
 */
export async function survivorOf(unit: UnitOfWork, patientId: string): Promise<string> {
  const seen = new Set([patientId])
  let id = patientId
  for (let state = await unit.patientState(id); state?.mergedInto !== undefined; state = await unit.patientState(id)) {
    if (state.state !== 'merged' || seen.has(state.mergedInto)) break
    id = state.mergedInto
    seen.add(id)
  }
  return id
}

/** Whether two records are one person's; has the commit fail when that is no longer so. */
export async function isSamePerson(unit: UnitOfWork, one: string, other: string): Promise<boolean> {
  if (one === other) return true
  const [survivor, others] = await Promise.all([survivorOf(unit, one), survivorOf(unit, other)])
  if (survivor !== others) return false
  for (const id of [one, other]) if (id !== survivor) unit.requireMerged(survivor, id)
  return true
}
