import type { EntitledTo } from '../entitlement.ts'
import type { Params } from './params.ts'

/** Who looks, and when: what has ended by then does not count. */
type Viewer = Pick<EntitledTo, 'nationalId' | 'at'>

/** Whether a row with a validity holds at an instant. */
export function isValid(alias: string, at: string, params: Params): string {
  const now = params.add(at)
  return `${alias}.valid_from <= ${now} AND (${alias}.valid_until IS NULL OR ${alias}.valid_until > ${now})`
}

/** The records in whose care team the professional is, as `id`, in no order. */
export function membershipsOf({ nationalId, at }: Viewer, params: Params): string {
  return `SELECT DISTINCT member.patient_id AS id FROM care_team_member member
    WHERE member.national_id = ${params.add(nationalId)} AND ${isValid('member', at, params)}`
}

/** Whether the professional may see the person whose record the row `alias` belongs to (src/dcc/entitlement/decide.ts). */
export function isEntitled(alias: string, viewer: EntitledTo, params: Params): string {
  const open = `NOT ${isClosed(alias, viewer, params)}`
  return viewer.reach === 'region' ? open : `(${caredFor(alias, viewer, params)} AND ${open})`
}

/** Whether the professional is in the care team of the person of the row. */
function caredFor(alias: string, { nationalId, at }: Viewer, params: Params): string {
  const who = params.add(nationalId)
  return ofPerson(alias, (record) =>
    exists(`SELECT 1 FROM care_team_member member WHERE member.patient_id = ${record}
      AND member.national_id = ${who} AND ${isValid('member', at, params)}`),
  )
}

/** Whether the person of the row is opposed to the sharing, or the record closed to the professional. */
export function isClosed(alias: string, { nationalId, at }: Viewer, params: Params): string {
  const who = params.add(nationalId)
  return ofPerson(alias, (record) => {
    const opposed = exists(`SELECT 1 FROM patient_choice choice WHERE choice.patient_id = ${record}
      AND choice.purpose = 'dcc_share' AND choice.decision = 'oppose'`)
    const blocked = exists(`SELECT 1 FROM access_block closed WHERE closed.patient_id = ${record}
      AND closed.national_id = ${who} AND ${isValid('closed', at, params)}`)
    return `(${opposed} OR ${blocked})`
  })
}

/**
 * Whether something holds for any record of the person: the row's own, those merged into it, the one it was merged into
 * and the others that one has taken in. Nearly no record was merged: then two looks at an index tell.
 */
function ofPerson(alias: string, holds: (record: string) => string): string {
  const own = `${alias}.patient_id`
  const taken = `SELECT 1 FROM merged_patient taken WHERE taken.patient_id = ${own} AND ${holds('taken.id')}`
  const others = `SELECT 1 FROM merged_patient other WHERE other.patient_id = taker.patient_id AND ${holds('other.id')}`
  const takers = `SELECT 1 FROM merged_patient taker WHERE taker.id = ${own}
    AND (${holds('taker.patient_id')} OR ${exists(others)})`
  return `(${holds(own)} OR ${exists(taken)} OR ${exists(takers)})`
}

/** OFFSET 0 says nothing to SQLite; it keeps PostgreSQL from turning the test of a row into a join (search-conditions.ts). */
function exists(select: string): string {
  return `EXISTS (${select} LIMIT 1 OFFSET 0)`
}
