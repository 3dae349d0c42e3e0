import { INTROSPECT, remainingScope } from './grantable.ts'
import type { LiveToken } from './tokens.ts'

/** What a caller learns of a token (RFC 7662; smart-launch.md 1.11; IHE IUA ITI-102). */
export type Introspection = { active: false } | ({ active: true } & Record<string, unknown>)

/** Everything else that a token may be is told in one word. */
export const INACTIVE: Introspection = { active: false }

/** Whether the holder of a token may introspect the tokens of others: it says so, and so does the registration still. */
export function introspectsAll({ scope, client }: LiveToken): boolean {
  return remainingScope(scope, client.scope).split(' ').includes(INTROSPECT)
}

/** The answer about a token: that of another client only to who may introspect all (`__introspect`). */
export function introspectionOf(
  token: LiveToken | undefined,
  by: { clientId: string; seesAll: boolean },
  issuer: string,
): Introspection {
  if (token === undefined || (token.client.id !== by.clientId && !by.seesAll)) return INACTIVE
  const { client, scope, audience, issuedAt, expiresAt } = token
  return {
    active: true,
    iss: issuer,
    sub: client.id,
    client_id: client.id,
    aud: audience,
    scope: remainingScope(scope, client.scope),
    iat: issuedAt,
    exp: expiresAt,
    token_type: 'Bearer',
    extensions: { ihe_iua: { subject_name: client.name, subject_organization: client.hospital } },
  }
}
