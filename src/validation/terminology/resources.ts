/** Facts of the terminology resources of FHIR, whichever file or package they were read from (read.ts). */

/** What every terminology resource says of itself. */
export interface Canonical {
  url: string
  /** Id for the addresses of `/fhir`; absent of what no file carries (fragments). */
  id?: string
  version?: string
  name: string
  status: string
  /** OIDs and other identifiers, as URIs. */
  identifiers: readonly string[]
  /** Licence notice that goes with its codes. */
  copyright?: string
}

/** A designation of a concept besides its display. */
export interface Designation {
  language?: string
  /** Code and system of what it is for. */
  use?: { system?: string; code?: string; display?: string }
  value: string
}

/** A property of a concept; dates and numbers are kept as text. */
export interface ConceptProperty {
  code: string
  value: string | boolean
  /** The JSON name of the value, to answer it as it was given: `valueCode`. */
  type: string
}

/** A code with its display, as a value set or a code system gives it. */
export interface Member {
  code: string
  display?: string
}

/** A concept of a code system. */
export interface Concept extends Member {
  designations?: readonly Designation[]
  properties?: readonly ConceptProperty[]
  /** Codes of the concepts above it. */
  parents: readonly string[]
}

/** `complete` lists every code; of all others the absence of a code says nothing. */
export type Content = 'complete' | 'fragment' | 'example' | 'not-present' | 'supplement'

export interface CodeSystem extends Canonical {
  resourceType: 'CodeSystem'
  content: Content
  /** Only what says so ignores case (validation.md section 6). */
  caseSensitive: boolean
  /** By code; in lower case where case does not matter. */
  concepts: ReadonlyMap<string, Concept>
}

/** ValueSet.compose.include.filter. */
export interface Filter {
  property: string
  op: string
  value: string
}

/** One include or exclude of a value set: the codes of the system that pass every filter, or the codes listed, in all value sets. */
export interface Part {
  system?: string
  version?: string
  concepts?: readonly Member[]
  filters: readonly Filter[]
  valueSets: readonly string[]
}

export interface ValueSet extends Canonical {
  resourceType: 'ValueSet'
  includes: readonly Part[]
  excludes: readonly Part[]
  /** False when the resource gave neither a definition nor a whole expansion: nothing can be told then. */
  defined: boolean
}

/** Where a code leads. `code` is absent when nothing corresponds. */
export interface MapTarget {
  code?: string
  display?: string
  equivalence: string
}

export interface MapGroup {
  source: string
  target: string
  /** By source code. */
  elements: ReadonlyMap<string, readonly MapTarget[]>
}

export interface ConceptMap extends Canonical {
  resourceType: 'ConceptMap'
  source?: string
  target?: string
  groups: readonly MapGroup[]
}

export type TerminologyResource = CodeSystem | ValueSet | ConceptMap

/** The key of a code in the concepts of a system. */
export function keyIn(system: Pick<CodeSystem, 'caseSensitive'> | undefined, code: string): string {
  return system?.caseSensitive === false ? code.toLowerCase() : code
}
