/**
 * What the FHIRPath compiler asks of its surroundings: the types it compiles against, the world it evaluates in, and
 * the functions it gives back. FHIRPath N1 (http://hl7.org/fhirpath/N1) with the additions of FHIR R4 (fhirpath.html).
 */

/** True only when the expression gives one item that counts as true; 'failed' when it could not be evaluated. */
export type Outcome = boolean | 'failed'

/**
 * An invariant as a function of the element's JSON value. `partner` is the `_x` object beside a primitive value.
 * It never throws.
 */
export type Invariant = (value: unknown, env: Environment, partner?: unknown) => Outcome

/** The nodes that a path leads to from an element. It never throws: what cannot be evaluated leads nowhere. */
export type Path = (value: unknown, env: Environment, partner?: unknown) => readonly PathNode[]

/** One item of a collection. */
export interface PathNode {
  /** JSON value; undefined of a primitive that has only an id or extensions. */
  readonly value: unknown
  /** The `_x` object of a primitive. */
  readonly partner: unknown
  /** `Patient`, `HumanName`, `Patient.contact`, `string`, `System.Boolean`; empty when nothing tells. */
  readonly type: string
}

/** What a type says of one of its children. */
export interface Child {
  /** Type names; several only of a choice. A part without a type of its own is named by its path: `Patient.contact`. */
  readonly types: readonly string[]
  /** JSON has an array. */
  readonly array: boolean
  /** The JSON key is the name and a type: `valueString`. */
  readonly choice: boolean
}

/** The types of FHIR, by name. */
export interface TypeModel {
  isType(name: string): boolean
  /** `DomainResource` of `Patient`, `uri` of `url`; undefined at the top. */
  supertype(name: string): string | undefined
  /** A child by its name without `[x]`. */
  child(type: string, name: string): Child | undefined
}

/** How many steps are left; one object may bound a whole validation. */
export interface Budget {
  remaining: number
}

/** The world an expression is evaluated in. `%context` is the value that is given to the invariant or path. */
export interface Environment {
  /** `%resource`: the nearest resource. */
  readonly resource: unknown
  /** `%rootResource`: the resource that contains it, or the same. */
  readonly rootResource: unknown
  /** Target of a literal reference, as `resolve()` gives it. */
  resolve(reference: string): { readonly resource: unknown; readonly type: string } | undefined
  /** `now()` and `today()`, in UTC. */
  readonly now: Date
  readonly budget: Budget
  /** `memberOf(valueSet)`; undefined when it cannot be told. */
  memberOf?(valueSet: string, node: PathNode): boolean | undefined
  /** `htmlChecks()`: whether a narrative is safe and says something (txt-1, txt-2); without it, the call fails. */
  htmlChecks?(div: string): boolean
  /** `conformsTo(profile)`; undefined when it cannot be told. */
  conformsTo?(profile: string, node: PathNode): boolean | undefined
}
