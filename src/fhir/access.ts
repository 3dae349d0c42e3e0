import type { InteractionCode } from './resource-types.ts'

/** What a request does: an interaction on a type, one of the system, or an operation by its code. */
export type Interaction = InteractionCode | 'capabilities' | 'batch' | 'transaction' | `$${string}`

/** What a caller wants to do. */
export interface Access {
  interaction: Interaction
  /** The resource type of the address; '' for what is on none. */
  type: string
  /** The id of the resource, where the address names one. */
  id?: string
  /** The patient to whom the resource belongs, where that is known. */
  compartment?: string
}

/** What a caller may do: everything asked, what meets at least one of several restrictions, or nothing. */
export type Verdict =
  | { kind: 'allowed' }
  | { kind: 'restricted'; alternatives: readonly Restriction[] }
  /** `auth.scope`: the type as a whole; `auth.compartment`: another patient's, which must look as if it were not there. */
  | { kind: 'refused'; key: 'auth.scope' | 'auth.compartment' }

/**
 * What a resource must be: of this patient, and matched by all these search criteria (percent-decoded name and value of
 * token parameters, without modifier or chain). Asked of what a search finds, of what is read and of what is sent.
 */
export interface Restriction {
  patient?: string
  criteria: readonly (readonly [string, string])[]
}
