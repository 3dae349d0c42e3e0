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
  at,
  indexOf,
} from '../../support/store-samples.ts'
import { idsOf, race, rejectsWith, type Setting } from './setting.ts'

export function transactionStories({ store, fresh, pair }: Setting): void {
  test('a commit whose last change fails leaves no trace in any table', async () => {
    const own = await fresh()
    const patient = aPatient()
    await own.commit([patient])
    const before = await own.counts()
    const index = indexOf({ tokens: ['a||b'], strings: ['c|d'], dates: [['date', AT, AT]] })
    const content = aContent(patient.id)
    const { contentType, sha256, sha1, size } = content
    const failing = [
      { kind: 'claim', directory: 'patient', system: 's', value: 'v', id: patient.id } as const,
      { ...patient, expectedVersion: 1, index },
      aPathway(patient.id),
      content,
      { kind: 'put-rendition', contentId: content.id, contentType, sha256, sha1, size } as const,
      aDocument(patient.id, { index }),
      aList(patient.id, { index }),
      aReference('Organization', { index }),
      anEvent(patient.id),
      { kind: 'require-patient', id: newPatientId() } as const,
    ]
    await rejectsWith(own.commit(failing), 'store.patient-not-current')
    assert.deepEqual(await own.counts(), before)
    assert.equal((await own.patient(patient.id))?.visible, false)
    await own.commit(failing.slice(0, -1))
    assert.notDeepEqual(await own.counts(), before)
  })

  test('a commit without changes is accepted', async () => {
    await store().commit([])
  })

  test('what was acknowledged is read at once, also from another process', async () => {
    const [writer, reader] = await pair()
    for (let n = 0; n < 20; n += 1) {
      const patient = aPatient()
      await writer.commit([patient])
      assert.equal((await writer.read('Patient', patient.id))?.version, 1)
      assert.equal((await reader.read('Patient', patient.id))?.version, 1)
    }
  })

  test('two processes can write side by side', async () => {
    const stores = await pair()
    const patients = Array.from({ length: 40 }, () => aPatient())
    await Promise.all(patients.map((patient, n) => stores[n % 2]?.commit([patient, aPathway(patient.id)])))
    assert.equal((await idsOf(stores[0], 'Patient', [])).length, 40)
  })

  test('of a hundred commits at once, the failing ones fail alone', async () => {
    const own = await fresh()
    const commits = Array.from({ length: 100 }, (_, n) => {
      const patient = aPatient()
      const orphan = aDocument(newPatientId())
      return n % 10 === 5 ? [patient, orphan] : [patient, aDocument(patient.id)]
    })
    const { accepted, refused } = await race(own, commits)
    assert.deepEqual([accepted, [...refused]], [90, ['store.patient-not-current']])
    const { patient, document } = await own.counts()
    assert.deepEqual([patient, document], [90, 90])
  })

  test('a malformed change is refused as our defect and the store goes on', async () => {
    const patient = aPatient()
    const foreign = aContent(newPatientId())
    const malformed = [
      [{ ...patient, id: 'not-an-id' }],
      [aDocument(patient.id, { id: patient.id })],
      [aList(patient.id, { id: 'x.y' })],
      [patient, aDocument(patient.id, { contentId: foreign.id })],
      [{ ...anEvent(patient.id), event: { ...anEvent(patient.id).event, id: aDocument(newPatientId()).id } }],
      [
        aDocument(patient.id, {
          index: indexOf({
            dates: [
              ['date', AT, AT],
              ['date', at(1), at(1)],
            ],
          }),
        }),
      ],
    ]
    for (const changes of malformed) await rejectsWith(store().commit(changes), 'store.invalid')
    await store().commit([patient])
    const pathway = aPathway(patient.id)
    await store().commit([pathway])
    await rejectsWith(store().commit([pathway]), 'store.invalid')
    await store().commit([aDocument(patient.id)])
  })

  test('require-patient passes for a current patient only', async () => {
    const [current, deleted, merged] = [aPatient(), aPatient(), aPatient()]
    await store().commit([current, deleted, { ...merged, state: 'merged', mergedInto: current.id }])
    await store().commit([{ kind: 'delete', type: 'Patient', id: deleted.id, expectedVersion: 1, updatedAt: AT }])
    await store().commit([{ kind: 'require-patient', id: current.id }])
    for (const id of [deleted.id, merged.id, newPatientId(), '']) {
      await rejectsWith(store().commit([{ kind: 'require-patient', id }]), 'store.patient-not-current')
    }
  })

  test('an error names neither the identity nor the content that it is about', async () => {
    const [holder, rival] = [aPatient(), aPatient({ text: '{"secret":"SECRET"}', family: 'SECRET' })]
    const claim = { kind: 'claim', directory: 'patient', system: 'urn:ins', value: 'SECRET-INS' } as const
    await store().commit([holder, { ...claim, id: holder.id }])
    const refusals = [
      [rival, { ...claim, id: rival.id }],
      [{ ...rival, expectedVersion: 7 }],
      [{ ...rival, identityStatus: 'SECRET' as 'QUAL' }],
    ]
    for (const changes of refusals) {
      await assert.rejects(store().commit(changes), (error: Error & { detail: object }) => {
        assert.doesNotMatch(`${error.message} ${JSON.stringify(error.detail)}`, /SECRET/)
        return true
      })
    }
  })

  test('documents filed while the first pathway is opened all become visible', async () => {
    const patient = aPatient()
    await store().commit([patient])
    const documents = Array.from({ length: 20 }, () => aDocument(patient.id))
    const commits = documents.map((document, n) => (n === 10 ? [document, aPathway(patient.id)] : [document]))
    const { accepted } = await race(store(), commits)
    assert.equal(accepted, 20)
    const found = await idsOf(store(), 'DocumentReference', [{ kind: 'patient', ids: [patient.id] }])
    assert.deepEqual(found, documents.map(({ id }) => id).sort())
  })

  test('several documents that each open the first pathway can be filed at the same time', async () => {
    const patient = aPatient()
    await store().commit([patient])
    const commits = Array.from({ length: 12 }, () => [
      { kind: 'require-patient', id: patient.id } as const,
      aDocument(patient.id),
      aPathway(patient.id),
    ])
    const { accepted } = await race(store(), commits)
    assert.equal(accepted, 12)
    assert.equal((await store().pathways(patient.id)).length, 12)
  })
}
