import { isRootId, parseClinicalId } from '../ids.ts'
import type { ReferenceType, SearchableType, SortKey, StoredType } from '../store.ts'

/** Where the versions of a type are kept, and how SQL speaks of them. In `m.` expressions, m is the current row. */
export interface ResourceTable {
  type: StoredType
  /** Table of the current versions. */
  current: string
  /** Table of the earlier versions, with the same key columns. */
  history: string
  /** Columns that identify a row of the type, in order. */
  key: readonly string[]
  /** What narrows `current` to the type. */
  currentScope: readonly string[]
  /** What narrows `history` (and the search tables) to the type. */
  historyScope: readonly string[]
  /** Column that `read` turns into the text of the resource. */
  text: string
  deleted: string
  visible: string
  /** In `history`: whether that version could be seen (1 or 0). */
  published: string
}

/** Where the search values of a type are kept, and by what it is ordered. */
export interface SearchTable extends ResourceTable {
  type: SearchableType
  token: string
  string: string
  date: string
  /** What makes a current row a search result. */
  found: string
  /** The same when records that were merged into another one are results too. */
  foundWithMerged?: string
  /** Column of each sort key; a key that a type does not have orders by `_id`. */
  sorts: Partial<Record<SortKey, string>>
  /** Sort columns that have an index led by `bucket`. */
  feeds: readonly string[]
  /** True when the token table carries `sort_date`, hence gives matches in the order of `date`. */
  datedTokens: boolean
}

const PATIENT: SearchTable = {
  type: 'Patient',
  current: 'patient',
  history: 'resource_history',
  key: ['patient_id'],
  currentScope: [],
  historyScope: ["resource_type = 'Patient'", "id = ''"],
  text: 'resource',
  deleted: "CASE WHEN m.state = 'deleted' THEN 1 ELSE 0 END",
  visible: 'm.visible',
  published: 'h.published',
  token: 'search_token',
  string: 'search_string',
  date: 'search_date',
  found: "m.visible = 1 AND m.state = 'current'",
  foundWithMerged: "m.visible = 1 AND m.state <> 'deleted'",
  sorts: { _lastUpdated: 'updated_at', birthdate: 'birth_date', family: 'family' },
  feeds: ['updated_at'],
  datedTokens: false,
}

const DOCUMENT: SearchTable = {
  type: 'DocumentReference',
  current: 'document',
  history: 'resource_history',
  key: ['patient_id', 'id'],
  currentScope: [],
  historyScope: ["resource_type = 'DocumentReference'"],
  text: 'resource',
  deleted: 'm.deleted',
  visible: 'm.visible',
  published: 'h.published',
  token: 'search_token',
  string: 'search_string',
  date: 'search_date',
  found: 'm.visible = 1 AND m.deleted = 0',
  sorts: { _lastUpdated: 'updated_at', date: 'sort_date', creation: 'creation', period: 'period_start' },
  feeds: ['updated_at', 'sort_date'],
  datedTokens: true,
}

const LIST: SearchTable = {
  ...DOCUMENT,
  type: 'List',
  current: 'list',
  historyScope: ["resource_type = 'List'"],
  sorts: { _lastUpdated: 'updated_at', date: 'sort_date' },
}

const CONTENT: ResourceTable = {
  type: 'Binary',
  current: 'content',
  history: 'content_history',
  key: ['patient_id', 'id'],
  currentScope: [],
  historyScope: [],
  text: 'content_type',
  deleted: 'm.deleted',
  visible: `CASE WHEN EXISTS (SELECT 1 FROM document d WHERE d.patient_id = m.patient_id AND d.content_id = m.id
    AND d.visible = 1 AND d.deleted = 0) THEN 1 ELSE 0 END`,
  published: '1',
}

function referenceTable(type: ReferenceType): SearchTable {
  return {
    type,
    current: 'reference_resource',
    history: 'reference_history',
    key: ['id'],
    currentScope: [`resource_type = '${type}'`],
    historyScope: [`resource_type = '${type}'`],
    text: 'resource',
    deleted: 'm.deleted',
    visible: '1',
    published: '1',
    token: 'reference_token',
    string: 'reference_string',
    date: 'reference_date',
    found: 'm.deleted = 0',
    sorts: { _lastUpdated: 'updated_at', family: 'family' },
    feeds: ['updated_at'],
    datedTokens: false,
  }
}

const SEARCH_TABLES: Record<SearchableType, SearchTable> = {
  Patient: PATIENT,
  DocumentReference: DOCUMENT,
  List: LIST,
  Practitioner: referenceTable('Practitioner'),
  PractitionerRole: referenceTable('PractitionerRole'),
  Organization: referenceTable('Organization'),
}

/** The tables of a searchable type. */
export function searchTable(type: SearchableType): SearchTable {
  return SEARCH_TABLES[type]
}

/** The tables of any type. */
export function resourceTable(type: StoredType): ResourceTable {
  return type === 'Binary' ? CONTENT : SEARCH_TABLES[type]
}

/** Something made once for each type. */
export function perType<T>(make: (table: ResourceTable) => T): Record<StoredType, T> {
  return {
    Patient: make(PATIENT),
    DocumentReference: make(DOCUMENT),
    List: make(LIST),
    Binary: make(CONTENT),
    Practitioner: make(SEARCH_TABLES.Practitioner),
    PractitionerRole: make(SEARCH_TABLES.PractitionerRole),
    Organization: make(SEARCH_TABLES.Organization),
  }
}

const REFERENCE_ID = /^[A-Za-z0-9.-]{1,64}$/

/** The key values of a FHIR id, in the order of the table's `key`; undefined when nothing can be stored under it. */
export function keyOf(type: StoredType, id: string): readonly string[] | undefined {
  if (type === 'Patient') return isRootId(id) ? [id] : undefined
  if (resourceTable(type).key.length === 1) return REFERENCE_ID.test(id) ? [id] : undefined
  const parts = parseClinicalId(id)
  return parts === undefined ? undefined : [parts.patientId, parts.localId]
}

/** The predicates that select key columns and a scope under an alias, joined by AND; parameters start at `?first`. */
export function byKey(alias: string, key: readonly string[], scope: readonly string[], first = 1): string {
  const keys = key.map((column, index) => `${alias}.${column} = ?${first + index}`)
  return [...scoped(alias, scope), ...keys].join(' AND ')
}

/** A scope under an alias. */
export function scoped(alias: string, scope: readonly string[]): string[] {
  return scope.map((predicate) => `${alias}.${predicate}`)
}

/** The predicates that join two aliases on key columns. */
export function sameKey(key: readonly string[], left: string, right: string): string[] {
  return key.map((column) => `${left}.${column} = ${right}.${column}`)
}
