import { createHash } from 'node:crypto'
import { systemKey } from '../ids.ts'
import type { IndexValues } from '../store.ts'
import type { SqlValue, Statement } from './driver.ts'
import { byKey, type SearchTable } from './tables.ts'

/** Longest code kept as it is, and longest part of a string that is searched: both engines limit the size of a key. */
const LONGEST = 256
const MAX_PARAMETERS = 900

/** Statements that write the search values of a resource; `key` is its key, `sortDate` its date for ordering. */
export function indexRows(
  table: SearchTable,
  key: readonly string[],
  index: IndexValues,
  sortDate: string,
): Statement[] {
  const { tokens, strings, dates } = index
  const ends = table.datedTokens || table.token === 'search_token' ? { sort_date: sortDate } : undefined
  const tokenRows = tokens.map(({ param, code, system }) => [param, tokenCode(code), systemKey(system)])
  const stringRows = strings.map(({ param, folded, exact }) => [param, stringValue(folded), stringValue(exact)])
  const dateRows = dates.map(({ param, lo, hi }) => [param, lo, hi])
  return [
    ...insertRows(table, key, table.token, ['param', 'code', 'system_key'], tokenRows, ends),
    ...insertRows(table, key, table.string, ['param', 'folded', 'exact'], stringRows),
    ...insertRows(table, key, table.date, ['param', 'lo', 'hi'], dateRows),
  ]
}

/** Statements that remove the search values of a resource. */
export function dropIndexRows(table: SearchTable, key: readonly string[]): Statement[] {
  const where = byKey('x', table.key, table.historyScope)
  return [table.token, table.string, table.date].map((name) => ({
    sql: `DELETE FROM ${name} AS x WHERE ${where}`,
    params: key,
  }))
}

/** A code as it is indexed: a very long one by its beginning and hash. */
export function tokenCode(code: string): string {
  if (code.length <= LONGEST) return code
  return `${cut(code, LONGEST - 64)}#${createHash('sha256').update(code).digest('base64url')}`
}

/** A string as it is indexed: its beginning. */
export function stringValue(value: string): string {
  return cut(value, LONGEST)
}

function cut(value: string, length: number): string {
  if (value.length <= length) return value
  const last = value.charCodeAt(length - 1)
  return value.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}

function insertRows(
  table: SearchTable,
  key: readonly string[],
  name: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  ends: Readonly<Record<string, string>> = {},
): Statement[] {
  const fixed = { ...fixedColumns(table, key), ...ends }
  const names = Object.keys(fixed)
  const unique = [...new Map(rows.map((row) => [row.join('\0'), row])).values()]
  const size = Math.floor((MAX_PARAMETERS - names.length) / columns.length)
  const statements: Statement[] = []
  for (let start = 0; start < unique.length; start += size) {
    const chunk = unique.slice(start, start + size)
    const params: SqlValue[] = [...Object.values(fixed), ...chunk.flat()]
    statements.push({ sql: insertSql(name, names, columns, chunk.length), params })
  }
  return statements
}

function fixedColumns(table: SearchTable, key: readonly string[]): Record<string, string> {
  const [first = '', second] = key
  if (!table.key.includes('patient_id')) return { resource_type: table.type, id: first }
  return { patient_id: first, resource_type: table.type, id: second ?? '' }
}

const INSERTS = new Map<string, string>()

/** One INSERT of several rows; what they share is bound once, as ?1…?n. */
function insertSql(name: string, fixed: readonly string[], columns: readonly string[], rows: number): string {
  const cacheKey = `${name}:${rows}`
  const known = INSERTS.get(cacheKey)
  if (known !== undefined) return known
  const shared = fixed.map((_, index) => `?${index + 1}`)
  const tuples = Array.from({ length: rows }, (_, row) => {
    const own = columns.map((_, index) => `?${fixed.length + row * columns.length + index + 1}`)
    return `(${[...shared, ...own].join(', ')})`
  })
  const sql = `INSERT INTO ${name} (${[...fixed, ...columns].join(', ')}) VALUES ${tuples.join(', ')}`
  INSERTS.set(cacheKey, sql)
  return sql
}
