import type { ChangeOf } from '../store.ts'
import { oneRow } from './change-errors.ts'
import { requiredKey } from './change-rows.ts'
import type { Statement } from './driver.ts'

/** Keeps a submission with its answer, under the list that it filed; nothing ever changes it. */
export function keepSubmission({ id, digest, answer, at }: ChangeOf<'keep-submission'>): Statement[] {
  return [
    {
      sql: `INSERT INTO submission (patient_id, id, digest, answer, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO NOTHING`,
      params: [...requiredKey('List', id), digest, answer, at],
      expect: oneRow('store.version-conflict', 'The submission is already kept', { type: 'List' }),
    },
  ]
}
