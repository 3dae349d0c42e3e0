import type { ChangeOf, Directory, StoredType } from '../store.ts'
import { oneRow } from './change-errors.ts'
import { requiredKey } from './change-rows.ts'
import type { Statement } from './driver.ts'

/** Table and columns of a directory; `key` holds the columns of the holder's key. */
const DIRECTORIES: Record<Directory, { table: string; type: StoredType; key: readonly string[] }> = {
  patient: { table: 'patient_identifier', type: 'Patient', key: ['patient_id'] },
  document: { table: 'document_identifier', type: 'DocumentReference', key: ['patient_id', 'id'] },
  submission: { table: 'submission_identifier', type: 'List', key: ['patient_id', 'id'] },
  Practitioner: { table: 'reference_identifier', type: 'Practitioner', key: ['id'] },
  PractitionerRole: { table: 'reference_identifier', type: 'PractitionerRole', key: ['id'] },
  Organization: { table: 'reference_identifier', type: 'Organization', key: ['id'] },
}

/** Takes the identifier, or touches the row when the same holder has it; no row means that another one has it. */
export function claim(change: ChangeOf<'claim'>): Statement[] {
  const { table, type, key } = DIRECTORIES[change.directory]
  const unique = table === 'reference_identifier' ? ['resource_type', 'system', 'value'] : ['system', 'value']
  const params = [...requiredKey(type, change.id), change.system, change.value]
  const values = params.map((_, index) => `?${index + 1}`)
  const typed = unique.length === 3 ? [`'${type}'`] : []
  const [first = ''] = key
  return [
    {
      sql: `INSERT INTO ${table} (${[...key, ...unique.slice(-2), ...unique.slice(0, -2)].join(', ')})
        VALUES (${[...values, ...typed].join(', ')}) ON CONFLICT (${unique.join(', ')})
        DO UPDATE SET ${first} = excluded.${first}
        WHERE ${key.map((column) => `${table}.${column} = excluded.${column}`).join(' AND ')}`,
      params,
      expect: oneRow('store.identifier-taken', 'The identifier belongs to another resource', {
        directory: change.directory,
      }),
    },
  ]
}

export function release(change: ChangeOf<'release'>): Statement[] {
  const { table, type, key } = DIRECTORIES[change.directory]
  const params = [...requiredKey(type, change.id), change.system, change.value]
  const columns = [...key, 'system', 'value'].map((column, index) => `${column} = ?${index + 1}`)
  const typed = table === 'reference_identifier' ? [`resource_type = '${type}'`] : []
  return [{ sql: `DELETE FROM ${table} WHERE ${[...columns, ...typed].join(' AND ')}`, params }]
}
