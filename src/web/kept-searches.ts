import { hashOf } from '../smart/secrets.ts'
import { newSecret, SECRET } from '../smart/sessions.ts'
import type { AuthorizationStore } from '../store/authorization.ts'
import type { PatientQuery } from './patient-search.ts'

/**
 * What a session has searched for, by a name that says nothing: the page of what is found has an address to come back
 * to from a sheet, and no identity is in it.
 */
export interface KeptSearches {
  /** Keeps a search as typed; its name goes into the address. */
  keep(sessionUid: string, typed: PatientQuery): Promise<string>
  /** The search of a name, for its own session, within half an hour. */
  find(name: unknown, sessionUid: string): Promise<PatientQuery | undefined>
}

const MODEL = 'PatientSearch'
/** In seconds. */
const LIFE = 1800

/** The searches of a store; `now` in milliseconds since 1970. */
export function openKeptSearches(store: AuthorizationStore, now: () => number): KeptSearches {
  const seconds = () => Math.floor(now() / 1000)
  return {
    async keep(sessionUid, typed) {
      const name = newSecret()
      const payload = JSON.stringify({ sessionUid, typed })
      await store.put({ model: MODEL, id: hashOf(name), payload, expiresAt: seconds() + LIFE })
      return name
    },
    async find(name, sessionUid) {
      if (typeof name !== 'string' || !SECRET.test(name)) return undefined
      const record = await store.find(MODEL, hashOf(name), seconds())
      if (record === undefined) return undefined
      const kept: { sessionUid: string; typed: PatientQuery } = JSON.parse(record.payload)
      return kept.sessionUid === sessionUid ? kept.typed : undefined
    },
  }
}
