import { createHmac } from 'node:crypto'
import type { AuthorizationStore } from '../../store/authorization.ts'
import { hashOf } from '../secrets.ts'
import { newSecret, SECRET } from '../sessions.ts'
import type { Arrival } from './model.ts'

/** Seconds in which a sign-in must be finished, and a choice or a departure be made. */
const PATIENCE = 600

/** What follows from the state of an attempt and the secret of its browser, and is stored nowhere. */
export interface AttemptSecrets {
  state: string
  nonce: string
  verifier: string
}

/** What a browser keeps with this server between two pages of a sign-in or sign-out, each to be used once. */
export interface Attempts {
  /** Begins a sign-in of a browser at a provider; `next` is where it goes afterwards. */
  begin(facts: { provider: string; browser: string; next: string }): Promise<AttemptSecrets>
  /** Ends the attempt of a state: only of this provider and browser, and once. */
  take(answer: { provider: string; browser: string | undefined; state: string }): Promise<Taken | undefined>
  /** Keeps something for a browser, instead of what was kept before. */
  keep<M extends keyof Kept>(model: M, browser: string, payload: Kept[M]): Promise<void>
  /** What is kept, without using it. */
  kept<M extends keyof Kept>(model: M, browser: string | undefined): Promise<Kept[M] | undefined>
  /** Uses what is kept: one of several callers hears it. */
  use<M extends keyof Kept>(model: M, browser: string | undefined): Promise<Kept[M] | undefined>
}

/** An attempt that is over. */
export interface Taken extends AttemptSecrets {
  next: string
}

/** What is kept, by model: the choice of a place at sign-in; the session at the provider that a sign-out leaves behind. */
export interface Kept {
  SignInChoice: Arrival
  SignOut: { provider: string; idToken: string }
}

const MODEL = 'SignInAttempt'

/** The attempts of a store; `now` in milliseconds since 1970. */
export function openAttempts(store: AuthorizationStore, now: () => number): Attempts {
  const seconds = () => Math.floor(now() / 1000)
  const kept = async <M extends keyof Kept>(model: M, browser: string | undefined): Promise<Kept[M] | undefined> => {
    const record = browser === undefined ? undefined : await store.find(model, hashOf(browser), seconds())
    return record === undefined || record.consumedAt !== undefined ? undefined : JSON.parse(record.payload)
  }
  return {
    async begin({ provider, browser, next }) {
      const state = newSecret()
      const payload = JSON.stringify({ provider, browser: hashOf(browser), next })
      await store.put({ model: MODEL, id: hashOf(state), payload, expiresAt: seconds() + PATIENCE })
      return secretsOf(state, browser)
    },
    async take({ provider, browser, state }) {
      if (browser === undefined || !SECRET.test(browser) || !SECRET.test(state)) return undefined
      const record = await store.find(MODEL, hashOf(state), seconds())
      if (record === undefined) return undefined
      const begun: { provider: string; browser: string; next: string } = JSON.parse(record.payload)
      // Somebody else's answer does not use the attempt up.
      if (begun.provider !== provider || begun.browser !== hashOf(browser)) return undefined
      if (!(await store.consume(MODEL, hashOf(state), seconds()))) return undefined
      return { ...secretsOf(state, browser), next: begun.next }
    },
    async keep(model, browser, payload) {
      const id = hashOf(browser)
      await store.remove(model, id)
      await store.put({ model, id, payload: JSON.stringify(payload), expiresAt: seconds() + PATIENCE })
    },
    kept,
    async use(model, browser) {
      const found = await kept(model, browser)
      if (found === undefined || browser === undefined) return undefined
      return (await store.consume(model, hashOf(browser), seconds())) ? found : undefined
    },
  }
}

/** Nonce and verifier belong to the state and to the browser: who reads the store can redeem no code. */
function secretsOf(state: string, browser: string): AttemptSecrets {
  const derived = (purpose: string) => createHmac('sha256', browser).update(`${purpose}:${state}`).digest('base64url')
  return { state, nonce: derived('nonce'), verifier: derived('verifier') }
}
