import type { Activity, Professional } from '../professional.ts'

/** Who asks: a habilitation may be for one structure, and is then in force only for whoever practises there now. */
export interface Asking {
  nationalId: string
  activity?: Activity | undefined
}

/** The right of a professional to use the DCC, granted by the region (dcc-domain.md 1.4 `habilitation`). */
export interface Habilitation {
  nationalId: string
  profile: 'clinician' | 'coordinator' | 'rcp-secretary'
  /** Whose records: those of the patients whom they care for, or all of the region (coordination of the RCP). */
  reach: 'care-team' | 'region'
  /** ISO 8601; absent `until`: not ended. */
  from: string
  until: string | undefined
  suspended: boolean
}

/** Why somebody is in the care team of a patient. */
export type CareBasis = 'care-team' | 'patient-choice' | 'emergency'

/** What a professional may do with the record of a patient, and why. */
export type AccessDecision =
  | { allowed: true; basis: CareBasis | 'region' }
  /**
   * `unavailable` says nothing of why: unknown patient, no pathway, not in the care team, opposed, blocked. Pages and
   * answers show one text for all of them (rule R10); `reason` is for the trace only. `emergency`: break-glass would open
   * it; a page offers break-glass whatever it says, because what it says depends on whether there is a record.
   */
  | { allowed: false; reason: RefusalReason; emergency: boolean }

/** Why access is refused: for the trace, never for the caller. */
export type RefusalReason =
  | 'not-habilitated'
  | 'unknown-patient'
  | 'no-pathway'
  | 'not-in-care-team'
  | 'patient-opposed'
  | 'access-blocked'

/** What the domain says of who may see whom. All methods ask the store at each call: nothing is remembered. */
export interface Entitlements {
  /** The habilitation in force now; undefined: the professional may not use the DCC. */
  habilitation(professional: Asking): Promise<Habilitation | undefined>
  access(professional: Asking, patientId: string): Promise<AccessDecision>
  /** All records (of persons, merged ones included) that the professional may see; `all`: of the whole region. */
  patients(professional: Asking): Promise<'all' | readonly string[]>
  /**
   * Opens a record in an emergency for four hours (decide.ts), with the reason that the professional gives: traced with
   * the same commit, as is a refusal. Answers as `access` does afterwards. The reason is one that
   * `isEmergencyReason` accepts, otherwise nothing is opened.
   */
  breakGlass(professional: Professional, patientId: string, reason: string): Promise<AccessDecision>
}
