import { type NextFunction, type Request, type RequestHandler, type Response, Router, urlencoded } from 'express'
import type { Addresses } from './addresses.ts'
import { introspectionOf, introspectsAll, ofSomebodyEntitled } from './introspection.ts'
import type { HashedLaunches } from './launch-contexts.ts'
import { authorizeRequest } from './oidc/authorize-request.ts'
import { type Authorizations, openAuthorizations } from './oidc/pending.ts'
import { type Browsers, openProvider, type ProviderOptions } from './oidc/provider.ts'
import { ADDRESS_ALLOWANCE, limitedByAddress, openRate } from './oidc/rate.ts'
import { bearerOf } from './tokens.ts'

/** What the authorization server works with. */
export interface AuthorizationOptions extends ProviderOptions {
  launches: HashedLaunches
}

/** The authorization server: what it serves at its issuer, and what pages lead to its end. */
export interface AuthorizationServer {
  /** Express middleware, to be mounted at the issuer. Errors of browsers are passed on as SmartError. */
  router: Router
  authorizations: Authorizations
}

/** What is open below the issuer, and how. Everything else of the library is closed. */
const OPEN: readonly [path: RegExp, methods: readonly string[]][] = [
  [/^\/authorize$/, ['GET', 'POST']],
  [/^\/authorize\/[A-Za-z0-9_-]+$/, ['GET']],
  [/^\/jwks$/, ['GET', 'OPTIONS']],
  [/^\/(token|introspect|revoke)$/, ['POST', 'OPTIONS']],
]

/** Opens the authorization server (SMART App Launch and Backend Services). */
export function authorizationServer(options: AuthorizationOptions): AuthorizationServer {
  const browsers: Browsers = new WeakMap()
  const provider = openProvider(options, browsers)
  const router = Router({ caseSensitive: true, strict: true })
  router.use(
    onlyOpen,
    limitedByAddress(openRate(ADDRESS_ALLOWANCE, options.now)),
    atConfiguredAddress(options.addresses),
  )
  router.all('/authorize', authorizeRequest(options))
  router.post('/introspect', introspectByBearer(options))
  router.use((request: Request, response: Response, next: NextFunction) => {
    if (request.path.startsWith('/authorize')) browsers.set(request, next)
    void provider().callback()(request, response)
  })
  return { router, authorizations: openAuthorizations({ ...options, provider }) }
}

function onlyOpen(request: Request, response: Response, next: NextFunction): void {
  const [, methods] = OPEN.find(([path]) => path.test(request.path)) ?? []
  if (methods === undefined) next('router')
  else if (methods.includes(request.method)) next()
  else response.status(405).setHeader('Allow', methods.join(', ')).json({ error: 'invalid_request' })
}

/**
 * The library makes addresses, and the audiences it accepts, from Host and forwarded headers (pitfall 15): they say here
 * what is configured, whatever was sent.
 */
function atConfiguredAddress({ origin }: Addresses): RequestHandler {
  const { host, protocol } = new URL(origin)
  return (request, _response, next) => {
    request.headers.host = host
    request.headers['x-forwarded-host'] = host
    request.headers['x-forwarded-proto'] = protocol.slice(0, -1)
    next()
  }
}

/** Introspection by a Bearer token (pitfall 14; IUA ITI-102): its scope must say so, else 401 as RFC 7662 has it. */
function introspectByBearer({ tokens, entitlements, addresses }: AuthorizationOptions) {
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
    if (typeof token !== 'string') {
      response.status(400).json({ error: 'invalid_request' })
      return
    }
    const live = await ofSomebodyEntitled(await tokens.find(token), entitlements)
    response.json(introspectionOf(live, { clientId: by.client.id, seesAll }, addresses))
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
