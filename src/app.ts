import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import express, { type RequestHandler } from 'express'
import { type Logger, pino } from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { blobsFolder, type Config } from './config.ts'
import { openEntitlements } from './dcc/entitlement/open.ts'
import { openTraces } from './dcc/traces-store.ts'
import type { DccContext } from './dcc/unit-of-work.ts'
import type { Caller } from './fhir/caller.ts'
import type { FhirContext } from './fhir/exchange.ts'
import { indexValues, sortValues } from './fhir/search/extract.ts'
import { newInspector } from './fhir/validation/inspector.ts'
import { compressed } from './http/compression.ts'
import type { OriginCheck } from './http/cors.ts'
import { entry, FHIR_BASE } from './http/entry.ts'
import { notFound, unexpected } from './http/fallback.ts'
import { fhirEndpoint } from './http/fhir-endpoint.ts'
import { health } from './http/health.ts'
import { newObserver, observed } from './http/observe.ts'
import { requestId } from './http/request-id.ts'
import { securityHeaders } from './http/security-headers.ts'
import { stackOf } from './http/stack.ts'
import { committedMatrix } from './ihe/results-file.ts'
import { statementsMet } from './ihe/statements.ts'
import { addressesOf } from './smart/addresses.ts'
import { openDoors } from './smart/call/doors.ts'
import { openDpis } from './smart/call/dpis.ts'
import { reportedRefusals } from './smart/call/reported-refusals.ts'
import { practitionerOf } from './smart/directory.ts'
import { type Authorization, type AuthorizationSettings, openAuthorization } from './smart/open.ts'
import { openSubjects } from './smart/psc/exchange.ts'
import { providersOf } from './smart/psc/providers.ts'
import { openSignIn } from './smart/psc/sign-in.ts'
import { openFileBlobs } from './store/blobs/files.ts'
import { isStoreError } from './store/errors.ts'
import { openStore } from './store/open.ts'
import { openValidator, type RecordValidator } from './validation/open.ts'
import { newRemoteTerminology } from './validation/terminology/remote.ts'
import { SOFTWARE_VERSION } from './version.ts'
import { assets } from './web/assets.ts'
import { conformance } from './web/conformance.ts'
import { errorPage, unknownPage } from './web/error-page.ts'
import { homeWithoutSignIn } from './web/home.ts'
import { inTime } from './web/in-time.ts'
import { web } from './web/open.ts'

/** The record opened from a configuration: what the commands and the server work with. */
export interface OpenRecord {
  dcc: DccContext
  /** What resources are held against; opened when first asked for. */
  validator(): RecordValidator
  close(): Promise<void>
}

/** Opens the store and the contents that the configuration names. */
export async function openRecord(config: Config): Promise<OpenRecord> {
  const store = await openStore(config.store)
  const blobs = await openFileBlobs(blobsFolder(config))
  let opened: RecordValidator | undefined
  const validator = () => {
    opened ??= openValidator({ ...config, cacheFolder: join(config.dataDir, 'rules') })
    return opened
  }
  const dcc: DccContext = {
    store,
    blobs,
    indexer: { index: indexValues, sort: sortValues },
    insDomain: config.insDomain,
    frCore: config.frCore,
    inspect: newInspector(validator, config.validation),
    now: () => new Date(),
  }
  return { dcc, validator, close: () => store.close() }
}

