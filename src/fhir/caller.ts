import type { PersonalView } from '../dcc/entitlement/view.ts'
import type { Access, Verdict } from './access.ts'
import { FhirError } from './errors.ts'

/** Who sends a request, as its access token says. */
export interface Caller {
  clientId: string
  /** The hospital that the client works for, as registered. */
  hospital: string
  /** How strictly what the client sends is held to profiles; undefined: as the server does. */
  validation: 'strict' | 'lenient' | undefined
  /** Seconds since 1970. */
  expiresAt: number
  /** What the scopes of the token, and those that the client still has, allow (src/smart/scopes.ts). */
  allows(access: Access): Verdict
  /** The person in whose name the client asks, and what they see besides; undefined: a back end for itself. */
  person?: PersonalView
}

/**
 * Refuses an access that the caller's scopes do not cover for the type as a whole: FhirError `http.forbidden`, 403 with
 * the scope that is missing (RFC 6750 section 3.1). Whether what is asked for exists makes no difference. Without a
 * caller (`DCC_AUTH=off`) everything is allowed. What is allowed in part only is looked at by restrictions.ts.
 */
export function requireAccess(caller: Caller | undefined, access: Access): void {
  if (!mayAccess(caller, access)) throw forbidden(access)
}

/** The refusal of what scopes do not cover. */
export function forbidden({ interaction, type }: Access): FhirError {
  const scope = type === '' ? interaction : `${type}.${LETTERS[interaction] ?? 'cruds'}`
  return new FhirError('http.forbidden', {
    detail: { scope },
    headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope"` },
  })
}

/** Whether a caller may do this at all, perhaps not to every resource of the type. */
export function mayAccess(caller: Caller | undefined, access: Access): boolean {
  return caller === undefined || caller.allows(access).kind !== 'refused'
}

/** The letter of SMART scopes (version 2) that an interaction needs, for the message. */
const LETTERS: Readonly<Record<string, string>> = {
  read: 'r',
  vread: 'r',
  'history-instance': 'r',
  'history-type': 's',
  'search-type': 's',
  create: 'c',
  update: 'u',
  patch: 'u',
  delete: 'd',
}
