/** Who may see whom, as it is kept: the same for both engines. Times are ISO 8601 UTC with milliseconds. */

/** From when until when something holds; absent `until`: not ended. */
export interface Validity {
  from: string
  until: string | undefined
}

/** The right of a professional to use the DCC, in one structure (`system|value`) or, with '', wherever they practise. */
export interface HabilitationRow extends Validity {
  nationalId: string
  structure: string
  profile: 'clinician' | 'coordinator' | 'rcp-secretary'
  reach: 'care-team' | 'region'
  suspended: boolean
}

/** A professional in the care team of a patient. */
export interface MembershipRow extends Validity {
  patientId: string
  nationalId: string
  basis: 'care-team' | 'patient-choice' | 'emergency'
  role: string | undefined
  /** What a professional gave as the reason of an emergency. */
  reason: string | undefined
}

/** What a patient has decided of the sharing of the record. */
export interface ChoiceRow {
  patientId: string
  purpose: 'dcc_share'
  decision: 'permit' | 'oppose'
  at: string
}

/** A record that is closed to a professional. */
export interface BlockRow extends Validity {
  patientId: string
  nationalId: string
}

/** A trace as it is kept. */
export interface TraceRow {
  /** Sorts in the order of writing. */
  id: string
  at: string
  kind: string
  actor: string | undefined
  client: string | undefined
  patientId: string | undefined
  detail: string | undefined
  requestId: string | undefined
}

/** What is known between a professional and records at an instant. */
export interface EntitlementFacts {
  /** Bases on which the professional is in the care team of one of them. */
  bases: readonly MembershipRow['basis'][]
  /** Whether the patient of one of them is opposed to the sharing. */
  opposed: boolean
  /** Whether one of them is closed to the professional. */
  blocked: boolean
}

/** A professional whose eyes a search has: which records it may find at an instant. */
export interface EntitledTo {
  nationalId: string
  /** `care-team`: those of persons whom they care for; `region`: all. Opposed and closed ones in no case. */
  reach: 'care-team' | 'region'
  at: string
}

/** A change; a row with the same key is written over, a trace never. */
export type EntitlementChange =
  | ({ kind: 'put-habilitation' } & HabilitationRow)
  | ({ kind: 'put-membership' } & MembershipRow)
  | ({ kind: 'put-choice' } & ChoiceRow)
  | ({ kind: 'put-block' } & BlockRow)
  | { kind: 'end-memberships'; patientId: string; nationalId: string; at: string }
  | { kind: 'end-block'; patientId: string; nationalId: string; at: string }
  | { kind: 'trace'; trace: TraceRow }

/** Where entitlements and traces are kept. Rejects with StoreError. */
export interface EntitlementStore {
  /** The habilitations of a professional, or all of them, ended ones included. */
  habilitations(nationalId?: string): Promise<HabilitationRow[]>
  /** What holds at an instant between a professional and these records. */
  facts(nationalId: string, patientIds: readonly string[], at: string): Promise<EntitlementFacts>
  /**
   * Every record that the professional cares for at an instant, of whole persons: all records of a person count as one
   * (docs/decisions/0011). Left out: hidden ones, and persons who are opposed or closed to the professional. At most
   * `limit`, by id.
   */
  patientsOf(nationalId: string, at: string, limit: number): Promise<string[]>
  /** In how many care teams the professional is at an instant, counted up to `most`. */
  memberships(nationalId: string, at: string, most: number): Promise<number>
  /** Which of these records the professional may see: visible ones, of persons who are neither opposed nor closed. */
  entitled(to: EntitledTo, patientIds: readonly string[]): Promise<string[]>
  /** Traces, newest first, at most `limit`: of one patient, or of all. */
  traces(query: { patientId?: string; limit: number }): Promise<TraceRow[]>
  /** Applies the changes in one durable transaction. */
  commit(changes: readonly EntitlementChange[]): Promise<void>
}
