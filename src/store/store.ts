/**
 * The port of the DCC store: what the rooms above may ask, the same for both engines.
 *
 * Reads answer from committed data. All writing goes through `commit`, a list of changes that is applied in one
 * transaction, whole or not at all, and durable before the promise resolves. A change that finds the world other than
 * the caller read it (version, identifier, patient) rejects with a StoreError and nothing of the list is kept.
 *
 * Ids in this interface are FHIR ids (see ids.ts). Times are ISO 8601 UTC with milliseconds.
 */

import type { AuthorizationStore } from './authorization.ts'
import type { EntitledTo, EntitlementChange, EntitlementStore } from './entitlement.ts'

/** Types that belong to one patient. */
export type ClinicalType = 'Patient' | 'DocumentReference' | 'List' | 'Binary'
/** Types of the directories shared by all patients. */
export type ReferenceType = 'Practitioner' | 'PractitionerRole' | 'Organization'
/** Every type that has a current version and a history. */
export type StoredType = ClinicalType | ReferenceType
/** Types that can be searched. */
export type SearchableType = Exclude<StoredType, 'Binary'>

/**
 * One version of a resource as stored. `text` is the exact FHIR JSON that a read returns; '' when deleted. The text of
 * a Binary holds no `data`: its bytes are in the blob store.
 */
export interface StoredResource {
  type: StoredType
  id: string
  version: number
  updatedAt: string
  deleted: boolean
  /** False while the domain hides it: patient without pathway, document not published (design.md section 6). */
  visible: boolean
  text: string
}

/** A version in a history list, with the interaction that made it. */
export interface HistoryEntry extends StoredResource {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
}

/** RNIV identity status of a patient (identity-fr.md 1.6). */
export type IdentityStatus = 'PROV' | 'RECUP' | 'VALI' | 'QUAL'

/** What the domain must know of a patient without parsing the resource. */
export interface PatientState {
  id: string
  version: number
  identityStatus: IdentityStatus
  state: 'current' | 'deleted' | 'merged'
  visible: boolean
  mergedInto: string | undefined
  text: string
}

/** A record that was merged into a patient, directly or through another one. */
export interface MergedRecord {
  id: string
  /** The identifier system whose feed told the merge; '' when it was told by id. */
  domain: string
}

/** How a patient stands among the records of the same person. */
export interface MergeLinks {
  id: string
  /** The patient that took this one in: perhaps merged by now itself. */
  mergedInto: string | undefined
  merged: readonly MergedRecord[]
}

/** What the domain must know of a document without parsing the resource. */
export interface DocumentState {
  id: string
  version: number
  status: string
  deleted: boolean
  visible: boolean
  setId: string | undefined
  versionNumber: number | undefined
  contentId: string | undefined
  text: string
}

/** An oncology pathway (dcc-domain.md 1.4 `care_pathway`, the part that this release needs). */
export interface Pathway {
  id: string
  patientId: string
  status: 'suspected' | 'active' | 'surveillance' | 'after_cancer' | 'closed' | 'refuted'
  /** What opened it: a document, a registration by a client, the demo region. */
  origin: string
  topography: string | undefined
  openedAt: string
}

/** A piece of content: the Binary's row; its bytes are in the blob store under `sha256`. */
export interface Content {
  id: string
  version: number
  updatedAt: string
  contentType: string
  sha256: string
  /** Hexadecimal. */
  sha1: string
  size: number
  /** True when a visible document refers to it (design.md section 6, rule 5). */
  readable: boolean
  deleted: boolean
}

/** The same document in another media type, extracted when it came in (the PDF of a CDA level 1). */
export interface Rendition {
  contentId: string
  contentType: string
  sha256: string
  sha1: string
  size: number
}

/** A document submission that was accepted, and how it was answered. */
export interface Submission {
  /** Tells two submissions apart that have the same identifier. */
  digest: string
  /** JSON of the caller; the store does not read it. */
  answer: string
}

