import type { ChangeOf } from '../store.ts'
import type { Statement } from './driver.ts'
import { replacementsQuery } from './lookups.ts'

/**
 * A document and its replacement may come in at the same time, in either order. Each decides on what it reads and asks
 * here, under the lock of the patient, that it still holds; otherwise it has to be decided again.
 */
const CONFLICT: NonNullable<Statement['expect']> = {
  rows: 0,
  error: {
    key: 'store.version-conflict',
    message: 'The document or its replacement has just come in',
    detail: { type: 'DocumentReference' },
  },
}

export function requireUnreplaced({ patientId, system, value }: ChangeOf<'require-unreplaced'>): Statement[] {
  return [{ ...replacementsQuery(patientId, { system, value }), expect: CONFLICT }]
}

export function requireUnclaimed({ system, value }: ChangeOf<'require-unclaimed'>): Statement[] {
  const sql = 'SELECT 1 FROM document_identifier WHERE system = ?1 AND value = ?2'
  return [{ sql, params: [system, value], expect: CONFLICT }]
}
