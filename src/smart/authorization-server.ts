import { type NextFunction, type Request, type Response, Router, urlencoded } from 'express'
import { type Configuration, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { AuthorizationStore } from '../store/authorization.ts'
import { adapterOf } from './adapter.ts'
import type { Addresses } from './addresses.ts'
import { assertionFault, CLOCK_SKEW } from './assertion.ts'
import type { Clients } from './clients.ts'
import { CLIENT_SIGNATURES } from './discovery.ts'
import { grantedScope, INTROSPECT } from './grantable.ts'
import { introspectionOf, introspectsAll } from './introspection.ts'
import type { SigningKey } from './signing-keys.ts'
import { bearerOf, TOKEN_LIFE, type Tokens } from './tokens.ts'

/** What the authorization server works with. */
export interface AuthorizationOptions {
  addresses: Addresses
  store: AuthorizationStore
  clients: Clients
  tokens: Tokens
  keys: readonly SigningKey[]
  /** Keeps cookies of the library from being forged; it sets none today. */
  cookieKey: string
  /** Milliseconds since 1970. */
  now(): number
  /** Told of every refusal, without token or assertion. */
  report(refusal: { event: string; client: string | undefined; error: string; detail: string | undefined }): void
}

/** What is open below the issuer, each by POST only. Everything else of the library, its browser flows above all, is closed. */
const OPEN: ReadonlySet<string> = new Set(['/token', '/introspect', '/revoke'])

/** The authorization server as Express middleware, to be mounted at its issuer (SMART Backend Services). */
export function authorizationServer(options: AuthorizationOptions): Router {
  const provider = providerOf(options)
  const router = Router({ caseSensitive: true, strict: true })
  router.use((request: Request, response: Response, next: NextFunction) => {
    if (!OPEN.has(request.path)) next('router')
    else if (request.method === 'POST') next()
    else response.status(405).setHeader('Allow', 'POST').json({ error: 'invalid_request' })
  })
  router.use(atConfiguredAddress(options.addresses))
  router.post('/introspect', introspectByBearer(options))
  router.use(provider.callback())
  return router
}

/**
 * The library makes addresses, and the audiences it accepts, from Host and forwarded headers (pitfall 15): they say here
 * what is configured, whatever was sent.
 */
function atConfiguredAddress({ origin }: Addresses) {
  const { host, protocol } = new URL(origin)
  return (request: Request, _response: Response, next: NextFunction): void => {
    request.headers.host = host
    request.headers['x-forwarded-host'] = host
    request.headers['x-forwarded-proto'] = protocol.slice(0, -1)
    next()
  }
}

/** Introspection by a Bearer token (pitfall 14; IUA ITI-102): its scope must say so, else 401 as RFC 7662 has it. */
function introspectByBearer({ tokens, addresses }: AuthorizationOptions) {
  const body = urlencoded({ extended: false, limit: '64kb' })
  const answer = async (request: Request, response: Response): Promise<void> => {
    response.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' })
    const by = await tokens.find(bearerOf(request.headers.authorization) ?? '')
    const seesAll = by !== undefined && introspectsAll(by)
    if (by === undefined || !seesAll) {
      const error = by === undefined ? 'invalid_token' : 'insufficient_scope'
      response.status(401).set('WWW-Authenticate', `Bearer error="${error}"`).json({ error })
      return
    }
    const token: unknown = request.body?.token
    if (typeof token !== 'string') response.status(400).json({ error: 'invalid_request' })
    else response.json(introspectionOf(await tokens.find(token), { clientId: by.client.id, seesAll }, addresses.issuer))
  }
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!/^bearer( |$)/i.test(request.headers.authorization ?? '')) next()
    else {
      body(request, response, (error) => {
        if (error !== undefined) response.status(400).json({ error: 'invalid_request' })
        else answer(request, response).catch(next)
      })
    }
  }
}

