import type { AuthorizationStore } from '../../store/authorization.ts'
import { SmartError } from '../errors.ts'
import { hashOf } from '../secrets.ts'
import { newSecret, SECRET } from '../sessions.ts'
import type { CallOutcome } from './calls.ts'

/** How long what a call said is kept for a person to decide, in seconds. */
export const OUTCOME_LIFE = 1800

/** What calls led to, until a person has decided. Nothing of it is in the record. */
export interface Outcomes {
  keep(facts: Omit<CallOutcome, 'id' | 'expiresAt'>): Promise<CallOutcome>
  /** Rejects with SmartError `draft.gone` for any that is not there for this session. */
  find(id: string, sessionUid: string): Promise<CallOutcome>
  remove(id: string): Promise<void>
}

const MODEL = 'PatientDraft'

/** The outcomes of a store; `now` in milliseconds since 1970. */
export function openOutcomes(store: AuthorizationStore, now: () => number): Outcomes {
  const seconds = () => Math.floor(now() / 1000)
  return {
    async keep(facts) {
      const outcome = { ...facts, id: newSecret(), expiresAt: seconds() + OUTCOME_LIFE }
      const { id, expiresAt } = outcome
      const payload = JSON.stringify({ ...outcome, id: '' })
      await store.put({ model: MODEL, id: hashOf(id), payload, uid: facts.sessionUid, expiresAt })
      return outcome
    },
    async find(id, sessionUid) {
      const record = SECRET.test(id) ? await store.find(MODEL, hashOf(id), seconds()) : undefined
      const outcome: CallOutcome | undefined = record && { ...JSON.parse(record.payload), id }
      if (outcome?.sessionUid !== sessionUid) throw new SmartError('draft.gone')
      return outcome
    },
    remove: (id) => store.remove(MODEL, hashOf(id)),
  }
}
