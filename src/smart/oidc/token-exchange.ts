import { errors, type Provider, type TokenEndpointGrantContext } from 'oidc-provider'
import type { Entitlements } from '../../dcc/entitlement/model.ts'
import type { Professional } from '../../dcc/professional.ts'
import type { Traces } from '../../dcc/traces.ts'
import { TOKEN_EXCHANGE } from '../adapter.ts'
import type { Addresses } from '../addresses.ts'
import type { Clients } from '../clients.ts'
import { SmartError } from '../errors.ts'
import { grantedToPerson } from '../grantable.ts'
import type { GrantedLaunch } from '../grants.ts'
import { NOTHING } from '../launch-contexts.ts'
import type { SubjectOf } from '../psc/exchange.ts'
import { PERSON_TOKEN_LIFE } from '../tokens.ts'

/** What exchanges are made with. */
export interface ExchangeOptions {
  /** Whom a token of Pro Santé Connect is of; each is taken once. */
  subjectOf: SubjectOf
  /** The id of a professional's entry in the directory. */
  practitionerOf(professional: Professional): Promise<string>
  clients: Pick<Clients, 'find'>
  entitlements: Pick<Entitlements, 'habilitation'>
  traces: Traces
  addresses: Addresses
}

interface ExchangeParameters {
  [name: string]: string | undefined
}

const PARAMETERS = [
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'actor_token',
  'actor_token_type',
  'scope',
  'resource',
  'audience',
]

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const SUBJECT_TYPES: ReadonlySet<string | undefined> = new Set([ACCESS_TOKEN, 'urn:ietf:params:oauth:token-type:jwt'])

/**
 * Token exchange (RFC 8693; smart-launch.md 3.5): a back end brings the access token of Pro Santé Connect of its user and
 * gets one of ours that acts for them, with `user/` scopes only, for as long as an access token lives, and no refresh.
 * The handler gets no `next` (pitfall 20).
 */
export function registerTokenExchange(provider: Provider, options: ExchangeOptions): void {
  provider.registerGrantType<ExchangeParameters>(TOKEN_EXCHANGE, (ctx) => exchange(ctx, options), PARAMETERS)
}

async function exchange(ctx: TokenEndpointGrantContext<ExchangeParameters>, options: ExchangeOptions): Promise<void> {
  const { provider, client, params } = ctx.oidc
  const registration = await options.clients.find(client.clientId)
  const azp = registration?.token_exchange
  if (registration === undefined || azp === undefined) throw new errors.UnauthorizedClient()
  const scope = scopeOf(params, registration.scope, options.addresses)
  const professional = await subjectOf(options, params.subject_token ?? '', azp)
  if ((await options.entitlements.habilitation(professional)) === undefined) {
    throw new errors.InvalidGrant('the professional may not use the record')
  }
  const launch: GrantedLaunch = {
    professional,
    fhirUser: `Practitioner/${await options.practitionerOf(professional)}`,
    context: NOTHING,
    // There is no session here; the grant ends with its only token.
    sessionUid: '',
    offline: true,
  }
  const { nationalId: accountId } = professional
  const grant = new provider.Grant({ accountId, clientId: client.clientId })
  Object.assign(grant, { launch, expiresIn: PERSON_TOKEN_LIFE })
  grant.addResourceScope(options.addresses.fhir, scope)
  const token = new provider.AccessToken({
    accountId,
    client,
    grantId: await grant.save(),
    gty: TOKEN_EXCHANGE,
    aud: options.addresses.fhir,
    scope,
  })
  ctx.body = {
    access_token: await token.save(),
    issued_token_type: ACCESS_TOKEN,
    token_type: 'Bearer',
    expires_in: token.expiration,
    scope,
  }
  const facts = { actor: accountId, client: client.clientId, patientId: undefined, requestId: undefined }
  await options.traces.record({ ...facts, kind: 'login', detail: 'token-exchange' })
}

/** What is granted: of what was asked for, what acts for a person without a patient in context. */
function scopeOf(params: ExchangeParameters, registered: string, { fhir }: Addresses): string {
  const { subject_token_type: type, requested_token_type: requested = ACCESS_TOKEN, resource, audience } = params
  if (!SUBJECT_TYPES.has(type)) throw new errors.InvalidRequest('subject_token_type must be an access token')
  if (requested !== ACCESS_TOKEN) throw new errors.InvalidRequest('requested_token_type must be an access token')
  if ([resource, audience].some((target) => target !== undefined && target !== fhir)) throw new errors.InvalidTarget()
  const granted = grantedToPerson(params.scope ?? '', registered).split(' ')
  const ofUsers = granted.filter((word) => word.startsWith('user/')).join(' ')
  if (ofUsers === '') throw new errors.InvalidScope('no user/ scope that the client is registered with', '')
  return ofUsers
}

async function subjectOf(options: ExchangeOptions, token: string, azp: readonly string[]): Promise<Professional> {
  try {
    return await options.subjectOf(token, { azp })
  } catch (error) {
    if (!(error instanceof SmartError)) throw error
    if (error.key === 'sign-in.unavailable') {
      const away = new errors.OIDCProviderError(503, 'temporarily_unavailable')
      throw Object.assign(away, { expose: true, error_description: 'the identity provider does not answer' })
    }
    // RFC 8693 section 2.2.2: whatever is wrong with the token, in one word.
    throw new errors.InvalidRequest('subject_token is not accepted', undefined, { cause: error })
  }
}
