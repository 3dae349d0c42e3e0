import type {
  EntitledTo,
  EntitlementChange,
  EntitlementFacts,
  EntitlementStore,
  HabilitationRow,
  TraceRow,
} from '../entitlement.ts'
import type { Query, Row, SqlDriver, SqlValue, Statement } from './driver.ts'
import { isClosed, isEntitled, isValid, membershipsOf } from './entitlement-conditions.ts'
import { Params } from './params.ts'
import { flag, integer, oneOf, optionalText, text } from './rows.ts'

const PROFILES = ['clinician', 'coordinator', 'rcp-secretary'] as const
const REACHES = ['care-team', 'region'] as const
const BASES = ['care-team', 'patient-choice', 'emergency'] as const

const HABILITATIONS = `SELECT national_id, structure, profile, reach, valid_from, valid_until, suspended FROM habilitation`
const TRACES = 'SELECT id, at, kind, actor, client, patient_id, detail, request_id FROM access_trace'

/** The entitlement store over either engine (see entitlement.ts); `onCommit` is told of every commit, failed ones too. */
export function sqlEntitlement(driver: SqlDriver, onCommit: () => void): EntitlementStore {
  return {
    async habilitations(nationalId) {
      const [where, params] = nationalId === undefined ? ['', []] : [' WHERE national_id = ?1', [nationalId]]
      const rows = await driver.all(`${HABILITATIONS}${where} ORDER BY national_id, structure`, params)
      return rows.map(habilitationOf)
    },
    async facts(nationalId, patientIds, at) {
      if (patientIds.length === 0) return { bases: [], opposed: false, blocked: false }
      const { sql, params } = factsQuery(nationalId, patientIds, at)
      return factsOf(await driver.all(sql, params))
    },
    async patientsOf(nationalId, at, limit) {
      const { sql, params } = patientsQuery({ nationalId, at }, limit)
      return (await driver.all(sql, params)).map((row) => text(row, 0))
    },
    async memberships(nationalId, at, most) {
      const params = new Params()
      const own = `${membershipsOf({ nationalId, at }, params)} LIMIT ${Math.trunc(most)}`
      const [row] = await driver.all(`SELECT count(*) FROM (${own}) own`, params.values)
      return row === undefined ? 0 : integer(row, 0)
    },
    async entitled(to, patientIds) {
      if (patientIds.length === 0) return []
      const params = new Params()
      const ids = patientIds.map((id) => params.add(id)).join(', ')
      const sql = `SELECT p.patient_id FROM patient p WHERE p.patient_id IN (${ids}) AND ${SEEN} AND ${isEntitled('p', to, params)}`
      return (await driver.all(sql, params.values)).map((row) => text(row, 0))
    },
    async traces({ patientId, limit }) {
      const [where, params] = patientId === undefined ? ['', []] : [' WHERE patient_id = ?1', [patientId]]
      const rows = await driver.all(`${TRACES}${where} ORDER BY id DESC LIMIT ${Math.trunc(limit)}`, params)
      return rows.map(traceOf)
    },
    commit: (changes) => driver.commit(changes.map(entitlementStatement)).finally(onCommit),
  }
}

function factsQuery(nationalId: string, patientIds: readonly string[], at: string): Query {
  const params = new Params()
  const records = `IN (${patientIds.map((id) => params.add(id)).join(', ')})`
  const [who, valid] = [params.add(nationalId), (alias: string) => isValid(alias, at, params)]
  const sql = `SELECT DISTINCT c.basis FROM care_team_member c WHERE c.patient_id ${records} AND c.national_id = ${who}
      AND ${valid('c')}
    UNION ALL SELECT DISTINCT 'opposed' FROM patient_choice o WHERE o.patient_id ${records}
      AND o.purpose = 'dcc_share' AND o.decision = 'oppose'
    UNION ALL SELECT DISTINCT 'blocked' FROM access_block b WHERE b.patient_id ${records} AND b.national_id = ${who}
      AND ${valid('b')}`
  return { sql, params: params.values }
}

const SEEN = "p.visible = 1 AND p.state <> 'deleted'"

