import type { Request } from 'express'
import type { JWTPayload } from 'jose'
import type { Claims } from './claims.ts'
import type { StandInClient } from './client.ts'
import type { BadSignature, StandInKey } from './keys.ts'
import type { Memory } from './memory.ts'
import type { DemoIdentity } from './professionals.ts'

/** How the stand-in behaves otherwise than Pro Santé Connect does on a good day: for tests of who depends on it. */
export interface Behaviour {
  /** Every answer is 503. */
  down?: boolean
  /** Milliseconds before every answer. */
  delay?: number
  metadata?: (metadata: Claims) => Claims
  idToken?: (claims: JWTPayload) => JWTPayload
  userInfo?: (claims: Claims) => Claims
  introspection?: (claims: Claims) => Claims
  /** How the id_token is signed. */
  signature?: BadSignature
  /** UserInfo as a signed JWT; named: signed so. */
  signedUserInfo?: boolean | BadSignature
  /** Changes what the browser brings back. */
  answer?: (parameters: URLSearchParams) => void
}

/** Who has signed in at the stand-in with a browser. */
export interface SsoSession {
  identity: DemoIdentity
  sid: string
  /** Seconds since 1970. */
  authTime: number
}

/** What an authorization code, or a refresh token, stands for. */
export interface Grant extends SsoSession {
  clientId: string
  redirectUri: string
  challenge: string
  nonce: string | undefined
}

/** What the parts of the stand-in share. */
export interface Shared {
  issuer: string
  clients: readonly StandInClient[]
  identities: readonly DemoIdentity[]
  key: StandInKey
  sessions: Memory<SsoSession>
  codes: Memory<Grant>
  accessTokens: Memory<Grant & { until: number }>
  refreshTokens: Memory<Grant>
  behaviour(): Behaviour
  /** Told of the path of every request. */
  noted(path: string): void
  isPassword(login: string, password: string): boolean
  /** Seconds since 1970. */
  now(): number
}

/** Lives of tokens in seconds (smart-launch.md 3.2). */
export const ACCESS_TOKEN_LIFE = 120

/** Below the issuer, as Keycloak has it. */
export const PROTOCOL = '/protocol/openid-connect'

/** The members of a form. */
export function formOf(request: Request): URLSearchParams {
  const body: unknown = request.body
  const members = typeof body === 'object' && body !== null ? Object.entries(body) : []
  return new URLSearchParams(members.map(([name, value]) => [name, String(value)]))
}