/** Builds what answers requests over an open record; `beside` is served besides, by the demonstration only. */
export function buildApp(
  config: Config,
  record: OpenRecord,
  logger: Logger = loggerOf(config),
  beside: readonly RequestHandler[] = [],
): RequestListener {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const observe = newObserver(logger, registry)
  const context: FhirContext = {
    dcc: record.dcc,
    validator: record.validator(),
    terminology: record.validator().terminology,
    remoteTerminology:
      config.terminologyServer === undefined ? undefined : newRemoteTerminology(config.terminologyServer),
    baseUrl: `${config.baseUrl}${FHIR_BASE}`,
    limits: config,
    submissions: { metadata: config.mhdMetadata, validation: config.validation },
    unknownDomain: config.unknownDomain,
    ...(config.auth === 'on' ? { oauth: oauthOf(config.baseUrl) } : {}),
    cursorKey: keyOf(config, 'dcc-paging-cursor'),
    softwareVersion: SOFTWARE_VERSION,
    report: reporter(logger),
  }
  for (const { url, problem } of record.validator().ruleset.refused) {
    logger.warn({ url, problem }, 'a definition of a package cannot be used')
  }
  const { maxUrl, requestTimeout } = config
  const authorization = config.auth === 'on' ? authorizationOf(config, record, logger) : undefined
  const contextOf = contextsOf(context, record)
  const authenticate = authorization?.authenticate
  const isOrigin = authorization && originCheck(authorization)
  const fhir = fhirEndpoint(context, { maxUrl, requestTimeout, authenticate, isOrigin, contextOf, observe })
  const { store, blobs } = record.dcc
  const app = express()
  app.disable('x-powered-by')
  // One spelling of an address: a proxy in front may have rules for it.
  app.enable('case sensitive routing')
  // Versions are the entity tags; hashing every body would cost more than the search (storage.md section 5).
  app.set('etag', false)
  // Only of the proxies of ours is it believed whom they speak for (rate.ts); nothing else is taken from what they say.
  app.set('trust proxy', config.proxies)
  if (authorization !== undefined) {
    const described = [requestId, observed(observe), securityHeaders, inTime(requestTimeout)]
    app.use(['/oidc', '/.well-known', `${FHIR_BASE}/.well-known`], described)
    app.use(authorization.routes)
    app.use('/oidc/authorize', errorPage(logger))
    app.use(['/oidc', '/.well-known'], notFound)
  }
  app.use(FHIR_BASE, compressed(), (request, response) => fhir(request, response, request.url))
  app.use(requestId, observed(observe), securityHeaders)
  app.use(health({ ready: async () => void (await Promise.all([store.ping(), blobs.ping()])), registry }))
  const rows = committedMatrix()
  const instantiates = statementsMet(rows, context.submissions).map(({ canonical }) => canonical)
  app.use(inTime(requestTimeout), assets(), conformance({ rows, instantiates }), ...beside)
  app.use(authorization === undefined ? homeWithoutSignIn() : pagesOf(config, record, authorization, logger))
  app.use(unknownPage, notFound, unexpected(logger))
  return entry(fhir, app)
}

/** Pages read answers to a client's requests when its registration names their origin. */
function originCheck({ clients }: Authorization): OriginCheck {
  return async (origin, { clientId }) => (await clients.find(clientId))?.cors_origins?.includes(origin) === true
}

/** Where tokens come from, for the CapabilityStatement. */
function oauthOf(origin: string): NonNullable<FhirContext['oauth']> {
  const { authorization: authorize, token, introspection: introspect, revocation: revoke } = addressesOf(origin)
  return { authorize, token, introspect, revoke }
}

/** The authorization server over an open record; its refusals are logged without token or assertion. */
function authorizationOf(config: Config, { dcc }: OpenRecord, logger: Logger): Authorization {
  return openAuthorization({
    origin: config.baseUrl,
    dataDir: config.dataDir,
    clientsFile: config.clients,
    store: dcc.store.authorization,
    record: dcc,
    entitlements: openEntitlements(dcc),
    traces: openTraces(dcc),
    exchange: exchangeOf(config, dcc, logger),
    cookieKey: keyOf(config, 'dcc-cookies').toString('base64url'),
    report: (refusal) => logger.warn(refusal, 'authorization refused'),
  })
}

/** The exchange of tokens of Pro Santé Connect, where that is configured. */
function exchangeOf(config: Config, dcc: DccContext, logger: Logger): AuthorizationSettings['exchange'] {
  const subjectOf = openSubjects({
    providers: providersOf(config),
    store: dcc.store.authorization,
    now: () => dcc.now().getTime(),
    report: (fault) => logger.warn(fault, 'token exchange refused'),
  })
  return subjectOf && { subjectOf, practitionerOf: (professional) => practitionerOf(dcc, professional) }
}

