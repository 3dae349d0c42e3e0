import { bucketOf, parseClinicalId } from '../ids.ts'
import type { Change, Directory, IndexValues, StoredType } from '../store.ts'
import { invalid, oneRow } from './change-errors.ts'
import { dropIndexRows, indexRows } from './change-index.ts'
import { requiredKey, rowWriter } from './change-rows.ts'
import type { Dialect, Statement } from './driver.ts'
import { patientLocks } from './locks.ts'
import { resourceTable, searchTable } from './tables.ts'

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>

/** Turns a list of changes into the statements of one transaction; StoreError `store.invalid` for a malformed change. */
export function compileChanges(changes: readonly Change[], dialect: Dialect): Statement[] {
  const locks = patientLocks(changes, dialect)
  return changes.flatMap((change) => [...locks(change), ...compileChange(change, dialect)])
}

function compileChange(change: Change, dialect: Dialect): Statement[] {
  switch (change.kind) {
    case 'put-patient':
      return putPatient(change)
    case 'put-document':
      return putDocument(change)
    case 'put-list':
      return putList(change)
    case 'put-reference':
      return putReference(change)
    case 'put-content':
      return putContent(change)
    case 'put-rendition':
      return putRendition(change)
    case 'delete':
      return remove(change)
    case 'claim':
      return claim(change)
    case 'release':
      return release(change)
    case 'open-pathway':
      return openPathway(change)
    case 'require-patient':
      return requirePatient(change, dialect)
    case 'event':
      return addEvent(change)
  }
}

const VISIBLE_PATIENT = 'COALESCE((SELECT p.visible FROM patient p WHERE p.patient_id = ?patient_id), 0)'

const WRITERS = {
  Patient: rowWriter(resourceTable('Patient'), {
    columns: ['state', 'identity_status', 'merged_into', 'birth_date', 'family', 'resource'],
    computed: {},
    initial: { visible: '0', created_at: '?updated_at' },
    removal: "state = 'deleted', resource = ''",
    copied: { resource_type: "'Patient'", id: "''", published: '1', resource: 'resource' },
  }),
  DocumentReference: rowWriter(resourceTable('DocumentReference'), {
    columns: [
      'status',
      'published',
      'sort_date',
      'creation',
      'period_start',
      'set_id',
      'version_number',
      'content_id',
      'resource',
    ],
    computed: { deleted: '0', visible: `?published * ${VISIBLE_PATIENT}` },
    initial: { created_at: '?updated_at' },
    removal: "deleted = 1, resource = ''",
    copied: { resource_type: "'DocumentReference'", published: 'published', resource: 'resource' },
  }),
  List: rowWriter(resourceTable('List'), {
    columns: ['list_kind', 'status', 'sort_date', 'resource'],
    computed: { deleted: '0', visible: VISIBLE_PATIENT },
    initial: { created_at: '?updated_at' },
    removal: "deleted = 1, resource = ''",
    copied: { resource_type: "'List'", published: '1', resource: 'resource' },
  }),
  Binary: rowWriter(resourceTable('Binary'), {
    columns: ['content_type', 'sha256', 'sha1', 'size'],
    computed: { deleted: '0' },
    initial: {},
    removal: "deleted = 1, sha256 = ''",
    copied: { content_type: 'content_type', sha256: 'sha256', sha1: 'sha1', size: 'size' },
  }),
  Practitioner: referenceWriter('Practitioner'),
  PractitionerRole: referenceWriter('PractitionerRole'),
  Organization: referenceWriter('Organization'),
}

function referenceWriter(type: ChangeOf<'put-reference'>['type']) {
  return rowWriter(resourceTable(type), {
    columns: ['family', 'resource'],
    computed: { deleted: '0' },
    initial: { created_at: '?updated_at' },
    removal: "deleted = 1, resource = ''",
    copied: { resource_type: 'resource_type', resource: 'resource' },
  })
}

function putPatient(change: ChangeOf<'put-patient'>): Statement[] {
  const { state, identityStatus, mergedInto = null, birthDate, family, text } = change
  const values = [state, identityStatus, mergedInto, birthDate, family, text]
  return [...WRITERS.Patient.put({ ...change, values }), ...reindex('Patient', change, '')]
}

function putDocument(change: ChangeOf<'put-document'>): Statement[] {
  const { status, creation, periodStart, setId = null, versionNumber = null, contentId, text, index } = change
  const [patientId] = requiredKey('DocumentReference', change.id)
  const content = contentId === undefined ? undefined : parseClinicalId(contentId)
  if (contentId !== undefined && content?.patientId !== patientId) throw invalid('Content of another patient')
  const date = sortDate(change.date, index)
  const published = change.published ? 1 : 0
  const values = [status, published, date, creation, periodStart, setId, versionNumber, content?.localId ?? null, text]
  return [...WRITERS.DocumentReference.put({ ...change, values }), ...reindex('DocumentReference', change, date)]
}

function putList(change: ChangeOf<'put-list'>): Statement[] {
  const date = sortDate(change.date, change.index)
  const values = [change.listKind, change.status, date, change.text]
  return [...WRITERS.List.put({ ...change, values }), ...reindex('List', change, date)]
}

