import type { Allowance } from '../../smart/oidc/rate.ts'

/** Calls of one address, behind which a whole hospital may click. */
export const CALL_ALLOWANCE: Allowance = { atOnce: 500, perSecond: 50 }
