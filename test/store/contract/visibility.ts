import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newPatientId } from '../../../src/store/ids.ts'
import { AT, aContent, aDocument, aList, aPathway, aPatient, at } from '../../support/store-samples.ts'
import { idsOf, type Setting } from './setting.ts'

export function visibilityStories({ store }: Setting): void {
  const found = async (patientId: string) => {
    const own = [{ kind: 'patient', ids: [patientId] }] as const
    return {
      patients: await idsOf(store(), 'Patient', own),
      documents: await idsOf(store(), 'DocumentReference', own),
      lists: await idsOf(store(), 'List', own),
    }
  }

  test('a patient without oncology pathway is not found, nor is what was filed', async () => {
    const patient = aPatient()
    const document = aDocument(patient.id)
    const list = aList(patient.id)
    await store().commit([patient, document, list])
    assert.deepEqual(await found(patient.id), { patients: [], documents: [], lists: [] })
    for (const [type, id] of [
      ['Patient', patient.id],
      ['DocumentReference', document.id],
      ['List', list.id],
    ] as const) {
      assert.equal((await store().read(type, id))?.visible, false)
      assert.equal((await store().history({ type, id, limit: 5 }))[0]?.visible, false)
      assert.equal((await store().readVersion(type, id, 1))?.visible, false)
    }
  })

  test('the first pathway makes the patient and what was filed visible, except drafts', async () => {
    const patient = aPatient()
    const document = aDocument(patient.id)
    const draft = aDocument(patient.id, { published: false })
    const list = aList(patient.id)
    await store().commit([patient, document, draft, list])
    await store().commit([aPathway(patient.id)])
    assert.deepEqual(await found(patient.id), { patients: [patient.id], documents: [document.id], lists: [list.id] })
    assert.equal((await store().patient(patient.id))?.visible, true)
    assert.equal((await store().document(draft.id))?.visible, false)
    assert.equal((await store().read('DocumentReference', document.id))?.version, 1)
  })

  test('what is filed after the pathway is visible at once, in the same commit too', async () => {
    const patient = aPatient()
    const [first, second] = [aDocument(patient.id), aDocument(patient.id)]
    const list = aList(patient.id)
    await store().commit([patient, aPathway(patient.id), first])
    await store().commit([second, list])
    const { documents, lists } = await found(patient.id)
    assert.deepEqual([documents, lists], [[first.id, second.id].sort(), [list.id]])
  })

  test('a draft becomes visible when it is published and is hidden when it is withdrawn', async () => {
    const patient = aPatient()
    const draft = aDocument(patient.id, { published: false })
    await store().commit([patient, aPathway(patient.id), draft])
    assert.deepEqual((await found(patient.id)).documents, [])
    await store().commit([{ ...draft, expectedVersion: 1, published: true }])
    assert.deepEqual((await found(patient.id)).documents, [draft.id])
    await store().commit([{ ...draft, expectedVersion: 2, published: false, status: 'entered-in-error' }])
    assert.deepEqual((await found(patient.id)).documents, [])
  })

  test('a change of the patient or of a document keeps it visible', async () => {
    const patient = aPatient()
    const document = aDocument(patient.id)
    const list = aList(patient.id)
    await store().commit([patient, aPathway(patient.id), document, list])
    await store().commit([
      { ...patient, expectedVersion: 1 },
      { ...document, expectedVersion: 1 },
      { ...list, expectedVersion: 1 },
    ])
    assert.deepEqual(await found(patient.id), { patients: [patient.id], documents: [document.id], lists: [list.id] })
  })

  test('a merged or deleted patient is not found but can still be read', async () => {
    const [merged, deleted] = [aPatient(), aPatient()]
    await store().commit([merged, aPathway(merged.id), deleted, aPathway(deleted.id)])
    await store().commit([{ ...merged, expectedVersion: 1, state: 'merged', mergedInto: newPatientId() }])
    await store().commit([{ kind: 'delete', type: 'Patient', id: deleted.id, expectedVersion: 1, updatedAt: at(1) }])
    for (const { id } of [merged, deleted]) assert.deepEqual((await found(id)).patients, [])
    assert.equal((await store().read('Patient', merged.id))?.text, merged.text)
    assert.equal((await store().patient(deleted.id))?.state, 'deleted')
  })

  test('pathways are listed oldest first, with all they tell', async () => {
    const patient = aPatient()
    const later = aPathway(patient.id, at(10))
    later.pathway.status = 'active'
    later.pathway.topography = 'C50'
    const first = aPathway(patient.id, AT)
    await store().commit([patient, later, first])
    assert.deepEqual(await store().pathways(patient.id), [first.pathway, later.pathway])
    assert.deepEqual(await store().pathways(newPatientId()), [])
  })

  test('published documents that name an identifier in relatesTo are found for their patient', async () => {
    const [patient, other] = [aPatient(), aPatient()]
    const key = { system: 'urn:oid:1.2', value: 'doc-1' }
    const index = {
      tokens: [{ param: 'relatesto.identifier', system: key.system, code: key.value }],
      strings: [],
      dates: [],
    }
    const [draft, finished] = [aDocument(patient.id, { published: false, index }), aDocument(patient.id, { index })]
    await store().commit([patient, other, draft, finished, aDocument(other.id, { index }), aDocument(patient.id)])
    assert.deepEqual(await store().replacementsOf(patient.id, key), [finished.id])
    assert.deepEqual(await store().replacementsOf(patient.id, { ...key, system: 'urn:oid:1.3' }), [])
    assert.deepEqual(await store().replacementsOf(newPatientId(), key), [])
  })

  test('a document and its replacement that come in at once: one of them has to decide again', async () => {
    for (let round = 0; round < 10; round += 1) {
      const patient = aPatient()
      await store().commit([patient])
      const key = { system: 'urn:ietf:rfc:3986', value: `urn:oid:1.2.${round}.${patient.id.length}` }
      const tokens = [{ param: 'relatesto.identifier', system: key.system, code: key.value }]
      const [first, second] = [
        aDocument(patient.id),
        aDocument(patient.id, { index: { tokens, strings: [], dates: [] } }),
      ]
      const outcomes = await Promise.allSettled([
        store().commit([
          { kind: 'require-patient', id: patient.id },
          { kind: 'require-unreplaced', patientId: patient.id, ...key },
          { kind: 'claim', directory: 'document', ...key, id: first.id },
          first,
        ]),
        store().commit([
          { kind: 'require-patient', id: patient.id },
          { kind: 'require-unclaimed', patientId: patient.id, ...key },
          second,
        ]),
      ])
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
      await store().commit([{ kind: 'release', directory: 'document', ...key, id: first.id }])
    }
  })

  test('the documents of a content are found, hidden ones included, until they are withdrawn', async () => {
    const patient = aPatient()
    const content = aContent(patient.id)
    const [shown, hidden] = [
      aDocument(patient.id, { contentId: content.id }),
      aDocument(patient.id, { contentId: content.id, published: false }),
    ]
    await store().commit([patient, content, shown, hidden])
    assert.deepEqual(await store().documentsOf(content.id), [shown.id, hidden.id].sort())
    await store().commit([
      { kind: 'delete', type: 'DocumentReference', id: shown.id, expectedVersion: 1, updatedAt: shown.updatedAt },
    ])
    assert.deepEqual(await store().documentsOf(content.id), [hidden.id])
    assert.deepEqual(await store().documentsOf('nothing'), [])
  })
}
