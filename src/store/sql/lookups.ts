import { clinicalId, isRootId, parseClinicalId, systemKey } from '../ids.ts'
import type {
  Content,
  Directory,
  DocumentState,
  IdentifierKey,
  IdentityStatus,
  Pathway,
  PatientState,
  Rendition,
  Submission,
} from '../store.ts'
import { tokenCode } from './change-index.ts'
import type { Query, Row } from './driver.ts'
import { flag, integer, oneOf, optionalInteger, optionalText, text } from './rows.ts'
import { resourceTable } from './tables.ts'

const IDENTITY_STATUSES = ['PROV', 'RECUP', 'VALI', 'QUAL'] as const satisfies readonly IdentityStatus[]
const PATIENT_STATES = ['current', 'deleted', 'merged'] as const
const PATHWAY_STATUSES = ['suspected', 'active', 'surveillance', 'after_cancer', 'closed', 'refuted'] as const

const LOOKUPS: Record<Directory, string> = {
  patient: 'SELECT patient_id FROM patient_identifier WHERE system = ?1 AND value = ?2',
  document: 'SELECT patient_id, id FROM document_identifier WHERE system = ?1 AND value = ?2',
  submission: 'SELECT patient_id, id FROM submission_identifier WHERE system = ?1 AND value = ?2',
  Practitioner: referenceLookup('Practitioner'),
  PractitionerRole: referenceLookup('PractitionerRole'),
  Organization: referenceLookup('Organization'),
}

function referenceLookup(type: string): string {
  return `SELECT id FROM reference_identifier WHERE resource_type = '${type}' AND system = ?1 AND value = ?2`
}

const SYSTEMS: Record<Directory, string> = {
  patient: anyOfSystem('patient_identifier WHERE'),
  document: anyOfSystem('document_identifier WHERE'),
  submission: anyOfSystem('submission_identifier WHERE'),
  Practitioner: anyOfSystem("reference_identifier WHERE resource_type = 'Practitioner' AND"),
  PractitionerRole: anyOfSystem("reference_identifier WHERE resource_type = 'PractitionerRole' AND"),
  Organization: anyOfSystem("reference_identifier WHERE resource_type = 'Organization' AND"),
}

/** The first entry of a system in the directory's key; the order keeps a planner from reading the table instead. */
function anyOfSystem(rows: string): string {
  return `SELECT 1 FROM ${rows} system = ?1 ORDER BY value LIMIT 1`
}

/** Finds the holder of an identifier. */
export function lookupQuery(directory: Directory, { system, value }: IdentifierKey): Query {
  return { sql: LOOKUPS[directory], params: [system, value] }
}

/** Returns a row when an identifier of the system is held. */
export function systemQuery(directory: Directory, system: string): Query {
  return { sql: SYSTEMS[directory], params: [system] }
}

/** The FHIR id of the holder in a row of `lookupQuery`. */
export function holderOf(row: Row): string {
  return row.map((_, column) => text(row, column)).join('.')
}

/** Reads the patient who holds an identifier, in one step; the id is in the column after those of `patientOf`. */
export function holderQuery({ system, value }: IdentifierKey): Query {
  return {
    sql: `SELECT version, identity_status, state, visible, merged_into, resource, patient_id FROM patient
      WHERE patient_id = (SELECT i.patient_id FROM patient_identifier i WHERE i.system = ?1 AND i.value = ?2)`,
    params: [system, value],
  }
}

/** Reads what the domain must know of a patient. */
export function patientQuery(id: string): Query | undefined {
  if (!isRootId(id)) return undefined
  return {
    sql: `SELECT version, identity_status, state, visible, merged_into, resource FROM patient WHERE patient_id = ?1`,
    params: [id],
  }
}

/** The patient in a row of `patientQuery`. */
export function patientOf(id: string, row: Row): PatientState {
  return {
    id,
    version: integer(row, 0),
    identityStatus: oneOf(row, 1, IDENTITY_STATUSES),
    state: oneOf(row, 2, PATIENT_STATES),
    visible: flag(row, 3),
    mergedInto: optionalText(row, 4),
    text: text(row, 5),
  }
}

/** Reads what the domain must know of a document. */
export function documentQuery(id: string): Query | undefined {
  return byClinicalId(
    id,
    `SELECT version, status, deleted, visible, set_id, version_number, content_id, resource
      FROM document WHERE patient_id = ?1 AND id = ?2`,
  )
}

/** The document in a row of `documentQuery`. */
export function documentOf(id: string, row: Row): DocumentState {
  const content = optionalText(row, 6)
  return {
    id,
    version: integer(row, 0),
    status: text(row, 1),
    deleted: flag(row, 2),
    visible: flag(row, 3),
    setId: optionalText(row, 4),
    versionNumber: optionalInteger(row, 5),
    contentId: content === undefined ? undefined : clinicalId(parseClinicalId(id)?.patientId ?? '', content),
    text: text(row, 7),
  }
}

