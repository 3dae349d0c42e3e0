import { createHash } from 'node:crypto'
import { type Request, type Response, Router, urlencoded } from 'express'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { caught } from '../../../web/visit.ts'
import type { HospitalPatient } from '../cast.ts'
import { type OneTime, oneTime } from './one-time.ts'
import { patientResource, practitionerResource } from './resources.ts'
import type { DpiUser } from './user.ts'

/** What a launch of the DCC is about. */
export interface Launch {
  user: DpiUser
  /** Undefined: the user wants to search. */
  patient: HospitalPatient | undefined
}

/** The DCC as this DPI knows it. */
export interface RegisteredApp {
  clientId: string
  redirectUri: string
}

/** Where the demonstration's DPI is served. */
export const DPI_BASE = '/demo/dpi'

/** What the demonstration's DPI and the DCC call each other. */
export const DPI_ID = 'demo-dpi'
export const DCC_AT_DPI = 'dcc'

/** Seconds that a launch waits for its authorization, and a code for its exchange. */
const LAUNCH_LIFETIME = 120
const CODE_LIFETIME = 60
const TOKEN_LIFETIME = 300

interface Grant {
  launch: Launch
  challenge: string
  nonce: string | undefined
  scope: string
}

/**
 * The DPI as a SMART server (SMART App Launch 2.2, EHR launch), as small as one can be: its user has signed in and its
 * launches are its own, so that it asks nothing. `launches` are put where the user clicks.
 */
export function smartServer(origin: string, app: RegisteredApp, launches: OneTime<Launch>): Router {
  const base = `${origin}${DPI_BASE}`
  const fhir = `${base}/fhir`
  const codes = oneTime<Grant>(CODE_LIFETIME)
  const tokens = oneTime<Grant>(TOKEN_LIFETIME)
  let made: ReturnType<typeof newKey> | undefined
  const key = () => {
    made ??= newKey()
    return made
  }
  const router = Router({ caseSensitive: true, strict: true })
  const smart = configuration(base)
  router.get(`${DPI_BASE}/fhir/.well-known/smart-configuration`, (_request, response) => void response.json(smart))
  router.get(`${DPI_BASE}/jwks`, async (_request, response) => void response.json({ keys: [(await key()).jwk] }))

  router.get(`${DPI_BASE}/authorize`, (request, response) => {
    const { client_id, redirect_uri, response_type, aud, launch, state, ...pkce } = parameters(request.query)
    // Nobody is sent to an address that is not registered.
    if (client_id !== app.clientId || redirect_uri !== app.redirectUri) {
      return void response.status(400).json({ error: 'invalid_request' })
    }
    const { code_challenge: challenge = '', code_challenge_method: method, nonce, scope = '' } = pkce
    const refused = (error: string) => response.redirect(302, answerTo(redirect_uri, { error, state, iss: base }))
    if (response_type !== 'code') return refused('unsupported_response_type')
    if (aud !== fhir || method !== 'S256' || challenge.length !== 43) return refused('invalid_request')
    const launched = launch === undefined ? undefined : launches.take(launch)
    if (launched === undefined) return refused('access_denied')
    const code = codes.put({ launch: launched, challenge, nonce, scope })
    response.redirect(302, answerTo(redirect_uri, { code, state, iss: base }))
  })

  router.post(
    `${DPI_BASE}/token`,
    urlencoded({ extended: false, limit: '16kb' }),
    caught(async (request, response) => {
      const { grant_type, code = '', redirect_uri, code_verifier = '' } = parameters(request.body ?? {})
      const grant = grant_type === 'authorization_code' ? codes.take(code) : undefined
      const proved = grant?.challenge === createHash('sha256').update(code_verifier).digest('base64url')
      if (grant === undefined || !proved || redirect_uri !== app.redirectUri) {
        return void response.status(400).json({ error: 'invalid_grant' })
      }
      const { launch, nonce, scope } = grant
      const { privateKey, jwk } = await key()
      const fhirUser = `${fhir}/Practitioner/${launch.user.rpps}`
      response.setHeader('Pragma', 'no-cache')
      response.json({
        access_token: tokens.put(grant),
        token_type: 'Bearer',
        expires_in: TOKEN_LIFETIME,
        scope,
        id_token: await new SignJWT({ fhirUser, ...(nonce === undefined ? {} : { nonce }) })
          .setProtectedHeader({ alg: 'RS256', ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) })
          .setIssuer(base)
          .setSubject(launch.user.rpps)
          .setAudience(app.clientId)
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign(privateKey),
        need_patient_banner: true,
        ...(launch.patient === undefined ? {} : { patient: launch.patient.key }),
      })
    }),
  )

  router.get(`${DPI_BASE}/fhir/:type/:id`, (request: Request<{ type: string; id: string }>, response) => {
    const launch = tokens.find(bearerOf(request))?.launch
    if (launch === undefined) return void response.status(401).set('WWW-Authenticate', 'Bearer').end()
    const { type, id } = request.params
    const { patient, user } = launch
    if (type === 'Patient' && patient?.key === id) return fhirAnswer(response, patientResource(patient))
    if (type === 'Practitioner' && user.rpps === id) return fhirAnswer(response, practitionerResource(user))
    response.status(404).end()
  })
  return router
}

/** The launches that wait for the DCC. */
export function newLaunches(): OneTime<Launch> {
  return oneTime<Launch>(LAUNCH_LIFETIME)
}

function configuration(base: string) {
  return {
    issuer: base,
    jwks_uri: `${base}/jwks`,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    grant_types_supported: ['authorization_code'],
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: ['openid', 'fhirUser', 'launch', 'patient/Patient.r'],
    token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    id_token_signing_alg_values_supported: ['RS256'],
    authorization_response_iss_parameter_supported: true,
    capabilities: [
      'launch-ehr',
      'sso-openid-connect',
      'context-ehr-patient',
      'client-public',
      'permission-patient',
      'permission-v2',
    ],
  }
}

async function newKey() {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: 'dpi-demo', alg: 'RS256', use: 'sig' } }
}

/** The parameters that are there once, as text. */
function parameters(given: unknown): Record<string, string | undefined> {
  if (typeof given !== 'object' || given === null) return {}
  return Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value === 'string'))
}

function answerTo(redirectUri: string, members: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries(members)) if (value !== undefined) url.searchParams.set(name, value)
  return url.href
}

function bearerOf(request: { headers: { authorization?: string | undefined } }): string {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
}

function fhirAnswer(response: Response, resource: object): void {
  response.type('application/fhir+json').send(JSON.stringify(resource))
}
