/** What is traced of who came in and what was opened; the audit room will say it in BALP (design.md section 6, rule 7). */
export type TraceKind =
  | 'login'
  | 'login-refused'
  | 'logout'
  | 'call-received'
  | 'call-refused'
  | 'call-replayed'
  | 'launch'
  | 'token-family-revoked'
  | 'patient-opened'
  | 'patient-refused'
  | 'identity-conflict'
  | 'emergency-access'
  | 'care-team-joined'
  | 'entitlement-changed'
  | 'draft-confirmed'
  | 'draft-cancelled'
  | 'document-opened'

/**
 * One trace. It holds ids only: no name, no INS, no token. The one text that a person wrote is the reason of an emergency:
 * it is kept as typed, for whoever controls it (its form asks for no patient's name).
 */
export interface Trace {
  kind: TraceKind
  /** National id of the professional, where somebody had signed in. */
  actor: string | undefined
  /** The DPI or client that it came through. */
  client: string | undefined
  patientId: string | undefined
  /** Key of an error, reason of a refusal, or the words of a professional for an emergency. */
  detail: string | undefined
  requestId: string | undefined
}

/** Where traces are kept: append only, durable when `record` resolves. */
export interface Traces {
  record(trace: Trace): Promise<void>
}
