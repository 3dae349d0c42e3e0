import type { CalledIdentity, InsUse } from '../../dcc/call/identity.ts'
import type { PathwayReason } from '../../dcc/call/pathway-reasons.ts'
import type { Resolution } from '../../dcc/call/resolution.ts'
import type { CallingDpi, PageContext } from '../page-contexts.ts'
import type { Session } from '../sessions.ts'

/** What a call led to and a person must decide or be told: never longer than half an hour, of one session. */
export interface CallOutcome {
  id: string
  sessionUid: string
  /** `hints`: an unsigned call; it fills the search in and opens nothing. */
  resolution: Resolution | { kind: 'hints' }
  identity: CalledIdentity
  insUse: InsUse
  dpi: CallingDpi
  origin: PageContext['origin']
  intent: string | undefined
  /** Candidates of whom the professional has said that none is the patient. */
  declined: readonly string[]
  /** The request by which it was traced: what a person tells whoever looks into it. */
  requestId: string
  /** Seconds since 1970. */
  expiresAt: number
}

/** An outcome that is a pre-filled sheet. */
export type Draft = CallOutcome & { resolution: Extract<Resolution, { kind: 'unknown' }> }

/** What a professional says on a pre-filled sheet. */
export interface DraftForm {
  reason: PathwayReason
  /** CIM-10, with or without its point; '' for none. */
  topography: string
  /** The correctable fields as sent, by name; the others are not looked at. */
  fields: Readonly<Record<string, string>>
}

/** Who decides. */
export interface CallVisit {
  session: Session
  requestId: string
}

/** Where a decision leads: `address` is a page of ours with its context. */
export interface Opened {
  kind: Resolution['kind'] | 'hints'
  context: PageContext
  address: string
}

/** The calls that pages ask after (issue 5 section 3). Every method is held to the session; SmartError otherwise. */
export interface Calls {
  /** Rejects with SmartError `draft.gone` when it is not there, has expired, or is of another session. */
  outcome(id: string, sessionUid: string): Promise<CallOutcome>
  /** The same, of a pre-filled sheet. */
  draft(id: string, sessionUid: string): Promise<Draft>
  /**
   * Registers the patient of a sheet, or resolves again when the patient has become known meanwhile: whatever comes out,
   * `address` is where to go. Rejects with SmartError `form.invalid`, `draft.other-identity`, `draft.gone`.
   */
  confirmDraft(visit: CallVisit, id: string, form: DraftForm): Promise<Opened>
  cancelDraft(visit: CallVisit, id: string): Promise<void>
  /**
   * The patient of a list of candidates, or whom an unsigned call's search led to; undefined: none of them, which leads
   * to a pre-filled sheet (never after an unsigned call). A patient who is not entitled to, or whose traits differ from
   * what was called for, is not opened. `verified`: the professional says to have verified the strict traits with the
   * patient; without it nothing is opened after an unsigned call (SmartError `call.unverified`), whose traits are no more
   * than hints (smart-launch.md 4.2).
   */
  choose(visit: CallVisit, id: string, patientId: string | undefined, verified: boolean): Promise<Opened>
  /**
   * Opens in an emergency the record of a call that was refused, with the reason that is traced. The rules are asked again
   * first, and what they lead to is opened: a record whose identity contradicts the call stays closed. Undefined: nothing
   * was opened. Rejects with SmartError `context.other-patient` for a call that was not refused.
   */
  emergency(visit: CallVisit, id: string, reason: string): Promise<Opened | undefined>
}
