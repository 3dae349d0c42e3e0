import { Ajv, type JSONSchemaType } from 'ajv'
import type { Professional } from '../dcc/professional.ts'
import type { AuthorizationStore } from '../store/authorization.ts'
import type { ClientRegistration } from './client-registration.ts'
import type { Clients } from './clients.ts'
import { GRANT_MODEL, type GrantedLaunch, grantedLaunch } from './grants.ts'
import type { LaunchContext } from './launch-contexts.ts'
import { hashOf } from './secrets.ts'
import type { Sessions } from './sessions.ts'

/** How long an access token of a back end lives, in seconds (smart-launch.md 1.10). */
export const TOKEN_LIFE = 300

/** How long an access token of a person lives, in seconds: less than the idle limit of their session. */
export const PERSON_TOKEN_LIFE = 900

/** An access token that is good now. */
export interface LiveToken {
  client: ClientRegistration
  scope: string
  audience: string
  /** Seconds since 1970. */
  issuedAt: number
  expiresAt: number
  /** Who signed in and what the app was launched for; undefined: a back end that acts for itself. */
  professional: Professional | undefined
  launch: LaunchContext | undefined
  /** `Practitioner/id` of the professional. */
  fhirUser: string | undefined
}

/** The tokens of one audience. */
export interface Tokens {
  /** The token of a value; undefined for any that is not good: unknown, expired, revoked, of a client or session gone. */
  find(value: string): Promise<LiveToken | undefined>
  /** To be told of a value, a grant or a session that has ended here: its tokens are out at once. */
  forget(value: string): void
  forgetGrant(grantId: string): void
  forgetSession(sessionUid: string): void
}

/** What tokens are found by. */
export interface TokensOptions {
  store: AuthorizationStore
  clients: Clients
  sessions: Pick<Sessions, 'isOpen'>
  /** The FHIR base. */
  audience: string
  /** Milliseconds since 1970. */
  now(): number
}

interface TokenPayload {
  kind: string
  clientId: string
  aud: string
  scope: string
  iat: number
  exp: number
  /** Of a token that a person stands behind. */
  grantId?: string
}

const SCHEMA: JSONSchemaType<TokenPayload> = {
  type: 'object',
  required: ['kind', 'clientId', 'aud', 'scope', 'iat', 'exp'],
  properties: {
    kind: { type: 'string' },
    clientId: { type: 'string' },
    aud: { type: 'string' },
    scope: { type: 'string' },
    iat: { type: 'integer' },
    exp: { type: 'integer' },
    grantId: { type: 'string', nullable: true },
  },
}

const isToken = new Ajv().compile(SCHEMA)

/** A token with what stands behind it. */
interface Found extends TokenPayload {
  until: number
  granted: GrantedLaunch | undefined
  /** As it was given out last: the same object as long as nothing has changed. */
  live?: LiveToken
}

/** How long a token that was found is believed, in milliseconds: one revoked by another process is out after that. */
const BELIEVED = 1000
const MOST_BELIEVED = 10_000

/** The tokens of a store for one audience. */
export function openTokens({ store, clients, sessions, audience, now }: TokensOptions): Tokens {
  const believed = new Map<string, Found>()
  const seconds = () => Math.floor(now() / 1000)
  /** What the token of a person hangs on: its grant, and the session unless the grant outlives it. */
  const launchOf = async (grantId: string | undefined): Promise<GrantedLaunch | undefined> => {
    if (grantId === undefined) return undefined
    const record = await store.find(GRANT_MODEL, hashOf(grantId), seconds())
    const granted = record && grantedLaunch(record.payload)
    if (granted === undefined || granted.offline || (await sessions.isOpen(granted.sessionUid))) return granted
    return undefined
  }
  const read = async (value: string): Promise<Found | undefined> => {
    if (!/^[A-Za-z0-9_-]{20,200}$/.test(value)) return undefined
    const id = hashOf(value)
    for (const model of TOKEN_MODELS) {
      const record = await store.find(model, id, seconds())
      if (record === undefined) continue
      const payload: unknown = JSON.parse(record.payload)
      if (!isToken(payload) || payload.kind !== model || payload.aud !== audience) return undefined
      const granted = await launchOf(payload.grantId)
      if (model === 'AccessToken' && granted === undefined) return undefined
      if (believed.size >= MOST_BELIEVED) believed.clear()
      const found = { ...payload, until: now() + BELIEVED, granted }
      believed.set(value, found)
      return found
    }
    return undefined
  }
  const forgetWhere = (fits: (found: Found) => boolean): void => {
    for (const [value, found] of believed) if (fits(found)) believed.delete(value)
  }
  return {
    async find(value) {
      const before = believed.get(value)
      const found = before !== undefined && before.until > now() ? before : await read(value)
      if (found === undefined || found.exp * 1000 <= now()) {
        believed.delete(value)
        return undefined
      }
      const client = await clients.find(found.clientId)
      if (client === undefined) return undefined
      if (found.live?.client !== client) found.live = liveToken(found, client)
      return found.live
    },
    forget: (value) => void believed.delete(value),
    forgetGrant: (grantId) => forgetWhere((found) => found.grantId === grantId),
    forgetSession: (uid) => forgetWhere(({ granted }) => granted?.sessionUid === uid && !granted.offline),
  }
}

function liveToken({ scope, aud, iat, exp, granted }: Found, client: ClientRegistration): LiveToken {
  const { professional, context: launch, fhirUser } = granted ?? {}
  return { client, scope, audience: aud, issuedAt: iat, expiresAt: exp, professional, launch, fhirUser }
}

/** Where a token may be found: there are more back ends' requests than people's. */
const TOKEN_MODELS = ['ClientCredentials', 'AccessToken'] as const

/** The token of an Authorization header (RFC 6750 section 2.1); undefined when it holds none. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization ?? '')?.[1]
}
