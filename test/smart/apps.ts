import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { after, before } from 'node:test'
import { addToCareTeam, grantHabilitation } from '../../src/dcc/entitlement/administration.ts'
import type { Professional } from '../../src/dcc/professional.ts'
import type { ClientRegistration } from '../../src/smart/client-registration.ts'
import { addClient } from '../../src/smart/clients.ts'
import { type LaunchContext, openLaunchContexts } from '../../src/smart/launch-contexts.ts'
import { hashOf } from '../../src/smart/secrets.ts'
import { newSecret } from '../../src/smart/sessions.ts'
import { freePort } from '../support/browser.ts'
import { aPatient } from '../support/builders.ts'
import type { Answer, Headers } from '../support/client.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { aProfessional, type SignedIn, signedIn } from '../support/signed-in.ts'
import { aVisitor, formsOf, type Shown, type Visitor } from '../support/visitor.ts'
import { aKey, anAssertion, authenticated, type BackEnd, bearer, postForm } from './server.ts'

/**
 * Apps that people use, from their registration to a token, for stories that take the way of a browser: every request
 * goes over HTTP to a server whose public address is the one that it listens on.
 */

/** How an app shows who it is (SMART capabilities client-public, client-confidential-symmetric, -asymmetric). */
export type Proof = 'public' | 'symmetric' | 'asymmetric'

/** A registered app, with what it keeps to itself. */
export interface App {
  id: string
  redirectUri: string
  /** The origin of its pages, registered for CORS. */
  origin: string
  registration: ClientRegistration
  secret: string | undefined
  key: BackEnd | undefined
  /** What a token request carries to show who sends it. */
  credentials(): Promise<{ form: Record<string, string>; headers: Headers }>
}

/** What an authorization request holds besides the app; everything has a default that passes. */
export interface Asking {
  scope: string
  launch?: string
  aud?: string
  state?: string
  nonce?: string
  method?: 'GET' | 'POST'
  /** The number by which the person looks for the patient in a standalone launch. */
  pick?: string
  /** Members that replace or, undefined, remove others. */
  more?: Readonly<Record<string, string | undefined>>
}

/** What came back to the app by redirect. */
export interface Returned {
  /** The address that the browser was sent to, with its parameters. */
  callback: URL
  code: string
  state: string
  verifier: string
  /** The state that was sent. */
  sent: string
}

/** A professional in front of a browser, signed in, with a patient in their care. */
export interface Clinician {
  professional: Professional
  visitor: Visitor
  signedIn: SignedIn
  patientId: string
  /** The number of the patient at the hospital. */
  number: string
}

/** A server with authorization at the address that it says it has. */
export function openServer(): () => TestServer {
  let server: TestServer | undefined
  before(async () => {
    const port = await freePort()
    server = await startServer({ config: { auth: 'on', port, baseUrl: `http://127.0.0.1:${port}` } })
  })
  after(() => server?.stop())
  return () => {
    assert.ok(server !== undefined, 'The server is there only while stories run')
    return server
  }
}

/** The pages of an app: takes the browser back, and does nothing. */
export function appPages(): () => string {
  let server: Server | undefined
  let origin = ''
  before(async () => {
    const port = await freePort()
    origin = `http://127.0.0.1:${port}`
    server = createServer((_request, response) => response.end('back in the app')).listen(port, '127.0.0.1')
    await new Promise((resolve) => server?.once('listening', resolve))
  })
  after(() => {
    server?.closeAllConnections()
    server?.close()
  })
  return () => origin
}

