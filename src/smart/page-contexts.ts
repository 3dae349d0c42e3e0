import type { AuthorizationStore } from '../store/authorization.ts'
import { hashOf } from './secrets.ts'
import { newSecret, SECRET, SESSION_LONGEST } from './sessions.ts'

/** The DPI that a page was opened from. */
export interface CallingDpi {
  id: string
  name: string
  /** Origins that may show the page in a frame. */
  frameOrigins: readonly string[]
  /** Where to go back to, of an origin that is registered. */
  returnUrl: string | undefined
}

/**
 * What one page was opened for. It is bound to the session and to one patient or draft for good: every page and form of
 * it carries its id, and whatever is written is held to it (smart-launch.md 4.3, "Always"). Two tabs have two contexts.
 */
export interface PageContext {
  id: string
  sessionUid: string
  origin: 'search' | 'call' | 'smart' | 'form'
  /** The patient whose sheet it is. */
  patientId: string | undefined
  /** The pre-filled sheet of an unknown patient, or what the call said when a person must decide. */
  draftId: string | undefined
  dpi: CallingDpi | undefined
  /** What the DPI wants to do: `open-record`, `open-rcp`, `new-rcp`, `new-pps`. */
  intent: string | undefined
  /** The identity was matched by a local number only (rule R4). */
  unqualified: boolean
}

/** The contexts of pages. */
export interface PageContexts {
  open(facts: Omit<PageContext, 'id'>): Promise<PageContext>
  /** The context of an id, for its own session only. */
  find(id: string, sessionUid: string): Promise<PageContext | undefined>
}

const MODEL = 'PageContext'

/** The contexts of a store; `now` in milliseconds since 1970. */
export function openPageContexts(store: AuthorizationStore, now: () => number): PageContexts {
  const seconds = () => Math.floor(now() / 1000)
  return {
    async open(facts) {
      const context = { ...facts, id: newSecret() }
      const expiresAt = seconds() + SESSION_LONGEST
      await store.put({
        model: MODEL,
        id: hashOf(context.id),
        payload: JSON.stringify({ ...facts, id: '' }),
        expiresAt,
      })
      return context
    },
    async find(id, sessionUid) {
      const record = SECRET.test(id) ? await store.find(MODEL, hashOf(id), seconds()) : undefined
      if (record === undefined) return undefined
      const context: PageContext = { ...JSON.parse(record.payload), id }
      return context.sessionUid === sessionUid ? context : undefined
    },
  }
}
