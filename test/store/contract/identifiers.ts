import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newLocalId } from '../../../src/store/ids.ts'
import type { Change, Directory } from '../../../src/store/store.ts'
import { aDocument, aPatient, aReference, at } from '../../support/store-samples.ts'
import { race, rejectsWith, type Setting } from './setting.ts'

let numbers = 0

/** An identifier that no other story uses. */
function aKey(): { system: string; value: string } {
  numbers += 1
  return { system: 'urn:oid:1.2.3', value: `${newLocalId(Date.now())}-${numbers}` }
}

function claim(directory: Directory, key: { system: string; value: string }, id: string): Change {
  return { kind: 'claim', directory, ...key, id }
}

export function identifierStories({ store, pair }: Setting): void {
  test('an identifier leads to its patient, a masterIdentifier to its document', async () => {
    const patient = aPatient()
    const document = aDocument(patient.id)
    const [ins, master] = [aKey(), aKey()]
    await store().commit([claim('patient', ins, patient.id), patient, claim('document', master, document.id), document])
    assert.equal(await store().lookup('patient', ins), patient.id)
    assert.equal(await store().lookup('document', master), document.id)
    assert.equal(await store().lookup('patient', master), undefined)
    assert.equal(await store().lookup('document', ins), undefined)
    assert.equal(await store().lookup('patient', { system: '', value: ins.value }), undefined)
  })

  test('the patient who holds an identifier is read in one step', async () => {
    const [holder, other] = [aPatient(), aPatient()]
    const key = aKey()
    await store().commit([holder, other, claim('patient', key, holder.id)])
    assert.deepEqual(await store().patientHolding(key), await store().patient(holder.id))
    assert.equal(await store().patientHolding({ ...key, system: 'urn:another' }), undefined)
    await store().commit([{ kind: 'release', directory: 'patient', ...key, id: holder.id }])
    assert.equal(await store().patientHolding(key), undefined)
  })

  test('a system is known to a directory while an identifier of it is held there', async () => {
    const system = `urn:oid:1.2.3.${newLocalId(Date.now())}`
    const [patient, organization] = [aPatient(), aReference('Organization')]
    const [one, two] = [
      { system, value: '1' },
      { system, value: '2' },
    ]
    const known = async (...directories: Directory[]) =>
      Promise.all(directories.map((directory) => store().knowsSystem(directory, system)))
    const directories = ['patient', 'document', 'Practitioner', 'PractitionerRole', 'Organization'] as const
    assert.deepEqual(new Set(await known(...directories)), new Set([false]))
    await store().commit([claim('patient', one, patient.id), claim('patient', two, patient.id), patient])
    assert.deepEqual(await known('patient', 'document', 'Practitioner', 'Organization'), [true, false, false, false])
    assert.equal(await store().knowsSystem('patient', `${system}.1`), false)
    assert.equal(await store().knowsSystem('patient', ''), false)
    await store().commit([claim('Organization', one, organization.id), organization])
    assert.deepEqual(await known('Organization', 'Practitioner'), [true, false])
    await store().commit([{ kind: 'release', directory: 'patient', ...one, id: patient.id }])
    assert.deepEqual(await known('patient'), [true])
    await store().commit([{ kind: 'release', directory: 'patient', ...two, id: patient.id }])
    assert.deepEqual(await known('patient'), [false])
  })

  test('each directory of professionals and structures is its own', async () => {
    const key = aKey()
    const [practitioner, role, organization] = [
      aReference('Practitioner'),
      aReference('PractitionerRole'),
      aReference('Organization'),
    ]
    for (const entry of [practitioner, role, organization]) {
      await store().commit([claim(entry.type, key, entry.id), entry])
      assert.equal(await store().lookup(entry.type, key), entry.id)
    }
    const rival = aReference('Organization')
    await rejectsWith(store().commit([claim('Organization', key, rival.id), rival]), 'store.identifier-taken')
  })

  test('an identifier that another patient holds is refused, and nothing of the commit is kept', async () => {
    const [holder, rival] = [aPatient(), aPatient()]
    const [key, other] = [aKey(), aKey()]
    await store().commit([claim('patient', key, holder.id), holder])
    const changes = [rival, claim('patient', other, rival.id), claim('patient', key, rival.id)]
    await rejectsWith(store().commit(changes), 'store.identifier-taken')
    assert.equal(await store().lookup('patient', key), holder.id)
    assert.equal(await store().lookup('patient', other), undefined)
    assert.equal(await store().read('Patient', rival.id), undefined)
  })

  test('a masterIdentifier is unique over all patients', async () => {
    const [one, two] = [aPatient(), aPatient()]
    const key = aKey()
    const [first, second] = [aDocument(one.id), aDocument(two.id)]
    await store().commit([one, two, claim('document', key, first.id), first])
    await rejectsWith(store().commit([claim('document', key, second.id), second]), 'store.identifier-taken')
    const sibling = aDocument(one.id)
    await rejectsWith(store().commit([claim('document', key, sibling.id), sibling]), 'store.identifier-taken')
  })

  test('claiming again what one holds is no conflict', async () => {
    const patient = aPatient()
    const document = aDocument(patient.id)
    const [key, master] = [aKey(), aKey()]
    const claims = [claim('patient', key, patient.id), claim('document', master, document.id)]
    await store().commit([patient, document, ...claims])
    await store().commit([{ ...patient, expectedVersion: 1, updatedAt: at(1) }, ...claims])
    assert.equal(await store().lookup('patient', key), patient.id)
    assert.equal(await store().lookup('document', master), document.id)
  })

  test('an identifier given back can be taken by another', async () => {
    const [first, second] = [aPatient(), aPatient()]
    const key = aKey()
    await store().commit([first, second, claim('patient', key, first.id)])
    await store().commit([{ kind: 'release', directory: 'patient', ...key, id: first.id }])
    assert.equal(await store().lookup('patient', key), undefined)
    await store().commit([claim('patient', key, second.id)])
    assert.equal(await store().lookup('patient', key), second.id)
  })

  test('only its holder can give an identifier back', async () => {
    const [holder, other] = [aPatient(), aPatient()]
    const key = aKey()
    await store().commit([holder, other, claim('patient', key, holder.id)])
    await store().commit([{ kind: 'release', directory: 'patient', ...key, id: other.id }])
    assert.equal(await store().lookup('patient', key), holder.id)
  })

  test('identifiers move from a merged patient to the surviving one in one commit', async () => {
    const [merged, survivor] = [aPatient(), aPatient()]
    const key = aKey()
    await store().commit([merged, survivor, claim('patient', key, merged.id)])
    await store().commit([
      { ...merged, expectedVersion: 1, state: 'merged', mergedInto: survivor.id },
      { kind: 'release', directory: 'patient', ...key, id: merged.id },
      claim('patient', key, survivor.id),
    ])
    assert.equal(await store().lookup('patient', key), survivor.id)
  })

  test('changes apply in the order of the list: an identifier can change hands back and forth', async () => {
    const [first, second] = [aPatient(), aPatient()]
    const key = aKey()
    const release = (id: string): Change => ({ kind: 'release', directory: 'patient', ...key, id })
    await store().commit([
      first,
      second,
      claim('patient', key, first.id),
      release(first.id),
      claim('patient', key, second.id),
      release(second.id),
      claim('patient', key, first.id),
    ])
    assert.equal(await store().lookup('patient', key), first.id)
  })

  test('of twenty patients who claim the same INS at the same time, one gets it and is the only one stored', async () => {
    const key = aKey()
    const patients = Array.from({ length: 20 }, () => aPatient())
    const commits = patients.map((patient) => [claim('patient', key, patient.id), patient])
    const { accepted, refused } = await race(store(), commits)
    assert.deepEqual([accepted, [...refused]], [1, ['store.identifier-taken']])
    const stored = await Promise.all(patients.map(({ id }) => store().read('Patient', id)))
    const winners = stored.flatMap((patient) => (patient === undefined ? [] : [patient.id]))
    assert.deepEqual(winners, [await store().lookup('patient', key)])
  })

  test('the same identifier cannot be taken through two processes', async () => {
    const [one, two] = await pair()
    const key = aKey()
    const patients = Array.from({ length: 20 }, () => aPatient())
    const outcomes = await Promise.allSettled(
      patients.map((patient, n) => (n % 2 === 0 ? one : two).commit([claim('patient', key, patient.id), patient])),
    )
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    assert.equal(await one.lookup('patient', key), await two.lookup('patient', key))
  })
}