/** Registers an app whose pages are at an origin. */
export async function anApp(
  server: TestServer,
  origin: string,
  proof: Proof,
  facts: Partial<ClientRegistration> & { alg?: 'ES384' | 'RS384' } = {},
): Promise<App> {
  const { alg, ...more } = facts
  const id = `app-${randomUUID()}`
  const redirectUri = `${origin}/callback`
  const key = proof === 'asymmetric' ? { id, ...(await aKey(alg)) } : undefined
  const secret = proof === 'symmetric' ? newSecret() : undefined
  const registration: ClientRegistration = {
    id,
    name: 'Application de test',
    hospital: 'CHU',
    scope: 'launch launch/patient openid fhirUser profile offline_access online_access patient/*.cruds user/*.cruds',
    redirect_uris: [redirectUri],
    launch_uri: `${origin}/launch`,
    cors_origins: [origin],
    token_endpoint_auth_method: METHODS[proof],
    ...(key === undefined ? {} : { jwks: { keys: [key.jwk] } }),
    ...(secret === undefined ? {} : { secret_hash: hashOf(secret) }),
    ...more,
  }
  assert.ok(await addClient(server.record.dcc.store.authorization, registration))
  const credentials = async (): Promise<{ form: Record<string, string>; headers: Headers }> => {
    if (key !== undefined) return { form: await assertionFor(key, server), headers: {} }
    if (secret === undefined) return { form: { client_id: id }, headers: { origin } }
    const basic = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')
    return { form: {}, headers: { authorization: `Basic ${basic}` } }
  }
  return { id, redirectUri, origin, registration, secret, key, credentials }
}

const METHODS = {
  public: 'none',
  symmetric: 'client_secret_basic',
  asymmetric: 'private_key_jwt',
} as const satisfies Record<Proof, ClientRegistration['token_endpoint_auth_method']>

let professionals = 0

/** A clinician who has signed in and cares for a patient, new ones unless given. */
export async function aClinician(
  server: TestServer,
  facts: { patient?: KnownPatient; professional?: Professional } = {},
): Promise<Clinician> {
  professionals += 1
  const professional = facts.professional ?? aProfessional(`8${20_000_000_000 + professionals}`)
  const { id: patientId, number } = facts.patient ?? (await aKnownPatient(server))
  const { nationalId } = professional
  await grantHabilitation(server.record.dcc, { nationalId, profile: 'clinician', reach: 'care-team' })
  await addToCareTeam(server.record.dcc, { patientId, nationalId })
  const session = await signedIn(server, professional)
  return { professional, patientId, number, signedIn: session, visitor: aVisitor(server, session.cookie) }
}

/** A patient in the record: the id, and the number at the hospital. */
export interface KnownPatient {
  id: string
  number: string
}

/** Registers a patient with a qualified identity by a back end. */
export async function aKnownPatient(server: TestServer): Promise<KnownPatient> {
  const patient = aPatient().qualified()
  const created = await server.post('Patient', patient.build(), bearer(await systemToken(server)))
  assert.equal(created.status, 201, created.text)
  const { id } = created.resource('Patient')
  assert.ok(id !== undefined)
  return { id, number: patient.ipp }
}

/** A token of a back end that may do everything. */
export async function systemToken(server: TestServer, scope = 'system/*.cruds'): Promise<string> {
  const key = { id: `dpi-${randomUUID()}`, ...(await aKey()) }
  const client = { id: key.id, name: 'DPI', hospital: 'CHU', scope, jwks: { keys: [key.jwk] } }
  assert.ok(await addClient(server.record.dcc.store.authorization, client))
  const form = { grant_type: 'client_credentials', scope, ...(await assertionFor(key, server)) }
  const answer = await postForm(server, '/oidc/token', form)
  assert.equal(answer.status, 200, answer.text)
  return tokens(answer).access_token
}

/** The form members by which a holder of a key shows who it is, to a server at its own address. */
export async function assertionFor(key: BackEnd, server: TestServer): Promise<Record<string, string>> {
  return authenticated(await anAssertion(key, { aud: `${server.config.baseUrl}/oidc/token` }))
}

/** The `launch` of an EHR launch that a clinician starts from our pages. */
export function aLaunch(
  server: TestServer,
  app: App,
  { professional, patientId }: Pick<Clinician, 'professional' | 'patientId'>,
  context: Partial<LaunchContext> = {},
): Promise<string> {
  const launches = openLaunchContexts(server.record.dcc.store.authorization, Date.now)
  return launches.create({ clientId: app.id, nationalId: professional.nationalId, patientId, ...context })
}

