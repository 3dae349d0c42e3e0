import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { clinicalId, newLocalId, newPatientId } from '../../../src/store/ids.ts'
import type { Condition, DccStore, Found, SearchableType, SearchQuery, SortKey } from '../../../src/store/store.ts'
import { aDocument, aList, aPathway, aPatient, aReference, at, indexOf } from '../../support/store-samples.ts'
import type { Setting } from './setting.ts'

const CURRENT: Condition = { kind: 'token', param: 'status', anyOf: [{ code: 'current' }] }
const EXACTLY: Condition = { kind: 'token', param: 'status', anyOf: [{ system: '', code: 'current' }] }
const EITHER: Condition = { kind: 'token', param: 'status', anyOf: [{ code: 'current' }, { code: 'final' }] }

/** Which sort keys a type has; any other one orders by `_id`. */
const KEYS: Record<SearchableType, readonly SortKey[]> = {
  Patient: ['_lastUpdated', 'birthdate', 'family'],
  DocumentReference: ['_lastUpdated', 'date', 'creation', 'period'],
  List: ['_lastUpdated', 'date'],
  Practitioner: ['_lastUpdated', 'family'],
  PractitionerRole: ['_lastUpdated', 'family'],
  Organization: ['_lastUpdated', 'family'],
}
const ALL_KEYS: readonly SortKey[] = ['_id', '_lastUpdated', 'date', 'creation', 'period', 'birthdate', 'family']

/** Every page of a search, one after the other. */
async function pages(store: DccStore, query: SearchQuery, between: () => Promise<void> = async () => undefined) {
  const all: Found[] = []
  for (let page = await store.search(query); page.length > 0; ) {
    assert.ok(page.length <= query.limit)
    all.push(...page)
    const last = page.at(-1)
    assert.ok(last !== undefined && all.length < 1000)
    await between()
    page = await store.search({ ...query, after: { value: last.sortValue, id: last.id } })
  }
  return all
}

export function orderStories({ fresh }: Setting): void {
  let own: DccStore
  /** What each resource was given to be ordered by. */
  const values = new Map<string, Partial<Record<SortKey, string>>>()
  const patients = Array.from({ length: 6 }, () => newPatientId())
  const everyone: Condition = { kind: 'patient', ids: patients }

  before(async () => {
    own = await fresh()
    const status = indexOf({ tokens: ['status||current', 'status|other|current'] })
    for (const [n, id] of patients.entries()) {
      const patient = aPatient({
        id,
        updatedAt: at(n % 3),
        birthDate: `195${n % 2}-01-01`,
        family: ['DURAND', 'ÉTÉ', 'Zoé', ''][n % 4] ?? '',
        index: status,
      })
      values.set(id, { _lastUpdated: patient.updatedAt, birthdate: patient.birthDate, family: patient.family })
      await own.commit([patient, aPathway(id)])
      for (let k = 0; k < 5; k += 1) {
        const dates = { date: at(k % 3), creation: at(-k % 2), periodStart: k === 4 ? '' : at(n) }
        const document = aDocument(id, { ...dates, updatedAt: at((n + k) % 4), index: status })
        const { date, creation, periodStart: period, updatedAt } = document
        values.set(document.id, { _lastUpdated: updatedAt, date, creation, period })
        const list = aList(id, { updatedAt: at(k), date: at(n), index: status })
        values.set(list.id, { _lastUpdated: list.updatedAt, date: list.date })
        await own.commit([document, list])
      }
      for (const type of ['Practitioner', 'PractitionerRole', 'Organization'] as const) {
        const entry = aReference(type, { updatedAt: at(n % 3), family: type.slice(0, n % 3), index: status })
        values.set(entry.id, { _lastUpdated: entry.updatedAt, family: entry.family })
        await own.commit([entry])
      }
    }
  })

  for (const type of Object.keys(KEYS) as SearchableType[]) {
    for (const key of ALL_KEYS) {
      test(`${type} by ${key}: ordered, ties by id, the same in pages of any size`, async () => {
        const clinical = ['Patient', 'DocumentReference', 'List'].includes(type)
        const scopes: Condition[][] = [[], [CURRENT], [EXACTLY], [EITHER], ...(clinical ? [[everyone]] : [])]
        for (const conditions of scopes) {
          for (const descending of [false, true]) {
            const query: SearchQuery = { type, conditions, sort: { key, descending }, limit: 1000 }
            const whole = await own.search(query)
            const known = whole.map(({ id }) => ({ id, value: KEYS[type].includes(key) ? values.get(id)?.[key] : id }))
            assert.equal(whole.length, type === 'DocumentReference' || type === 'List' ? 30 : 6)
            assert.deepEqual(
              whole.map(({ id, sortValue }) => ({ id, value: sortValue })),
              known,
            )
            const sorted = known.toSorted((a, b) => compare(a.value ?? '', b.value ?? '') || compare(a.id, b.id))
            assert.deepEqual(known, descending ? sorted.reverse() : sorted)
            for (const limit of [4, 11]) {
              assert.deepEqual(await pages(own, { ...query, limit }), whole, `pages of ${limit}`)
            }
          }
        }
      })
    }
  }

  test('rows written between two pages neither repeat nor hide a result of the first world', async () => {
    const store = await fresh()
    const patientId = newPatientId()
    await store.commit([aPatient({ id: patientId }), aPathway(patientId)])
    const index = indexOf({ tokens: ['status||current'] })
    const first = Array.from({ length: 12 }, (_, n) => aDocument(patientId, { updatedAt: at(n), index }))
    await store.commit(first)
    let minute = 100
    for (const conditions of [[], [CURRENT], [{ kind: 'patient', ids: [patientId] } as const]]) {
      for (const key of ['date', '_id', '_lastUpdated', 'creation'] as const) {
        for (const descending of [true, false]) {
          const query: SearchQuery = {
            type: 'DocumentReference',
            conditions,
            sort: { key, descending },
            limit: 5,
            createdUntil: at(50),
          }
          const seen = await pages(store, query, async () => {
            minute += 1
            const dates = { date: at(minute % 12), creation: at(3), periodStart: at(3) }
            const id = clinicalId(patientId, newLocalId(minute % 2 === 0 ? 0 : Date.parse(at(minute))))
            await store.commit([aDocument(patientId, { id, ...dates, updatedAt: at(minute), index })])
          })
          assert.deepEqual(new Set(seen.map(({ id }) => id)), new Set(first.map(({ id }) => id)), `${key}`)
          assert.equal(seen.length, 12)
          assert.equal(await store.count(query), 12)
        }
      }
    }
  })

  test('a page of nothing, and a position that cannot be ours, are empty', async () => {
    const query: SearchQuery = {
      type: 'DocumentReference',
      conditions: [],
      sort: { key: 'date', descending: true },
      limit: 5,
    }
    assert.deepEqual(await own.search({ ...query, limit: 0 }), [])
    assert.deepEqual(await own.search({ ...query, after: { value: at(9), id: 'not one of ours' } }), [])
  })

  test('what is found carries what a page needs', async () => {
    const [found] = await own.search({
      type: 'DocumentReference',
      conditions: [everyone],
      sort: { key: 'date', descending: true },
      limit: 1,
    })
    assert.ok(found !== undefined)
    const { sortValue, ...resource } = found
    assert.deepEqual(resource, await own.read('DocumentReference', found.id))
    assert.equal(sortValue, values.get(found.id)?.date)
  })
}

/** Byte order of UTF-8, which both engines use. */
function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
