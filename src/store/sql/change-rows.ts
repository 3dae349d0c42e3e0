import { bucketOf } from '../ids.ts'
import type { StoredType } from '../store.ts'
import { expectVersion, invalid } from './change-errors.ts'
import type { SqlValue, Statement } from './driver.ts'
import { byKey, keyOf, type ResourceTable } from './tables.ts'

/** How the versions of a type are written: SQL made once, parameters bound by `put` and `remove`. */
export interface RowWriter {
  put(write: RowWrite): Statement[]
  remove(write: Omit<RowWrite, 'method' | 'values'> & { expectedVersion: number }): Statement[]
}

/** One version to write; `values` in the order of the writer's columns. */
export interface RowWrite {
  id: string
  expectedVersion: number | undefined
  updatedAt: string
  method: string
  values: readonly SqlValue[]
}

/** What differs between the tables of current versions. */
export interface RowShape {
  /** Columns bound by `values`. */
  columns: readonly string[]
  /** Columns set by an expression; `?name` stands for the parameter of a column. */
  computed: Readonly<Record<string, string>>
  /** Columns that get a value only in a new row. */
  initial: Readonly<Record<string, string>>
  /** SET list of a deletion, besides version, time and method. */
  removal: string
  /** Columns of the history table, besides the key, that are copied from an expression on the current row. */
  copied: Readonly<Record<string, string>>
}

/** The key of an id, or a StoreError: nothing can be stored under such an id. */
export function requiredKey(type: StoredType, id: string): readonly string[] {
  const key = keyOf(type, id)
  if (key === undefined) throw invalid('An id has not the shape of its type', { type })
  return key
}

/** Makes the writer of a table: compare-and-set on `version`, the version before goes to the history. */
export function rowWriter(table: ResourceTable, shape: RowShape): RowWriter {
  const sql = statements(table, shape)

  function replaced(key: readonly string[], expectedVersion: number): Statement {
    return { sql: sql.copy, params: [...key, expectedVersion], expect: expectVersion(table.type, expectedVersion) }
  }

  return {
    put({ id, expectedVersion, updatedAt, method, values }) {
      const key = requiredKey(table.type, id)
      const params = [...key, (expectedVersion ?? 0) + 1, updatedAt, method, ...values]
      const expect = expectVersion(table.type, expectedVersion)
      if (expectedVersion === undefined) {
        return [{ sql: sql.insert, params: [...params, bucketOf(key[0] ?? '')], expect }]
      }
      return [replaced(key, expectedVersion), { sql: sql.update, params: [...params, expectedVersion], expect }]
    },
    remove({ id, expectedVersion, updatedAt }) {
      const key = requiredKey(table.type, id)
      const params = [...key, expectedVersion, expectedVersion + 1, updatedAt]
      const expect = expectVersion(table.type, expectedVersion)
      return [replaced(key, expectedVersion), { sql: sql.remove, params, expect }]
    },
  }
}

function statements(table: ResourceTable, shape: RowShape): Record<'insert' | 'update' | 'remove' | 'copy', string> {
  const { key } = table
  const bound = [...key, 'version', 'updated_at', 'method', ...shape.columns]
  const place = new Map(bound.map((column, index) => [column, `?${index + 1}`]))
  const last = bound.length + 1
  const bind = (expression: string) => expression.replaceAll(/\?([a-z_]+)/g, (_, column) => place.get(column) ?? 'NULL')
  const computed = Object.entries(shape.computed).map(([column, expression]) => [column, bind(expression)] as const)
  const initial = Object.entries(shape.initial).map(([column, expression]) => [column, bind(expression)] as const)
  const typed = table.currentScope.length > 0 ? [['resource_type', `'${table.type}'`] as const] : []
  const inserted = [...place, ...computed, ...initial, ['bucket', `?${last}`] as const, ...typed]
  const set = [...place].slice(key.length).concat(computed.map(([column, value]) => [column, value]))
  const where = byKey(table.current, key, table.currentScope)
  const copies: [string, string][] = [
    ...[...key, 'version', 'bucket', 'updated_at', 'method'].map((column): [string, string] => [column, column]),
    ...Object.entries(shape.copied),
  ]
  return {
    insert: `INSERT INTO ${table.current} (${inserted.map(([column]) => column).join(', ')})
      VALUES (${inserted.map(([, value]) => value).join(', ')}) ON CONFLICT DO NOTHING`,
    update: `UPDATE ${table.current} SET ${set.map(([column, value]) => `${column} = ${value}`).join(', ')}
      WHERE ${where} AND version = ?${last}`,
    remove: `UPDATE ${table.current} SET version = ?${key.length + 2}, updated_at = ?${key.length + 3}, method = 'DELETE',
      ${shape.removal} WHERE ${where} AND version = ?${key.length + 1}`,
    copy: `INSERT INTO ${table.history} (${copies.map(([column]) => column).join(', ')})
      SELECT ${copies.map(([, value]) => value).join(', ')} FROM ${table.current}
      WHERE ${where} AND version = ?${key.length + 1} ON CONFLICT DO NOTHING`,
  }
}
