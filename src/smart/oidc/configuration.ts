import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider'
import type { Entitlements } from '../../dcc/entitlement/model.ts'
import type { AuthorizationStore } from '../../store/authorization.ts'
import { adapterOf } from '../adapter.ts'
import type { Addresses } from '../addresses.ts'
import { assertionFault, CLOCK_SKEW } from '../assertion.ts'
import type { Clients } from '../clients.ts'
import { CLIENT_SIGNATURES } from '../discovery.ts'
import { grantedScope, grantedToPerson } from '../grantable.ts'
import type { Sessions } from '../sessions.ts'
import type { SigningKey } from '../signing-keys.ts'
import { PERSON_TOKEN_LIFE, TOKEN_LIFE, type Tokens } from '../tokens.ts'
import { accountFinder, launchOf } from './accounts.ts'
import { throwFault } from './authorize-request.ts'
import type { Families } from './families.ts'
import { keyFetcher } from './key-fetcher.ts'
import { grantLife, INTERACTION_LIFE, OFFLINE_LIFE } from './pending.ts'
import { prompts } from './prompts.ts'
import { CLIENT_ALLOWANCE, openRate } from './rate.ts'

/** What the library is configured with. */
export interface ConfigurationOptions {
  addresses: Addresses
  store: AuthorizationStore
  clients: Clients
  tokens: Tokens
  families: Families
  sessions: Pick<Sessions, 'isOpen'>
  entitlements: Pick<Entitlements, 'habilitation'>
  /** Keeps cookies of an authorization under way from being forged. */
  cookieKey: string
  /** Milliseconds since 1970. */
  now(): number
}

/** Seconds from the redirect with a code to the request for a token. */
const CODE_LIFE = 60

/** The configuration of the library: each member that differs from its default answers a pitfall or a rule of SMART. */
export function configurationOf(
  options: ConfigurationOptions,
  keys: readonly SigningKey[],
  renderError: NonNullable<Configuration['renderError']>,
): Configuration {
  const { addresses, clients, cookieKey, now } = options
  const rate = openRate(CLIENT_ALLOWANCE, now)
  const cookie = { httpOnly: true, secure: true, sameSite: 'lax' } as const
  return {
    adapter: adapterOf(options),
    jwks: { keys: keys.map(({ until: _until, ...key }) => key) },
    cookies: { keys: [cookieKey], long: cookie, short: cookie },
    scopes: ['openid', 'fhirUser', 'profile', 'offline_access', 'online_access'],
    claims: { openid: ['sub'], fhirUser: ['fhirUser'], profile: ['fhirUser'] },
    // Else fhirUser would be told by a UserInfo endpoint only, which there is none of.
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    // Where to go back to is said at each launch (smart-launch.md 1.3).
    allowOmittingSingleRegisteredRedirectUri: false,
    clientAuthMethods: ['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'none'],
    enabledJWA: { clientAuthSigningAlgValues: [...CLIENT_SIGNATURES], idTokenSigningAlgValues: ['RS256'] },
    extraClientMetadata: { properties: ['cors_origins'] },
    extraParams: { launch: null, aud: throwFault },
    interactions: { policy: prompts(), url: (_ctx, { uid }) => `/interaction/${uid}` },
    loadExistingGrant: async ({ oidc }) => {
      const grantId = oidc.result?.consent?.grantId
      return grantId === undefined ? undefined : oidc.provider.Grant.find(grantId)
    },
    findAccount: accountFinder(options),
    // Sessions are ours (accounts.ts): the library has none that a token could hang on.
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx, client, { scopes }) =>
      client.grantTypeAllowed('refresh_token') && (scopes.has('offline_access') || scopes.has('online_access')),
    rotateRefreshToken: true,
    clockTolerance: CLOCK_SKEW,
    ttl: {
      ClientCredentials: TOKEN_LIFE,
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? PERSON_TOKEN_LIFE,
      AuthorizationCode: CODE_LIFE,
      IdToken: PERSON_TOKEN_LIFE,
      Interaction: INTERACTION_LIFE,
      Grant: (_ctx, grant) => grantLife(launchOf(grant)),
      RefreshToken: ({ oidc }) =>
        oidc.entities.RotatedRefreshToken?.remainingTTL ??
        Math.min(OFFLINE_LIFE, grantLife(launchOf(oidc.entities.Grant))),
      Session: INTERACTION_LIFE,
    },
    routes: {
      authorization: '/authorize',
      token: '/token',
      introspection: '/introspect',
      revocation: '/revoke',
      jwks: '/jwks',
    },
    clientBasedCORS: (_ctx, origin, client) => originsOf(client.metadata()).includes(origin),
    renderError,
    fetch: keyFetcher(clients),
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
          if (ctx.oidc.route === 'token') requireRate(ctx, rate.take(client.clientId))
          const registered = (await clients.find(client.clientId))?.scope ?? ''
          return {
            scope: grantedIn(ctx, registered),
            audience: addresses.fhir,
            accessTokenTTL: ctx.oidc.params?.grant_type === 'client_credentials' ? TOKEN_LIFE : PERSON_TOKEN_LIFE,
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

/**
 * The scopes of this request that its client may have (pitfalls 4, 5, 21): the library knows a fixed list only, and
 * leaves out without a word what is not on it.
 */
function grantedIn({ oidc }: KoaContextWithOIDC, registered: string): string {
  const requested = String(oidc.params?.scope ?? '')
  const stored = oidc.entities.AuthorizationCode?.scope ?? oidc.entities.RefreshToken?.scope
  const isBackEnd = oidc.params?.grant_type === 'client_credentials'
  if (isBackEnd && grantedScope(requested, registered) !== undefined) return requested
  const granted = isBackEnd ? '' : grantedToPerson(stored ?? requested, registered)
  if (granted !== '') return granted
  throw new errors.InvalidScope('no scope, or one that the client is not registered with', '')
}

/** A client that asks for too many tokens waits (RFC 6585 section 4). */
function requireRate(ctx: KoaContextWithOIDC, wait: number): void {
  if (wait === 0) return
  ctx.set('Retry-After', String(wait))
  const error = new errors.OIDCProviderError(429, 'slow_down')
  throw Object.assign(error, { expose: true, error_description: 'too many requests' })
}

function originsOf({ cors_origins }: { cors_origins?: unknown; [member: string]: unknown }): readonly unknown[] {
  return Array.isArray(cors_origins) ? cors_origins : []
}
