import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clinicalId, newLocalId, newPatientId } from '../../../src/store/ids.ts'
import type { Change, StoredType } from '../../../src/store/store.ts'
import {
  AT,
  aContent,
  aDocument,
  aList,
  aPathway,
  aPatient,
  aReference,
  at,
  indexOf,
  textOf,
} from '../../support/store-samples.ts'
import { idsOf, race, rejectsWith, type Setting } from './setting.ts'

type Put = Extract<Change, { expectedVersion: number | undefined }>

/** One builder for each type: a new resource of a patient, or its next version. */
const SAMPLES: Record<StoredType, (patientId: string, values?: object) => Put> = {
  Patient: (id, values = {}) => aPatient({ id, ...values }),
  DocumentReference: (id, values = {}) => aDocument(id, values),
  List: (id, values = {}) => aList(id, values),
  Binary: (id, values = {}) => aContent(id, values),
  Practitioner: (_, values = {}) => aReference('Practitioner', values),
  PractitionerRole: (_, values = {}) => aReference('PractitionerRole', values),
  Organization: (_, values = {}) => aReference('Organization', values),
}

export function versionStories({ store }: Setting): void {
  for (const [type, sample] of Object.entries(SAMPLES) as [StoredType, (typeof SAMPLES)[StoredType]][]) {
    test(`a ${type} is created, changed, deleted and brought back, and every version stays readable`, async () => {
      const patient = aPatient()
      const first = sample(type === 'Patient' ? patient.id : patient.id)
      await store().commit(type === 'Patient' ? [first] : [patient, first])
      const { id } = first
      const next = { id, expectedVersion: 1, updatedAt: at(1), method: 'PUT', text: textOf(type, id, 2) }
      await store().commit([sample(patient.id, next)])
      await store().commit([{ kind: 'delete', type, id, expectedVersion: 2, updatedAt: at(2) }])
      const gone = await store().read(type, id)
      assert.deepEqual([gone?.version, gone?.deleted, gone?.text, gone?.updatedAt], [3, true, '', at(2)])
      const back = { ...next, expectedVersion: 3, updatedAt: at(3), text: textOf(type, id, 4) }
      await store().commit([sample(patient.id, back)])
      const current = await store().read(type, id)
      assert.deepEqual([current?.version, current?.deleted, current?.updatedAt], [4, false, at(3)])
      for (const [version, updatedAt] of [AT, at(1), at(2), at(3)].entries()) {
        const read = await store().readVersion(type, id, version + 1)
        assert.deepEqual([read?.version, read?.updatedAt, read?.deleted], [version + 1, updatedAt, version === 2])
        if (type !== 'Binary') assert.equal(read?.text, version === 2 ? '' : textOf(type, id, version + 1))
      }
      assert.equal(await store().readVersion(type, id, 5), undefined)
    })
  }

  test('a text is given back exactly, whatever characters it holds', async () => {
    const text = '{"é":"𝄞 \\u0000 \' \\" ?1 $1 %_","zero":"\u200b"}'
    const patient = aPatient({ text })
    await store().commit([patient])
    assert.equal((await store().read('Patient', patient.id))?.text, text)
  })

  test('an id that is unknown, or that cannot be ours, is simply not there', async () => {
    const unknown = clinicalId(newPatientId(), newLocalId(1))
    for (const id of [unknown, newPatientId(), 'x', '', `${unknown}x`, "' OR 1=1 --"]) {
      for (const type of Object.keys(SAMPLES) as StoredType[]) {
        assert.equal(await store().read(type, id), undefined)
        assert.equal(await store().readVersion(type, id, 1), undefined)
        assert.deepEqual(await store().history({ type, id, limit: 10 }), [])
      }
      assert.equal(await store().patient(id), undefined)
      assert.equal(await store().document(id), undefined)
      assert.equal(await store().content(id), undefined)
    }
  })

  test('an id is given once: a second creation is refused and changes nothing', async () => {
    const patient = aPatient()
    await store().commit([patient])
    await rejectsWith(store().commit([{ ...patient, text: '{}' }]), 'store.version-conflict')
    assert.equal((await store().read('Patient', patient.id))?.text, patient.text)
  })

  test('a change from a version that is no longer current is refused and changes nothing', async () => {
    const patient = aPatient()
    const document = aDocument(patient.id)
    await store().commit([patient, document])
    await store().commit([{ ...document, expectedVersion: 1, text: '{"v":2}' }])
    await rejectsWith(store().commit([{ ...document, expectedVersion: 1, text: '{"v":3}' }]), 'store.version-conflict')
    const current = await store().read('DocumentReference', document.id)
    assert.deepEqual([current?.version, current?.text], [2, '{"v":2}'])
    assert.equal((await store().history({ type: 'DocumentReference', id: document.id, limit: 9 })).length, 2)
  })

  test('a change of something that was never created is refused', async () => {
    const patient = aPatient()
    await store().commit([patient])
    const never = aDocument(patient.id, { expectedVersion: 1 })
    await rejectsWith(store().commit([never]), 'store.version-conflict')
    await rejectsWith(store().commit([aPatient({ expectedVersion: 4 })]), 'store.version-conflict')
  })

  test('a deletion from a stale version is refused', async () => {
    const patient = aPatient()
    await store().commit([patient])
    const stale = { kind: 'delete', type: 'Patient', id: patient.id, expectedVersion: 2, updatedAt: AT } as const
    await rejectsWith(store().commit([stale]), 'store.version-conflict')
    assert.equal((await store().patient(patient.id))?.state, 'current')
  })

  test('of ten changes from the same version, made at the same time, one wins', async () => {
    const patient = aPatient()
    const document = aDocument(patient.id)
    await store().commit([patient, document])
    const rivals = Array.from({ length: 10 }, (_, n) => [{ ...document, expectedVersion: 1, text: `{"n":${n}}` }])
    const { accepted, refused } = await race(store(), rivals)
    assert.deepEqual([accepted, [...refused]], [1, ['store.version-conflict']])
    assert.equal((await store().read('DocumentReference', document.id))?.version, 2)
  })

  test('a document, list or content of an unknown patient is refused', async () => {
    const stranger = newPatientId()
    for (const change of [aDocument(stranger), aList(stranger), aContent(stranger), aPathway(stranger)]) {
      await rejectsWith(store().commit([change]), 'store.patient-not-current')
    }
  })

  test('the state of a patient tells what the domain needs', async () => {
    const patient = aPatient({ identityStatus: 'QUAL' })
    await store().commit([patient])
    const read = await store().patient(patient.id)
    assert.deepEqual(read, {
      id: patient.id,
      version: 1,
      identityStatus: 'QUAL',
      state: 'current',
      visible: false,
      mergedInto: undefined,
      text: patient.text,
    })
    const survivor = newPatientId()
    await store().commit([{ ...patient, expectedVersion: 1, state: 'merged', mergedInto: survivor }])
    const merged = await store().patient(patient.id)
    assert.deepEqual([merged?.state, merged?.mergedInto, merged?.version], ['merged', survivor, 2])
  })

  test('the state of a document tells what the domain needs', async () => {
    const patient = aPatient()
    const content = aContent(patient.id)
    const full = aDocument(patient.id, {
      status: 'superseded',
      setId: 'set-1',
      versionNumber: 3,
      contentId: content.id,
    })
    const bare = aDocument(patient.id)
    await store().commit([patient, aPathway(patient.id), content, full, bare])
    assert.deepEqual(await store().document(full.id), {
      id: full.id,
      version: 1,
      status: 'superseded',
      deleted: false,
      visible: true,
      setId: 'set-1',
      versionNumber: 3,
      contentId: content.id,
      text: full.text,
    })
    const { setId, versionNumber, contentId } = (await store().document(bare.id)) ?? {}
    assert.deepEqual([setId, versionNumber, contentId], [undefined, undefined, undefined])
  })

  test('search values of an earlier version, or of a deleted resource, find nothing', async () => {
    const patient = aPatient()
    const document = aDocument(patient.id, {
      index: indexOf({ tokens: ['type|t|before'], strings: ['title|Before'], dates: [['period', AT, AT]] }),
    })
    await store().commit([patient, aPathway(patient.id), document])
    const before = [{ kind: 'token', param: 'type', anyOf: [{ code: 'before' }] }] as const
    assert.deepEqual(await idsOf(store(), 'DocumentReference', before), [document.id])
    await store().commit([{ ...document, expectedVersion: 1, index: indexOf({ tokens: ['type|t|after'] }) }])
    const after = [{ kind: 'token', param: 'type', anyOf: [{ code: 'after' }] }] as const
    assert.deepEqual(await idsOf(store(), 'DocumentReference', before), [])
    assert.deepEqual(await idsOf(store(), 'DocumentReference', after), [document.id])
    await store().commit([
      { kind: 'delete', type: 'DocumentReference', id: document.id, expectedVersion: 2, updatedAt: AT },
    ])
    assert.deepEqual(await idsOf(store(), 'DocumentReference', after), [])
    assert.deepEqual(await idsOf(store(), 'DocumentReference', [{ kind: 'id', ids: [document.id] }]), [])
  })

  test('a value that is given twice, or that is very long, is stored and found', async () => {
    const patient = aPatient()
    const long = 'É'.repeat(5000)
    const many = Array.from({ length: 700 }, (_, n) => `event|urn:e|code-${n}`)
    const document = aDocument(patient.id, {
      index: indexOf({
        tokens: ['type|t|twice', 'type|t|twice', `event|e|${long}`, ...many],
        strings: [`title|${long}`],
      }),
    })
    await store().commit([patient, aPathway(patient.id), document])
    for (const code of ['code-0', 'code-699', long]) {
      const conditions = [{ kind: 'token', param: 'event', anyOf: [{ code }] }] as const
      assert.deepEqual(await idsOf(store(), 'DocumentReference', conditions), [document.id], code.slice(0, 10))
    }
    const twice = [{ kind: 'token', param: 'type', anyOf: [{ code: 'twice' }] }] as const
    assert.equal(await store().count({ type: 'DocumentReference', conditions: twice }), 1)
    const title = [{ kind: 'string', param: 'title', anyOf: ['E'.repeat(5000)], match: 'starts' }] as const
    assert.deepEqual(await idsOf(store(), 'DocumentReference', title), [document.id])
  })

  test('a client may choose the id of a directory entry', async () => {
    const organization = aReference('Organization', { id: 'CHU-1.site-2' })
    await store().commit([organization])
    assert.equal((await store().read('Organization', 'CHU-1.site-2'))?.text, organization.text)
    assert.equal(await store().read('Practitioner', 'CHU-1.site-2'), undefined)
  })
}
