import { type Request, type RequestHandler, type Response, Router, urlencoded } from 'express'
import type { JWTPayload } from 'jose'
import { authorizationPages } from './authorization.ts'
import { type Claims, subjectOf, userInfoOf } from './claims.ts'
import { authenticated, type StandInClient } from './client.ts'
import { type BadSignature, newKey } from './keys.ts'
import { logoutPages } from './logout.ts'
import { newMemory } from './memory.ts'
import type { DemoIdentity } from './professionals.ts'
import { ACCESS_TOKEN_LIFE, type Behaviour, formOf, PROTOCOL, type Shared } from './shared.ts'
import { tokenEndpoint } from './tokens.ts'

/** A stand-in of Pro Santé Connect. */
export interface StandIn {
  issuer: string
  routes: Router
  /** From now on; {} for a good day. */
  behave(behaviour: Behaviour): void
  /** Paths of the latest requests below the issuer, oldest first. */
  asked: readonly string[]
  /** An access token of somebody, as another client of Pro Santé Connect would hold it. */
  accessTokenOf(login: string, clientId: string): string
  /** What it tells a client that a session is over with. */
  logoutToken(claims: JWTPayload, signature?: BadSignature): Promise<string>
}

/** What a stand-in is made from. */
export interface StandInOptions {
  /** `…/demo/psc`: everything is below it. */
  issuer: string
  clients: readonly StandInClient[]
  identities: readonly DemoIdentity[]
  isPassword(login: string, password: string): boolean
  /** Milliseconds since 1970. */
  now(): number
}

/**
 * A fictitious Pro Santé Connect: it behaves as the real one is documented to (smart-launch.md section 3) and knows
 * fictitious professionals. For the demonstration and for tests, never part of the server.
 */
export function openStandIn(options: StandInOptions): StandIn {
  const { issuer, clients, identities, isPassword } = options
  const base = new URL(issuer).pathname
  const shared: Shared = {
    issuer,
    clients,
    identities,
    key: newKey(),
    sessions: newMemory(options.now),
    codes: newMemory(options.now),
    accessTokens: newMemory(options.now),
    refreshTokens: newMemory(options.now),
    behaviour: () => behaviour,
    noted: (path) => {
      asked.push(path)
      if (asked.length > MOST_NOTED) asked.shift()
    },
    isPassword,
    now: () => Math.floor(options.now() / 1000),
  }
  let behaviour: Behaviour = {}
  const asked: string[] = []
  const routes = Router({ caseSensitive: true, strict: true })
  routes.use(base, misbehaving(shared), urlencoded({ extended: false, limit: '64kb' }))
  const at = Router({ caseSensitive: true, strict: true })
  at.get('/.well-known/wallet-openid-configuration', (_request, response) => {
    const described = metadataOf(issuer)
    response.json(behaviour.metadata?.(described) ?? described)
  })
  at.get(`${PROTOCOL}/certs`, (_request, response) => void response.json({ keys: [shared.key.jwk] }))
  at.post(`${PROTOCOL}/token`, tokenEndpoint(shared))
  at.get(`${PROTOCOL}/userinfo`, userInfo(shared))
  at.post(`${PROTOCOL}/userinfo`, userInfo(shared))
  at.post(`${PROTOCOL}/token/introspect`, introspection(shared))
  at.use(authorizationPages(shared), logoutPages(shared))
  routes.use(base, at)
  return {
    issuer,
    routes,
    asked,
    behave(next) {
      behaviour = next
    },
    accessTokenOf(login, clientId) {
      const identity = identities.find((one) => one.login === login)
      if (identity === undefined) throw new RangeError('nobody has this login')
      const grant = {
        identity,
        sid: 'x',
        authTime: shared.now(),
        clientId,
        redirectUri: '',
        challenge: '',
        nonce: undefined,
      }
      return shared.accessTokens.keep({ ...grant, until: shared.now() + ACCESS_TOKEN_LIFE }, ACCESS_TOKEN_LIFE)
    },
    logoutToken(claims, signature) {
      const wrong = signature && { signature, secret: clients[0]?.secret ?? '' }
      return shared.key.sign({ iss: issuer, iat: shared.now(), jti: crypto.randomUUID(), ...claims }, wrong)
    },
  }
}

/** More requests than a test looks back at. */
const MOST_NOTED = 500

function metadataOf(issuer: string): Claims {
  const below = (path: string) => `${issuer}${PROTOCOL}${path}`
  return {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: below('/token'),
    userinfo_endpoint: below('/userinfo'),
    introspection_endpoint: below('/token/introspect'),
    end_session_endpoint: below('/logout'),
    jwks_uri: below('/certs'),
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    scopes_supported: ['openid', 'scope_all'],
    acr_values_supported: ['eidas1', 'eidas2', 'eidas3'],
    id_token_signing_alg_values_supported: ['RS256'],
    userinfo_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256', 'ES384'],
    code_challenge_methods_supported: ['plain', 'S256'],
    authorization_response_iss_parameter_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  }
}

function misbehaving({ behaviour, noted }: Shared): RequestHandler {
  return (request, response, next) => {
    noted(request.path)
    const { down = false, delay = 0 } = behaviour()
    const go = () => (down ? void response.status(503).json({ error: 'temporarily_unavailable' }) : next())
    if (delay === 0) go()
    else setTimeout(go, delay)
  }
}

function userInfo({ accessTokens, behaviour, key, issuer }: Shared): RequestHandler {
  return async (request, response) => {
    const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? []
    const grant = accessTokens.find(token)
    if (grant === undefined) {
      response.status(401).set('WWW-Authenticate', 'Bearer error="invalid_token"').json({ error: 'invalid_token' })
      return
    }
    const { userInfo: changed, signedUserInfo } = behaviour()
    const claims = changed?.(userInfoOf(grant.identity)) ?? userInfoOf(grant.identity)
    if (signedUserInfo === undefined || signedUserInfo === false) {
      response.json(claims)
      return
    }
    const wrong = signedUserInfo === true ? undefined : { signature: signedUserInfo, secret: 'x'.repeat(32) }
    const jwt = await key.sign({ iss: issuer, aud: grant.clientId, ...claims }, wrong)
    response.type('application/jwt').send(jwt)
  }
}

function introspection(shared: Shared): RequestHandler {
  return async (request: Request, response: Response) => {
    const form = formOf(request)
    const { authorization } = request.headers
    if ((await authenticated(shared.clients, { form, authorization }, shared.issuer)) === undefined) {
      response.status(401).json({ error: 'invalid_client' })
      return
    }
    const grant = shared.accessTokens.find(form.get('token') ?? undefined)
    const claims: Claims =
      grant === undefined
        ? { active: false }
        : {
            active: true,
            iss: shared.issuer,
            sub: subjectOf(grant.identity),
            typ: 'Bearer',
            azp: grant.clientId,
            exp: grant.until,
            iat: grant.until - ACCESS_TOKEN_LIFE,
            auth_time: grant.authTime,
            SubjectNameID: grant.identity.nationalId,
          }
    response.json(shared.behaviour().introspection?.(claims) ?? claims)
  }
}
