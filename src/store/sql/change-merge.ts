import type { ChangeOf } from '../store.ts'
import { oneRow } from './change-errors.ts'
import { requiredKey } from './change-rows.ts'
import type { Statement } from './driver.ts'

/**
 * Who was merged into whom. A writer decides on what it read of it, of pathways or of an identifier's holder, and asks
 * here, under the lock of the patient, that it still holds; otherwise it has to be decided again.
 */
const CHANGED = oneRow('store.version-conflict', 'The patient has just been merged or separated', { type: 'Patient' })

export function merge({ survivorId, id, domain }: ChangeOf<'merge'>): Statement[] {
  const params = [...requiredKey('Patient', survivorId), ...requiredKey('Patient', id), domain]
  const sql = 'INSERT INTO merged_patient (patient_id, id, domain) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING'
  return [{ sql, params, expect: CHANGED }]
}

export function unmerge({ survivorId, id }: ChangeOf<'unmerge'>): Statement[] {
  const sql = 'DELETE FROM merged_patient WHERE patient_id = ?1 AND id = ?2'
  return [{ sql, params: [survivorId, id], expect: CHANGED }]
}

export function requireMerged({ survivorId, id }: ChangeOf<'require-merged'>): Statement[] {
  const sql = 'SELECT 1 FROM merged_patient WHERE patient_id = ?1 AND id = ?2'
  return [{ sql, params: [survivorId, id], expect: CHANGED }]
}

export function requireMerges({ patientId, count }: ChangeOf<'require-merges'>): Statement[] {
  const sql = 'SELECT 1 FROM merged_patient WHERE patient_id = ?1'
  return [{ sql, params: [patientId], expect: { ...CHANGED, rows: count } }]
}

export function requireHolder({ system, value, id }: ChangeOf<'require-holder'>): Statement[] {
  const sql = 'SELECT 1 FROM patient_identifier WHERE system = ?1 AND value = ?2 AND patient_id = ?3'
  return [{ sql, params: [system, value, id], expect: CHANGED }]
}

export function requirePathways({ patientId, count }: ChangeOf<'require-pathways'>): Statement[] {
  const sql = 'SELECT 1 FROM care_pathway WHERE patient_id = ?1'
  return [{ sql, params: [patientId], expect: { ...CHANGED, rows: count } }]
}

/** A patient without any pathway left is hidden again, and everything that is filed of the patient with it. */
export function closePathways({ patientId, origin }: ChangeOf<'close-pathways'>): Statement[] {
  const none = 'NOT EXISTS (SELECT 1 FROM care_pathway c WHERE c.patient_id = ?1)'
  const hide = (table: string): Statement => ({
    sql: `UPDATE ${table} SET visible = 0 WHERE patient_id = ?1 AND visible = 1 AND ${none}`,
    params: [patientId],
  })
  const sql = 'DELETE FROM care_pathway WHERE patient_id = ?1 AND origin = ?2'
  return [{ sql, params: [patientId, origin] }, hide('patient'), hide('document'), hide('list')]
}

/** Addresses of a patient's resources begin with the type and the patient's id, then a dot: `/` is the next character. */
export function requireUnrelated({ patientId, otherId }: ChangeOf<'require-unrelated'>): Statement[] {
  const [other = ''] = requiredKey('Patient', otherId)
  return ['DocumentReference', 'List'].map((type) => ({
    sql: `SELECT 1 FROM search_token WHERE patient_id = ?1 AND code >= ?2 AND code < ?3 LIMIT 1`,
    params: [patientId, `${type}/${other}.`, `${type}/${other}/`],
    expect: {
      rows: 0,
      error: {
        key: 'store.patient-related',
        message: 'Documents or lists of one patient refer to those of the other',
        detail: { type },
      },
    },
  }))
}
