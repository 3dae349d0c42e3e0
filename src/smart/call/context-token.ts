import {
  compactDecrypt,
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import type { AuthorizationStore } from '../../store/authorization.ts'
import { hashOf } from '../secrets.ts'
import { CALL_ENCRYPTIONS, type CallKeys } from './call-keys.ts'
import { CallFault, type CallRequest, callRequest } from './call-request.ts'
import type { DpiRegistration } from './dpi-registration.ts'
import type { Dpis } from './dpis.ts'
import { guardedFetch } from './guarded-fetch.ts'

/** Type of a signed context. */
export const CONTEXT_TYPE = 'dcc-context+jwt'

/** Longest life of a signed context, and how far two clocks may be apart, in seconds. */
export const LONGEST_CONTEXT = 120
const SKEW = 30
/** Most characters of a token. */
const MOST_CHARACTERS = 16_384

/** What contexts are read with. */
export interface ContextTokens {
  keys: CallKeys
  dpis: Dpis
  store: AuthorizationStore
  /** The only audience: the configured address of the call. */
  audience: string
  /** Milliseconds since 1970. */
  now(): number
}

/** A context that was sent a second time. */
export class ReplayedContext extends Error {
  readonly dpiId: string
  constructor(dpiId: string) {
    super('replayed')
    this.name = 'ReplayedContext'
    this.dpiId = dpiId
  }
}

/** Reads signed contexts: a JWS of a registered DPI within a JWE to one of our keys. */
export function openContextTokens({ keys, dpis, store, audience, now }: ContextTokens) {
  const remote = new Map<string, JWTVerifyGetKey>()
  return async (token: string): Promise<CallRequest> => {
    const signed = await decrypted(keys, token)
    const header = headerOf(signed, SIGNED_MEMBERS)
    if (header.typ !== CONTEXT_TYPE) throw new CallFault('typ')
    const dpi = await dpis.find(issuerOf(signed))
    if (dpi?.call === undefined) throw new CallFault('iss')
    const { call } = dpi
    const { claims, jti, request } = await attributed(dpi.id, async () => {
      const said = await verified(signed, dpi, keysOf(remote, dpi, call), { audience, now })
      return { claims: said, ...callRequest(dpi, said) }
    })
    const expiresAt = (claims.exp ?? 0) + SKEW
    const first = await store.insert({ model: 'CallJti', id: hashOf(`${dpi.id} ${jti}`), payload: '{}', expiresAt })
    if (!first) throw new ReplayedContext(dpi.id)
    return request
  }
}

/** Runs steps with a token that says it is of a DPI: whoever looks into a fault knows whom to ask. */
async function attributed<T>(dpiId: string, steps: () => Promise<T>): Promise<T> {
  try {
    return await steps()
  } catch (error) {
    throw error instanceof CallFault ? new CallFault(error.reason, dpiId) : error
  }
}

const ENCRYPTED_MEMBERS = ['alg', 'enc', 'kid', 'epk', 'apu', 'apv', 'typ', 'cty']
const SIGNED_MEMBERS = ['alg', 'kid', 'typ', 'cty']

async function decrypted(keys: CallKeys, token: string): Promise<string> {
  if (token.length > MOST_CHARACTERS) throw new CallFault('too large')
  const header = headerOf(token, ENCRYPTED_MEMBERS)
  if (typeof header.cty !== 'string' || header.cty.toUpperCase() !== 'JWT') throw new CallFault('cty')
  const key = await keys.decrypting(header)
  if (key === undefined) throw new CallFault('encrypted to another key')
  try {
    const { plaintext } = await compactDecrypt(token, key, {
      keyManagementAlgorithms: [...CALL_ENCRYPTIONS],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return new TextDecoder('utf-8', { fatal: true }).decode(plaintext)
  } catch {
    throw new CallFault('encrypted to another key')
  }
}

/** The header of a token; no member by which it would bring its own key, or rules that nobody here knows. */
function headerOf(token: string, members: readonly string[]) {
  try {
    const header = decodeProtectedHeader(token)
    if (Object.keys(header).every((member) => members.includes(member))) return header
  } catch {
    throw new CallFault('not a token')
  }
  throw new CallFault('header with a member that is not accepted')
}

function issuerOf(signed: string): string {
  try {
    return decodeJwt(signed).iss ?? ''
  } catch {
    throw new CallFault('not a token')
  }
}

async function verified(
  signed: string,
  { id, call }: DpiRegistration,
  keys: JWTVerifyGetKey,
  { audience, now }: Pick<ContextTokens, 'audience' | 'now'>,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(signed, keys, {
      algorithms: [...(call?.algs ?? [])],
      issuer: id,
      audience,
      typ: CONTEXT_TYPE,
      requiredClaims: ['iat', 'exp', 'jti', 'sub'],
      clockTolerance: SKEW,
      currentDate: new Date(now()),
    })
    const { aud, iat = 0, exp = 0 } = payload
    if (aud !== audience) throw new CallFault('aud')
    if (exp - iat > LONGEST_CONTEXT || exp > now() / 1000 + LONGEST_CONTEXT + SKEW) throw new CallFault('exp')
    if (iat > now() / 1000 + SKEW) throw new CallFault('iat')
    return payload
  } catch (error) {
    if (error instanceof CallFault) throw error
    throw new CallFault(error instanceof errors.JOSEError ? wordOf(error) : 'keys')
  }
}

/** What is wrong, without a value of the token. */
function wordOf(error: errors.JOSEError): string {
  const claim = error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired
  return claim ? `claim ${error.claim}` : error.code
}

function keysOf(
  remote: Map<string, JWTVerifyGetKey>,
  { private_network }: DpiRegistration,
  { jwks, jwks_uri }: NonNullable<DpiRegistration['call']>,
): JWTVerifyGetKey {
  if (jwks !== undefined) return createLocalJWKSet({ keys: jwks.keys })
  if (jwks_uri === undefined) throw new CallFault('keys')
  const name = `${jwks_uri} ${private_network === true}`
  const known = remote.get(name)
  if (known !== undefined) return known
  const fetch = guardedFetch({ privateNetwork: private_network === true, mostBytes: 200_000 })
  const made = createRemoteJWKSet(new URL(jwks_uri), {
    [customFetch]: fetch,
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
  })
  remote.set(name, made)
  return made
}