/** An event for the gateway, written in the transaction that caused it. */
export interface OutboxEvent {
  /** Written with a local id; read with the clinical id that claiming and finishing take. */
  id: string
  patientId: string
  eventType: string
  resourceType: StoredType
  resourceId: string
  version: number
  occurredAt: string
  attempts: number
}

/** An identifier by which something is looked up. */
export interface IdentifierKey {
  system: string
  value: string
}

// ---------------------------------------------------------------------------------------------------------- search

/** A token to match: `system` undefined = any, '' = none; `code` undefined = any of the system. */
export interface TokenMatch {
  system?: string
  code?: string
}

/** Date comparison as FHIR defines it, on the range [lo, hi] that the value implies (both inclusive). */
export interface DateMatch {
  op: 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb'
  lo: string
  hi: string
}

/** One condition of a search; a query's conditions are AND-ed, the values inside one are OR-ed. */
export type Condition =
  | { kind: 'id'; ids: readonly string[] }
  | { kind: 'patient'; ids: readonly string[] }
  /** Only what is filed of persons whom a professional may see; never the directories, which are of nobody. */
  | { kind: 'entitled'; to: EntitledTo }
  | { kind: 'token'; param: string; anyOf: readonly TokenMatch[]; not?: boolean }
  /** `exact` compares with the text as written, the others with the folded one; `folded` is all of it. */
  | { kind: 'string'; param: string; anyOf: readonly string[]; match: 'starts' | 'contains' | 'exact' | 'folded' }
  | { kind: 'date'; param: string; anyOf: readonly DateMatch[] }
  | { kind: 'missing'; param: string; index: 'token' | 'string' | 'date'; missing: boolean }
  | { kind: 'any'; conditions: readonly Condition[] }
  | { kind: 'none' }

/** Columns by which results can be ordered. `_id` always breaks ties. */
export type SortKey = '_id' | '_lastUpdated' | 'date' | 'creation' | 'period' | 'birthdate' | 'family'

/** Where the next page begins: the sort value and id of the last row already given. */
export interface PagePosition {
  value: string
  id: string
}

/** A search as the store runs it. Only visible, undeleted resources are found. */
export interface SearchQuery {
  type: SearchableType
  conditions: readonly Condition[]
  /** Of patients: records that were merged into another one too; they are left out otherwise. */
  withMerged?: boolean
  sort: { key: SortKey; descending: boolean }
  limit: number
  after?: PagePosition
  /** Rows created after this instant are left out: later pages see the world of the first one. */
  createdUntil?: string
}

/** What a search selects, without order and bounds. */
export type Matching = Pick<SearchQuery, 'type' | 'conditions' | 'withMerged' | 'createdUntil'>

/** A row found, with the value it was ordered by. */
export interface Found extends StoredResource {
  sortValue: string
}

/** Order and bounds of a history list, newest first. */
export interface HistoryQuery {
  type: StoredType
  /** Absent: history of the whole type. */
  id?: string
  /** Of the whole type: only what is these patients'. Ignored for the directories. */
  patients?: readonly string[]
  /** Of the whole type: only what is filed of persons whom this professional may see. Ignored for the directories. */
  entitledTo?: EntitledTo
  since?: string
  before?: { updatedAt: string; id: string; version: number }
  limit: number
}

// ---------------------------------------------------------------------------------------------------------- change

/** The values of one resource by which it is found; extracted once, when it is written. */
export interface IndexValues {
  tokens: readonly { param: string; system: string; code: string }[]
  /** `folded`: upper case without accents; `exact`: as written. */
  strings: readonly { param: string; folded: string; exact: string }[]
  /** ISO 8601 UTC with milliseconds, both inclusive. */
  dates: readonly { param: string; lo: string; hi: string }[]
}

interface Put {
  id: string
  /** The version that the caller read, or undefined when the resource is new. */
  expectedVersion: number | undefined
  updatedAt: string
  method: 'POST' | 'PUT' | 'PATCH'
  /** FHIR JSON of version (expectedVersion ?? 0) + 1. */
  text: string
  index: IndexValues
}

