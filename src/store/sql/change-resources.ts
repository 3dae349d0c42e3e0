import { parseClinicalId } from '../ids.ts'
import type { ChangeOf, IndexValues, SearchableType } from '../store.ts'
import { invalid } from './change-errors.ts'
import { dropIndexRows, indexRows } from './change-index.ts'
import { requiredKey, rowWriter } from './change-rows.ts'
import type { Statement } from './driver.ts'
import { resourceTable, searchTable } from './tables.ts'

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

export function putPatient(change: ChangeOf<'put-patient'>): Statement[] {
  const { state, identityStatus, mergedInto = null, birthDate, family, text } = change
  const values = [state, identityStatus, mergedInto, birthDate, family, text]
  return [...WRITERS.Patient.put({ ...change, values }), ...reindex('Patient', change, '')]
}

export function putDocument(change: ChangeOf<'put-document'>): Statement[] {
  const { status, creation, periodStart, setId = null, versionNumber = null, contentId, text, index } = change
  const [patientId] = requiredKey('DocumentReference', change.id)
  const content = contentId === undefined ? undefined : parseClinicalId(contentId)
  if (contentId !== undefined && content?.patientId !== patientId) throw invalid('Content of another patient')
  const date = sortDate(change.date, index)
  const published = change.published ? 1 : 0
  const values = [status, published, date, creation, periodStart, setId, versionNumber, content?.localId ?? null, text]
  return [...WRITERS.DocumentReference.put({ ...change, values }), ...reindex('DocumentReference', change, date)]
}

export function putList(change: ChangeOf<'put-list'>): Statement[] {
  const date = sortDate(change.date, change.index)
  const values = [change.listKind, change.status, date, change.text]
  return [...WRITERS.List.put({ ...change, values }), ...reindex('List', change, date)]
}

export function putReference(change: ChangeOf<'put-reference'>): Statement[] {
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
  type: SearchableType,
  change: { id: string; expectedVersion: number | undefined; index: IndexValues },
  date: string,
): Statement[] {
  const table = searchTable(type)
  const key = requiredKey(type, change.id)
  const dropped = change.expectedVersion === undefined ? [] : dropIndexRows(table, key)
  return [...dropped, ...indexRows(table, key, change.index, date)]
}

const DROP_RENDITIONS = 'DELETE FROM content_rendition WHERE patient_id = ?1 AND id = ?2'

export function putContent(change: ChangeOf<'put-content'>): Statement[] {
  const values = [change.contentType, change.sha256, change.sha1, change.size]
  const written = WRITERS.Binary.put({ ...change, values })
  if (change.expectedVersion === undefined) return written
  return [...written, { sql: DROP_RENDITIONS, params: requiredKey('Binary', change.id) }]
}

export function putRendition(change: ChangeOf<'put-rendition'>): Statement[] {
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

export function removeResource(change: ChangeOf<'delete'>): Statement[] {
  const key = requiredKey(change.type, change.id)
  const removed = WRITERS[change.type].remove(change)
  if (change.type !== 'Binary') return [...removed, ...dropIndexRows(searchTable(change.type), key)]
  const forget = "UPDATE content_history SET sha256 = '' WHERE patient_id = ?1 AND id = ?2"
  return [...removed, { sql: forget, params: key }, { sql: DROP_RENDITIONS, params: key }]
}
