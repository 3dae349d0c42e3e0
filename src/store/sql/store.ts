import type { AuthorizationStore } from '../authorization.ts'
import type { EntitlementStore } from '../entitlement.ts'
import { isStoreError } from '../errors.ts'
import { clinicalId, isRootId, parseClinicalId } from '../ids.ts'
import type {
  Change,
  DccStore,
  Directory,
  HistoryQuery,
  IdentifierKey,
  Matching,
  SearchQuery,
  StoredType,
} from '../store.ts'
import { sqlAuthorization } from './authorization.ts'
import { compileChanges } from './changes.ts'
import type { Query, Row, SqlDriver, Statement } from './driver.ts'
import { sqlEntitlement } from './entitlement.ts'
import { historyEntryOf, historyStatement } from './history.ts'
import {
  blobsQuery,
  contentOf,
  contentQuery,
  documentOf,
  documentQuery,
  documentsOfQuery,
  holderOf,
  holderQuery,
  lookupQuery,
  pathwayOf,
  pathwaysQuery,
  patientOf,
  patientQuery,
  renditionOf,
  renditionsQuery,
  replacementsQuery,
  submissionOf,
  submissionQuery,
  systemQuery,
} from './lookups.ts'
import { mergesOf, mergesQuery } from './merges.ts'
import { claimStatement, eventOf, finishStatement, pendingStatement } from './outbox.ts'
import { readQuery, readVersionQuery, resourceOf } from './resources.ts'
import { integer, text } from './rows.ts'
import { countStatement, foundOf, searchStatement } from './search.ts'

const TABLES = [
  'patient',
  'patient_identifier',
  'merged_patient',
  'care_pathway',
  'document',
  'document_identifier',
  'list',
  'content',
  'content_history',
  'content_rendition',
  'resource_history',
  'search_token',
  'search_string',
  'search_date',
  'reference_resource',
  'reference_identifier',
  'reference_history',
  'reference_token',
  'reference_string',
  'reference_date',
  'submission',
  'submission_identifier',
  'outbox',
  'authorization_record',
  'habilitation',
  'care_team_member',
  'patient_choice',
  'access_block',
  'access_trace',
] as const

/** Blobs asked about in one statement: both engines limit its parameters. */
const BLOBS_AT_ONCE = 500

/** The store over either engine: statements are made by pure functions, the driver runs them, rows become values. */
export class SqlStore implements DccStore {
  readonly authorization: AuthorizationStore
  readonly entitlement: EntitlementStore
  private readonly driver: SqlDriver
  /** Shared with whatever wraps this store. */
  private readonly tried = { commits: 0 }

  constructor(driver: SqlDriver) {
    this.driver = driver
    this.authorization = sqlAuthorization(driver)
    this.entitlement = sqlEntitlement(driver, () => this.countCommit())
  }

  get commits() {
    return this.tried.commits
  }

  get engine() {
    return this.driver.dialect.engine
  }

  async read(type: StoredType, id: string) {
    const row = await this.first(readQuery(type, id))
    return row === undefined ? undefined : resourceOf(type, id, row)
  }

  async readVersion(type: StoredType, id: string, version: number) {
    const row = await this.first(readVersionQuery(type, id, version))
    return row === undefined ? undefined : resourceOf(type, id, row)
  }

  async history(query: HistoryQuery) {
    const rows = await this.rows(historyStatement(query, this.driver.dialect))
    return rows.map((row) => historyEntryOf(query.type, row))
  }

  async search(query: SearchQuery) {
    const rows = await this.rows(searchStatement(query, this.driver.dialect))
    return rows.map((row) => foundOf(query.type, query.sort.key, row))
  }

  async count(query: Matching) {
    const row = await this.first(countStatement(query))
    return row === undefined ? 0 : integer(row, 0)
  }

  async lookup(directory: Directory, key: IdentifierKey) {
    const row = await this.first(lookupQuery(directory, key))
    return row === undefined ? undefined : holderOf(row)
  }

  async knowsSystem(directory: Directory, system: string) {
    return (await this.first(systemQuery(directory, system))) !== undefined
  }

