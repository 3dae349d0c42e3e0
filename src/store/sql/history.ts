import type { HistoryEntry, HistoryQuery, StoredType } from '../store.ts'
import { mergedPage, perBucket } from './buckets.ts'
import type { Dialect, Query, Row } from './driver.ts'
import { isEntitled } from './entitlement-conditions.ts'
import { Params } from './params.ts'
import { idOf, textOf } from './resources.ts'
import { flag, integer, oneOf, text } from './rows.ts'
import { NEVER } from './search-conditions.ts'
import { byKey, keyOf, type ResourceTable, resourceTable, sameKey, scoped } from './tables.ts'

/** The statement of a history list; undefined when nothing can be stored under its id. */
export function historyStatement(query: HistoryQuery, dialect: Dialect): Query | undefined {
  const table = resourceTable(query.type)
  return query.id === undefined ? typeHistory(table, query, dialect) : instanceHistory(table, query, query.id)
}

/** The entry in a row of `historyStatement`. */
export function historyEntryOf(type: StoredType, row: Row): HistoryEntry {
  const table = resourceTable(type)
  const id = idOf(table, row, 0)
  const first = table.key.length
  const version = integer(row, first)
  const updatedAt = text(row, first + 1)
  const method = oneOf(row, first + 2, METHODS)
  const deleted = method === 'DELETE'
  const stored = deleted ? '' : text(row, first + 4)
  return {
    type,
    id,
    version,
    updatedAt,
    deleted,
    visible: flag(row, first + 3),
    method,
    text: textOf(type, id, version, updatedAt, stored),
  }
}

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Every version of one resource, each with whether it may be seen: the caller decides. */
function instanceHistory(table: ResourceTable, query: HistoryQuery, id: string): Query | undefined {
  const key = keyOf(table.type, id)
  if (key === undefined) return undefined
  const params = new Params()
  for (const value of key) params.add(value)
  const { current, history } = table
  const own = byKey('m', table.key, table.currentScope)
  const bounds: string[] = []
  if (query.since !== undefined) bounds.push(`v.updated_at >= ${params.add(query.since)}`)
  if (query.before !== undefined) {
    const { updatedAt, version } = query.before
    bounds.push(`(v.updated_at, v.version) < (${params.add(updatedAt)}, ${params.add(version)})`)
  }
  const where = bounds.length === 0 ? '' : `WHERE ${bounds.join(' AND ')}`
  const keys = table.key.join(', ')
  const columns = 'version, updated_at, method'
  return {
    sql: `SELECT ${keys}, ${columns}, visible, stored FROM (
        SELECT ${named('m', table.key)}, ${named('m', COMMON)}, ${table.visible} AS visible, m.${table.text} AS stored
        FROM ${current} m WHERE ${own}
      UNION ALL
        SELECT ${named('h', table.key)}, ${named('h', COMMON)}, ${table.published} * (${table.visible}), h.${table.text}
        FROM ${history} h CROSS JOIN ${current} m WHERE ${byKey('h', table.key, table.historyScope)} AND ${own}
      ) v ${where} ORDER BY v.updated_at DESC, v.version DESC LIMIT ${pageSize(query.limit)}`,
    params: params.values,
  }
}

const COMMON = ['version', 'updated_at', 'method']

/** Every visible version of a type: each bucket's newest by index, merged, then the texts of one page only. */
function typeHistory(table: ResourceTable, query: HistoryQuery, dialect: Dialect): Query {
  const params = new Params()
  const before =
    query.before === undefined ? undefined : [query.before.updatedAt, ...keyOfEntry(table, query.before.id)]
  const columns = ['updated_at', ...table.key, 'version']
  const select = (alias: 'm' | 'h', from: string, where: readonly string[]) => {
    const bounds: string[] = []
    if (query.patients !== undefined && table.key[0] === 'patient_id') {
      const ids = query.patients.map((id) => params.add(id))
      bounds.push(ids.length === 0 ? NEVER : `${alias}.patient_id IN (${ids.join(', ')})`)
    }
    if (query.entitledTo !== undefined && table.key[0] === 'patient_id') {
      bounds.push(isEntitled(alias, query.entitledTo, params))
    }
    if (query.since !== undefined) bounds.push(`${alias}.updated_at >= ${params.add(query.since)}`)
    if (before !== undefined) {
      const values = [...before, query.before?.version ?? 0].map((value) => params.add(value))
      bounds.push(`(${named(alias, columns)}) < (${values.join(', ')})`)
    }
    return `SELECT ${alias === 'm' ? 0 : 1} AS source, ${named(alias, columns)} FROM ${from}
      WHERE ${[...where, ...bounds].join(' AND ')}`
  }
  const current = scoped('m', table.currentScope)
  const earlier = [...scoped('h', table.historyScope), `${table.published} = 1`]
  const seen = `(${table.visible}) = 1`
  const seenNow = `EXISTS (SELECT 1 FROM ${table.current} m
    WHERE ${[...current, ...sameKey(table.key, 'm', 'h'), seen].join(' AND ')} LIMIT 1 OFFSET 0)`
  const selects = perBucket((bucket) => [
    select('m', `${table.current} m`, [...current, `m.bucket = ${bucket}`, seen]),
    select('h', `${table.history} h`, [...earlier, `h.bucket = ${bucket}`, seenNow]),
  ]).flat()
  const newest = columns.map((column) => `${column} DESC`).join(', ')
  const page = mergedPage(selects, `ORDER BY ${newest} LIMIT ${pageSize(query.limit)}`, dialect)
  const sql = `SELECT ${named('k', table.key)}, k.version, k.updated_at, ${either('method')}, 1, ${either(table.text)}
    FROM (${page}) k
    LEFT JOIN ${table.current} m
      ON ${['k.source = 0', ...current, ...sameKey(table.key, 'm', 'k')].join(' AND ')}
    LEFT JOIN ${table.history} h
      ON ${['k.source = 1', ...scoped('h', table.historyScope), ...sameKey([...table.key, 'version'], 'h', 'k')].join(' AND ')}
    ORDER BY ${columns.map((column) => `k.${column} DESC`).join(', ')}`
  return { sql, params: params.values }
}

function either(column: string): string {
  return `CASE k.source WHEN 0 THEN m.${column} ELSE h.${column} END`
}

function named(alias: string, columns: readonly string[]): string {
  return columns.map((column) => `${alias}.${column}`).join(', ')
}

/** The key of the entry where the last page ended; an id that is not ours sorts as it is spelled. */
function keyOfEntry(table: ResourceTable, id: string): readonly string[] {
  return keyOf(table.type, id) ?? table.key.map((_, index) => (index === 0 ? id : ''))
}

function pageSize(limit: number): number {
  return Math.max(0, Math.trunc(limit))
}
