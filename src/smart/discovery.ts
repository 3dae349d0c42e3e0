import { TOKEN_EXCHANGE } from './adapter.ts'
import type { Addresses } from './addresses.ts'
import { TRANSACTION_SCOPES } from './transactions.ts'

/** How a client proves who it is, and by which signatures (smart-launch.md 1.9). */
export const CLIENT_SIGNATURES = ['RS384', 'ES384'] as const

/** What the server does of SMART (smart-launch.md 1.1). There is no Encounter, hence no `context-ehr-encounter`. */
const CAPABILITIES = [
  'launch-ehr',
  'launch-standalone',
  'authorize-post',
  'client-public',
  'client-confidential-symmetric',
  'client-confidential-asymmetric',
  'sso-openid-connect',
  'context-banner',
  'context-style',
  'context-ehr-patient',
  'context-standalone-patient',
  'permission-offline',
  'permission-online',
  'permission-patient',
  'permission-user',
  'permission-v1',
  'permission-v2',
]

/** Scopes that are announced; the list need not be exhaustive (smart-launch.md 1.1). */
const SCOPES = [
  'openid',
  'fhirUser',
  'launch',
  'launch/patient',
  'offline_access',
  'online_access',
  'patient/*.rs',
  'patient/Patient.r',
  'patient/DocumentReference.rs',
  'patient/List.rs',
  'patient/Binary.r',
  'user/*.rs',
  'user/Patient.rs',
  'user/DocumentReference.cruds',
  'system/*.cruds',
  'system/Patient.rs',
  'system/DocumentReference.cruds',
  'system/List.rs',
  'system/Binary.cr',
  ...TRANSACTION_SCOPES,
]

const BY_SECRET = ['client_secret_basic', 'client_secret_post']

/** What every description of the server says. */
function common({ issuer, authorization, jwks, token, introspection, revocation }: Addresses) {
  return {
    issuer,
    jwks_uri: jwks,
    authorization_endpoint: authorization,
    token_endpoint: token,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt', ...BY_SECRET, 'none'],
    token_endpoint_auth_signing_alg_values_supported: [...CLIENT_SIGNATURES],
    scopes_supported: SCOPES,
    introspection_endpoint: introspection,
    revocation_endpoint: revocation,
    code_challenge_methods_supported: ['S256'],
  }
}

/** `[fhir base]/.well-known/smart-configuration` (smart-launch.md 1.1). */
export function smartConfiguration(addresses: Addresses) {
  const { response_modes_supported: _modes, ...members } = common(addresses)
  return { ...members, capabilities: CAPABILITIES }
}

/** Metadata of the authorization server (RFC 8414; IHE IUA ITI-103). Tokens are opaque: what they hold is introspected. */
export function serverMetadata(addresses: Addresses, { exchange }: { exchange: boolean }) {
  const { grant_types_supported: grants, ...members } = common(addresses)
  return {
    ...members,
    grant_types_supported: exchange ? [...grants, TOKEN_EXCHANGE] : grants,
    access_token_format: 'opaque',
    authorization_response_iss_parameter_supported: true,
    introspection_endpoint_auth_methods_supported: ['private_key_jwt', ...BY_SECRET, 'Bearer'],
    introspection_endpoint_auth_signing_alg_values_supported: [...CLIENT_SIGNATURES],
    revocation_endpoint_auth_methods_supported: ['private_key_jwt', ...BY_SECRET, 'none'],
    revocation_endpoint_auth_signing_alg_values_supported: [...CLIENT_SIGNATURES],
  }
}

/** `[issuer]/.well-known/openid-configuration` (OpenID Connect Discovery 1.0 section 3). */
export function openidConfiguration(addresses: Addresses, facts: { exchange: boolean }) {
  return {
    ...serverMetadata(addresses, facts),
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nonce', 'fhirUser'],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  }
}
