import type { SearchableType, SortKey } from '../../store/store.ts'
import type { IndexRows } from './rows.ts'

/** FHIR search parameter types that the server knows. */
export type ParameterType = 'token' | 'string' | 'date' | 'reference'

/** Finds elements in the JSON of a resource and hands each to `visit`. */
export type Selector = (resource: JsonObject, visit: (value: unknown) => void) => void

/** Writes the index rows of one element; a value of another shape than its datatype writes none. */
export type Emitter = (value: unknown, parameter: string, rows: IndexRows) => void

export type JsonObject = Readonly<Record<string, unknown>>

/** A search parameter: what the index, the query grammar and the CapabilityStatement all read. */
export interface SearchParameter {
  name: string
  type: ParameterType
  /**
   * Canonical of its SearchParameter; relative (`SearchParameter/…`) when this product defines it, undefined for a
   * chain, which FHIR does not define on its own.
   */
  definition: string | undefined
  fr: string
  en: string
  /** Elements it is taken from. Absent: a column of the store (`_id`, `_lastUpdated`), or a chain with no own rows. */
  from?: string | Selector
  /** How the rows of those elements are written. */
  as?: Emitter
  /** Types that a reference may point at; a bare id means any of them. */
  targets?: readonly string[]
  /** The order that it names in `_sort`. */
  sortKey?: SortKey
  /** Implicit system of a `code` or boolean element: values match with or without it. */
  codeSystem?: string
  /** Other spellings of code systems, with the one under which they are indexed. */
  systemAliases?: Readonly<Record<string, string>>
  /** Other spellings of codes. */
  codeAliases?: Readonly<Record<string, string>>
  /** The value that an absent element stands for (R4 meaningWhenMissing). */
  whenAbsent?: 'true' | 'false'
  /** Brings a stored and a searched value to one form. */
  key?: (value: string) => string
  /** A `date` element: no zone, so its days are not French days. */
  zoneless?: 'utc'
  /** Found through other resources; rows of its own hold what contained resources and logical references say. */
  chain?: Chain
  /** Indexed for the server's own use, not offered to clients. */
  internal?: true
}

/** A chained parameter (R4 search.html#chaining). */
export interface Chain {
  /** The reference parameter it goes through. */
  via: string
  /** Name of the own rows, when not the parameter's: the `:identifier` rows of the reference. */
  direct?: string
  /** Spellings of the rest of the name that mean the same. */
  aliases?: readonly string[]
  steps: readonly ChainStep[]
}

/** One way to follow a chain: which resources to look up and what else leads to them. */
export interface ChainStep {
  type: SearchableType
  parameter: string
  /** Resources that stand between: a PractitionerRole whose practitioner was found. */
  through?: { type: SearchableType; parameter: string }
  /** Followed only when the client names the type: `source:Patient.family`. */
  onlyNamed?: true
}
