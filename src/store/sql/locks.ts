import { parseClinicalId } from '../ids.ts'
import type { Change } from '../store.ts'
import type { Dialect, Statement } from './driver.ts'

/**
 * Where writers run side by side (PostgreSQL), whoever files something for a patient first locks the patient's row:
 * otherwise a document filed while another transaction opens the first pathway would stay invisible. A commit that
 * also changes the patient takes the stronger lock at once, so that two of them queue instead of blocking each other.
 * All rows are locked before anything else is, and in one order: a merge locks two patients, and identifiers change
 * hands in it.
 */
export function patientLocks(changes: readonly Change[], dialect: Dialect): Statement[] {
  if (dialect.shareLock === '') return []
  const locks = new Map<string, string>()
  for (const change of changes) {
    const patientId = patientOf(change)
    if (patientId === undefined) continue
    if (changesPatient(change)) locks.set(patientId, dialect.ownLock)
    else if (!locks.has(patientId)) locks.set(patientId, dialect.shareLock)
  }
  const inOrder = [...locks].sort(([one], [other]) => (one < other ? -1 : 1))
  return inOrder.map(([patientId, lock]) => ({
    sql: `SELECT 1 FROM patient WHERE patient_id = ?1${lock}`,
    params: [patientId],
  }))
}

function changesPatient(change: Change): boolean {
  return (
    change.kind === 'put-patient' ||
    change.kind === 'open-pathway' ||
    change.kind === 'require-unreplaced' ||
    change.kind === 'require-unclaimed' ||
    change.kind === 'merge' ||
    change.kind === 'unmerge' ||
    change.kind === 'close-pathways' ||
    (change.kind === 'delete' && (change.type === 'Patient' || change.type === 'Binary'))
  )
}

/**
 * The patient whose row a change depends on; documents that replace each other or share a content must queue too. A
 * deletion locks the patient before its own row, as every other change does: the other way round two would block.
 */
function patientOf(change: Change): string | undefined {
  switch (change.kind) {
    case 'put-patient':
      return change.expectedVersion === undefined ? undefined : change.id
    case 'require-patient':
      return change.id
    case 'open-pathway':
      return change.pathway.patientId
    case 'require-unreplaced':
    case 'require-unclaimed':
    case 'require-merges':
    case 'require-pathways':
    case 'close-pathways':
    case 'require-unrelated':
      return change.patientId
    case 'merge':
    case 'unmerge':
    case 'require-merged':
      return change.survivorId
    case 'require-holder':
      return change.id
    case 'require-content':
    case 'put-document':
    case 'put-list':
      return parseClinicalId(change.id)?.patientId
    case 'delete':
      return change.type === 'Patient' ? change.id : parseClinicalId(change.id)?.patientId
    default:
      return undefined
  }
}
