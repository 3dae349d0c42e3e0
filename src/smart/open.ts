import { type Response, Router } from 'express'
import type { Entitlements } from '../dcc/entitlement/model.ts'
import type { Traces } from '../dcc/traces.ts'
import type { Caller } from '../fhir/caller.ts'
import type { AuthorizationStore } from '../store/authorization.ts'
import { addressesOf, OIDC_BASE } from './addresses.ts'
import { type Apps, openApps } from './apps.ts'
import { type AuthorizationOptions, authorizationServer } from './authorization-server.ts'
import { type CallKeys, openCallKeys } from './call/call-keys.ts'
import { authenticator, type People } from './caller.ts'
import { type Clients, openClients } from './clients.ts'
import { openidConfiguration, serverMetadata, smartConfiguration } from './discovery.ts'
import { openLaunchContexts } from './launch-contexts.ts'
import { openFamilies } from './oidc/families.ts'
import type { Authorizations } from './oidc/pending.ts'
import type { ProviderOptions } from './oidc/provider.ts'
import { stylePath, styleText } from './oidc/style.ts'
import { openPageContexts, type PageContexts } from './page-contexts.ts'
import { openSessions, type Sessions } from './sessions.ts'
import { openKeyRing } from './signing-keys.ts'
import { openTokens, type Tokens } from './tokens.ts'

/** What authorization is opened from. */
export interface AuthorizationSettings {
  /** `DCC_BASE_URL`. */
  origin: string
  dataDir: string
  clientsFile: string | undefined
  store: AuthorizationStore
  entitlements: Pick<Entitlements, 'habilitation'>
  /** Whose records people see. */
  record: People['record']
  traces: Traces
  exchange: ProviderOptions['exchange']
  cookieKey: string
  report: AuthorizationOptions['report']
}

/** Authorization as the server uses it. */
export interface Authorization {
  /** Serves the issuer and the addresses that describe it. */
  routes: Router
  /** Who sends a FHIR request. */
  authenticate(authorization: string | undefined): Promise<Caller>
  tokens: Tokens
  /** The keys of contextual calls. */
  callKeys: CallKeys
  sessions: Sessions
  contexts: PageContexts
  clients: Clients
  /** The apps that our pages open. */
  apps: Apps
  /** Authorizations that wait for who is in front of the browser. */
  authorizations: Authorizations
}

/** How often what has expired is removed from the store, in milliseconds. */
const SWEEP = 600_000

/** Opens authorization over a store. Throws RegistrationError when the file of clients cannot be used. */
export function openAuthorization(settings: AuthorizationSettings): Authorization {
  const { origin, dataDir, clientsFile, store, entitlements, record, traces, exchange, cookieKey, report } = settings
  const addresses = addressesOf(origin)
  const now = () => Date.now()
  const fileReport = (fault: string) =>
    report({ event: 'clients.file', client: undefined, error: 'unusable', detail: fault })
  const clients = openClients({ store, file: clientsFile, now, report: fileReport })
  const sessions = openSessions(store, now)
  const tokens = openTokens({ store, clients, sessions, audience: addresses.fhir, now })
  const families = openFamilies({ store, tokens, traces, now })
  const launches = openLaunchContexts(store, now)
  const keys = openKeyRing(dataDir, now)
  const server = authorizationServer({
    addresses,
    store,
    clients,
    tokens,
    families,
    launches,
    sessions,
    entitlements,
    traces,
    exchange,
    keys,
    cookieKey,
    now,
    report,
  })
  const routes = Router({ caseSensitive: true, strict: true })
  routes.get('/fhir/.well-known/smart-configuration', described(smartConfiguration(addresses)))
  // RFC 8414 puts the path of the issuer behind the well-known name; others look below the issuer or at the origin.
  const metadata = described(serverMetadata(addresses, { exchange: exchange !== undefined }))
  routes.get(`${WELL_KNOWN}${OIDC_BASE}`, metadata)
  routes.get(`${OIDC_BASE}${WELL_KNOWN}`, metadata)
  routes.get(WELL_KNOWN, metadata)
  routes.get(
    `${OIDC_BASE}/.well-known/openid-configuration`,
    described(openidConfiguration(addresses, { exchange: exchange !== undefined })),
  )
  routes.get(stylePath, described(styleText))
  const callKeys = openCallKeys(dataDir)
  routes.get(`${OIDC_BASE}/call-jwks`, (_request: unknown, response: Response, next) => {
    callKeys.published().then((keys) => described(keys)(undefined, response), next)
  })
  routes.use(OIDC_BASE, server.router)
  sweepNowAndThen(store)
  const { authorizations } = server
  const contexts = openPageContexts(store, now)
  return {
    routes,
    authenticate: authenticator(tokens, { entitlements, record }),
    tokens,
    callKeys,
    sessions,
    contexts,
    clients,
    apps: openApps({ clients, launches }, addresses.fhir),
    authorizations,
  }
}

const WELL_KNOWN = '/.well-known/oauth-authorization-server'

/** What anybody may read, from any page. */
function described(document: object | string) {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  return (_request: unknown, response: Response): void => {
    // Express would add a charset, which JSON has none of.
    response.writeHead(200, { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' }).end(text)
  }
}

/** Until the store is closed. */
function sweepNowAndThen(store: AuthorizationStore): void {
  const timer = setInterval(() => {
    store.sweep(Math.floor(Date.now() / 1000)).catch(() => {
      // The next sweep does it; a store that stays away is told by /readyz.
    })
  }, SWEEP)
  timer.unref()
}
