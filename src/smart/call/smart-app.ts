import * as client from 'openid-client'
import type { AuthorizationStore } from '../../store/authorization.ts'
import { CLOCK_SKEW } from '../assertion.ts'
import { hashOf } from '../secrets.ts'
import { newSecret, SECRET } from '../sessions.ts'
import type { CallKeys } from './call-keys.ts'
import type { CallRequest } from './call-request.ts'
import { type DpiRegistration, LAUNCH_SCOPE } from './dpi-registration.ts'
import { guardedFetch } from './guarded-fetch.ts'
import { calledIdentityOf } from './patient-of-dpi.ts'
import { isFhirId, readPatient, readRpps } from './read-dpi.ts'
import { announcedBy, DpiChanged, type SmartConfiguration } from './smart-configuration.ts'

/** What the DCC as a SMART app works with. */
export interface SmartAppOptions {
  /** `DCC_BASE_URL`. */
  origin: string
  store: AuthorizationStore
  keys: CallKeys
  /** Milliseconds since 1970. */
  now(): number
}

/** Why a launch ends: keys of `SmartError`, with a word for the trace. */
export class LaunchFault extends Error {
  readonly key: 'launch.dpi-unavailable' | 'launch.dpi-changed' | 'launch.refused' | 'launch.state'
  constructor(key: LaunchFault['key'], reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'LaunchFault'
    this.key = key
  }
}

/** The DCC as an app that DPIs launch (SMART App Launch 2.2; smart-launch.md 4.2 C1). */
export interface SmartApp {
  /** Where the browser goes for authorization. Throws LaunchFault. */
  begin(dpi: DpiRegistration, launch: string, browser: string): Promise<URL>
  /**
   * What a DPI has sent the browser back with becomes a call: its Patient is read, its token is dropped. Throws
   * LaunchFault; an attempt works once, in the browser that began it, for the DPI that it began with.
   */
  finish(dpi: DpiRegistration, query: URLSearchParams, browser: string | undefined): Promise<CallRequest>
}

/** How long an authorization at a DPI may take, in seconds. */
const ATTEMPT_LIFE = 600
const MODEL = 'LaunchAttempt'

interface Attempt {
  dpiId: string
  verifier: string
  nonce: string
  browser: string
}

/** Path of the address that a DPI sends the browser back to: each has its own, so that none can answer for another. */
export const CALLBACK = '/launch/cb'

/** Opens the app. */
export function openSmartApp({ origin, store, keys, now }: SmartAppOptions): SmartApp {
  const announced = announcedBy(now)
  const seconds = () => Math.floor(now() / 1000)
  const redirectUri = ({ id }: DpiRegistration) => `${origin}${CALLBACK}/${id}`
  const configured = async (dpi: DpiRegistration): Promise<client.Configuration> => {
    try {
      return await configurationOf(dpi, await announced(dpi), keys)
    } catch (error) {
      if (error instanceof DpiChanged) throw new LaunchFault('launch.dpi-changed', error.message)
      throw new LaunchFault('launch.dpi-unavailable', 'discovery', { cause: error })
    }
  }
  return {
    async begin(dpi, launch, browser) {
      const config = await configured(dpi)
      const state = newSecret()
      const attempt: Attempt = {
        dpiId: dpi.id,
        verifier: client.randomPKCECodeVerifier(),
        nonce: newSecret(),
        browser: hashOf(browser),
      }
      const payload = JSON.stringify(attempt)
      await store.put({ model: MODEL, id: hashOf(state), payload, expiresAt: seconds() + ATTEMPT_LIFE })
      return client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri(dpi),
        scope: scopeOf(dpi),
        state,
        aud: dpi.smart?.iss ?? '',
        launch,
        nonce: attempt.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
      })
    },
    async finish(dpi, query, browser) {
      const state = query.get('state') ?? ''
      const attempt = await taken(store, state, seconds())
      if (attempt === undefined) throw new LaunchFault('launch.state', 'state')
      if (browser === undefined || attempt.browser !== hashOf(browser)) throw new LaunchFault('launch.state', 'browser')
      if (attempt.dpiId !== dpi.id) throw new LaunchFault('launch.state', 'dpi')
      const named = query.get('iss')
      // RFC 9207: who answers says who it is, also where it does not announce that it will.
      if (named !== null && named !== issuerOf(dpi)) throw new LaunchFault('launch.state', 'iss')
      if (query.has('error')) throw new LaunchFault('launch.refused', 'authorization refused')
      const config = await configured(dpi)
      const url = new URL(`${redirectUri(dpi)}?${query}`)
      const tokens = await exchanged(config, url, attempt, state, dpi)
      return read(dpi, tokens)
    },
  }
}

