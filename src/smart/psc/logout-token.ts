import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose'
import type { AuthorizationStore } from '../../store/authorization.ts'
import { SmartError } from '../errors.ts'
import { hashOf } from '../secrets.ts'
import { SESSION_LONGEST, type Session, type Sessions } from '../sessions.ts'
import { boundedFetch, PATIENCE, ProviderUnreachable } from './bounded-fetch.ts'
import { objectOf } from './claim-values.ts'
import type { EndedSession, IdentityProvider } from './model.ts'
import type { RelyingParty } from './relying-party.ts'

/** Sign-out that a provider tells of, server to server. */
export interface LogoutTokens {
  /** Remembers under which subject and session of the provider a session was opened. */
  remember(session: Session): Promise<void>
  /** Ends the sessions that a logout token names, and answers whose (national ids); undefined: it is not a right one. */
  accept(provider: IdentityProvider, party: RelyingParty, token: string): Promise<string[] | undefined>
}

interface Effects {
  store: AuthorizationStore
  sessions: Sessions
  onEnd?: (session: EndedSession) => Promise<void>
  now(): number
}

const MODEL = 'SessionAtProvider'
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** Oldest token that is believed, in seconds, and how long its id is remembered. */
const OLDEST = 120

/** Back-channel logout (OpenID Connect Back-Channel Logout 1.0, 2.4 to 2.6) over a store. */
export function openLogoutTokens({ store, sessions, onEnd, now }: Effects): LogoutTokens {
  const seconds = () => Math.floor(now() / 1000)
  const keys = new Map<string, Keys>()
  const keysOf = async (provider: IdentityProvider, party: RelyingParty) => {
    const known = keys.get(provider.id)
    if (known !== undefined) return known
    const options = { timeoutDuration: PATIENCE * 1000, cooldownDuration: 30_000 }
    const set = createRemoteJWKSet(await party.keysUrl(), { ...options, [customFetch]: boundedFetch })
    keys.set(provider.id, set)
    return set
  }
  return {
    async remember(session) {
      const { sub, sid } = hintsOf(session.idToken)
      if (sub === undefined) return
      const names = { sub: hashOf(`${session.provider} ${sub}`), sid: sid && hashOf(`${session.provider} ${sid}`) }
      const { uid, signedInAt, professional } = session
      const payload = JSON.stringify({ ...names, actor: professional.nationalId, session: { uid, signedInAt } })
      const expiresAt = signedInAt + SESSION_LONGEST
      await store.put({ model: MODEL, id: uid, payload, expiresAt })
    },
    async accept(provider, party, token) {
      const claims = await verified(token, provider, await keysOf(provider, party), now())
      if (claims === undefined) return undefined
      const { sub, sid, jti } = claims
      const once = { model: 'LogoutToken', id: hashOf(`${provider.id} ${jti}`), payload: '{}' }
      if (!(await store.insert({ ...once, expiresAt: seconds() + 2 * OLDEST }))) return undefined
      // The narrower name decides: one browser of several, where the provider says which.
      const [name, value] = sid === undefined ? (['sub', sub] as const) : (['sid', sid] as const)
      const wanted = hashOf(`${provider.id} ${value}`)
      const ended: string[] = []
      for (const { payload } of await store.list(MODEL, seconds())) {
        const kept: { sub: string; sid?: string; actor: string; session: EndedSession } = JSON.parse(payload)
        if (kept[name] !== wanted) continue
        await sessions.close(kept.session)
        await onEnd?.(kept.session)
        await store.remove(MODEL, kept.session.uid)
        ended.push(kept.actor)
      }
      return ended
    },
  }
}

interface LogoutClaims {
  sub: string | undefined
  sid: string | undefined
  jti: string
}

type Keys = ReturnType<typeof createRemoteJWKSet>

async function verified(
  token: string,
  { issuer, clientId, signature }: IdentityProvider,
  keys: Keys,
  at: number,
): Promise<LogoutClaims | undefined> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: clientId,
      algorithms: [signature],
      requiredClaims: ['iat', 'jti', 'events'],
      maxTokenAge: OLDEST,
      clockTolerance: 10,
      currentDate: new Date(at),
    })
    const { sub, sid, jti, events } = payload
    const names = [sub, sid].filter((name) => name !== undefined)
    const isLogout = EVENT in objectOf(events) && payload.nonce === undefined
    if (!isLogout || jti === undefined || names.length === 0 || !names.every((name) => typeof name === 'string'))
      return undefined
    return { sub, sid: typeof sid === 'string' ? sid : undefined, jti }
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error instanceof ProviderUnreachable ? new SmartError('sign-in.unavailable', { cause: error }) : error
  }
}

/** `sub` and `sid` of an id_token that was verified when it came. */
function hintsOf(idToken: string | undefined): { sub: string | undefined; sid: string | undefined } {
  const [, payload = ''] = (idToken ?? '').split('.')
  if (payload === '') return { sub: undefined, sid: undefined }
  const { sub, sid } = objectOf(JSON.parse(Buffer.from(payload, 'base64url').toString()))
  return { sub: typeof sub === 'string' ? sub : undefined, sid: typeof sid === 'string' ? sid : undefined }
}
