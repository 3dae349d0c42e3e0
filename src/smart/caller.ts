import type { Caller } from '../fhir/caller.ts'
import { FhirError } from '../fhir/errors.ts'
import { allows, narrowed, parseScopes, type ResourceScope } from './scopes.ts'
import { bearerOf, type LiveToken, type Tokens } from './tokens.ts'

/**
 * Who sends a FHIR request, by its Authorization header. Rejects with FhirError `http.unauthorized` (nothing sent) or
 * `http.token-invalid` (RFC 6750 section 3). The token is looked up here, at every request: what was revoked is out.
 */
export function authenticator(tokens: Tokens): (authorization: string | undefined) => Promise<Caller> {
  return async (authorization) => {
    if (authorization === undefined) throw refusal('http.unauthorized', 'Bearer')
    const value = bearerOf(authorization)
    const token = value === undefined ? undefined : await tokens.find(value)
    if (token === undefined) throw refusal('http.token-invalid', 'Bearer error="invalid_token"')
    return callerOf(token)
  }
}

function refusal(key: string, challenge: string): FhirError {
  return new FhirError(key, { headers: { 'WWW-Authenticate': challenge } })
}

/** What the token gives, and its client still has: a registration that was narrowed narrows its tokens at once. */
function callerOf({ client, scope, expiresAt }: LiveToken): Caller {
  const facts = { kind: 'system' as const }
  const scopes = scopesOf(scope, client.scope)
  return {
    clientId: client.id,
    hospital: client.hospital,
    validation: client.validation,
    expiresAt,
    allows: (access) => allows(scopes, { ...access, caller: facts }),
  }
}

/** Scope texts come from registrations: there are few, and every request asks for them. */
const known = new Map<string, readonly ResourceScope[]>()
const MOST_KNOWN = 1000

function scopesOf(granted: string, registered: string): readonly ResourceScope[] {
  const key = `${granted}\n${registered}`
  let scopes = known.get(key)
  if (scopes === undefined) {
    scopes = narrowed(parseScopes(granted).scopes, parseScopes(registered).scopes)
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(key, scopes)
  }
  return scopes
}