function putReference(change: ChangeOf<'put-reference'>): Statement[] {
  const values = [change.family, change.text]
  return [...WRITERS[change.type].put({ ...change, values }), ...reindex(change.type, change, '')]
}

/** The date that orders a resource is the lower bound of its `date` value: then a page can be cut from either. */
function sortDate(date: string, index: IndexValues): string {
  const values = index.dates.filter(({ param }) => param === 'date')
  if (values.length > 1) throw invalid('More than one value of the search parameter date')
  return values[0]?.lo ?? date
}

function reindex(
  type: Exclude<StoredType, 'Binary'>,
  change: { id: string; expectedVersion: number | undefined; index: IndexValues },
  date: string,
): Statement[] {
  const table = searchTable(type)
  const key = requiredKey(type, change.id)
  const dropped = change.expectedVersion === undefined ? [] : dropIndexRows(table, key)
  return [...dropped, ...indexRows(table, key, change.index, date)]
}

const DROP_RENDITIONS = 'DELETE FROM content_rendition WHERE patient_id = ?1 AND id = ?2'

function putContent(change: ChangeOf<'put-content'>): Statement[] {
  const values = [change.contentType, change.sha256, change.sha1, change.size]
  const written = WRITERS.Binary.put({ ...change, values })
  if (change.expectedVersion === undefined) return written
  return [...written, { sql: DROP_RENDITIONS, params: requiredKey('Binary', change.id) }]
}

function putRendition(change: ChangeOf<'put-rendition'>): Statement[] {
  const params = [
    ...requiredKey('Binary', change.contentId),
    change.contentType,
    change.sha256,
    change.sha1,
    change.size,
  ]
  return [
    {
      sql: `INSERT INTO content_rendition (patient_id, id, content_type, sha256, sha1, size)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (patient_id, id, content_type)
        DO UPDATE SET sha256 = excluded.sha256, sha1 = excluded.sha1, size = excluded.size`,
      params,
    },
  ]
}

function remove(change: ChangeOf<'delete'>): Statement[] {
  const key = requiredKey(change.type, change.id)
  const removed = WRITERS[change.type].remove(change)
  if (change.type !== 'Binary') return [...removed, ...dropIndexRows(searchTable(change.type), key)]
  const forget = "UPDATE content_history SET sha256 = '' WHERE patient_id = ?1 AND id = ?2"
  return [...removed, { sql: forget, params: key }, { sql: DROP_RENDITIONS, params: key }]
}

/** Table and columns of a directory; `key` holds the columns of the holder's key. */
const DIRECTORIES: Record<Directory, { table: string; type: StoredType; key: readonly string[] }> = {
  patient: { table: 'patient_identifier', type: 'Patient', key: ['patient_id'] },
  document: { table: 'document_identifier', type: 'DocumentReference', key: ['patient_id', 'id'] },
  Practitioner: { table: 'reference_identifier', type: 'Practitioner', key: ['id'] },
  PractitionerRole: { table: 'reference_identifier', type: 'PractitionerRole', key: ['id'] },
  Organization: { table: 'reference_identifier', type: 'Organization', key: ['id'] },
}

/** Takes the identifier, or touches the row when the same holder has it; no row means that another one has it. */
function claim(change: ChangeOf<'claim'>): Statement[] {
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

function release(change: ChangeOf<'release'>): Statement[] {
  const { table, type, key } = DIRECTORIES[change.directory]
  const params = [...requiredKey(type, change.id), change.system, change.value]
  const columns = [...key, 'system', 'value'].map((column, index) => `${column} = ?${index + 1}`)
  const typed = table === 'reference_identifier' ? [`resource_type = '${type}'`] : []
  return [{ sql: `DELETE FROM ${table} WHERE ${[...columns, ...typed].join(' AND ')}`, params }]
}

/** The first pathway makes the patient visible, and what is published of the patient with it (design.md section 6). */
function openPathway({ pathway }: ChangeOf<'open-pathway'>): Statement[] {
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

function requirePatient(change: ChangeOf<'require-patient'>, dialect: Dialect): Statement[] {
  return [
    {
      sql: `SELECT 1 FROM patient WHERE patient_id = ?1 AND state = 'current'${dialect.shareLock}`,
      params: [change.id],
      expect: oneRow('store.patient-not-current', 'The patient does not exist, is deleted or merged'),
    },
  ]
}

function addEvent({ event }: ChangeOf<'event'>): Statement[] {
  const { patientId, eventType, resourceType, resourceId, version, occurredAt } = event
  const parts = parseClinicalId(event.id)
  if (parts !== undefined && parts.patientId !== patientId) throw invalid('Event of another patient')
  const id = parts?.localId ?? event.id
  return [
    {
      sql: `INSERT INTO outbox (patient_id, id, bucket, event_type, resource_type, resource_id, version, occurred_at,
        attempts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0)`,
      params: [patientId, id, bucketOf(patientId), eventType, resourceType, resourceId, version, occurredAt],
    },
  ]
}