/** Reads the pathways of a patient, oldest first. */
export function pathwaysQuery(patientId: string): Query {
  return {
    sql: `SELECT id, status, origin, topography, opened_at FROM care_pathway WHERE patient_id = ?1
      ORDER BY opened_at, id`,
    params: [patientId],
  }
}

/** The pathway in a row of `pathwaysQuery`. */
export function pathwayOf(patientId: string, row: Row): Pathway {
  return {
    id: text(row, 0),
    patientId,
    status: oneOf(row, 1, PATHWAY_STATUSES),
    origin: text(row, 2),
    topography: optionalText(row, 3),
    openedAt: text(row, 4),
  }
}

/**
 * Finds a patient's documents that name an identifier in relatesTo, in no order: an order by id would have SQLite read
 * all tokens of the patient's documents instead of those of the identifier.
 */
export function replacementsQuery(patientId: string, { system, value }: IdentifierKey): Query {
  return {
    sql: `SELECT t.id FROM search_token t CROSS JOIN document d
      WHERE t.patient_id = ?1 AND t.resource_type = 'DocumentReference'
      AND t.param = 'relatesto.identifier' AND t.code = ?2 AND t.system_key = ?3
      AND d.patient_id = t.patient_id AND d.id = t.id AND d.published = 1`,
    params: [patientId, tokenCode(value), systemKey(system)],
  }
}

/** Reads how a submission was answered. */
export function submissionQuery(listId: string): Query | undefined {
  return byClinicalId(listId, 'SELECT digest, answer FROM submission WHERE patient_id = ?1 AND id = ?2')
}

/** The submission in a row of `submissionQuery`. */
export function submissionOf(row: Row): Submission {
  return { digest: text(row, 0), answer: text(row, 1) }
}

/** Reads the local ids of the documents that have a content. */
export function documentsOfQuery(contentId: string): Query | undefined {
  return byClinicalId(
    contentId,
    'SELECT id FROM document WHERE patient_id = ?1 AND content_id = ?2 AND deleted = 0 ORDER BY id',
  )
}

/** Reads what is known of a content: the current version, or one of the history. */
export function contentQuery(id: string, version?: number): Query | undefined {
  const { visible } = resourceTable('Binary')
  const current = `SELECT m.version, m.updated_at, m.content_type, m.sha256, m.sha1, m.size, ${visible}, m.deleted
    FROM content m WHERE m.patient_id = ?1 AND m.id = ?2`
  if (version === undefined) return byClinicalId(id, current)
  const earlier = `SELECT h.version, h.updated_at, h.content_type, h.sha256, h.sha1, h.size, ${visible},
      CASE WHEN h.method = 'DELETE' OR h.sha256 = '' THEN 1 ELSE 0 END
    FROM content_history h CROSS JOIN content m
    WHERE h.patient_id = ?1 AND h.id = ?2 AND h.version = ?3 AND m.patient_id = h.patient_id AND m.id = h.id`
  const query = byClinicalId(id, `${current} AND m.version = ?3 UNION ALL ${earlier}`)
  return query === undefined ? undefined : { sql: query.sql, params: [...query.params, version] }
}

/** The content in a row of `contentQuery`. */
export function contentOf(id: string, row: Row): Content {
  return {
    id,
    version: integer(row, 0),
    updatedAt: text(row, 1),
    contentType: text(row, 2),
    sha256: text(row, 3),
    sha1: text(row, 4),
    size: integer(row, 5),
    readable: flag(row, 6),
    deleted: flag(row, 7),
  }
}

/** Reads the renditions of a content. */
export function renditionsQuery(contentId: string): Query | undefined {
  return byClinicalId(
    contentId,
    `SELECT content_type, sha256, sha1, size FROM content_rendition WHERE patient_id = ?1 AND id = ?2
      ORDER BY content_type`,
  )
}

/** The rendition in a row of `renditionsQuery`. */
export function renditionOf(contentId: string, row: Row): Rendition {
  return {
    contentId,
    contentType: text(row, 0),
    sha256: text(row, 1),
    sha1: text(row, 2),
    size: integer(row, 3),
  }
}

/** Which of some blobs a content, an earlier version or a rendition names. */
export function blobsQuery(sha256: readonly string[]): Query {
  const list = sha256.map((_, index) => `?${index + 1}`).join(', ')
  const tables = ['content', 'content_history', 'content_rendition']
  return {
    sql: tables.map((table) => `SELECT sha256 FROM ${table} WHERE sha256 IN (${list})`).join(' UNION '),
    params: sha256,
  }
}

function byClinicalId(id: string, sql: string): Query | undefined {
  const parts = parseClinicalId(id)
  return parts === undefined ? undefined : { sql, params: [parts.patientId, parts.localId] }
}
