import type { Condition, SearchableType, SearchQuery } from '../../store/store.ts'
import type { ChainedLookup } from './chains.ts'
import type { Inclusion } from './include.ts'
import type { SearchIssueKey } from './issues.ts'
import type { ValueContext } from './values.ts'

/** How a search is to be read. */
export interface SearchOptions extends ValueContext {
  /** `Prefer: handling=strict` refuses what `lenient` leaves out and reports (R4 search.html#errors). */
  handling: 'strict' | 'lenient'
  /** Most values in one query, alternatives included. */
  maxValues: number
  /** Page size when the query names none, and the largest one. */
  defaultCount: number
  maxCount: number
}

/** A parameter that was left out, and why; `name` is safe to show. */
export interface IgnoredParameter {
  name: string
  key: SearchIssueKey
  fr: string
  en: string
}

/** A search as understood. What needs other resources is in `chains`; see `resolveChain`. */
export interface ParsedSearch {
  type: SearchableType
  conditions: readonly Condition[]
  chains: readonly ChainedLookup[]
  sort: SearchQuery['sort']
  /** Page size; 0 asks for the total only, as `_summary=count`. */
  count: number
  summary: 'true' | 'text' | 'data' | 'count' | 'false'
  /** undefined: the client leaves it to the server. */
  total: 'none' | 'estimate' | 'accurate' | undefined
  elements: readonly string[] | undefined
  includes: readonly Inclusion[]
  revincludes: readonly Inclusion[]
  /** Sealed position of a later page (cursor.ts), as received. */
  page: string | undefined
  /** Systems of `identifier=system|`: only identifiers of these are to be returned (PDQ-78-2). */
  identifierDomains: readonly string[]
  /** What was honoured, for the self link. */
  used: readonly (readonly [string, string])[]
  ignored: readonly IgnoredParameter[]
}

/** A search in the making. */
export type SearchDraft = {
  -readonly [K in keyof ParsedSearch]: ParsedSearch[K] extends readonly (infer T)[] ? T[] : ParsedSearch[K]
}