/** The parameters of an authorization request, with the verifier that goes with its challenge. */
export function authorizationRequest(
  server: TestServer,
  app: Pick<App, 'id' | 'redirectUri'>,
  { scope, launch, aud, state, nonce, more = {} }: Asking,
): { parameters: Record<string, string>; verifier: string } {
  const verifier = randomBytes(48).toString('base64url')
  const given: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: app.id,
    redirect_uri: app.redirectUri,
    scope,
    state: state ?? randomUUID(),
    aud: aud ?? `${server.config.baseUrl}/fhir`,
    launch,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  }
  const parameters = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return { parameters: Object.fromEntries(parameters), verifier }
}

/** Sends a browser to the authorization endpoint and answers our pages until it is back in the app. */
export async function authorize(server: TestServer, visitor: Visitor, app: App, asking: Asking): Promise<Returned> {
  const { parameters, verifier } = authorizationRequest(server, app, asking)
  const shown = await ask(server, visitor, parameters, asking.method)
  const callback = await throughPages(visitor, shown, app, asking.pick)
  const { searchParams } = callback
  const [code, state] = [searchParams.get('code') ?? '', searchParams.get('state') ?? '']
  assert.equal(searchParams.get('error'), null, String(searchParams))
  return { callback, code, state, verifier, sent: parameters.state ?? '' }
}

/** Sends a browser to the authorization endpoint. */
export function ask(
  server: TestServer,
  visitor: Visitor,
  parameters: Readonly<Record<string, string>>,
  method: 'GET' | 'POST' = 'GET',
): Promise<Shown> {
  const endpoint = `${server.config.baseUrl}/oidc/authorize`
  return method === 'POST'
    ? visitor.post(endpoint, parameters)
    : visitor.get(`${endpoint}?${new URLSearchParams(parameters)}`)
}

/** Answers the pages of an authorization: picks the patient, agrees. Gives where the browser was sent in the app. */
export async function throughPages(visitor: Visitor, first: Shown, app: App, pick?: string): Promise<URL> {
  let shown = first
  for (let page = 0; page < 4 && shown.url.pathname.startsWith('/interaction/'); page += 1) {
    assert.equal(shown.status, 200, shown.text)
    const ends = formsOf(shown).map(({ action }) => action.pathname.split('/').at(-1))
    if (ends.includes('patient')) shown = await visitor.submit('/patient')
    else if (ends.includes('search')) shown = await visitor.submit('/search', { number: pick ?? '' })
    else shown = await visitor.submit('/decision', { decision: 'accept' })
  }
  assert.equal(shown.url.origin + shown.url.pathname, app.redirectUri, `${shown.status} ${shown.text.slice(0, 2000)}`)
  return shown.url
}

/** What a token response holds. */
export interface TokenBody {
  access_token: string
  token_type: string
  expires_in: number
  scope: string
  refresh_token?: string
  id_token?: string
  patient?: string
  [member: string]: unknown
}

/** Exchanges a code for a token. */
export async function redeem(
  server: TestServer,
  app: App,
  { code, verifier }: Pick<Returned, 'code' | 'verifier'>,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { form, headers } = await app.credentials()
  const request = { grant_type: 'authorization_code', code, redirect_uri: app.redirectUri, code_verifier: verifier }
  return postForm(server, '/oidc/token', { ...request, ...form, ...more }, headers)
}

/** Refreshes a token, with fewer scopes when some are given. */
export async function refresh(server: TestServer, app: App, token: string, scope?: string): Promise<Answer> {
  const { form, headers } = await app.credentials()
  const request = { grant_type: 'refresh_token', refresh_token: token, ...(scope === undefined ? {} : { scope }) }
  return postForm(server, '/oidc/token', { ...request, ...form }, headers)
}

/** The members of a token response. */
export function tokens(answer: Answer): TokenBody {
  assert.equal(answer.status, 200, answer.text)
  return answer.json() as TokenBody
}
