import assert from 'node:assert/strict'
import type { Change, Condition, DccStore, SearchableType, SearchQuery } from '../../../src/store/store.ts'

/** What the stories of the contract run in: one engine. */
export interface Setting {
  /** The store that the stories share; each uses patients of its own. */
  store(): DccStore
  /** A store of its own, for stories about everything that is stored. Closed when the engine's stories are over. */
  fresh(): Promise<DccStore>
  /** Two stores over the same empty data, as two processes have them. */
  pair(): Promise<[DccStore, DccStore]>
}

/** The rejection that carries a key of StoreError. */
export function rejectsWith(promise: Promise<unknown>, key: string): Promise<void> {
  return assert.rejects(promise, { name: 'StoreError', key })
}

/** Runs every commit at once and tells how many were accepted, and the keys of the refusals. */
export async function race(store: DccStore, commits: readonly (readonly Change[])[]) {
  const outcomes = await Promise.allSettled(commits.map((changes) => store.commit(changes)))
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason.key)] : []))
  return { accepted: outcomes.length - refused.length, refused: new Set(refused) }
}

/** The ids that a search finds, in its order (`_id` unless told otherwise). */
export async function idsOf(
  store: DccStore,
  type: SearchableType,
  conditions: readonly Condition[],
  rest: Partial<SearchQuery> = {},
): Promise<string[]> {
  const found = await store.search({ type, conditions, sort: { key: '_id', descending: false }, limit: 1000, ...rest })
  return found.map(({ id }) => id)
}
