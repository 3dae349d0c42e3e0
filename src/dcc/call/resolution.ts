import type { TraitName } from '../../french/traits.ts'
import type { InsUse } from './identity.ts'

/** What does not go together in a conflict: a strict trait, or the two numbers that lead to two patients (R6). */
export type Discord = TraitName | 'identifiers'

/** A patient who may be meant (R7), as the professional may see them: only those whom they are entitled to. */
export interface CallCandidate {
  patientId: string
}

/**
 * What becomes of a call (smart-launch.md 4.3). `rule` says by which rule of the table; `insIgnored` why an INS that was
 * sent is not used (R3). Ids of patients are for the server: no page shows one of a conflict or a refusal.
 */
export type Resolution =
  /** R1 by INS, R4 by the number of the hospital: then the page says that the identity is not qualified. */
  | (Base & { kind: 'match'; rule: 'R1' | 'R4'; patientId: string })
  /** Nothing is shown but the names of what differs, never a value of ours. */
  | (Base & {
      kind: 'conflict'
      rule: 'R2' | 'R5' | 'R6'
      differing: readonly Discord[]
      patientIds: readonly string[]
    })
  | (Base & { kind: 'candidates'; rule: 'R7'; candidates: readonly CallCandidate[] })
  /** A pre-filled sheet: nothing is kept until a professional confirms it. */
  | (Base & { kind: 'unknown'; rule: 'R8' })
  /**
   * One page and text for every reason. `patientId` is what break-glass may open, `behind` the conflict that this hides,
   * `chosen` that a person chose the record and no number proved it: for the server and the trace only.
   */
  | (Base & {
      kind: 'not-entitled'
      rule: 'R10'
      patientId: string | undefined
      behind?: 'R2' | 'R5' | 'R6' | undefined
      chosen?: boolean
    })
  /** Too little is said to find or register anybody: the search, filled in. */
  | (Base & { kind: 'search'; rule: 'R7' })

interface Base {
  insIgnored: Exclude<InsUse, 'usable' | 'none'> | undefined
}
