import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newLocalId } from '../../../src/store/ids.ts'
import type { Change } from '../../../src/store/store.ts'
import { AT, aList, aPatient } from '../../support/store-samples.ts'
import { race, rejectsWith, type Setting } from './setting.ts'

/** Files a list as a submission with an identifier. */
function submitted(patientId: string, value: string, digest = 'd1'): { id: string; changes: Change[] } {
  const list = aList(patientId)
  const claim: Change = { kind: 'claim', directory: 'submission', system: 'urn:ietf:rfc:3986', value, id: list.id }
  const kept: Change = { kind: 'keep-submission', id: list.id, at: AT, digest, answer: '{"entries":[]}' }
  return { id: list.id, changes: [claim, list, kept] }
}

const aUniqueId = () => `urn:oid:1.2.3.${newLocalId(Date.now())}`

export function submissionStories({ store }: Setting): void {
  test('a submission is found by its identifier and by its list, with its answer', async () => {
    const patient = aPatient()
    const value = aUniqueId()
    const { id, changes } = submitted(patient.id, value)
    await store().commit([patient, ...changes])
    assert.equal(await store().lookup('submission', { system: 'urn:ietf:rfc:3986', value }), id)
    assert.equal(await store().knowsSystem('submission', 'urn:ietf:rfc:3986'), true)
    assert.deepEqual(await store().submission(id), { digest: 'd1', answer: '{"entries":[]}' })
    assert.equal(await store().submission(aList(patient.id).id), undefined)
    assert.equal(await store().submission('unknown'), undefined)
  })

  test('of twins that come in at once one is kept, whoever the patient is', async () => {
    const [one, other] = [aPatient(), aPatient()]
    await store().commit([one, other])
    const value = aUniqueId()
    const commits = [one, other, one, other].map(({ id }) => submitted(id, value).changes)
    const { accepted, refused } = await race(store(), commits)
    assert.deepEqual([accepted, [...refused]], [1, ['store.identifier-taken']])
  })

  test('an answer is never replaced', async () => {
    const patient = aPatient()
    const { id, changes } = submitted(patient.id, aUniqueId())
    await store().commit([patient, ...changes])
    const again: Change = { kind: 'keep-submission', id, at: AT, digest: 'd2', answer: '{}' }
    await rejectsWith(store().commit([again]), 'store.version-conflict')
    assert.equal((await store().submission(id))?.digest, 'd1')
  })
}
