import type { Params } from './params.ts'

/** A professional who looks, and when: what has ended by then does not count. */
export interface Viewer {
  nationalId: string
  at: string
}

/** Whether a row with a validity holds at an instant. */
export function isValid(alias: string, at: string, params: Params): string {
  const now = params.add(at)
  return `${alias}.valid_from <= ${now} AND (${alias}.valid_until IS NULL OR ${alias}.valid_until > ${now})`
}

/** The records in whose care team the professional is, as `id`, in no order. */
export function membershipsOf({ nationalId, at }: Viewer, params: Params): string {
  return `SELECT DISTINCT c.patient_id AS id FROM care_team_member c
    WHERE c.national_id = ${params.add(nationalId)} AND ${isValid('c', at, params)}`
}

/** Whether the professional is in the care team of the person whose record the row `alias` belongs to. */
export function caredFor(alias: string, { nationalId, at }: Viewer, params: Params): string {
  const who = params.add(nationalId)
  const member = (record: string) =>
    `SELECT 1 FROM care_team_member c WHERE c.patient_id = ${record} AND c.national_id = ${who} AND ${isValid('c', at, params)}`
  return ofPerson(alias, member)
}

/** Whether the person of the row is opposed to the sharing, or the record closed to the professional. */
export function isClosed(alias: string, { nationalId, at }: Viewer, params: Params): string {
  const who = params.add(nationalId)
  const opposed = (record: string) =>
    `SELECT 1 FROM patient_choice o WHERE o.patient_id = ${record} AND o.purpose = 'dcc_share' AND o.decision = 'oppose'`
  const blocked = (record: string) =>
    `SELECT 1 FROM access_block b WHERE b.patient_id = ${record} AND b.national_id = ${who} AND ${isValid('b', at, params)}`
  return `(${ofPerson(alias, opposed)} OR ${ofPerson(alias, blocked)})`
}

/**
 * Whether something is there for any record of the person: the row's own, those merged into it, those it was merged
 * into, and theirs. Nearly no record was merged, hence each of the last three costs one look at an index. OFFSET 0 says
 * nothing to SQLite; it keeps PostgreSQL from turning the test of a row into a join (search-conditions.ts).
 */
function ofPerson(alias: string, select: (record: string) => string): string {
  const own = `${alias}.patient_id`
  const exists = (sql: string) => `EXISTS (${sql} LIMIT 1 OFFSET 0)`
  return `(${[
    exists(select(own)),
    exists(`SELECT 1 FROM merged_patient g WHERE g.patient_id = ${own} AND ${exists(select('g.id'))}`),
    exists(`SELECT 1 FROM merged_patient g WHERE g.id = ${own} AND ${exists(select('g.patient_id'))}`),
    exists(`SELECT 1 FROM merged_patient g CROSS JOIN merged_patient h WHERE g.id = ${own}
      AND h.patient_id = g.patient_id AND ${exists(select('h.id'))}`),
  ].join(' OR ')})`
}
