/** Path of the issuer below the public origin. */
export const OIDC_BASE = '/oidc'

/** The absolute addresses of the authorization server. */
export interface Addresses {
  /** Origin that everything is built from: `DCC_BASE_URL`, never what a request says. */
  origin: string
  issuer: string
  authorization: string
  jwks: string
  token: string
  introspection: string
  revocation: string
  /** The FHIR base: the audience of every access token. */
  fhir: string
}

/** The addresses of a server at a public origin (without a final slash). */
export function addressesOf(origin: string): Addresses {
  const issuer = `${origin}${OIDC_BASE}`
  return {
    origin,
    issuer,
    authorization: `${issuer}/authorize`,
    jwks: `${issuer}/jwks`,
    token: `${issuer}/token`,
    introspection: `${issuer}/introspect`,
    revocation: `${issuer}/revoke`,
    fhir: `${origin}/fhir`,
  }
}
