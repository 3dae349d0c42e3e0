import type { SearchableType } from '../../store/store.ts'
import { SearchError } from './errors.ts'
import { inclusionOf } from './include.ts'
import type { SearchIssueKey } from './issues.ts'
import { parameterOf } from './parameters.ts'
import type { SearchDraft, SearchOptions } from './parsed.ts'
import { elementName } from './summary.ts'

/** Name of the parameter that carries a page cursor in `next` links. */
export const PAGE_PARAMETER = '_cursor'

/** What controls need besides the draft. */
export interface ControlContext extends SearchOptions {
  /** Controls met so far: most may occur once. */
  seen: Set<string>
  ignore(key: SearchIssueKey, parameter: string): void
}

type Control = (
  draft: SearchDraft,
  values: readonly string[],
  context: ControlContext,
  name: string,
) => string | undefined

/**
 * Applies a parameter that shapes the answer rather than selects resources (R4 search.html#return). Answers false when
 * the name is none of these.
 */
export function control(draft: SearchDraft, name: string, values: readonly string[], context: ControlContext): boolean {
  const base = name.split(':', 1)[0] ?? name
  const apply = CONTROLS.get(base)
  if (apply === undefined) return false
  if (name !== base && !(name === `${base}:iterate` && INCLUSIONS.has(base))) {
    throw new SearchError('search.modifier-unknown', { type: draft.type, parameter: base })
  }
  if (context.seen.has(base) && !REPEATABLE.has(base)) {
    context.ignore('search.parameter-repeated', base)
    return true
  }
  context.seen.add(base)
  const honoured = apply(draft, values, context, name)
  if (honoured !== undefined) draft.used.push([name, honoured])
  return true
}

const INCLUSIONS: ReadonlySet<string> = new Set(['_include', '_revinclude'])
const REPEATABLE: ReadonlySet<string> = new Set([...INCLUSIONS, '_elements', '_format', '_pretty'])

const passed: Control = (_draft, values) => values.join(',')

const sort: Control = (draft, values, context) => {
  if (values.length > 1) context.ignore('search.sort-multiple', '_sort')
  const [value = ''] = values
  const descending = value.startsWith('-')
  const key = parameterOf(draft.type, descending ? value.slice(1) : value)?.sortKey
  if (key === undefined) {
    context.ignore('search.sort-unknown', '_sort')
    return undefined
  }
  draft.sort = { key, descending }
  return value
}

const count: Control = (draft, values, { maxCount }) => {
  const [value = ''] = values
  if (values.length !== 1 || !/^\d{1,9}$/.test(value)) throw invalid(draft.type, '_count')
  draft.count = Math.min(Number(value), maxCount)
  return String(draft.count)
}

const summary: Control = (draft, values, context) => {
  draft.summary = choice(draft.type, '_summary', ['true', 'text', 'data', 'count', 'false'], values)
  if (draft.summary !== 'false' && draft.elements !== undefined) {
    context.ignore('search.parameter-conflict', '_elements')
    draft.elements = undefined
    draft.used = draft.used.filter(([name]) => name !== '_elements')
  }
  return draft.summary
}

const total: Control = (draft, values) => {
  const mode = choice(draft.type, '_total', ['none', 'estimate', 'accurate'], values)
  draft.total = mode
  return mode
}

/** `_elements=Patient.name,birthDate`: top-level names, with or without the type. */
const elements: Control = (draft, values, context) => {
  if (draft.summary !== 'false') {
    context.ignore('search.parameter-conflict', '_elements')
    return undefined
  }
  draft.elements = [...(draft.elements ?? []), ...values.map(elementName)]
  return values.join(',')
}

const inclusion: Control = (draft, values, context, name) => {
  const reverse = name.startsWith('_rev')
  const wanted = values.flatMap((value) => inclusionOf(draft.type, value, reverse, name.endsWith(':iterate')) ?? [])
  if (wanted.length !== values.length) {
    context.ignore('search.include-unknown', name)
    return undefined
  }
  ;(reverse ? draft.revincludes : draft.includes).push(...wanted)
  return values.join(',')
}

const page: Control = (draft, values) => {
  draft.page = values.join(',')
  return undefined
}

const CONTROLS: ReadonlyMap<string, Control> = new Map([
  ['_sort', sort],
  ['_count', count],
  ['_summary', summary],
  ['_total', total],
  ['_elements', elements],
  ['_include', inclusion],
  ['_revinclude', inclusion],
  [PAGE_PARAMETER, page],
  ['_format', passed],
  ['_pretty', passed],
])

/** Names of the controls, for the CapabilityStatement and for telling them from criteria. */
export const CONTROL_NAMES: readonly string[] = [...CONTROLS.keys()]

function choice<T extends string>(
  type: SearchableType,
  parameter: string,
  choices: readonly T[],
  values: readonly string[],
): T {
  const chosen = choices.find((candidate) => candidate === values[0])
  if (chosen === undefined || values.length !== 1) throw invalid(type, parameter)
  return chosen
}

function invalid(type: SearchableType, parameter: string): SearchError {
  return new SearchError('search.value-invalid', { type, parameter })
}
