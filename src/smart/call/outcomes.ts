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
  /**
   * Takes an outcome to decide it for good: exactly one of who confirms and who gives up hears true. One that was taken
   * at least `abandoned` seconds ago can be taken again: the process may have ended.
   */
  take(id: string, abandoned: number): Promise<boolean>
  /** Gives back what was taken and not decided. */
  giveBack(outcome: CallOutcome): Promise<void>
  remove(id: string): Promise<void>
}

const MODEL = 'PatientDraft'

/** The outcomes of a store; `now` in milliseconds since 1970. */
export function openOutcomes(store: AuthorizationStore, now: () => number): Outcomes {
  const seconds = () => Math.floor(now() / 1000)
  const write = async (outcome: CallOutcome): Promise<void> => {
    const { id, sessionUid: uid, expiresAt } = outcome
    await store.put({ model: MODEL, id: hashOf(id), payload: JSON.stringify({ ...outcome, id: '' }), uid, expiresAt })
  }
  return {
    async keep(facts) {
      const outcome = { ...facts, id: newSecret(), expiresAt: seconds() + OUTCOME_LIFE }
      await write(outcome)
      return outcome
    },
    async take(id, abandoned) {
      if (await store.consume(MODEL, hashOf(id), seconds())) return true
      const record = await store.find(MODEL, hashOf(id), seconds())
      if (record?.consumedAt === undefined || record.consumedAt + abandoned > seconds()) return false
      const { consumedAt: _left, ...free } = record
      await store.remove(MODEL, hashOf(id))
      await store.insert(free)
      return store.consume(MODEL, hashOf(id), seconds())
    },
    async giveBack(outcome) {
      await store.remove(MODEL, hashOf(outcome.id))
      await write(outcome)
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
