import { Ajv, type JSONSchemaType } from 'ajv'
import type { AuthorizationStore } from '../store/authorization.ts'
import { hashOf } from './adapter.ts'
import type { ClientRegistration } from './client-registration.ts'
import type { Clients } from './clients.ts'

/** How long an access token of a back end lives, in seconds (smart-launch.md 1.10). */
export const TOKEN_LIFE = 300

/** An access token that is good now. */
export interface LiveToken {
  client: ClientRegistration
  scope: string
  audience: string
  /** Seconds since 1970. */
  issuedAt: number
  expiresAt: number
}

/** Looks a token up by its value; undefined for any that is not good: unknown, expired, revoked, of a client gone. */
export type TokenLookup = (value: string) => Promise<LiveToken | undefined>

interface TokenPayload {
  kind: string
  clientId: string
  aud: string
  scope: string
  iat: number
  exp: number
}

const SCHEMA: JSONSchemaType<TokenPayload> = {
  type: 'object',
  required: ['kind', 'clientId', 'aud', 'scope', 'iat', 'exp'],
  properties: {
    kind: { type: 'string', const: 'ClientCredentials' },
    clientId: { type: 'string' },
    aud: { type: 'string' },
    scope: { type: 'string' },
    iat: { type: 'integer' },
    exp: { type: 'integer' },
  },
}

const isToken = new Ajv().compile(SCHEMA)

/** The tokens of a store for one audience; `now` in milliseconds since 1970. */
export function tokenLookup(
  store: AuthorizationStore,
  clients: Clients,
  audience: string,
  now: () => number,
): TokenLookup {
  return async (value) => {
    if (!/^[A-Za-z0-9_-]{20,200}$/.test(value)) return undefined
    const seconds = Math.floor(now() / 1000)
    const record = await store.find('ClientCredentials', hashOf(value), seconds)
    if (record === undefined) return undefined
    const payload: unknown = JSON.parse(record.payload)
    if (!isToken(payload) || payload.aud !== audience || payload.exp <= seconds) return undefined
    const client = await clients.find(payload.clientId)
    if (client === undefined) return undefined
    return { client, scope: payload.scope, audience, issuedAt: payload.iat, expiresAt: payload.exp }
  }
}

/** The token of an Authorization header (RFC 6750 section 2.1); undefined when it holds none. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization ?? '')?.[1]
}