/** Begins at the memberships of the professional: the whole of a region has far more patients. */
function patientsQuery(viewer: Omit<EntitledTo, 'reach'>, limit: number): Query {
  const params = new Params()
  const sql = `WITH own AS (${membershipsOf(viewer, params)}),
    record AS (SELECT id FROM own
      UNION SELECT g.id FROM own CROSS JOIN merged_patient g WHERE g.patient_id = own.id
      UNION SELECT g.patient_id FROM own CROSS JOIN merged_patient g WHERE g.id = own.id
      UNION SELECT h.id FROM own CROSS JOIN merged_patient g CROSS JOIN merged_patient h
        WHERE g.id = own.id AND h.patient_id = g.patient_id)
    SELECT p.patient_id FROM record r CROSS JOIN patient p WHERE p.patient_id = r.id AND ${SEEN}
      AND NOT ${isClosed('p', viewer, params)}
    ORDER BY p.patient_id LIMIT ${Math.trunc(limit)}`
  return { sql, params: params.values }
}

function factsOf(rows: readonly Row[]): EntitlementFacts {
  const found = new Set(rows.map((row) => text(row, 0)))
  return {
    bases: BASES.filter((basis) => found.has(basis)),
    opposed: found.has('opposed'),
    blocked: found.has('blocked'),
  }
}

/** The statement of a change. */
export function entitlementStatement(change: EntitlementChange): Statement {
  switch (change.kind) {
    case 'put-habilitation': {
      const { nationalId, structure, profile, reach, from, until = null, suspended } = change
      return PUT_HABILITATION([nationalId, structure, profile, reach, from, until, suspended ? 1 : 0])
    }
    case 'put-membership': {
      const { patientId, nationalId, basis, role = null, reason = null, from, until = null } = change
      return PUT_MEMBERSHIP([patientId, nationalId, basis, role, reason, from, until])
    }
    case 'put-choice':
      return PUT_CHOICE([change.patientId, change.purpose, change.decision, change.at])
    case 'put-block':
      return PUT_BLOCK([change.patientId, change.nationalId, change.from, change.until ?? null])
    case 'end-memberships':
      return end('care_team_member', change)
    case 'end-block':
      return end('access_block', change)
    case 'trace':
      return { sql: ADD_TRACE, params: traceValues(change.trace) }
  }
}

const PUT_HABILITATION = upsert(
  'habilitation',
  ['national_id', 'structure'],
  ['profile', 'reach', 'valid_from', 'valid_until', 'suspended'],
)
const PUT_MEMBERSHIP = upsert(
  'care_team_member',
  ['patient_id', 'national_id', 'basis'],
  ['role', 'reason', 'valid_from', 'valid_until'],
)
const PUT_CHOICE = upsert('patient_choice', ['patient_id', 'purpose'], ['decision', 'decided_at'])
const PUT_BLOCK = upsert('access_block', ['patient_id', 'national_id'], ['valid_from', 'valid_until'])

/** Writes a row, or over the one with its key. */
function upsert(table: string, key: readonly string[], others: readonly string[]) {
  const columns = [...key, ...others]
  const places = columns.map((_, index) => `?${index + 1}`)
  const set = others.map((column) => `${column} = excluded.${column}`)
  const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places.join(', ')})
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${set.join(', ')}`
  return (params: readonly SqlValue[]): Statement => ({ sql, params })
}

/** What has not ended yet ends; what had not begun never holds. */
function end(table: string, change: { patientId: string; nationalId: string; at: string }): Statement {
  return {
    sql: `UPDATE ${table} SET valid_until = ?3 WHERE patient_id = ?1 AND national_id = ?2
      AND (valid_until IS NULL OR valid_until > ?3)`,
    params: [change.patientId, change.nationalId, change.at],
  }
}

const ADD_TRACE = `INSERT INTO access_trace (id, at, kind, actor, client, patient_id, detail, request_id)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`

function traceValues({ id, at, kind, actor, client, patientId, detail, requestId }: TraceRow): SqlValue[] {
  return [id, at, kind, actor ?? null, client ?? null, patientId ?? '', detail ?? null, requestId ?? null]
}

function traceOf(row: Row): TraceRow {
  return {
    id: text(row, 0),
    at: text(row, 1),
    kind: text(row, 2),
    actor: optionalText(row, 3),
    client: optionalText(row, 4),
    patientId: text(row, 5) === '' ? undefined : text(row, 5),
    detail: optionalText(row, 6),
    requestId: optionalText(row, 7),
  }
}

function habilitationOf(row: Row): HabilitationRow {
  return {
    nationalId: text(row, 0),
    structure: text(row, 1),
    profile: oneOf(row, 2, PROFILES),
    reach: oneOf(row, 3, REACHES),
    from: text(row, 4),
    until: optionalText(row, 5),
    suspended: flag(row, 6),
  }
}
