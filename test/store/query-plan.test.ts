import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { clinicalId, newLocalId, newPatientId } from '../../src/store/ids.ts'
import { prepareSchema } from '../../src/store/migrations.ts'
import type { Query, SqlDriver } from '../../src/store/sql/driver.ts'
import { historyStatement } from '../../src/store/sql/history.ts'
import {
  blobsQuery,
  contentQuery,
  holderQuery,
  lookupQuery,
  pathwaysQuery,
  replacementsQuery,
  submissionQuery,
  systemQuery,
} from '../../src/store/sql/lookups.ts'
import { mergesQuery } from '../../src/store/sql/merges.ts'
import { pendingStatement } from '../../src/store/sql/outbox.ts'
import { readVersionQuery } from '../../src/store/sql/resources.ts'
import { countStatement, searchStatement } from '../../src/store/sql/search.ts'
import { SqlStore } from '../../src/store/sql/store.ts'
import type { Condition, SearchableType, SearchQuery, SortKey } from '../../src/store/store.ts'
import { startEngines } from '../support/engines.ts'
import { AT, aDocument, aPathway, aPatient, at, indexOf } from '../support/store-samples.ts'

/** Every declared way to search begins at an index; a search inside a patient begins at the patient's rows. */

const { engines, stop } = await startEngines()
after(stop)

const patientId = newPatientId()
const documentId = clinicalId(patientId, newLocalId(1))
const token = (param: string, code: string, system = 'urn:s'): Condition => ({
  kind: 'token',
  param,
  anyOf: [{ system, code }],
})
const starts = (param: string, value: string): Condition => ({ kind: 'string', param, anyOf: [value], match: 'starts' })
const since = (param: string): Condition => ({ kind: 'date', param, anyOf: [{ op: 'ge', lo: AT, hi: AT }] })
const PATIENT: Condition = { kind: 'patient', ids: [patientId] }
const CURRENT: Condition = { kind: 'token', param: 'status', anyOf: [{ code: 'current' }] }

/** Searches by name: what is searched, how it is ordered, whether the index gives a page without sorting. */
const SEARCHES: Record<string, readonly [SearchableType, readonly Condition[], SortKey, 'sorted'?]> = {
  'documents of a patient': ['DocumentReference', [PATIENT], 'date', 'sorted'],
  'current documents of a patient': ['DocumentReference', [PATIENT, CURRENT], 'date', 'sorted'],
  'documents of a patient by type and period': [
    'DocumentReference',
    [PATIENT, CURRENT, token('type', 'RCP'), since('period')],
    '_lastUpdated',
  ],
  'documents of a patient without category': [
    'DocumentReference',
    [PATIENT, { kind: 'missing', index: 'token', param: 'category', missing: true }],
    'date',
    'sorted',
  ],
  'a document by id': ['DocumentReference', [{ kind: 'id', ids: [documentId] }], 'date'],
  'documents by several ids': ['DocumentReference', [{ kind: 'id', ids: [documentId, documentId] }], 'date'],
  'a document by identifier': ['DocumentReference', [token('identifier', 'D1')], 'date'],
  'documents of an author': ['DocumentReference', [token('author.identifier', 'P1')], 'date', 'sorted'],
  'documents of an author, last updated': ['DocumentReference', [token('author.identifier', 'P1')], '_lastUpdated'],
  'newest documents': ['DocumentReference', [], 'date', 'sorted'],
  'last updated documents': ['DocumentReference', [], '_lastUpdated', 'sorted'],
  'all documents by id': ['DocumentReference', [], '_id', 'sorted'],
  'newest current documents': ['DocumentReference', [CURRENT], 'date', 'sorted'],
  'last updated current documents': ['DocumentReference', [CURRENT], '_lastUpdated', 'sorted'],
  'newest current documents of a type since a day': [
    'DocumentReference',
    [CURRENT, token('type', 'RCP'), since('date')],
    'date',
    'sorted',
  ],
  'documents since a day': ['DocumentReference', [since('date')], 'date', 'sorted'],
  'documents updated since a day': ['DocumentReference', [since('_lastUpdated')], '_lastUpdated', 'sorted'],
  'documents by title': ['DocumentReference', [starts('title', 'RCP')], 'date'],
  'documents by creation': ['DocumentReference', [], 'creation'],
  'a patient by identifier': ['Patient', [token('identifier', '1')], '_id'],
  'patients by name and birth date': [
    'Patient',
    [
      starts('family', 'DUR'),
      { kind: 'date', param: 'birthdate', anyOf: [{ op: 'eq', lo: '1960-01-01', hi: '1960-01-02' }] },
    ],
    '_id',
  ],
  'patients by part of a name': [
    'Patient',
    [{ kind: 'string', param: 'family', anyOf: ['UR'], match: 'contains' }],
    '_id',
  ],
  'patients of a gender': ['Patient', [token('gender', 'female')], '_id', 'sorted'],
  'patients by family': ['Patient', [], 'family'],
  'lists of a patient': ['List', [PATIENT, CURRENT], 'date', 'sorted'],
  'a list by identifier': ['List', [token('identifier', 'S1')], 'date', 'sorted'],
  'a practitioner by identifier': ['Practitioner', [token('identifier', 'R1')], '_id'],
  'practitioners by name': ['Practitioner', [starts('family', 'DUR')], 'family'],
  'last updated organisations': ['Organization', [], '_lastUpdated', 'sorted'],
}

