import { importJWK, type JWK } from 'jose'
import * as client from 'openid-client'
import { SmartError, type SmartErrorKey } from '../errors.ts'
import { isStrong } from './assurance.ts'
import { boundedFetch, PATIENCE, ProviderUnreachable } from './bounded-fetch.ts'
import type { Claims } from './claim-values.ts'
import type { IdentityProvider } from './model.ts'

/** What one sign-in is told by: the answer must be to this question. */
export interface Question {
  redirectUri: string
  state: string
  nonce: string
  verifier: string
}

/** What a provider says of somebody: every check of it has passed. */
export interface Identity {
  idToken: string
  idClaims: Claims
  /** The claims that tell who it is: of UserInfo, and of the id_token where it is a hospital's. */
  claims: Claims
}

/** This server as the client of an identity provider. Rejects with SmartError `sign-in.*`. */
export interface RelyingParty {
  /** Where the browser is sent to. */
  authorizationUrl(question: Question): Promise<URL>
  /** Redeems the code of an answer and asks UserInfo, once; no token is kept. */
  redeem(parameters: URLSearchParams, question: Question): Promise<Identity>
  /** What the provider says of an access token of somebody else's, and of whom it is. */
  introspect(accessToken: string): Promise<{ said: Claims; claims(): Promise<Claims> }>
  /** Where a browser ends the session at the provider; undefined when it has no such address. */
  endSessionUrl(idToken: string, postLogoutRedirectUri: string, state: string): Promise<URL | undefined>
  /** Address of the keys of the provider. */
  keysUrl(): Promise<URL>
}

/** How long the description of a provider is believed, in milliseconds. */
const DESCRIPTION_LIFE = 3_600_000

/** The client of a provider; `now` in milliseconds since 1970. Nothing is asked before it is needed. */
export function openRelyingParty(provider: IdentityProvider, now: () => number): RelyingParty {
  let described: { since: number; configuration: Promise<client.Configuration> } | undefined
  const configured = (): Promise<client.Configuration> => {
    if (described === undefined || now() - described.since > DESCRIPTION_LIFE) {
      const configuration = describe(provider)
      const mine = { since: now(), configuration }
      described = mine
      // A failure is not kept: the next person finds the provider when it is back.
      configuration.catch(() => {
        if (described === mine) described = undefined
      })
    }
    return described.configuration
  }
  return {
    authorizationUrl: (question) =>
      refusing(async () => {
        const { redirectUri, state, nonce, verifier } = question
        return client.buildAuthorizationUrl(await configured(), {
          redirect_uri: redirectUri,
          scope: provider.scope,
          state,
          nonce,
          code_challenge: await client.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          ...(provider.acrValues === undefined ? {} : { acr_values: provider.acrValues }),
        })
      }),
    redeem: (parameters, question) =>
      refusing(async () => redeemed(await configured(), provider, parameters, question)),
    introspect: (accessToken) =>
      refusing(async () => {
        const configuration = await configured()
        const said: Claims = { ...(await client.tokenIntrospection(configuration, accessToken)) }
        const subject = typeof said.sub === 'string' ? said.sub : ''
        return { said, claims: () => refusing(() => client.fetchUserInfo(configuration, accessToken, subject)) }
      }),
    endSessionUrl: (idToken, postLogoutRedirectUri, state) =>
      refusing(async () => {
        const configuration = await configured()
        if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined
        const parameters = { id_token_hint: idToken, post_logout_redirect_uri: postLogoutRedirectUri, state }
        return client.buildEndSessionUrl(configuration, parameters)
      }),
    keysUrl: () => refusing(async () => new URL((await configured()).serverMetadata().jwks_uri ?? '')),
  }
}

async function redeemed(
  configuration: client.Configuration,
  { clientId, claims: hospital, assurance }: IdentityProvider,
  parameters: URLSearchParams,
  question: Question,
): Promise<Identity> {
  const tokens = await client.authorizationCodeGrant(configuration, new URL(`${question.redirectUri}?${parameters}`), {
    expectedState: question.state,
    expectedNonce: question.nonce,
    pkceCodeVerifier: question.verifier,
    idTokenExpected: true,
  })
  const { id_token: idToken } = tokens
  const claims = tokens.claims()
  if (idToken === undefined || claims === undefined) throw new SmartError('sign-in.untrusted')
  // The library looks at `azp` only when there are several audiences.
  if (claims.azp !== undefined && claims.azp !== clientId) throw new SmartError('sign-in.untrusted')
  if (!isStrong(claims, assurance)) throw new SmartError('sign-in.weak')
  const asks = hospital === undefined || configuration.serverMetadata().userinfo_endpoint !== undefined
  const told = asks ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub) : {}
  return { idToken, idClaims: claims, claims: hospital === undefined ? told : { ...claims, ...told } }
}

/** What the provider says of itself, held to what is configured. */
async function describe(provider: IdentityProvider): Promise<client.Configuration> {
  const { issuer, discovery, clientId, credential, signature } = provider
  const insecure = new URL(issuer).protocol === 'http:'
  const found = await client.discovery(new URL(discovery), clientId, undefined, undefined, {
    timeout: PATIENCE,
    [client.customFetch]: boundedFetch,
    ...(insecure ? { execute: [client.allowInsecureRequests] } : {}),
  })
  const metadata = found.serverMetadata()
  // The library compares it only under the name of OpenID Connect.
  if (metadata.issuer !== issuer) throw new SmartError('sign-in.untrusted')
  if (ENDPOINTS.some((name) => !isUsable(metadata[name], insecure))) throw new SmartError('sign-in.untrusted')
  const authentication =
    'secret' in credential
      ? client.ClientSecretPost(credential.secret)
      : client.PrivateKeyJwt(await privateKey(credential.key))
  const pinned: client.ServerMetadata = Object.assign({}, metadata, {
    userinfo_signing_alg_values_supported: [signature],
  })
  const registered = { id_token_signed_response_alg: signature }
  const configuration = new client.Configuration(pinned, clientId, registered, authentication)
  configuration.timeout = PATIENCE
  configuration[client.customFetch] = boundedFetch
  if (insecure) client.allowInsecureRequests(configuration)
  client.enableNonRepudiationChecks(configuration)
  return configuration
}

const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const

/** Encrypted; only a provider on this machine may be without. */
function isUsable(address: unknown, insecure: boolean): boolean {
  return (
    typeof address === 'string' && (URL.parse(address)?.protocol === 'https:' || (insecure && URL.canParse(address)))
  )
}

async function privateKey(jwk: JWK): Promise<client.PrivateKey> {
  const key = await importJWK(jwk)
  if (key instanceof Uint8Array) throw new SmartError('sign-in.untrusted')
  return jwk.kid === undefined ? { key } : { key, kid: jwk.kid }
}

/** What a provider refuses to go on with because the person did. */
const DECLINED: ReadonlySet<string> = new Set([
  'access_denied',
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
])
const OF_THE_MOMENT: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error'])

/** Runs a step; what fails becomes one of our errors, whose cause is for the operator. */
async function refusing<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    throw error instanceof SmartError ? error : new SmartError(keyOf(error), { cause: error })
  }
}

function keyOf(error: unknown): SmartErrorKey {
  if (error instanceof client.AuthorizationResponseError) {
    if (DECLINED.has(error.error)) return 'sign-in.denied'
    return OF_THE_MOMENT.has(error.error) ? 'sign-in.unavailable' : 'sign-in.untrusted'
  }
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ProviderUnreachable) return 'sign-in.unavailable'
  }
  return 'sign-in.untrusted'
}
