import type { JWK } from 'jose'
import type { Professional } from '../../dcc/professional.ts'
import type { Session } from '../sessions.ts'

/** The id of Pro Santé Connect among the identity providers. */
export const PSC = 'psc'

/** How strongly somebody must have shown who they are. */
export interface Assurance {
  /** Any of these `acr`; empty: it is not looked at. */
  acr: readonly string[]
  /** Any of these `amr`. */
  amr: readonly string[]
  /** Whether an id_token without `amr` is refused; else only what it says is held to the list. */
  amrRequired: boolean
}

/** The claims of a hospital's identity provider that say who somebody is. */
export interface HospitalClaims {
  /** RPPS (11 digits) or IDNPS. */
  nationalId: string
  family: string
  given: string
  /** Code of the profession (TRE_G15). */
  profession: string
  speciality: string | undefined
  /** FINESS of the place; absent: the hospital. */
  structure: string | undefined
  structureName: string | undefined
  /** The hospital itself. */
  hospital: { finess: string; name: string }
}

/** An identity provider as it is configured. */
export interface IdentityProvider {
  /** In the address of its callback: no other provider's answer is accepted there. */
  id: string
  /** On its button, in French. */
  name: string
  issuer: string
  /** Where it describes itself: absolute. */
  discovery: string
  clientId: string
  credential: { secret: string } | { key: JWK }
  scope: string
  /** Asked for. */
  acrValues: string | undefined
  assurance: Assurance
  /** The one algorithm that its id_tokens, and whatever else it signs, may have. */
  signature: string
  /** Absent: the claims of Pro Santé Connect. */
  claims: HospitalClaims | undefined
}

/** The signature algorithms that a provider can be pinned to: asymmetric ones. */
export const SIGNATURES = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'] as const

/** Somebody whom a provider has identified, at one place or at several to choose from. */
export interface Arrival {
  provider: string
  situations: readonly Professional[]
  idToken: string
  /** Where the browser wanted to go. */
  next: string
  /** `acr` and `amr`, for the trace. */
  assurance: string
}

/** What is known of a session when its end is told. */
export type EndedSession = Pick<Session, 'uid' | 'signedInAt'>
