import type { Found, Matching, SearchableType, SearchQuery, SortKey } from '../store.ts'
import { mergedPage } from './buckets.ts'
import type { Dialect, Query, Row } from './driver.ts'
import { Params } from './params.ts'
import { idOf } from './resources.ts'
import { integer, text } from './rows.ts'
import { ALWAYS, predicate } from './search-conditions.ts'
import { type Plan, planSearch, type Source } from './search-sources.ts'
import { keyOf, type SearchTable, scoped, searchTable } from './tables.ts'

/** The statement of a search; undefined when its position is none of ours, hence nothing can follow it. */
export function searchStatement(query: SearchQuery, dialect: Dialect): Query | undefined {
  const { conditions, sort, limit, after } = query
  const table = searchTable(query.type)
  const params = new Params()
  const plan = planSearch(table, conditions, sort.key, params)
  const tests = testsOf(table, query, plan, params)
  const column = table.sorts[sort.key]
  const position = after === undefined ? [] : keyOf(query.type, after.id)
  if (position === undefined) return undefined
  const cut: Cut = {
    direction: sort.descending ? 'DESC' : 'ASC',
    limit: pageSize(limit),
    after: after === undefined ? [] : [...(column === undefined ? [] : [after.value]), ...position],
  }
  const sql = pageSql(table, plan, tests, cut, column, params, dialect)
  return { sql, params: params.values }
}

/** The statement that counts the matches of a search. */
export function countStatement(query: Matching): Query {
  const table = searchTable(query.type)
  const params = new Params()
  const plan = planSearch(table, query.conditions, undefined, params)
  const tests = testsOf(table, query, plan, params)
  const [first, ...others] = plan.sources
  if (first?.unique && others.length === 0) {
    return { sql: `SELECT count(*) FROM ${first.from} WHERE ${conjunction(first, tests)}`, params: params.values }
  }
  const selects = plan.sources.map((s) => `SELECT ${keyList(table, s)} FROM ${s.from} WHERE ${conjunction(s, tests)}`)
  const rows = selects.length === 1 ? selects.join('').replace('SELECT', 'SELECT DISTINCT') : selects.join(' UNION ')
  return { sql: `SELECT count(*) FROM (${rows}) u`, params: params.values }
}

/** The result in a row of `searchStatement`. */
export function foundOf(type: SearchableType, sort: SortKey, row: Row): Found {
  const table = searchTable(type)
  const id = idOf(table, row, 0)
  const first = table.key.length
  return {
    type,
    id,
    version: integer(row, first),
    updatedAt: text(row, first + 1),
    deleted: false,
    visible: true,
    text: text(row, first + 2),
    sortValue: table.sorts[sort] === undefined ? id : text(row, first + 3),
  }
}

/** Where a page begins, how long it is and in which direction it goes. */
interface Cut {
  direction: 'ASC' | 'DESC'
  limit: number
  after: readonly string[]
}

/** What every source must still test on the current row. */
function testsOf(table: SearchTable, query: Matching, plan: Plan, params: Params): string[] {
  const others = query.conditions.filter((condition) => condition !== plan.driving)
  const created = query.createdUntil === undefined ? [] : [`m.created_at <= ${params.add(query.createdUntil)}`]
  const found = query.withMerged === true ? (table.foundWithMerged ?? table.found) : table.found
  return [found, ...others.map((condition) => predicate(table, condition, params)), ...created]
}

function pageSql(
  table: SearchTable,
  { sources, driving }: Plan,
  tests: readonly string[],
  cut: Cut,
  column: string | undefined,
  params: Params,
  dialect: Dialect,
): string {
  const columns = [...table.key, 'version', 'updated_at', 'resource', ...(column === undefined ? [] : [column])]
  const selected = columns.map((name) => `m.${name}`).join(', ')
  const [first] = sources
  if (first?.ordered && first.tested === undefined && sources.length === 1) {
    return `SELECT ${selected} FROM ${first.from} WHERE ${conjunction(first, tests, beyond(first, cut, params))}
      ORDER BY ${ordering(first.order, cut)} LIMIT ${cut.limit}`
  }
  const names = (first?.order ?? []).map((_, index) => `s${index}`)
  const own = names.map((name) => `k.${name}`)
  const keys = own.slice(-table.key.length)
  const joined = table.key.map((key, index) => `m.${key} = ${keys[index]}`)
  const page = `ORDER BY ${ordering(names, cut)} LIMIT ${cut.limit}`
  const rows = sources.map((source) => candidates(source, tests, cut, params))
  // The alternatives of a condition may share rows, which are then given once; the buckets of a type share none.
  const union = rows.map((select, index) => `SELECT * FROM (${select} ${page}) b${index}`).join(' UNION ')
  const found = driving === undefined || rows.length === 1 ? mergedPage(rows, page, dialect) : `${union} ${page}`
  return `SELECT ${selected} FROM (${found}) k CROSS JOIN ${table.current} m
    WHERE ${[...joined, ...scoped('m', table.currentScope)].join(' AND ')} ORDER BY ${ordering(own, cut)}`
}

/** What one source gives: keys and sort value only, so that sorting never carries the resources. */
function candidates(source: Source, tests: readonly string[], cut: Cut, params: Params): string {
  const columns = source.order.map((expression, index) => `${expression} AS s${index}`).join(', ')
  return `SELECT ${source.unique ? '' : 'DISTINCT '}${columns} FROM ${source.from}
    WHERE ${conjunction(source, tests, beyond(source, cut, params))}`
}

function beyond({ order }: Source, { after, direction }: Cut, params: Params): string[] {
  if (after.length === 0) return []
  const values = after.map((value) => params.add(value))
  return [`(${order.join(', ')}) ${direction === 'DESC' ? '<' : '>'} (${values.join(', ')})`]
}

/** Source and tests joined by AND; OFFSET 0 keeps PostgreSQL from joining what is to be tested (search-conditions). */
function conjunction({ where, tested }: Source, tests: readonly string[], position: readonly string[] = []): string {
  if (tested === undefined) return [...where, ...tests, ...position].join(' AND ') || ALWAYS
  const row = [...tested.where, ...tests].join(' AND ')
  return [...where, ...position, `EXISTS (SELECT 1 FROM ${tested.from} WHERE ${row} LIMIT 1 OFFSET 0)`].join(' AND ')
}

function ordering(expressions: readonly string[], { direction }: Cut): string {
  return expressions.map((expression) => `${expression} ${direction}`).join(', ')
}

function keyList(table: SearchTable, source: Source): string {
  return source.order.slice(-table.key.length).join(', ')
}

function pageSize(limit: number): number {
  return Math.max(0, Math.trunc(limit))
}