/** A change of a commit. They are applied in the order of the list. */
export type Change =
  | (Put & {
      kind: 'put-patient'
      identityStatus: IdentityStatus
      state: 'current' | 'merged'
      mergedInto?: string
      birthDate: string
      family: string
    })
  | (Put & {
      kind: 'put-document'
      status: string
      published: boolean
      /** For ordering; when the index holds a `date` value (one at most), its `lo` is taken instead. */
      date: string
      creation: string
      periodStart: string
      setId?: string
      versionNumber?: number
      contentId?: string
    })
  | (Put & { kind: 'put-list'; listKind: 'submissionset' | 'folder' | 'other'; status: string; date: string })
  | (Put & { kind: 'put-reference'; type: ReferenceType; family: string })
  | {
      kind: 'put-content'
      id: string
      expectedVersion: number | undefined
      updatedAt: string
      method: 'POST' | 'PUT'
      contentType: string
      sha256: string
      sha1: string
      size: number
    }
  | { kind: 'put-rendition'; contentId: string; contentType: string; sha256: string; sha1: string; size: number }
  /** Keeps the row as a trace, without text; a Binary also loses its renditions and the names of all its blobs. */
  /** A patient only when empty: `store.patient-not-empty` while documents or lists are there. */
  /** A Binary only when no document names it: `store.version-conflict` while one does. */
  | { kind: 'delete'; type: StoredType; id: string; expectedVersion: number; updatedAt: string }
  /** Takes an identifier for a resource; `store.identifier-taken` when another one holds it. */
  | { kind: 'claim'; directory: Directory; system: string; value: string; id: string }
  /** Gives identifiers of a resource back. */
  | { kind: 'release'; directory: Directory; system: string; value: string; id: string }
  | { kind: 'open-pathway'; pathway: Pathway }
  /** Fails with `store.patient-not-current` unless the patient is there and current. */
  | { kind: 'require-patient'; id: string }
  /** Fails with `store.version-conflict` unless this Binary is there and not withdrawn. */
  | { kind: 'require-content'; id: string }
  /** Fails with `store.version-conflict` when a published document of the patient replaces this uniqueId by now. */
  | { kind: 'require-unreplaced'; patientId: string; system: string; value: string }
  /** Fails with `store.version-conflict` when this uniqueId has a document by now. */
  | { kind: 'require-unclaimed'; patientId: string; system: string; value: string }
  /** Notes that a patient has taken a record in; `store.version-conflict` when that is noted already. */
  | { kind: 'merge'; survivorId: string; id: string; domain: string }
  /** Takes that note back; `store.version-conflict` when there is none. */
  | { kind: 'unmerge'; survivorId: string; id: string }
  /** Fails with `store.version-conflict` unless this record is noted as merged into that patient. */
  | { kind: 'require-merged'; survivorId: string; id: string }
  /** Fails with `store.version-conflict` unless so many records are merged into the patient. */
  | { kind: 'require-merges'; patientId: string; count: number }
  /** Fails with `store.version-conflict` unless the patient has so many pathways. */
  | { kind: 'require-pathways'; patientId: string; count: number }
  /** Takes back the pathways of an origin; a patient without any is hidden, with everything filed. */
  | { kind: 'close-pathways'; patientId: string; origin: string }
  /** Fails with `store.patient-related` when a document or list of the patient refers to one of the other. */
  | { kind: 'require-unrelated'; patientId: string; otherId: string }
  /** Fails with `store.version-conflict` unless this patient holds the identifier. */
  | { kind: 'require-holder'; system: string; value: string; id: string }
  /** Keeps how the submission that filed the list `id` was answered. */
  | ({ kind: 'keep-submission'; id: string; at: string } & Submission)
  /** A change of who may see whom, or a trace, in the same transaction as what it is about. */
  | { kind: 'entitle'; change: EntitlementChange }
  | { kind: 'event'; event: Omit<OutboxEvent, 'attempts'> }