  async patient(id: string) {
    const row = await this.first(patientQuery(id))
    return row === undefined ? undefined : patientOf(id, row)
  }

  async document(id: string) {
    const row = await this.first(documentQuery(id))
    return row === undefined ? undefined : documentOf(id, row)
  }

  async patientHolding(key: IdentifierKey) {
    const row = await this.first(holderQuery(key))
    return row === undefined ? undefined : patientOf(text(row, 6), row)
  }

  async mergeLinks(patientIds: readonly string[]) {
    const known = [...new Set(patientIds)].filter(isRootId)
    return known.length === 0 ? [] : mergesOf(await this.rows(mergesQuery(known)))
  }

  async pathways(patientId: string) {
    const rows = await this.rows(pathwaysQuery(patientId))
    return rows.map((row) => pathwayOf(patientId, row))
  }

  async replacementsOf(patientId: string, key: IdentifierKey) {
    const rows = await this.rows(replacementsQuery(patientId, key))
    return rows.map((row) => clinicalId(patientId, text(row, 0))).sort()
  }

  async documentsOf(contentId: string) {
    const query = documentsOfQuery(contentId)
    const patientId = parseClinicalId(contentId)?.patientId ?? ''
    const rows = query === undefined ? [] : await this.rows(query)
    return rows.map((row) => clinicalId(patientId, text(row, 0)))
  }

  async content(id: string, version?: number) {
    const row = await this.first(contentQuery(id, version))
    return row === undefined ? undefined : contentOf(id, row)
  }

  async renditions(contentId: string) {
    const rows = await this.rows(renditionsQuery(contentId))
    return rows.map((row) => renditionOf(contentId, row))
  }

  async submission(listId: string) {
    const row = await this.first(submissionQuery(listId))
    return row === undefined ? undefined : submissionOf(row)
  }

  async blobsInUse(sha256: readonly string[]) {
    const used = new Set<string>()
    for (let start = 0; start < sha256.length; start += BLOBS_AT_ONCE) {
      const rows = await this.rows(blobsQuery(sha256.slice(start, start + BLOBS_AT_ONCE)))
      for (const row of rows) used.add(text(row, 0))
    }
    return used
  }

  async commit(changes: readonly Change[]) {
    try {
      await this.driver.commit(compileChanges(changes, this.driver.dialect))
    } finally {
      this.countCommit()
    }
  }

  async pendingEvents(limit: number, now: string) {
    const rows = await this.rows(pendingStatement(limit, now, this.driver.dialect))
    return rows.map(eventOf)
  }

  claimEvent(id: string, owner: string, now: string, leaseUntil: string) {
    return this.compareAndSet(claimStatement(id, owner, now, leaseUntil))
  }

  finishEvent(id: string, owner: string, now: string) {
    return this.compareAndSet(finishStatement(id, owner, now))
  }

  async counts() {
    const sql = TABLES.map((table) => `(SELECT count(*) FROM ${table})`).join(', ')
    const row = await this.first({ sql: `SELECT ${sql}`, params: [] })
    return Object.fromEntries(TABLES.map((table, column) => [table, row === undefined ? 0 : integer(row, column)]))
  }

  async explain(query: SearchQuery) {
    const statement = searchStatement(query, this.driver.dialect)
    return statement === undefined ? [] : this.driver.explain(statement.sql, statement.params)
  }

  analyze() {
    return this.driver.analyze()
  }

  ping() {
    return this.driver.ping()
  }

  close() {
    return this.driver.close()
  }

  private countCommit(): void {
    this.tried.commits += 1
  }

  private async rows(query: Query | undefined): Promise<readonly Row[]> {
    return query === undefined ? [] : this.driver.all(query.sql, query.params)
  }

  private async first(query: Query | undefined): Promise<Row | undefined> {
    return (await this.rows(query))[0]
  }

  private async compareAndSet(statement: Statement | undefined): Promise<boolean> {
    if (statement === undefined) return false
    try {
      await this.driver.commit([statement])
      return true
    } catch (error) {
      if (isStoreError(error, 'store.version-conflict')) return false
      throw error
    }
  }
}