/** What is read otherwise. */
const READS: Record<string, (driver: SqlDriver) => Query | undefined> = {
  'a version': () => readVersionQuery('DocumentReference', documentId, 1),
  'the history of a document': ({ dialect }) =>
    historyStatement({ type: 'DocumentReference', id: documentId, limit: 20 }, dialect),
  'the history of documents': ({ dialect }) =>
    historyStatement({ type: 'DocumentReference', since: AT, limit: 20 }, dialect),
  'the history of patients': ({ dialect }) => historyStatement({ type: 'Patient', limit: 20 }, dialect),
  'the history of organisations': ({ dialect }) => historyStatement({ type: 'Organization', limit: 20 }, dialect),
  'the history of contents': ({ dialect }) => historyStatement({ type: 'Binary', limit: 20 }, dialect),
  'a content': () => contentQuery(documentId),
  'an earlier content': () => contentQuery(documentId, 1),
  'the patient of an identifier': () => lookupQuery('patient', { system: 's', value: 'v' }),
  'the patient who holds an identifier': () => holderQuery({ system: 's', value: 'v' }),
  'the document of a masterIdentifier': () => lookupQuery('document', { system: 's', value: 'v' }),
  'the list of a submission': () => lookupQuery('submission', { system: 's', value: 'v' }),
  'a submission': () => submissionQuery(documentId),
  'the organisation of an identifier': () => lookupQuery('Organization', { system: 's', value: 'v' }),
  merges: () => mergesQuery([patientId]),
  'merges of several': () => mergesQuery([patientId, newPatientId()]),
  'whether an identifier system is known': () => systemQuery('patient', 's'),
  pathways: () => pathwaysQuery(patientId),
  replacements: () => replacementsQuery(patientId, { system: 's', value: 'v' }),
  'blobs in use': () => blobsQuery(['a', 'b']),
  'pending events': ({ dialect }) => pendingStatement(20, AT, dialect),
}

/** Tables by the aliases of the statements; what remains are pages that are already cut. */
const FULL_SCAN = {
  sqlite: /^SCAN (?!(k|u|b\d+|v|\(subquery-\d+\))$)(?!.*USING (COVERING )?INDEX)/,
  postgres: /Seq Scan/,
}

for (const engine of engines) {
  describe(engine.name, { skip: engine.skip }, () => {
    let driver: SqlDriver

    before(async () => {
      const place = await engine.newPlace()
      const separator = place.includes('?') ? '&' : '?'
      const options = `${separator}options=${encodeURIComponent('-c enable_seqscan=off')}`
      driver = await engine.openDriver(engine.name === 'postgres' ? place + options : place)
      await prepareSchema(driver)
      const store = new SqlStore(driver)
      for (let n = 0; n < 20; n += 1) {
        const patient = aPatient(n === 0 ? { id: patientId } : {})
        const index = indexOf({ tokens: ['status||current', `type|urn:s|T${n % 4}`], dates: [['date', at(n), at(n)]] })
        const documents = Array.from({ length: 5 }, () => aDocument(patient.id, { updatedAt: at(n), index }))
        await store.commit([patient, aPathway(patient.id), ...documents])
      }
      await store.analyze()
    })
    after(() => driver.close())

    async function planOf(query: Query | undefined): Promise<string[]> {
      assert.ok(query !== undefined)
      const plan = await driver.explain(query.sql, query.params)
      assert.ok(plan.length > 0)
      const scan = plan.find((line) => FULL_SCAN[engine.name].test(line))
      assert.equal(scan, undefined, plan.join('\n'))
      return plan
    }

    for (const [name, [type, conditions, key, sorted]] of Object.entries(SEARCHES)) {
      test(`${name}: begins at an index${sorted ? ', in the order wanted' : ''}`, async () => {
        const search: SearchQuery = { type, conditions, sort: { key, descending: true }, limit: 20 }
        const first = await planOf(searchStatement(search, driver.dialect))
        const after = { value: AT, id: type === 'DocumentReference' || type === 'List' ? documentId : patientId }
        await planOf(searchStatement({ ...search, after, createdUntil: AT }, driver.dialect))
        await planOf(countStatement(search))
        if (sorted && engine.name === 'sqlite') assert.deepEqual(first.filter(isSort), [])
        if (conditions.includes(PATIENT) && engine.name === 'sqlite') {
          assert.match(first.find((line) => /^(SEARCH|SCAN)/.test(line)) ?? '', /^SEARCH m .*\(patient_id=\?/)
        }
      })
    }

    for (const [name, statement] of Object.entries(READS)) {
      test(`${name}: read by an index`, async () => {
        await planOf(statement(driver))
      })
    }
  })
}

/** A sort of everything found; the last step only puts the rows of one page in order. */
function isSort(line: string, index: number, plan: readonly string[]): boolean {
  return /USE TEMP B-TREE FOR ORDER BY/.test(line) && index < plan.length - 1
}
