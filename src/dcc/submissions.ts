import type { DccStore, IdentifierKey, Submission } from '../store/store.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/** A submission that was accepted, under the list that it filed. */
export interface KnownSubmission extends Submission {
  listId: string
}

/** The submission that has this identifier. */
export async function knownSubmission(store: DccStore, key: IdentifierKey): Promise<KnownSubmission | undefined> {
  const listId = await store.lookup('submission', key)
  const submission = listId === undefined ? undefined : await store.submission(listId)
  return listId === undefined || submission === undefined ? undefined : { listId, ...submission }
}

/** Takes the identifier for a submission, first of all that it changes: of twins, the later one fails at once. */
export function claimSubmission(unit: UnitOfWork, { system, value }: IdentifierKey, listId: string): void {
  unit.add({ kind: 'claim', directory: 'submission', system, value, id: listId })
}

/** Keeps how a submission was answered, in the commit that stores what it brought. */
export function keepSubmission(unit: UnitOfWork, { listId, digest, answer }: KnownSubmission): void {
  unit.add({ kind: 'keep-submission', id: listId, at: unit.startedAt, digest, answer })
}
