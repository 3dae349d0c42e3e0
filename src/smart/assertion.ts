/** What an assertion is held to besides what the library checks. */
export interface AssertionRules {
  /** The only audience: the configured address of the token endpoint. */
  tokenEndpoint: string
  /** The registered `jwks_uri` of the client, if it has one. */
  jwksUri: string | undefined
  /** Seconds since 1970. */
  now: number
}

/** Longest life of an assertion, and how far two clocks may be apart, in seconds (smart-launch.md 1.9). */
export const LONGEST_ASSERTION = 300
export const CLOCK_SKEW = 30

/** Header members by which an assertion would bring its own key, or ask for rules that nobody here knows. */
const FORBIDDEN = ['jwk', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'crit', 'b64']

/**
 * Why an assertion is no proof of who the client is (SMART client-confidential-asymmetric; pitfalls 15 and 16), or
 * undefined. The library has checked signature, algorithm, `iss` and that `exp` and `jti` are there; it takes several
 * audiences, some of them made from the Host header, hence the check of the configured one here.
 */
export function assertionFault(
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>>,
  { tokenEndpoint, jwksUri, now }: AssertionRules,
): string | undefined {
  const { aud, iss, sub, exp, jti } = claims
  if (aud !== tokenEndpoint) return 'aud must be the token endpoint, alone'
  if (sub !== iss) return 'sub must be iss'
  if (header.typ !== 'JWT') return 'typ must be JWT'
  if (typeof header.kid !== 'string' || header.kid === '') return 'kid is required'
  if (header.jku !== undefined && header.jku !== jwksUri) return 'jku must be the registered jwks_uri'
  if (FORBIDDEN.some((member) => header[member] !== undefined)) return 'header with a member that is not accepted'
  if (typeof jti !== 'string' || jti.length > 256) return 'jti must be a text of at most 256 characters'
  if (typeof exp !== 'number' || exp > now + LONGEST_ASSERTION + CLOCK_SKEW) return 'exp is too far away'
  return undefined
}
