import type { SearchableType } from '../../store/store.ts'
import { chainedLookup, chainOf } from './chains.ts'
import { conditionsOf } from './conditions.ts'
import { type ControlContext, control } from './controls.ts'
import { printable, SearchError } from './errors.ts'
import { type SearchIssueKey, searchIssueText } from './issues.ts'
import type { SearchParameter } from './model.ts'
import { DEFAULT_SORT, parameterOf } from './parameters.ts'
import type { ParsedSearch, SearchDraft, SearchOptions } from './parsed.ts'
import { splitUnescaped, tokenValue } from './values.ts'

/**
 * Reads the name=value pairs of a search, already percent-decoded, in their order (R4 search.html).
 * Throws SearchError, and nothing else: for a value or modifier that cannot be, for too many values, and, when strict,
 * for anything that would otherwise be left out.
 */
export function parseSearch(
  type: SearchableType,
  pairs: readonly (readonly [string, string])[],
  options: SearchOptions,
): ParsedSearch {
  const draft: SearchDraft = {
    type,
    conditions: [],
    chains: [],
    sort: DEFAULT_SORT[type],
    count: options.defaultCount,
    summary: 'false',
    total: undefined,
    elements: undefined,
    includes: [],
    revincludes: [],
    page: undefined,
    identifierDomains: [],
    used: [],
    ignored: [],
  }
  const ignore = (key: SearchIssueKey, parameter: string): void => {
    const detail = { type, parameter: printable(parameter) }
    if (options.handling === 'strict') throw new SearchError(key, detail)
    draft.ignored.push({ name: detail.parameter, key, ...searchIssueText(key, detail) })
  }
  const context: ControlContext = { ...options, seen: new Set(), ignore }
  let budget = options.maxValues
  for (const [name, value] of pairs) {
    const alternatives = splitUnescaped(value, ',')
    budget -= alternatives.length
    if (budget < 0) throw new SearchError('search.too-many-values', { type })
    const values = alternatives.filter((alternative) => alternative.trim() !== '')
    if (values.length < alternatives.length) ignore('search.value-empty', name)
    if (values.length === 0) continue
    if (!control(draft, name, values, context) && !criterion(draft, name, values, options)) {
      ignore('search.parameter-unknown', name)
    }
  }
  return draft
}

/** Adds the condition of a search parameter; false when the type has none of that name. */
function criterion(draft: SearchDraft, name: string, values: readonly string[], options: SearchOptions): boolean {
  const { type } = draft
  const [base = '', modifier] = name.includes('.') ? [name] : splitName(name)
  const chain = chainOf(type, chainedSpelling(type, base, modifier) ?? name)
  if (chain !== undefined) {
    draft.chains.push(chainedLookup(type, chain, values, options))
    draft.used.push([name, values.join(',')])
    return true
  }
  const parameter = parameterOf(type, base)
  if (parameter === undefined || parameter.chain !== undefined) return false
  draft.conditions.push(...conditionsOf(type, parameter, modifier, values, options))
  if (type === 'Patient') draft.identifierDomains.push(...domainsOf(parameter, modifier, values))
  draft.used.push([parameter.name + name.slice(base.length), values.join(',')])
  return true
}

/**
 * `patient:identifier`, which the DMP and some clients write, is read as `patient.identifier`: references to patients
 * are stored by id, so their own logical identifier alone would find little.
 */
function chainedSpelling(type: SearchableType, base: string, modifier: string | undefined): string | undefined {
  const parameter = modifier === 'identifier' ? parameterOf(type, base) : undefined
  return parameter?.targets?.[0] === 'Patient' ? `${base}.identifier` : undefined
}

/** The domains of `identifier=urn:oid:1.2|,urn:oid:3.4|`; a list that also names identifiers restricts nothing. */
function domainsOf(parameter: SearchParameter, modifier: string | undefined, values: readonly string[]): string[] {
  if (parameter.name !== 'identifier' || modifier !== undefined) return []
  const matches = values.map(tokenValue)
  const domains = matches.flatMap((match) => (match?.code === undefined ? (match?.system ?? []) : []))
  return domains.length === matches.length ? domains : []
}

function splitName(name: string): [string, string | undefined] {
  const colon = name.indexOf(':')
  return colon < 0 ? [name, undefined] : [name.slice(0, colon), name.slice(colon + 1)]
}
