import type { AuthorizationRecord, AuthorizationStore } from '../authorization.ts'
import { isStoreError } from '../errors.ts'
import { oneRow } from './change-errors.ts'
import type { Row, SqlDriver, SqlValue, Statement } from './driver.ts'
import { optionalInteger, optionalText, text } from './rows.ts'

const COLUMNS = 'model, id, payload, grant_id, uid, expires_at, consumed_at'
const VALUES = '(?1, ?2, ?3, ?4, ?5, ?6, ?7)'
const CURRENT = '(expires_at IS NULL OR expires_at > ?2)'
const INSERT = `INSERT INTO authorization_record (${COLUMNS}) VALUES ${VALUES}`

const FIND = `SELECT ${COLUMNS} FROM authorization_record WHERE model = ?1 AND id = ?3 AND ${CURRENT}`
const FIND_BY_UID = `SELECT ${COLUMNS} FROM authorization_record WHERE model = ?1 AND uid = ?3 AND ${CURRENT}`
const LIST = `SELECT ${COLUMNS} FROM authorization_record WHERE model = ?1 AND ${CURRENT} ORDER BY id`
const PUT = `${INSERT} ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
  uid = excluded.uid, expires_at = excluded.expires_at`

const EXPIRED = 'SELECT 1 FROM authorization_record WHERE expires_at <= ?1 LIMIT 1'
/** Some at a time: whoever writes meanwhile waits for these only. */
const SWEEP = `DELETE FROM authorization_record WHERE (model, id) IN
  (SELECT model, id FROM authorization_record WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 1000)`

/** The authorization store over either engine (see authorization.ts). */
export function sqlAuthorization(driver: SqlDriver): AuthorizationStore {
  const rows = async (sql: string, params: readonly SqlValue[]) => (await driver.all(sql, params)).map(recordOf)
  const run = (sql: string, params: readonly SqlValue[]) => driver.commit([{ sql, params }])
  return {
    find: async (model, id, now) => (await rows(FIND, [model, now, id]))[0],
    findByUid: async (model, uid, now) => (await rows(FIND_BY_UID, [model, now, uid]))[0],
    list: (model, now) => rows(LIST, [model, now]),
    put: (record) => run(PUT, valuesOf(record)),
    insert: (record) =>
      happens(driver, { sql: `${INSERT} ON CONFLICT DO NOTHING`, params: valuesOf(record), expect: FIRST }),
    consume: (model, id, now) =>
      happens(driver, {
        sql: `UPDATE authorization_record SET consumed_at = ?3 WHERE model = ?1 AND id = ?2 AND consumed_at IS NULL`,
        params: [model, id, now],
        expect: FIRST,
      }),
    remove: (model, id) => run('DELETE FROM authorization_record WHERE model = ?1 AND id = ?2', [model, id]),
    removeGrant: (grantId) => run('DELETE FROM authorization_record WHERE grant_id = ?1', [grantId]),
    async sweep(before) {
      while ((await driver.all(EXPIRED, [before])).length > 0) await run(SWEEP, [before])
    },
  }
}

const FIRST = oneRow('store.version-conflict', 'Somebody else was first')

/** Whether a statement found the world as it expects. */
async function happens(driver: SqlDriver, statement: Statement): Promise<boolean> {
  try {
    await driver.commit([statement])
    return true
  } catch (error) {
    if (isStoreError(error, 'store.version-conflict')) return false
    throw error
  }
}

function valuesOf({ model, id, payload, grantId, uid, expiresAt, consumedAt }: AuthorizationRecord): SqlValue[] {
  return [model, id, payload, grantId ?? null, uid ?? null, expiresAt ?? null, consumedAt ?? null]
}

function recordOf(row: Row): AuthorizationRecord {
  const [grantId, uid] = [optionalText(row, 3), optionalText(row, 4)]
  const [expiresAt, consumedAt] = [optionalInteger(row, 5), optionalInteger(row, 6)]
  return {
    model: text(row, 0),
    id: text(row, 1),
    payload: text(row, 2),
    ...(grantId === undefined ? {} : { grantId }),
    ...(uid === undefined ? {} : { uid }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(consumedAt === undefined ? {} : { consumedAt }),
  }
}
