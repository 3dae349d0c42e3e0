import type { IncomingMessage, ServerResponse } from 'node:http'
import { errors, type Provider } from 'oidc-provider'
import type { AuthorizationStore } from '../../store/authorization.ts'
import type { Addresses } from '../addresses.ts'
import type { ClientRegistration } from '../client-registration.ts'
import type { Clients } from '../clients.ts'
import { SmartError } from '../errors.ts'
import type { GrantedLaunch } from '../grants.ts'
import { type HashedLaunches, type LaunchContext, NOTHING } from '../launch-contexts.ts'
import { hashOf } from '../secrets.ts'
import { SESSION_LONGEST, type Session } from '../sessions.ts'
import type { Families } from './families.ts'

/** An authorization that waits for the person in front of the browser. */
export interface PendingAuthorization {
  uid: string
  client: ClientRegistration
  /** What the app asks for and is registered with. */
  scope: readonly string[]
  /** The hash of the handle of an EHR launch. */
  launch: string | undefined
  redirectUri: string
}

/** A request of a browser, and its answer. */
export interface BrowserExchange {
  request: IncomingMessage
  response: ServerResponse
}

/** Why the app is sent back without a code (RFC 6749 section 4.1.2.1). */
export interface AuthorizationRefusal {
  error: 'access_denied' | 'invalid_request'
  error_description: string
}

/** The authorizations that pages lead to their end. */
export interface Authorizations {
  /** The one of this browser. Rejects with SmartError `authorization.expired` for any other. */
  find(exchange: BrowserExchange, uid: string): Promise<PendingAuthorization>
  /** What it was launched with, for this session only; the handle is used up. Undefined: of nobody, or of another. */
  launchOf(pending: PendingAuthorization, session: Session): Promise<LaunchContext | undefined>
  /** Keeps what is known of the launch by now, until the person has answered. */
  remember(pending: PendingAuthorization, session: Session, context: LaunchContext): Promise<void>
  /** Grants it; answers with the address to go on to. */
  grant(
    exchange: BrowserExchange,
    pending: PendingAuthorization,
    launch: Pick<GrantedLaunch, 'fhirUser' | 'context'> & { session: Session },
  ): Promise<string>
  /** Sends the app back without a code. */
  refuse(exchange: BrowserExchange, refusal: AuthorizationRefusal): Promise<string>
  /** To be called at logout: what apps hold for the session ends with it, except what was to outlive it. */
  endProviderSessions(session: Pick<Session, 'uid'>): Promise<void>
}

/** What authorizations are led to their end with. */
export interface PendingOptions {
  provider(): Provider
  store: AuthorizationStore
  clients: Pick<Clients, 'find'>
  launches: HashedLaunches
  families: Families
  addresses: Addresses
  /** Milliseconds since 1970. */
  now(): number
}

/** How long somebody may take to sign in and answer, in seconds. */
export const INTERACTION_LIFE = 1800

/** How long an app may go on without the person (`offline_access`), in seconds. */
export const OFFLINE_LIFE = 30 * 86_400

const MODEL = 'PendingLaunch'

/** The authorizations of a provider. */
export function openAuthorizations(options: PendingOptions): Authorizations {
  const { provider, store, clients, launches, families, addresses, now } = options
  const seconds = () => Math.floor(now() / 1000)
  const remember: Authorizations['remember'] = async ({ uid }, session, context) => {
    const payload = JSON.stringify({ sessionUid: session.uid, context })
    await store.put({ model: MODEL, id: hashOf(uid), payload, expiresAt: seconds() + INTERACTION_LIFE })
  }
  return {
    remember,
    endProviderSessions: ({ uid }) => families.endSession(uid),
    async find({ request, response }, uid) {
      const details = await detailsOf(provider(), { request, response })
      const client = await clients.find(String(details.params.client_id))
      if (details.uid !== uid || client === undefined) throw new SmartError('authorization.expired')
      const { scope, launch, redirect_uri } = details.params
      return {
        uid,
        client,
        scope: String(scope).split(' '),
        launch: typeof launch === 'string' ? launch : undefined,
        redirectUri: String(redirect_uri),
      }
    },
    async launchOf(pending, session) {
      const record = await store.find(MODEL, hashOf(pending.uid), seconds())
      if (record !== undefined) {
        const known: { sessionUid: string; context: LaunchContext } = JSON.parse(record.payload)
        return known.sessionUid === session.uid ? known.context : undefined
      }
      if (pending.launch === undefined) return NOTHING
      const by = { clientId: pending.client.id, nationalId: session.professional.nationalId }
      return launches.consumeHashed(pending.launch, by)
    },
    async grant(exchange, { client, scope }, { session, fhirUser, context }) {
      const { professional, uid: sessionUid } = session
      const accountId = professional.nationalId
      const offline = scope.includes('offline_access')
      const grant = new (provider().Grant)({ accountId, clientId: client.id })
      const launch: GrantedLaunch = { professional, fhirUser, context, sessionUid, offline }
      Object.assign(grant, { launch })
      grant.addOIDCScope(scope.join(' '))
      grant.addResourceScope(addresses.fhir, scope.join(' '))
      const result = { login: { accountId, remember: false }, consent: { grantId: await grant.save() } }
      const options = { mergeWithLastSubmission: false }
      return provider().interactionResult(exchange.request, exchange.response, result, options)
    },
    async refuse({ request, response }, refusal) {
      return provider().interactionResult(request, response, { ...refusal }, { mergeWithLastSubmission: false })
    },
  }
}

/** Seconds that a grant lasts. */
export function grantLife(launch: GrantedLaunch | undefined): number {
  return launch?.offline === true ? OFFLINE_LIFE + 300 : SESSION_LONGEST + 300
}

async function detailsOf(provider: Provider, { request, response }: BrowserExchange) {
  try {
    return await provider.interactionDetails(request, response)
  } catch (error) {
    if (error instanceof errors.SessionNotFound) throw new SmartError('authorization.expired', { cause: error })
    throw error
  }
}
