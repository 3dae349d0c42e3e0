import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newPatientId } from '../../../src/store/ids.ts'
import {
  AT,
  aContent,
  aDocument,
  aList,
  anEvent,
  aPathway,
  aPatient,
  aReference,
  indexOf,
} from '../../support/store-samples.ts'
import { rejectsWith, type Setting } from './setting.ts'

const SEARCH = { type: 'DocumentReference', conditions: [], sort: { key: 'date', descending: true }, limit: 5 } as const

export function serviceStories({ fresh, pair }: Setting): void {
  test('an empty store is empty everywhere', async () => {
    const store = await fresh()
    assert.deepEqual(new Set(Object.values(await store.counts())), new Set([0]))
    assert.deepEqual(await store.search(SEARCH), [])
    assert.equal(await store.count(SEARCH), 0)
    assert.deepEqual(await store.history({ type: 'Patient', limit: 5 }), [])
    assert.deepEqual(await store.pendingEvents(5, AT), [])
  })

  test('the rows of every table are counted', async () => {
    const store = await fresh()
    const patient = aPatient()
    const content = aContent(patient.id)
    const index = indexOf({ tokens: ['a||b', 'a||c'], strings: ['d|e'], dates: [['f', AT, AT]] })
    await store.commit([
      { kind: 'claim', directory: 'patient', system: 's', value: 'v', id: patient.id },
      { ...patient, index },
      aPathway(patient.id),
      content,
      aDocument(patient.id, { index }),
      aList(patient.id),
      aReference('Practitioner', { index }),
      anEvent(patient.id),
    ])
    const counts = await store.counts()
    assert.deepEqual(
      Object.entries(counts).filter(([, rows]) => rows > 0),
      Object.entries({
        patient: 1,
        patient_identifier: 1,
        care_pathway: 1,
        document: 1,
        list: 1,
        content: 1,
        search_token: 4,
        search_string: 2,
        search_date: 2,
        reference_resource: 1,
        reference_token: 2,
        reference_string: 1,
        reference_date: 1,
        outbox: 1,
      }),
    )
  })

  test('it answers a ping, renews its statistics and explains a search', async () => {
    const store = await fresh()
    await store.ping()
    await store.analyze()
    assert.ok((await store.explain(SEARCH)).length > 0)
    await store.commit([aPatient()])
    assert.deepEqual(await store.search(SEARCH), [])
  })

  test('what one process stores is there for the next one', async () => {
    const [first, second] = await pair()
    const patient = aPatient()
    await first.commit([patient])
    await first.close()
    assert.equal((await second.read('Patient', patient.id))?.text, patient.text)
    await second.commit([aPathway(patient.id)])
    assert.equal((await second.patient(patient.id))?.visible, true)
  })

  test('after close every use is refused, and closing again is not', async () => {
    const store = await fresh()
    await store.commit([aPatient()])
    await store.close()
    await store.close()
    const id = newPatientId()
    const key = { system: 's', value: 'v' }
    const uses: (() => Promise<unknown>)[] = [
      () => store.read('Patient', id),
      () => store.readVersion('Patient', id, 1),
      () => store.history({ type: 'Patient', limit: 1 }),
      () => store.search(SEARCH),
      () => store.count(SEARCH),
      () => store.lookup('patient', key),
      () => store.patient(id),
      () => store.pathways(id),
      () => store.replacementsOf(id, key),
      () => store.blobsInUse(['a']),
      () => store.commit([aPatient()]),
      () => store.pendingEvents(1, AT),
      () => store.counts(),
      () => store.explain(SEARCH),
      () => store.analyze(),
      () => store.ping(),
    ]
    for (const use of uses) await rejectsWith(use(), 'store.closed')
  })

  test('what was asked before close is answered', async () => {
    const [store, other] = await pair()
    const patient = aPatient()
    const commit = store.commit([patient])
    await store.close()
    await commit
    assert.equal((await other.read('Patient', patient.id))?.version, 1)
  })
}
