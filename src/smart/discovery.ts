import type { Addresses } from './addresses.ts'

/** How a client proves who it is, and by which signatures (smart-launch.md 1.9). */
export const CLIENT_SIGNATURES = ['RS384', 'ES384'] as const

/** Scopes that are announced; the list need not be exhaustive (smart-launch.md 1.1). */
const SCOPES = [
  'system/*.cruds',
  'system/Patient.rs',
  'system/DocumentReference.cruds',
  'system/List.rs',
  'system/Binary.cr',
]

/** What every description of the server says. */
function common({ token, introspection, revocation }: Addresses) {
  return {
    token_endpoint: token,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: [...CLIENT_SIGNATURES],
    scopes_supported: SCOPES,
    introspection_endpoint: introspection,
    revocation_endpoint: revocation,
    code_challenge_methods_supported: ['S256'],
  }
}

/**
 * `[fhir base]/.well-known/smart-configuration` (smart-launch.md 1.1): Backend Services only. No authorization endpoint,
 * no issuer and no keys are announced, since nothing can be launched and no id_token is made.
 */
export function smartConfiguration(addresses: Addresses) {
  return {
    ...common(addresses),
    capabilities: ['client-confidential-asymmetric', 'permission-v1', 'permission-v2'],
  }
}

/** Metadata of the authorization server (RFC 8414; IHE IUA ITI-103), as far as it goes without a browser. */
export function serverMetadata(addresses: Addresses) {
  return {
    issuer: addresses.issuer,
    ...common(addresses),
    response_types_supported: [],
    introspection_endpoint_auth_methods_supported: ['private_key_jwt', 'Bearer'],
    introspection_endpoint_auth_signing_alg_values_supported: [...CLIENT_SIGNATURES],
    revocation_endpoint_auth_methods_supported: ['private_key_jwt'],
    revocation_endpoint_auth_signing_alg_values_supported: [...CLIENT_SIGNATURES],
  }
}
