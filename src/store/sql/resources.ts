import type { StoredResource, StoredType } from '../store.ts'
import type { Query, Row } from './driver.ts'
import { flag, integer, text } from './rows.ts'
import { byKey, keyOf, perType, type ResourceTable } from './tables.ts'

/** The FHIR id of the key columns of a row, which begin at `column`. */
export function idOf(table: ResourceTable, row: Row, column: number): string {
  return table.key.map((_, index) => text(row, column + index)).join('.')
}

/**
 * The text that a read of a version returns. For a Binary it is made here and without `data`: its bytes are in the
 * blob store.
 */
export function textOf(type: StoredType, id: string, version: number, updatedAt: string, stored: string): string {
  if (type !== 'Binary' || stored === '') return stored
  const meta = { versionId: String(version), lastUpdated: updatedAt }
  return JSON.stringify({ resourceType: type, id, meta, contentType: stored })
}

/** Reads the current version of a resource. */
export function readQuery(type: StoredType, id: string): Query | undefined {
  const key = keyOf(type, id)
  return key === undefined ? undefined : { sql: READ[type], params: key }
}

/** Reads one version, the current one or one of the history. */
export function readVersionQuery(type: StoredType, id: string, version: number): Query | undefined {
  const key = keyOf(type, id)
  return key === undefined ? undefined : { sql: READ_VERSION[type], params: [...key, version] }
}

/** The resource in a row of `readQuery` or `readVersionQuery`. */
export function resourceOf(type: StoredType, id: string, row: Row): StoredResource {
  const version = integer(row, 0)
  const updatedAt = text(row, 1)
  const deleted = flag(row, 2)
  const stored = deleted ? '' : text(row, 4)
  return {
    type,
    id,
    version,
    updatedAt,
    deleted,
    visible: flag(row, 3),
    text: textOf(type, id, version, updatedAt, stored),
  }
}

function currentSql(table: ResourceTable): string {
  return `SELECT m.version, m.updated_at, ${table.deleted}, ${table.visible}, m.${table.text}
    FROM ${table.current} m WHERE ${byKey('m', table.key, table.currentScope)}`
}

const READ = perType(currentSql)

const READ_VERSION = perType((table) => {
  const { key, current, history } = table
  const version = `version = ?${key.length + 1}`
  return `${currentSql(table)} AND m.${version} UNION ALL
    SELECT h.version, h.updated_at, CASE WHEN h.method = 'DELETE' THEN 1 ELSE 0 END,
      ${table.published} * (${table.visible}), h.${table.text}
    FROM ${history} h CROSS JOIN ${current} m WHERE ${byKey('h', key, table.historyScope)} AND h.${version}
      AND ${byKey('m', key, table.currentScope)}`
})
