import type { ChangeOf } from '../store.ts'
import { oneRow } from './change-errors.ts'
import { requiredKey } from './change-rows.ts'
import type { Dialect, Statement } from './driver.ts'

/** The first pathway makes the patient visible, and what is published of the patient with it (design.md section 6). */
export function openPathway({ pathway }: ChangeOf<'open-pathway'>): Statement[] {
  const { patientId, id, status, origin, topography = null, openedAt } = pathway
  requiredKey('Patient', patientId)
  const params = [patientId]
  return [
    {
      sql: `INSERT INTO care_pathway (patient_id, id, status, origin, topography, opened_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)`,
      params: [patientId, id, status, origin, topography, openedAt],
    },
    { sql: 'UPDATE patient SET visible = 1 WHERE patient_id = ?1 AND visible = 0', params },
    { sql: 'UPDATE document SET visible = published WHERE patient_id = ?1 AND visible <> published', params },
    { sql: 'UPDATE list SET visible = 1 WHERE patient_id = ?1 AND visible = 0', params },
  ]
}

/** A patient is deleted only when nothing is filed any more, hidden documents included; the row is locked by then. */
export function requireEmpty(patientId: string): Statement[] {
  return [
    {
      sql: `SELECT 1 FROM patient p WHERE p.patient_id = ?1 AND (
        EXISTS (SELECT 1 FROM document d WHERE d.patient_id = p.patient_id AND d.deleted = 0)
        OR EXISTS (SELECT 1 FROM list l WHERE l.patient_id = p.patient_id AND l.deleted = 0))`,
      params: [patientId],
      expect: {
        rows: 0,
        error: { key: 'store.patient-not-empty', message: 'The patient still has documents or lists', detail: {} },
      },
    },
  ]
}

export function requirePatient(change: ChangeOf<'require-patient'>, dialect: Dialect): Statement[] {
  return [
    {
      sql: `SELECT 1 FROM patient WHERE patient_id = ?1 AND state = 'current'${dialect.shareLock}`,
      params: [change.id],
      expect: oneRow('store.patient-not-current', 'The patient does not exist, is deleted or merged'),
    },
  ]
}
