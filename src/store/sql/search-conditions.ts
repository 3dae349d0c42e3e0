import { systemKey } from '../ids.ts'
import type { Condition, DateMatch, TokenMatch } from '../store.ts'
import { stringValue, tokenCode } from './change-index.ts'
import { isEntitled } from './entitlement-conditions.ts'
import type { Params } from './params.ts'
import { keyOf, type SearchTable, sameKey, scoped } from './tables.ts'

/** Always true, and never true: spelled so that both engines take them. */
export const ALWAYS = '1 = 1'
export const NEVER = '1 = 0'

type ConditionOf<K extends Condition['kind']> = Extract<Condition, { kind: K }>
/** A condition whose values are in a search table. */
export type IndexedCondition = ConditionOf<'token' | 'string' | 'date'>

/** The condition as a predicate on the current row `m`; search tables are tested by EXISTS on their primary key. */
export function predicate(table: SearchTable, condition: Condition, params: Params): string {
  switch (condition.kind) {
    case 'id':
      return keyIn(table, condition.ids, params)
    case 'patient':
      return patientIn(table, condition.ids, params)
    case 'entitled':
      return table.key.includes('patient_id') ? isEntitled('m', condition.to, params) : NEVER
    case 'token':
    case 'string':
      return exists(table, condition, params)
    case 'date':
      return condition.param === '_lastUpdated'
        ? anyOf(condition.anyOf.map((match) => dateMatch('m.updated_at', 'm.updated_at', match, params)))
        : exists(table, condition, params)
    case 'missing':
      return missing(table, condition, params)
    case 'any':
      return anyOf(condition.conditions.map((one) => predicate(table, one, params)))
    case 'none':
      return NEVER
  }
}

/** What a row of the condition's search table must fulfil, besides type and parameter; `alias` names that row. */
export function rowMatch(alias: string, condition: IndexedCondition, params: Params): string {
  switch (condition.kind) {
    case 'token':
      return anyOf(condition.anyOf.map((match) => tokenMatch(match, `${alias}.code`, `${alias}.system_key`, params)))
    case 'string':
      return anyOf(condition.anyOf.map((value) => stringMatch(alias, value, condition.match, params)))
    case 'date':
      return anyOf(condition.anyOf.map((match) => dateMatch(`${alias}.lo`, `${alias}.hi`, match, params)))
  }
}

/** The columns of the rows that `ids` name; ids that cannot be ours match nothing. */
export function keyIn(table: SearchTable, ids: readonly string[], params: Params): string {
  const keys = ids.flatMap((id) => {
    const key = keyOf(table.type, id)
    return key === undefined ? [] : [key]
  })
  return anyOf(keys.map((key) => key.map((value, i) => `m.${table.key[i]} = ${params.add(value)}`).join(' AND ')))
}

/** The rows of these patients; the directories belong to no patient. */
export function patientIn(table: SearchTable, ids: readonly string[], params: Params): string {
  if (!table.key.includes('patient_id') || ids.length === 0) return NEVER
  if (ids.length === 1) return `m.patient_id = ${params.add(ids[0] ?? '')}`
  return `m.patient_id IN (${ids.map((id) => params.add(id)).join(', ')})`
}

/** Joins alternatives by OR; many of them as a balanced tree, because SQLite limits the depth of an expression. */
export function anyOf(alternatives: readonly string[]): string {
  if (alternatives.length === 0) return NEVER
  if (alternatives.length === 1) return alternatives[0] ?? NEVER
  if (alternatives.length <= DEEP) return `(${alternatives.map((one) => `(${one})`).join(' OR ')})`
  const middle = Math.ceil(alternatives.length / 2)
  return `(${anyOf(alternatives.slice(0, middle))} OR ${anyOf(alternatives.slice(middle))})`
}

const DEEP = 100

