import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aDocument, aList, aPathway, aPatient, aReference, at, indexOf } from '../../support/store-samples.ts'
import type { Setting } from './setting.ts'

export function firstStories({ store }: Setting): void {
  test('a document of a visible patient is read, searched, changed and listed in its history', async () => {
    const patient = aPatient()
    const document = aDocument(patient.id, { index: indexOf({ tokens: ['status||current', 'type|urn:t|RCP'] }) })
    await store().commit([patient, aPathway(patient.id), document])
    assert.equal((await store().read('DocumentReference', document.id))?.text, document.text)
    for (const conditions of [
      [{ kind: 'patient' as const, ids: [patient.id] }],
      [{ kind: 'token' as const, param: 'type', anyOf: [{ code: 'RCP' }] }],
      [{ kind: 'token' as const, param: 'status', anyOf: [{ code: 'current' }, { code: 'superseded' }] }],
      [{ kind: 'id' as const, ids: [document.id] }],
      [],
    ]) {
      for (const key of ['_id', '_lastUpdated', 'date', 'creation', 'period', 'birthdate', 'family'] as const) {
        for (const descending of [true, false]) {
          const found = await store().search({
            type: 'DocumentReference',
            conditions,
            sort: { key, descending },
            limit: 20,
          })
          assert.deepEqual(
            found.map(({ id }) => id),
            [document.id],
          )
        }
      }
      assert.equal(await store().count({ type: 'DocumentReference', conditions }), 1)
    }
    const second = aDocument(patient.id, { id: document.id, expectedVersion: 1, updatedAt: at(5), method: 'PUT' })
    await store().commit([second])
    const history = await store().history({ type: 'DocumentReference', id: document.id, limit: 10 })
    assert.deepEqual(
      history.map(({ version, method }) => [version, method]),
      [
        [2, 'PUT'],
        [1, 'POST'],
      ],
    )
    assert.equal((await store().history({ type: 'DocumentReference', limit: 10 })).length, 2)
    await assert.rejects(store().commit([second]), { key: 'store.version-conflict' })
  })

  test('lists, patients and directories are searched too', async () => {
    const patient = aPatient({ family: 'DURAND', index: indexOf({ strings: ['family|Durand'] }) })
    const list = aList(patient.id)
    const practitioner = aReference('Practitioner', { index: indexOf({ tokens: ['identifier|urn:r|1'] }) })
    await store().commit([patient, aPathway(patient.id), list, practitioner])
    const sort = { key: 'family', descending: false } as const
    const family = { kind: 'string', param: 'family', anyOf: ['DUR'], match: 'starts' } as const
    assert.equal((await store().search({ type: 'Patient', conditions: [family], sort, limit: 5 })).length, 1)
    assert.equal((await store().search({ type: 'List', conditions: [], sort, limit: 5 })).length, 1)
    const rpps = { kind: 'token', param: 'identifier', anyOf: [{ system: 'urn:r', code: '1' }] } as const
    assert.equal((await store().search({ type: 'Practitioner', conditions: [rpps], sort, limit: 5 })).length, 1)
  })
}