/** Uses an attempt up: exactly one of two answers gets it. */
async function taken(store: AuthorizationStore, state: string, now: number): Promise<Attempt | undefined> {
  if (!SECRET.test(state)) return undefined
  const id = hashOf(state)
  const record = await store.find(MODEL, id, now)
  if (record === undefined || !(await store.consume(MODEL, id, now))) return undefined
  await store.remove(MODEL, id)
  return JSON.parse(record.payload)
}

async function exchanged(
  config: client.Configuration,
  url: URL,
  { verifier, nonce }: Attempt,
  state: string,
  dpi: DpiRegistration,
) {
  try {
    const signsIn = dpi.smart?.issuer !== undefined
    return await client.authorizationCodeGrant(config, url, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      ...(signsIn ? { expectedNonce: nonce, idTokenExpected: true } : {}),
    })
  } catch (error) {
    throw new LaunchFault('launch.refused', 'token request', { cause: error })
  }
}

/** Reads the patient in context, and who the user is, with a token that nobody keeps. */
async function read(
  dpi: DpiRegistration,
  tokens: Awaited<ReturnType<typeof client.authorizationCodeGrant>>,
): Promise<CallRequest> {
  const { patient } = tokens
  const door = { dpiId: dpi.id, door: 'smart' as const, intent: intentOf(tokens.intent), returnUrl: undefined }
  if (patient !== undefined && (typeof patient !== 'string' || !isFhirId(patient))) {
    throw new LaunchFault('launch.refused', 'patient of the token response')
  }
  try {
    const subject = await readRpps(dpi, tokens.claims()?.fhirUser, tokens.access_token)
    if (patient === undefined) return { ...door, subject, identity: undefined }
    const resource = await readPatient(dpi, patient, tokens.access_token)
    return { ...door, subject, identity: calledIdentityOf(dpi, resource) }
  } catch (error) {
    throw new LaunchFault('launch.dpi-unavailable', 'patient', { cause: error })
  }
}

/** Intents that have a name here; any other is not kept. All of them open the record (smart-launch.md 1.5). */
function intentOf(intent: unknown): string | undefined {
  return INTENTS.find((known) => known === intent)
}

const INTENTS = ['open-record', 'open-rcp', 'new-rcp', 'new-pps'] as const

/** Without single sign-on there is no id_token to ask for. */
function scopeOf({ smart }: DpiRegistration): string {
  const scope = smart?.scope ?? LAUNCH_SCOPE
  if (smart?.issuer !== undefined) return scope
  return scope
    .split(' ')
    .filter((word) => word !== 'openid' && word !== 'fhirUser')
    .join(' ')
}

/** Where a server names no issuer, its FHIR base stands for it (oidc-provider-notes.md 4). */
function issuerOf({ smart }: DpiRegistration): string {
  return smart?.issuer ?? smart?.iss ?? ''
}

async function configurationOf(
  dpi: DpiRegistration,
  { authorization_response_iss_parameter_supported }: SmartConfiguration,
  keys: CallKeys,
): Promise<client.Configuration> {
  const { smart } = dpi
  if (smart === undefined) throw new DpiChanged('no SMART server')
  const metadata = {
    issuer: issuerOf(dpi),
    authorization_endpoint: smart.authorization_endpoint,
    token_endpoint: smart.token_endpoint,
    ...(smart.jwks_uri === undefined ? {} : { jwks_uri: smart.jwks_uri }),
    ...(authorization_response_iss_parameter_supported === true
      ? { authorization_response_iss_parameter_supported }
      : {}),
  }
  const ours = { [client.clockTolerance]: CLOCK_SKEW }
  const config = new client.Configuration(metadata, smart.client_id, ours, await authentication(dpi, keys))
  config[client.customFetch] = guardedFetch({ privateNetwork: dpi.private_network === true })
  // Registrations allow plain http on this machine only.
  if (dpi.private_network === true) client.allowInsecureRequests(config)
  return config
}

async function authentication({ smart }: DpiRegistration, keys: CallKeys): Promise<client.ClientAuth> {
  if (smart?.authentication !== 'private_key_jwt') return client.None()
  const signing = await keys.signing()
  return client.PrivateKeyJwt(signing, {
    [client.modifyAssertion]: (header, payload) => {
      header.typ = 'JWT'
      payload.aud = smart.token_endpoint
    },
  })
}