/** The changes of one kind. */
export type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>

/** The directories of unique identifiers: one holder for each (system, value). */
export type Directory = 'patient' | 'document' | 'submission' | ReferenceType

// ------------------------------------------------------------------------------------------------------------ port

/** The DCC store. Every method may reject with StoreError `store.unavailable`; reads have no other error. */
export interface DccStore {
  /** 'sqlite' or 'postgres': for messages and measurements, never for behaviour. */
  readonly engine: 'sqlite' | 'postgres'
  /** What the authorization server keeps. */
  readonly authorization: AuthorizationStore
  /** Commits that this process has tried so far: what was read before the last one may have changed since. */
  readonly commits: number
  /** Who may see whom, and the traces of who did. */
  readonly entitlement: EntitlementStore

  read(type: StoredType, id: string): Promise<StoredResource | undefined>
  readVersion(type: StoredType, id: string, version: number): Promise<StoredResource | undefined>
  history(query: HistoryQuery): Promise<HistoryEntry[]>
  search(query: SearchQuery): Promise<Found[]>
  /** Number of matches, without limit or position. */
  count(query: Matching): Promise<number>

  /** The holder of an identifier, or undefined. */
  lookup(directory: Directory, key: IdentifierKey): Promise<string | undefined>
  /** Whether anything in the directory holds an identifier of this system. */
  knowsSystem(directory: Directory, system: string): Promise<boolean>
  patient(id: string): Promise<PatientState | undefined>
  /** The patient who holds an identifier, as `lookup` and `patient` give it in two steps. */
  patientHolding(key: IdentifierKey): Promise<PatientState | undefined>
  /** How each of these patients stands among the records of the same person; unknown ones are left out. */
  mergeLinks(patientIds: readonly string[]): Promise<MergeLinks[]>
  document(id: string): Promise<DocumentState | undefined>
  pathways(patientId: string): Promise<Pathway[]>
  /** Published documents of a patient that name this uniqueId as the one they replace: it may arrive after them. */
  replacementsOf(patientId: string, key: IdentifierKey): Promise<string[]>
  /** The content, or an earlier version of it. A deleted one has lost its blob: sha256 is ''. */
  /** Documents, hidden ones included, that have this Binary as their content. */
  documentsOf(contentId: string): Promise<string[]>
  content(id: string, version?: number): Promise<Content | undefined>
  renditions(contentId: string): Promise<Rendition[]>
  /** The submission that filed a list. */
  submission(listId: string): Promise<Submission | undefined>
  /** Which of these blobs a content or rendition of any version still names. */
  blobsInUse(sha256: readonly string[]): Promise<Set<string>>

  /** Applies the changes in one durable transaction. Rejects with StoreError; nothing of the list is then stored. */
  commit(changes: readonly Change[]): Promise<void>

  /** Events not yet done and not leased, oldest first; those of a patient wait while an earlier one is leased. */
  pendingEvents(limit: number, now: string): Promise<OutboxEvent[]>
  /** Takes an event until `leaseUntil`; false when somebody else was faster. */
  claimEvent(id: string, owner: string, now: string, leaseUntil: string): Promise<boolean>
  /** Marks an event as done by the owner of its lease; false when the lease was lost. */
  finishEvent(id: string, owner: string, now: string): Promise<boolean>

  /** Number of rows of each table: for tests, the demo and measurements. */
  counts(): Promise<Record<string, number>>
  /** The engine's plan of a search, one line each: proves that declared searches run on an index. */
  explain(query: SearchQuery): Promise<string[]>
  /** Recomputes the planner's statistics; to be called after a bulk load. */
  analyze(): Promise<void>
  /** Rejects with `store.unavailable` when the store cannot answer. */
  ping(): Promise<void>
  close(): Promise<void>
}
