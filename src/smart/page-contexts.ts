import type { AuthorizationStore } from '../store/authorization.ts'
import { hashOf } from './secrets.ts'
import { newSecret, SECRET, SESSION_LONGEST, type Session } from './sessions.ts'

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
  /** A context of a patient for who came with another one, or none: what brought the professional here stays known. */
  openFor(
    patientId: string | undefined,
    from: { session: Pick<Session, 'uid'>; context: PageContext | undefined },
  ): Promise<PageContext>
  /** The context of an id, for its own session only. */
  find(id: string, sessionUid: string): Promise<PageContext | undefined>
  /** The patients whose sheets a session has opened, the latest first: eight at most. */
  recent(sessionUid: string): Promise<string[]>
}

const MODEL = 'PageContext'
/** The latest patients of a session, by its uid. */
const RECENT = 'RecentPatients'
const MOST_RECENT = 8

/** The contexts of a store; `now` in milliseconds since 1970. */
export function openPageContexts(store: AuthorizationStore, now: () => number): PageContexts {
  const seconds = () => Math.floor(now() / 1000)
  const recent = async (sessionUid: string): Promise<string[]> => {
    const record = await store.find(RECENT, sessionUid, seconds())
    return record === undefined ? [] : JSON.parse(record.payload)
  }
  // Of two tabs at once one may be forgotten: it is a short cut, nothing rests on it.
  const note = async (sessionUid: string, patientId: string, expiresAt: number): Promise<void> => {
    const before = await recent(sessionUid)
    const after = [patientId, ...before.filter((id) => id !== patientId)].slice(0, MOST_RECENT)
    await store.put({ model: RECENT, id: sessionUid, payload: JSON.stringify(after), expiresAt })
  }
  const open: PageContexts['open'] = async (facts) => {
    const context = { ...facts, id: newSecret() }
    const { sessionUid, patientId } = facts
    const expiresAt = seconds() + SESSION_LONGEST
    await store.put({
      model: MODEL,
      id: hashOf(context.id),
      payload: JSON.stringify({ ...facts, id: '' }),
      expiresAt,
    })
    if (patientId !== undefined) await note(sessionUid, patientId, expiresAt)
    return context
  }
  return {
    recent,
    open,
    openFor: (patientId, { session, context }) =>
      open({
        sessionUid: session.uid,
        origin: context?.origin ?? 'search',
        patientId,
        draftId: undefined,
        dpi: context?.dpi,
        intent: context?.intent,
        unqualified: context?.unqualified ?? false,
      }),
    async find(id, sessionUid) {
      const record = SECRET.test(id) ? await store.find(MODEL, hashOf(id), seconds()) : undefined
      if (record === undefined) return undefined
      const context: PageContext = { ...JSON.parse(record.payload), id }
      return context.sessionUid === sessionUid ? context : undefined
    },
  }
}
