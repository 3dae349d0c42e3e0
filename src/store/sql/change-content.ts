import type { ChangeOf } from '../store.ts'
import { oneRow } from './change-errors.ts'
import { requiredKey } from './change-rows.ts'
import type { Statement } from './driver.ts'

/**
 * Documents may share a content, which goes with the last of them. Whoever names a content, and whoever withdraws it,
 * has decided on what it read and asks here, under the lock of the patient, that it still holds.
 */
export function requireContent({ id }: ChangeOf<'require-content'>): Statement[] {
  return [
    {
      sql: 'SELECT 1 FROM content WHERE patient_id = ?1 AND id = ?2 AND deleted = 0',
      params: requiredKey('Binary', id),
      expect: oneRow('store.version-conflict', 'The content has just been withdrawn', { type: 'Binary' }),
    },
  ]
}

/** No document that is still there may lose its content. */
export function requireUnnamed(id: string): Statement[] {
  return [
    {
      sql: 'SELECT 1 FROM document WHERE patient_id = ?1 AND content_id = ?2 AND deleted = 0',
      params: requiredKey('Binary', id),
      expect: {
        rows: 0,
        error: {
          key: 'store.version-conflict',
          message: 'A document still names the content',
          detail: { type: 'Binary' },
        },
      },
    },
  ]
}