function exists(table: SearchTable, condition: IndexedCondition, params: Params): string {
  const { kind, param } = condition
  if (kind !== 'token') return existing(table, kind, param, rowMatch('x', condition, params), false, params)
  // As an expression, so that PostgreSQL does not take the index on codes for the test of one row.
  const matches = condition.anyOf.map((match) => tokenMatch(match, "(x.code || '')", 'x.system_key', params))
  return existing(table, kind, param, anyOf(matches), condition.not === true, params)
}

function missing(table: SearchTable, { index, param, missing }: ConditionOf<'missing'>, params: Params): string {
  return existing(table, index, param, ALWAYS, missing, params)
}

/**
 * OFFSET 0 says nothing to SQLite; it keeps PostgreSQL from turning the test of a row into a join over the whole
 * search table.
 */
function existing(
  table: SearchTable,
  index: IndexedCondition['kind'],
  param: string,
  match: string,
  not: boolean,
  params: Params,
): string {
  const row = [...scoped('x', table.historyScope), ...sameKey(table.key, 'x', 'm'), `x.param = ${params.add(param)}`]
  const where = [...row, match].join(' AND ')
  return `${not ? 'NOT ' : ''}EXISTS (SELECT 1 FROM ${table[index]} x WHERE ${where} LIMIT 1 OFFSET 0)`
}

function tokenMatch({ system, code }: TokenMatch, codeColumn: string, systemColumn: string, params: Params): string {
  const parts: string[] = []
  if (code !== undefined) parts.push(`${codeColumn} = ${params.add(tokenCode(code))}`)
  if (system !== undefined) parts.push(`${systemColumn} = ${params.add(systemKey(system))}`)
  return parts.join(' AND ') || ALWAYS
}

function stringMatch(alias: string, value: string, match: ConditionOf<'string'>['match'], params: Params): string {
  const wanted = stringValue(value)
  switch (match) {
    case 'exact':
      return `${alias}.exact = ${params.add(wanted)}`
    case 'folded':
      return `${alias}.folded = ${params.add(wanted)}`
    case 'contains':
      return `${alias}.folded LIKE ${params.add(`%${wanted.replaceAll(/[\\%_]/g, '\\$&')}%`)} ESCAPE '\\'`
    case 'starts': {
      const end = endOfPrefix(wanted)
      const from = `${alias}.folded >= ${params.add(wanted)}`
      return end === undefined ? from : `${from} AND ${alias}.folded < ${params.add(end)}`
    }
  }
}

/** The first text, in byte order of UTF-8, after every text that starts with `prefix`; undefined when there is none. */
function endOfPrefix(prefix: string): string | undefined {
  const points = [...prefix].map((character) => character.codePointAt(0) ?? 0)
  while (points.length > 0) {
    const last = points.pop() ?? 0
    if (last < 0x10ffff) return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
  }
  return undefined
}

/**
 * Compares the range [lo, hi] of a value with the range of the search, both inclusive (FHIR R4 search, prefixes).
 * Each comparison bounds one column first, so that an index on it can be used.
 */
function dateMatch(lo: string, hi: string, { op, lo: from, hi: to }: DateMatch, params: Params): string {
  const low = () => params.add(from)
  const high = () => params.add(to)
  const compare: Record<DateMatch['op'], () => string> = {
    eq: () => `${lo} >= ${low()} AND ${lo} <= ${high()} AND ${hi} <= ${high()}`,
    ne: () => `(${lo} < ${low()} OR ${hi} > ${high()})`,
    gt: () => `${hi} > ${high()}`,
    lt: () => `${lo} < ${low()}`,
    ge: () => `${hi} >= ${low()} AND (${hi} > ${high()} OR ${lo} >= ${low()})`,
    le: () => `${lo} <= ${high()} AND (${lo} < ${low()} OR ${hi} <= ${high()})`,
    sa: () => `${lo} > ${high()}`,
    eb: () => `${hi} < ${low()}`,
  }
  return compare[op]()
}