function providerOf(options: AuthorizationOptions): Provider {
  const { addresses, clients, tokens, report } = options
  const provider = new Provider(addresses.issuer, configurationOf(options))
  provider.proxy = true
  provider.use(async (ctx, next) => {
    await next()
    const { oidc } = ctx as Partial<KoaContextWithOIDC>
    // Only Cache-Control is set by the library (pitfall 9).
    if (oidc !== undefined) ctx.set('Pragma', 'no-cache')
    if (oidc?.route !== 'introspection' || ctx.status !== 200 || oidc.client === undefined) return
    const by = await clients.find(oidc.client.clientId)
    const seesAll = by?.scope.split(' ').includes(INTROSPECT) === true
    const token = await tokens.find(String(oidc.params?.token ?? ''))
    ctx.body = introspectionOf(token, { clientId: oidc.client.clientId, seesAll }, addresses.issuer)
  })
  const told = (event: string) => (ctx: KoaContextWithOIDC, error: Error) =>
    report({ event, client: ctx.oidc.client?.clientId, error: error.message, detail: reasonOf(error) })
  provider.on('grant.error', told('grant.error'))
  provider.on('introspection.error', told('introspection.error'))
  provider.on('revocation.error', told('revocation.error'))
  provider.on('server_error', told('server_error'))
  return provider
}

/** Why, for the operator: what the library tells clients is the same for all (pitfalls 17, 26). No word can be a token. */
function reasonOf(error: Error): string | undefined {
  const reasons: string[] = []
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const detail =
      'error_detail' in cause && typeof cause.error_detail === 'string' ? cause.error_detail : cause.message
    reasons.push(detail)
  }
  const text = reasons.join(': ').replace(/[A-Za-z0-9_.~+/=-]{33,}/g, '***')
  return text === '' ? undefined : text.slice(0, 300)
}

/**
 * How keys are fetched (pitfall 17): the library's guard keeps private addresses out; only where an operator registered
 * one as private is it lifted. Nobody is followed elsewhere.
 */
function fetcher(clients: Clients): NonNullable<Configuration['fetch']> {
  return (url, options = {}) => {
    const isPrivate = clients.isPrivate(typeof url === 'string' ? url : '')
    const { dispatcher: _guard, ...plain }: RequestInit & { dispatcher?: unknown } = options
    return fetch(url, { ...(isPrivate ? plain : options), redirect: 'error' })
  }
}

function configurationOf(options: AuthorizationOptions): Configuration {
  const { addresses, clients, keys, cookieKey, now } = options
  return {
    adapter: adapterOf(options),
    jwks: { keys: keys.map((key) => ({ ...key })) },
    cookies: { keys: [cookieKey] },
    scopes: [],
    responseTypes: [],
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: [...CLIENT_SIGNATURES] },
    clockTolerance: CLOCK_SKEW,
    ttl: { ClientCredentials: TOKEN_LIFE, AccessToken: TOKEN_LIFE, Session: 1, Grant: 1, Interaction: 1, IdToken: 1 },
    routes: { token: '/token', introspection: '/introspect', revocation: '/revoke' },
    clientBasedCORS: () => false,
    renderError: (ctx, out) => {
      ctx.type = 'json'
      ctx.body = out
    },
    fetch: fetcher(clients),
    fetchResponseBodyLimits: { jwks_uri: 100_000 },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => addresses.fhir,
        useGrantedResource: () => true,
        getResourceServerInfo: async (ctx, resource, client) => {
          if (resource !== addresses.fhir) throw new errors.InvalidTarget()
          const requested = String(ctx.oidc.params?.scope ?? '')
          const registered = (await clients.find(client.clientId))?.scope ?? ''
          if (grantedScope(requested, registered) === undefined) {
            throw new errors.InvalidScope('no scope, or one that the client is not registered with', '')
          }
          return {
            scope: requested,
            audience: addresses.fhir,
            accessTokenTTL: TOKEN_LIFE,
            accessTokenFormat: 'opaque',
          }
        },
      },
    },
    assertJwtClientAuthClaimsAndHeader: async (_ctx, claims, header, client) => {
      const jwksUri = (await clients.find(client.clientId))?.jwks_uri
      const rules = { tokenEndpoint: addresses.token, jwksUri, now: Math.floor(now() / 1000) }
      const fault = assertionFault(claims, header, rules)
      if (fault !== undefined) throw new errors.InvalidClientAuth(fault)
    },
  }
}
