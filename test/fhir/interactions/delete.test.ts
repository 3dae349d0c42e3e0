import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  aPractitioner,
  aRole,
  aSubmissionSet,
  INS_TEST,
} from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { sharedServer } from '../../support/server.ts'

const server = sharedServer()

test('a deleted resource is gone, found no more, and deleting it again changes nothing', async () => {
  const organization = await server().create(anOrganization())
  const address = `Organization/${organization.id}`
  const deleted = await server().delete(address)
  assert.equal(deleted.status, 204)
  assert.equal(deleted.bytes.length, 0)
  assertRefused(await server().get(address), 410, 'resource.deleted')
  assert.equal((await server().get(`Organization?_id=${organization.id}`)).resource('Bundle').total, 0)
  const before = await server().counts()
  assert.equal((await server().delete(address)).status, 204)
  assert.deepEqual(await server().counts(), before)
})

test('what never was: 404', async () => {
  assertRefused(await server().delete('Organization/aaaaaaaaaaaaaaaaaaaa'), 404, 'resource.unknown')
})

test('the identifier of a deleted professional is free again', async () => {
  const first = await server().create(aPractitioner())
  await server().delete(`Practitioner/${first.id}`)
  const second = await server().create({ ...aPractitioner(), identifier: first.identifier ?? [] })
  assert.notEqual(second.id, first.id)
})

describe('what is still referred to stays', () => {
  test('a hospital of a role: 409', async () => {
    const practitioner = await server().create(aPractitioner())
    const organization = await server().create(anOrganization())
    const role = await server().create(aRole(`Practitioner/${practitioner.id}`, `Organization/${organization.id}`))
    for (const address of [`Practitioner/${practitioner.id}`, `Organization/${organization.id}`]) {
      const issue = assertRefused(await server().delete(address), 409, 'reference.in-use')
      assert.match(issue.details?.text ?? '', /PractitionerRole/)
      assert.equal((await server().get(address)).status, 200)
    }
    assert.equal((await server().delete(`PractitionerRole/${role.id}`)).status, 204)
    assert.equal((await server().delete(`Practitioner/${practitioner.id}`)).status, 204)
  })

  test('a patient with documents: 409', async () => {
    const patient = await server().create(aPatient().build())
    const document = await server().create(aDocument(`Patient/${patient.id}`).inline(aContent()).build())
    assertRefused(await server().delete(`Patient/${patient.id}`), 409, 'patient.has-documents')
    assert.equal((await server().delete(`DocumentReference/${document.id}`)).status, 204)
  })

  test('a patient with a draft that nobody sees: 409', async () => {
    const patient = await server().create(aPatient().build())
    const draft = aDocument(`Patient/${patient.id}`).inline(aContent()).with({ docStatus: 'preliminary' })
    await server().create(draft.build())
    const answer = await server().delete(`Patient/${patient.id}`)
    assert.equal(answer.status, 409, answer.text)
    assert.equal((await server().get(`Patient/${patient.id}`)).status, 200)
  })
})

test('a patient without documents can be deleted, and the INS is free again', async () => {
  const person = aPatient().qualified()
  const patient = await server().create(person.build())
  assert.equal((await server().delete(`Patient/${patient.id}`)).status, 204)
  assertRefused(await server().get(`Patient/${patient.id}`), 410, 'resource.deleted')
  assert.equal((await server().get(`Patient?identifier=${INS_TEST}|${person.ins}`)).resource('Bundle').total, 0)
  const again = await server().create(person.build())
  assert.notEqual(again.id, patient.id)
})

test('a withdrawn document keeps its trace and loses its content', async () => {
  const patient = await server().create(aPatient().build())
  const document = await server().create(aDocument(`Patient/${patient.id}`).inline(aContent()).build())
  const binary = document.content?.[0]?.attachment?.url ?? ''
  assert.equal((await server().get(binary)).status, 200)
  assert.equal((await server().delete(`DocumentReference/${document.id}`)).status, 204)
  assertRefused(await server().get(`DocumentReference/${document.id}`), 410, 'resource.deleted')
  assertRefused(await server().get(binary), 410, 'resource.deleted')
  assert.equal((await server().get(`DocumentReference?patient=${patient.id}`)).resource('Bundle').total, 0)
  const history = (await server().get(`DocumentReference/${document.id}/_history`)).resource('Bundle')
  assert.deepEqual(
    history.entry?.map(({ request }) => request?.method),
    ['DELETE', 'POST'],
  )
})

test('a list can be deleted without its documents', async () => {
  const patient = await server().create(aPatient().build())
  const subject = `Patient/${patient.id}`
  const document = await server().create(aDocument(subject).inline(aContent()).build())
  const list = await server().create(aSubmissionSet(subject, [`DocumentReference/${document.id}`]))
  assert.equal((await server().delete(`List/${list.id}`)).status, 204)
  assert.equal((await server().get(`DocumentReference/${document.id}`)).status, 200)
})

test('a Binary goes with its document, never alone: 405', async () => {
  const patient = await server().create(aPatient().build())
  const document = await server().create(aDocument(`Patient/${patient.id}`).inline(aContent()).build())
  const binary = document.content?.[0]?.attachment?.url ?? ''
  assertRefused(await server().delete(binary), 405, 'resource.interaction')
  assert.equal((await server().get(binary)).status, 200)
})

describe('conditional delete', () => {
  test('none is no error, one is deleted, several are refused with 412', async () => {
    const organization = await server().create(anOrganization())
    const [identifier] = organization.identifier ?? []
    const target = `Organization?identifier=${identifier?.system}|${identifier?.value}`
    assert.equal((await server().delete(target)).status, 204)
    assertRefused(await server().get(`Organization/${organization.id}`), 410, 'resource.deleted')
    assert.equal((await server().delete(target)).status, 204)
    for (let index = 0; index < 2; index += 1) await server().create({ ...anOrganization(), name: 'Double fictif' })
    assertRefused(await server().delete('Organization?name=double'), 412, 'precondition.multiple')
  })

  test('without criteria, or with unknown ones: 400, and nothing is deleted', async () => {
    const before = await server().counts()
    assertRefused(await server().delete('Organization'), 400, 'precondition.missing')
    assertRefused(await server().delete('Organization?nickname=x'), 400, 'search.parameter-unknown')
    assert.deepEqual(await server().counts(), before)
  })
})
