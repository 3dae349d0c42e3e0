import type { AuthorizationStore } from '../../store/authorization.ts'
import { hashOf } from '../secrets.ts'
import { newSecret, SECRET } from '../sessions.ts'
import type { CallRequest } from './call-request.ts'

/** How long a handle opens a call, in seconds. */
export const HANDLE_LIFE = 120
/** How long a call waits for its professional to sign in, in seconds. */
export const PENDING_LIFE = 900
/** How long a handle that was used is remembered, in seconds: a replay is told from a guess. */
const REMEMBERED = 3600

/** What a handle leads to. */
export type Taken = { kind: 'call'; request: CallRequest } | { kind: 'replayed'; dpiId: string } | { kind: 'unknown' }

/** The calls that wait to be opened. What an address holds is stored as a hash. */
export interface Handles {
  /** Keeps a call for two minutes; gives the handle. `secret`: the handle to be used, when it was made before. */
  keep(request: CallRequest, secret?: string): Promise<string>
  /** Uses a handle up: exactly one of two callers gets the call. */
  take(handle: string): Promise<Taken>
  /** Keeps a call for the browser that opened it; gives its id for an address. */
  bind(request: CallRequest, browser: string): Promise<string>
  /** The call of an id, for its own browser only. */
  bound(id: string, browser: string | undefined): Promise<CallRequest | undefined>
  /** Uses a bound call up: exactly one of two callers hears true. */
  finish(id: string): Promise<boolean>
}

const HANDLE = 'CallHandle'
const PENDING = 'PendingCall'

interface Pending {
  request: CallRequest
  /** Hash of the secret of the browser. */
  browser: string
}

/** The calls of a store; `now` in milliseconds since 1970. */
export function openHandles(store: AuthorizationStore, now: () => number): Handles {
  const seconds = () => Math.floor(now() / 1000)
  return {
    async keep(request, secret = newSecret()) {
      const record = { model: HANDLE, id: hashOf(secret), payload: JSON.stringify(request) }
      await store.insert({ ...record, expiresAt: seconds() + HANDLE_LIFE })
      return secret
    },
    async take(handle) {
      if (!SECRET.test(handle)) return { kind: 'unknown' }
      const id = hashOf(handle)
      const record = await store.find(HANDLE, id, seconds())
      if (record === undefined) return { kind: 'unknown' }
      const request: CallRequest = JSON.parse(record.payload)
      if (record.consumedAt !== undefined || !(await store.consume(HANDLE, id, seconds()))) {
        return { kind: 'replayed', dpiId: request.dpiId }
      }
      // What is left of a used handle says nothing of the patient.
      const payload = JSON.stringify({ dpiId: request.dpiId })
      await store.put({ model: HANDLE, id, payload, expiresAt: seconds() + REMEMBERED })
      return { kind: 'call', request }
    },
    async bind(request, browser) {
      const id = newSecret()
      const payload = JSON.stringify({ request, browser: hashOf(browser) } satisfies Pending)
      await store.put({ model: PENDING, id: hashOf(id), payload, expiresAt: seconds() + PENDING_LIFE })
      return id
    },
    async bound(id, browser) {
      if (!SECRET.test(id) || browser === undefined) return undefined
      const record = await store.find(PENDING, hashOf(id), seconds())
      if (record === undefined || record.consumedAt !== undefined) return undefined
      const pending: Pending = JSON.parse(record.payload)
      return pending.browser === hashOf(browser) ? pending.request : undefined
    },
    async finish(id) {
      const won = await store.consume(PENDING, hashOf(id), seconds())
      if (won) await store.remove(PENDING, hashOf(id))
      return won
    },
  }
}
