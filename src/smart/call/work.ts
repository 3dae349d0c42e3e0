import type { Entitlements } from '../../dcc/entitlement/model.ts'
import type { Traces } from '../../dcc/traces.ts'
import type { DccContext } from '../../dcc/unit-of-work.ts'
import type { PageContexts } from '../page-contexts.ts'
import type { CallOutcome } from './calls.ts'
import type { Dpis } from './dpis.ts'
import type { Outcomes } from './outcomes.ts'

/** What calls are opened with. */
export interface CallsOptions {
  dcc: DccContext
  dpis: Dpis
  contexts: PageContexts
  entitlements: Entitlements
  traces: Traces
  /** Milliseconds since 1970. */
  now(): number
}

/** What opening, choosing and confirming work with. */
export interface Work extends CallsOptions {
  outcomes: Outcomes
}

/** What a call says besides what became of it. */
export type CallFacts = Omit<CallOutcome, 'id' | 'expiresAt' | 'requestId' | 'resolution'>
