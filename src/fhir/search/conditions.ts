import { fold } from '../../french/fold.ts'
import type { Condition, DateMatch, SearchableType, TokenMatch } from '../../store/store.ts'
import { SearchError } from './errors.ts'
import type { SearchParameter } from './model.ts'
import { indexable } from './text.ts'
import { dateValue, isId, referenceValue, tokenValue, unescaped, type ValueContext } from './values.ts'

/** Most conditions that a list of approximate dates may become. */
const MOST_COMBINATIONS = 16

/** The modifiers that a parameter accepts (R4 search.html#modifiers); a reference also accepts its target types. */
export function modifiersOf(parameter: SearchParameter): readonly string[] {
  if (parameter.name.startsWith('_')) return []
  if (parameter.chain !== undefined) return parameter.type === 'string' ? ['exact', 'contains'] : []
  return MODIFIERS[parameter.type]
}

const MODIFIERS = {
  token: ['missing', 'not'],
  string: ['missing', 'exact', 'contains'],
  date: ['missing'],
  reference: ['missing', 'identifier'],
} as const

/**
 * The conditions, all to be met, that one parameter of a query puts on a resource; its values are alternatives.
 * Throws SearchError for a modifier or value that cannot be.
 */
export function conditionsOf(
  type: SearchableType,
  parameter: SearchParameter,
  modifier: string | undefined,
  values: readonly string[],
  context: ValueContext,
): Condition[] {
  const targets = parameter.targets ?? []
  if (modifier !== undefined && !modifiersOf(parameter).includes(modifier) && !targets.includes(modifier)) {
    throw new SearchError('search.modifier-unknown', { type, parameter: parameter.name })
  }
  if (modifier === 'missing') return missing(type, parameter, values)
  if (parameter.name === '_id') return [idCondition(values)]
  switch (parameter.type) {
    case 'token':
      return tokenConditions(type, parameter, modifier === 'not', values)
    case 'string':
      return [stringCondition(type, parameter, modifier, values)]
    case 'date':
      return dateConditions(type, parameter, values, context)
    case 'reference':
      return [referenceCondition(type, parameter, modifier, values, context)]
  }
}

/** The condition that a resource refers to one of these addresses through a parameter. */
export function refersTo(type: SearchableType, parameter: string, addresses: readonly string[]): Condition {
  const patients = isCompartment(type, parameter) ? addresses.filter((address) => address.startsWith(PATIENT)) : []
  const others = addresses.filter((address) => !patients.includes(address))
  return anyOf([
    ...(patients.length > 0
      ? [{ kind: 'patient' as const, ids: patients.map((address) => address.slice(PATIENT.length)) }]
      : []),
    ...(others.length > 0
      ? [{ kind: 'token' as const, param: parameter, anyOf: others.map((code): TokenMatch => ({ code })) }]
      : []),
  ])
}

/** One condition for several alternatives; none can hold when there are none. */
export function anyOf(conditions: readonly Condition[]): Condition {
  const [first, ...others] = conditions
  if (first === undefined) return { kind: 'none' }
  return others.length === 0 ? first : { kind: 'any', conditions }
}

const PATIENT = 'Patient/'

/** Whether a parameter names the patient that a clinical resource is stored under. */
function isCompartment(type: SearchableType, parameter: string): boolean {
  return (type === 'DocumentReference' || type === 'List') && (parameter === 'patient' || parameter === 'subject')
}

function invalid(type: SearchableType, parameter: SearchParameter): SearchError {
  return new SearchError('search.value-invalid', { type, parameter: parameter.name })
}

function missing(type: SearchableType, parameter: SearchParameter, values: readonly string[]): Condition[] {
  const [value] = values
  if (values.length !== 1 || (value !== 'true' && value !== 'false')) throw invalid(type, parameter)
  // No clinical resource is without its patient.
  if (isCompartment(type, parameter.name)) return value === 'true' ? [{ kind: 'none' }] : []
  const index = parameter.type === 'string' || parameter.type === 'date' ? parameter.type : 'token'
  return [{ kind: 'missing', param: parameter.name, index, missing: value === 'true' }]
}

