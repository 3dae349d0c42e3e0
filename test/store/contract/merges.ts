import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newLocalId, newPatientId } from '../../../src/store/ids.ts'
import type { Change, SearchableType } from '../../../src/store/store.ts'
import { aDocument, aList, aPathway, aPatient, at, indexOf } from '../../support/store-samples.ts'
import { idsOf, race, rejectsWith, type Setting } from './setting.ts'

const SYSTEM = 'urn:oid:1.2.3'

/** The changes by which a patient takes another one in. */
function merging(subsumed: ReturnType<typeof aPatient>, survivorId: string, domain = SYSTEM): Change[] {
  return [
    { kind: 'require-patient', id: survivorId },
    { ...subsumed, expectedVersion: 1, state: 'merged', mergedInto: survivorId, updatedAt: at(1) },
    { kind: 'merge', survivorId, id: subsumed.id, domain },
  ]
}

export function mergeStories({ store }: Setting): void {
  const visible = (type: SearchableType, patientId: string) =>
    idsOf(store(), type, [
      type === 'Patient' ? { kind: 'id', ids: [patientId] } : { kind: 'patient', ids: [patientId] },
    ])

  test('a merge is seen from both sides, until it is taken back', async () => {
    const [subsumed, survivor, other] = [aPatient(), aPatient(), aPatient()]
    await store().commit([subsumed, survivor, other])
    const ids = [subsumed.id, survivor.id, other.id, newPatientId(), 'no id', survivor.id]
    const links = async () => Object.fromEntries((await store().mergeLinks(ids)).map((link) => [link.id, link]))
    const apart = (id: string) => ({ id, mergedInto: undefined, merged: [] })
    assert.deepEqual(await links(), Object.fromEntries([subsumed, survivor, other].map(({ id }) => [id, apart(id)])))
    await store().commit(merging(subsumed, survivor.id))
    assert.deepEqual(await links(), {
      [subsumed.id]: { id: subsumed.id, mergedInto: survivor.id, merged: [] },
      [survivor.id]: { ...apart(survivor.id), merged: [{ id: subsumed.id, domain: SYSTEM }] },
      [other.id]: apart(other.id),
    })
    await store().commit([
      { ...subsumed, expectedVersion: 2, updatedAt: at(2) },
      { kind: 'unmerge', survivorId: survivor.id, id: subsumed.id },
    ])
    assert.deepEqual(await links(), Object.fromEntries([subsumed, survivor, other].map(({ id }) => [id, apart(id)])))
    assert.deepEqual(await store().mergeLinks([]), [])
  })

  test('a merge is noted once, and taken back once', async () => {
    const [subsumed, survivor] = [aPatient(), aPatient()]
    const note: Change = { kind: 'merge', survivorId: survivor.id, id: subsumed.id, domain: '' }
    const back: Change = { kind: 'unmerge', survivorId: survivor.id, id: subsumed.id }
    await store().commit([subsumed, survivor, note])
    await rejectsWith(store().commit([note]), 'store.version-conflict')
    await store().commit([back])
    await rejectsWith(store().commit([back]), 'store.version-conflict')
  })

  test('what was decided on who is merged, on pathways and on holders holds at the commit or fails it', async () => {
    const [subsumed, survivor] = [aPatient(), aPatient()]
    const key = { system: SYSTEM, value: newLocalId(Date.now()) }
    const claim: Change = { kind: 'claim', directory: 'patient', ...key, id: survivor.id }
    await store().commit([subsumed, survivor, claim, aPathway(survivor.id), ...merging(subsumed, survivor.id).slice(2)])
    const member = { kind: 'require-merged', survivorId: survivor.id, id: subsumed.id } as const
    const holds: Change[] = [
      member,
      { kind: 'require-merges', patientId: survivor.id, count: 1 },
      { kind: 'require-merges', patientId: subsumed.id, count: 0 },
      { kind: 'require-pathways', patientId: survivor.id, count: 1 },
      { kind: 'require-pathways', patientId: subsumed.id, count: 0 },
      { kind: 'require-holder', ...key, id: survivor.id },
    ]
    await store().commit(holds)
    const fails: Change[] = [
      { ...member, survivorId: subsumed.id, id: survivor.id },
      { kind: 'require-merges', patientId: survivor.id, count: 0 },
      { kind: 'require-merges', patientId: survivor.id, count: 2 },
      { kind: 'require-pathways', patientId: survivor.id, count: 0 },
      { kind: 'require-pathways', patientId: subsumed.id, count: 1 },
      { kind: 'require-holder', ...key, id: subsumed.id },
      { kind: 'require-holder', ...key, value: 'another', id: survivor.id },
    ]
    for (const change of fails) await rejectsWith(store().commit([change]), 'store.version-conflict')
  })

  test('closing the last pathway hides the patient and what is filed; while another one is open nothing is hidden', async () => {
    const patient = aPatient()
    const [document, list] = [aDocument(patient.id), aList(patient.id)]
    const brought = aPathway(patient.id)
    brought.pathway.origin = 'Patient/x'
    const own = aPathway(patient.id, at(1))
    await store().commit([patient, document, list, brought, own])
    const close = (origin: string): Change => ({ kind: 'close-pathways', patientId: patient.id, origin })
    const seen = async () =>
      Promise.all((['Patient', 'DocumentReference', 'List'] as const).map((type) => visible(type, patient.id)))
    await store().commit([close('Patient/x')])
    assert.deepEqual(await seen(), [[patient.id], [document.id], [list.id]])
    assert.deepEqual(await store().pathways(patient.id), [own.pathway])
    await store().commit([close('nothing')])
    assert.deepEqual(await seen(), [[patient.id], [document.id], [list.id]])
    await store().commit([close('test')])
    assert.deepEqual(await seen(), [[], [], []])
    assert.equal((await store().read('Patient', patient.id))?.visible, false)
    await store().commit([aPathway(patient.id, at(2))])
    assert.deepEqual(await seen(), [[patient.id], [document.id], [list.id]])
  })

  test('documents and lists that refer to those of another patient are told', async () => {
    const [one, two, three] = [aPatient(), aPatient(), aPatient()]
    const target = aDocument(two.id)
    const index = indexOf({ tokens: [`relatesto||DocumentReference/${target.id}`] })
    const document = aDocument(one.id, { index })
    await store().commit([one, two, three, target, document])
    const unrelated = (patientId: string, otherId: string): Change => ({
      kind: 'require-unrelated',
      patientId,
      otherId,
    })
    await rejectsWith(store().commit([unrelated(one.id, two.id)]), 'store.patient-related')
    await store().commit([unrelated(two.id, one.id), unrelated(one.id, three.id), unrelated(three.id, one.id)])
    const [type, id] = ['DocumentReference', document.id] as const
    await store().commit([{ kind: 'delete', type, id, expectedVersion: 1, updatedAt: at(1) }])
    await store().commit([unrelated(one.id, two.id)])
    await store().commit([aList(one.id, { index: indexOf({ tokens: [`item||List/${aList(three.id).id}`] }) })])
    await rejectsWith(store().commit([unrelated(one.id, three.id)]), 'store.patient-related')
  })

  test('of two patients who take each other in at once, one does', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [one, two] = [aPatient(), aPatient()]
      await store().commit([one, two])
      const into = (subsumed: typeof one, survivor: typeof one): Change[] => [
        ...[one.id, two.id].sort().map((id): Change => ({ kind: 'require-patient', id })),
        ...merging(subsumed, survivor.id).slice(1),
        { ...survivor, expectedVersion: 1 },
      ]
      const { accepted } = await race(store(), [into(one, two), into(two, one)])
      assert.equal(accepted, 1)
      const states = await Promise.all([one, two].map(({ id }) => store().patient(id)))
      assert.deepEqual(states.map((state) => state?.state).sort(), ['current', 'merged'])
    }
  })

  test('a document filed while its patient is merged is filed before, or not at all', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [subsumed, survivor] = [aPatient(), aPatient()]
      await store().commit([subsumed, survivor])
      const documents = Array.from({ length: 5 }, () => aDocument(subsumed.id))
      const filing = documents.map((document): Change[] => [{ kind: 'require-patient', id: subsumed.id }, document])
      const { refused } = await race(store(), [
        ...filing.slice(0, 2),
        merging(subsumed, survivor.id),
        ...filing.slice(2),
      ])
      assert.ok(
        [...refused].every((key) => key === 'store.patient-not-current'),
        [...refused].join(', '),
      )
      assert.equal((await store().patient(subsumed.id))?.state, 'merged')
    }
  })
}
