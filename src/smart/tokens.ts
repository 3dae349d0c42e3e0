import { Ajv, type JSONSchemaType } from 'ajv'
import type { AuthorizationStore } from '../store/authorization.ts'
import type { ClientRegistration } from './client-registration.ts'
import type { Clients } from './clients.ts'
import { hashOf } from './secrets.ts'

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

/** The tokens of one audience. */
export interface Tokens {
  /** The token of a value; undefined for any that is not good: unknown, expired, revoked, of a client gone. */
  find(value: string): Promise<LiveToken | undefined>
  /** To be told of a value that was revoked here: it is out at once. */
  forget(value: string): void
}

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

/** How long a token that was found is believed, in milliseconds: one revoked by another process is out after that. */
const BELIEVED = 1000
const MOST_BELIEVED = 10_000

/** The tokens of a store for one audience; `now` in milliseconds since 1970. */
export function openTokens(store: AuthorizationStore, clients: Clients, audience: string, now: () => number): Tokens {
  const believed = new Map<string, { until: number; payload: TokenPayload }>()
  const read = async (value: string): Promise<TokenPayload | undefined> => {
    if (!/^[A-Za-z0-9_-]{20,200}$/.test(value)) return undefined
    const record = await store.find('ClientCredentials', hashOf(value), Math.floor(now() / 1000))
    const payload: unknown = record && JSON.parse(record.payload)
    if (!isToken(payload) || payload.aud !== audience) return undefined
    if (believed.size >= MOST_BELIEVED) believed.clear()
    believed.set(value, { until: now() + BELIEVED, payload })
    return payload
  }
  return {
    async find(value) {
      const before = believed.get(value)
      const payload = before !== undefined && before.until > now() ? before.payload : await read(value)
      if (payload === undefined || payload.exp * 1000 <= now()) {
        believed.delete(value)
        return undefined
      }
      const client = await clients.find(payload.clientId)
      if (client === undefined) return undefined
      return { client, scope: payload.scope, audience, issuedAt: payload.iat, expiresAt: payload.exp }
    },
    forget: (value) => void believed.delete(value),
  }
}

/** The token of an Authorization header (RFC 6750 section 2.1); undefined when it holds none. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization ?? '')?.[1]
}