/** An id that cannot be one of ours finds nothing, as any unknown id. */
function idCondition(values: readonly string[]): Condition {
  const ids = [...new Set(values.map(unescaped).filter(isId))]
  return ids.length === 0 ? { kind: 'none' } : { kind: 'id', ids }
}

function tokenConditions(
  type: SearchableType,
  parameter: SearchParameter,
  not: boolean,
  values: readonly string[],
): Condition[] {
  const param = parameter.name
  const matches = values.flatMap((value) => tokenMatch(type, parameter, value) ?? [])
  const absent = parameter.whenAbsent !== undefined && matches.some(({ code }) => code === parameter.whenAbsent)
  const missing = (value: boolean): Condition => ({ kind: 'missing', param, index: 'token', missing: value })
  if (matches.length === 0) return not ? [] : [{ kind: 'none' }]
  if (not) return [{ kind: 'token', param, anyOf: matches, not }, ...(absent ? [missing(false)] : [])]
  const present: Condition = { kind: 'token', param, anyOf: matches }
  return [absent ? { kind: 'any', conditions: [present, missing(true)] } : present]
}

/** undefined: the system is another one than the element's, so that nothing can match. */
function tokenMatch(type: SearchableType, parameter: SearchParameter, value: string): TokenMatch | undefined {
  const match = tokenValue(value)
  if (match === undefined) throw invalid(type, parameter)
  const { codeSystem, systemAliases, codeAliases, key } = parameter
  const code = match.code === undefined ? undefined : (codeAliases?.[match.code] ?? key?.(match.code) ?? match.code)
  if (codeSystem !== undefined) {
    if (code === undefined) throw invalid(type, parameter)
    const ours = match.system === undefined || match.system === '' || match.system === codeSystem
    return ours ? { code } : undefined
  }
  const anySystem = match.system === undefined || (key !== undefined && match.system === '')
  const system = anySystem ? undefined : (systemAliases?.[match.system ?? ''] ?? match.system)
  return { ...(system === undefined ? {} : { system }), ...(code === undefined ? {} : { code }) }
}

function stringCondition(
  type: SearchableType,
  parameter: SearchParameter,
  modifier: string | undefined,
  values: readonly string[],
): Condition {
  const match = modifier === 'exact' || modifier === 'contains' ? modifier : 'starts'
  const texts = values.map((value) => {
    const exact = indexable(unescaped(value))
    const text = match === 'exact' ? exact : indexable(fold(exact))
    if (text === '') throw invalid(type, parameter)
    return text
  })
  return { kind: 'string', param: parameter.name, anyOf: texts, match }
}

/** Alternatives of one comparison are one condition; those of two (`ap`) are every combination of theirs. */
function dateConditions(
  type: SearchableType,
  parameter: SearchParameter,
  values: readonly string[],
  context: ValueContext,
): Condition[] {
  let combinations: DateMatch[][] = [[]]
  for (const value of values) {
    const comparisons = dateValue(unescaped(value), parameter.zoneless ?? 'paris', context.now)
    if (comparisons === undefined) throw invalid(type, parameter)
    combinations = combinations.flatMap((before) => comparisons.map((comparison) => [...before, comparison]))
    if (combinations.length > MOST_COMBINATIONS) throw new SearchError('search.too-many-values', { type })
  }
  return combinations.map((matches) => ({ kind: 'date', param: parameter.name, anyOf: matches }))
}

function referenceCondition(
  type: SearchableType,
  parameter: SearchParameter,
  modifier: string | undefined,
  values: readonly string[],
  context: ValueContext,
): Condition {
  if (modifier === 'identifier') {
    const matches = values.flatMap((value) => tokenMatch(type, parameter, value) ?? [])
    return { kind: 'token', param: `${parameter.name}:identifier`, anyOf: matches }
  }
  const targets = modifier === undefined ? (parameter.targets ?? []) : [modifier]
  const addresses = values.flatMap((value) => {
    const found = referenceValue(value, targets, context)
    if (found === undefined) throw invalid(type, parameter)
    return modifier === undefined ? found : found.filter((address) => isOfType(address, modifier))
  })
  return refersTo(type, parameter.name, [...new Set(addresses)])
}

/** A relative address of another type than the one asked for cannot match; an absolute one may. */
function isOfType(address: string, type: string): boolean {
  return address.startsWith(`${type}/`) || address.includes(':')
}