/** The pages of who signs in, over an open record. */
function pagesOf(
  config: Config,
  { dcc }: OpenRecord,
  { sessions, contexts, tokens, callKeys, apps, authorizations }: Authorization,
  logger: Logger,
): RequestHandler {
  const { baseUrl, mode } = config
  const entitlements = openEntitlements(dcc)
  const traces = reportedRefusals(openTraces(dcc), (refusal) => logger.warn(refusal, 'call refused'))
  const now = () => dcc.now().getTime()
  const signIn = openSignIn({
    origin: baseUrl,
    providers: providersOf(config),
    store: dcc.store.authorization,
    sessions,
    now,
    report: (fault) => logger.warn(fault, 'sign-in refused'),
    onEnd: (session) => authorizations.endProviderSessions(session),
  })
  const dpis = openDpis({
    store: dcc.store.authorization,
    file: config.clients,
    now,
    report: (fault) => logger.warn({ fault }, 'DPIs of the file of clients cannot be used'),
  })
  const facts = { origin: baseUrl, dcc, contexts, entitlements, traces, now }
  const doors = openDoors({ ...facts, dpis, tokens, keys: callKeys, handleKey: keyOf(config, 'dcc-call-handles') })
  const authorization = authorizations
  return web(
    { ...facts, sessions, signIn, authorization, apps, calls: doors.calls, doors, demo: mode === 'demo' },
    logger,
  )
}

/** A client may be held more or less strictly than the others (ClientRegistration.validation). */
function contextsOf(context: FhirContext, { validator }: OpenRecord) {
  const held = (validation: 'strict' | 'lenient'): FhirContext => ({
    ...context,
    dcc: { ...context.dcc, inspect: newInspector(validator, validation) },
    submissions: { ...context.submissions, validation },
  })
  const contexts = { strict: held('strict'), lenient: held('lenient') }
  return ({ validation }: Caller): FhirContext => (validation === undefined ? context : contexts[validation])
}

/** Room for headers besides the request line, in bytes: what Node allows for both together. */
const HEADERS_ROOM = 16_384

/** How long a connection may carry nothing in either direction, in milliseconds: a client that never reads an answer. */
const LONGEST_SILENCE = 120_000

/** Starts listening; resolves once connections are accepted. */
export async function listen(
  app: RequestListener,
  config: Pick<Config, 'host' | 'port' | 'maxUrl' | 'requestTimeout'>,
): Promise<Server> {
  const server = createServer({ maxHeaderSize: config.maxUrl + HEADERS_ROOM }, app)
  server.requestTimeout = 300_000
  server.headersTimeout = 20_000
  // Longer than a proxy in front keeps its connections: it must not send a request on one that is just being closed.
  server.keepAliveTimeout = 65_000
  server.timeout = Math.max(LONGEST_SILENCE, 2 * config.requestTimeout)
  server.listen(config.port, config.host)
  await once(server, 'listening')
  return server
}

/** How long connections that carry nothing are left open at a stop, in milliseconds: a request may be on its way. */
const LAST_REQUESTS = 250

/**
 * Stops gracefully: no new connection, running requests are answered and those that still arrive on connections kept
 * alive, which are then told to end; at last the record is closed.
 */
export async function stop(server: Server, record: OpenRecord, patience = 10_000): Promise<void> {
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'))
  // The server's own close() ends what seems idle at once, with the requests that are on their way.
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
  await Promise.race([closed, delay(LAST_REQUESTS)])
  // A connection kept alive becomes idle when its last answer is out.
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const timer = setTimeout(() => server.closeAllConnections(), patience)
  await closed
  clearInterval(idle)
  clearTimeout(timer)
  await record.close()
}

/** The logger of a configuration: JSON lines on standard error, so that a command's output stays clean. */
export function loggerOf(config: Pick<Config, 'logLevel'>): Logger {
  return pino({ level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))
}

/** Logs a defect by where it happened, without its message: a message may quote what a client sent. */
function reporter(logger: Logger) {
  return (error: unknown, requestId: string): void => {
    const known = isStoreError(error) ? { key: error.key, detail: error.detail } : {}
    logger.error({ requestId, ...known, stack: stackOf(error) }, 'defect')
  }
}

/** Cursors survive a restart only when a key is configured (DCC_SIGNING_KEY); the demo makes one at start. */
function keyOf(config: Config, purpose: string): Buffer {
  if (config.signingKey === undefined) return randomBytes(32)
  return createHash('sha256').update(purpose).update(config.signingKey).digest()
}
