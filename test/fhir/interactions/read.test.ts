import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Organization } from '@medplum/fhirtypes'
import { reviseDocument } from '../../../src/dcc/documents.ts'
import { UnitOfWork } from '../../../src/dcc/unit-of-work.ts'
import { aContent, aDocument, anOrganization, aPatient, aPractitioner, IPP } from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { sharedServer } from '../../support/server.ts'

const server = sharedServer()

/** An organisation with two versions. */
async function revised(): Promise<{ address: string; first: Organization; second: Organization }> {
  const first = await server().create(anOrganization())
  const address = `Organization/${first.id}`
  const answer = await server().put(address, { ...first, name: 'Hôpital renommé' })
  assert.equal(answer.status, 200, answer.text)
  return { address, first, second: answer.resource('Organization') }
}

test('a read gives the current version with its entity tag and date', async () => {
  const { address, second } = await revised()
  const answer = await server().get(address)
  assert.equal(answer.status, 200)
  assert.deepEqual(answer.json(), second)
  assert.equal(answer.headers.etag, 'W/"2"')
  assert.equal(answer.headers['last-modified'], new Date(second.meta?.lastUpdated ?? '').toUTCString())
})

describe('a client that has the resource already', () => {
  const later = new Date(Date.now() + 86_400_000).toUTCString()
  const rows: readonly [id: string, headers: Record<string, string>, status: number][] = [
    ['the current tag', { 'if-none-match': 'W/"2"' }, 304],
    ['the current tag, strong', { 'if-none-match': '"2"' }, 304],
    ['one of several tags', { 'if-none-match': 'W/"1", W/"2"' }, 304],
    ['any tag', { 'if-none-match': '*' }, 304],
    ['an older tag', { 'if-none-match': 'W/"1"' }, 200],
    ['a tag of ours that never was', { 'if-none-match': 'W/"22"' }, 200],
    ['a date after the change', { 'if-modified-since': later }, 304],
    ['a date before the change', { 'if-modified-since': 'Mon, 01 Jan 2024 00:00:00 GMT' }, 200],
    ['a date that is none', { 'if-modified-since': 'yesterday' }, 200],
    ['an older tag wins over a later date', { 'if-none-match': 'W/"1"', 'if-modified-since': later }, 200],
  ]
  for (const [id, headers, status] of rows) {
    test(`${id}: ${status}`, async () => {
      const { address } = await revised()
      const answer = await server().get(address, headers)
      assert.equal(answer.status, status)
      assert.equal(answer.headers.etag, 'W/"2"')
      assert.equal(answer.bytes.length === 0, status === 304)
    })
  }

  test('the date it was told is good enough to ask with', async () => {
    const { address } = await revised()
    const told = (await server().get(address)).headers['last-modified']
    assert.equal((await server().get(address, { 'if-modified-since': told })).status, 304)
  })
})

test('vread gives each version with its own tag', async () => {
  const { address, first, second } = await revised()
  const [one, two] = await Promise.all([1, 2].map((version) => server().get(`${address}/_history/${version}`)))
  assert.deepEqual(one?.json(), first)
  assert.equal(one?.headers.etag, 'W/"1"')
  assert.deepEqual(two?.json(), second)
  assert.equal((await server().get(`${address}/_history/1`, { 'if-none-match': 'W/"1"' })).status, 304)
})

describe('what is not there', () => {
  const ids = ['unknown', 'aaaaaaaaaaaaaaaaaaaa', 'x'.repeat(64), 'x'.repeat(65), '.', '%20', '%C3%A9']
  for (const type of [
    'Patient',
    'DocumentReference',
    'List',
    'Binary',
    'Practitioner',
    'PractitionerRole',
    'Organization',
  ]) {
    test(`${type}: 404 for every id that is none`, async () => {
      for (const id of ids) {
        assertRefused(await server().get(`${type}/${id}`), 404, 'resource.unknown')
        assertRefused(await server().get(`${type}/${id}/_history/1`), 404, 'resource.unknown')
      }
    })
  }

  test('a version that never was: 404', async () => {
    const { address } = await revised()
    for (const version of ['3', '0', '-1', '01', 'x', '99999999999999']) {
      assertRefused(await server().get(`${address}/_history/${version}`), 404, 'resource.unknown')
    }
  })
})

test('a deleted resource is 410, its earlier versions can be read', async () => {
  const { address, first } = await revised()
  assert.equal((await server().delete(address)).status, 204)
  assertRefused(await server().get(address), 410, 'resource.deleted')
  assertRefused(await server().get(`${address}/_history/3`), 410, 'resource.deleted')
  assert.deepEqual((await server().get(`${address}/_history/1`)).json(), first)
})

test('a part of a resource, marked as such', async () => {
  const practitioner = await server().create(aPractitioner())
  const summary = await server().get(`Practitioner/${practitioner.id}?_elements=identifier`)
  const part = summary.resource('Practitioner')
  assert.deepEqual(part.identifier, practitioner.identifier)
  assert.equal(part.name, undefined)
  assert.equal(part.meta?.tag?.[0]?.code, 'SUBSETTED')
  assertRefused(await server().get(`Practitioner/${practitioner.id}?_summary=half`), 400, 'search.value-invalid')
})

test('a patient without pathway cannot be told from one that does not exist', async () => {
  const patient = aPatient()
  const person = ({ ipp }: { ipp: string }) => `identifier=${IPP}|${ipp}`
  const fed = await server().put(
    `Patient?identifier=${patient.build().identifier?.[0]?.system}|${patient.ipp}`,
    patient.build(),
  )
  assert.equal(fed.status, 201, fed.text)
  const hidden = `Patient/${fed.resource('Patient').id}`
  const unknown = 'Patient/aaaaaaaaaaaaaaaaaaaa'
  for (const path of ['', '/_history', '/_history/1']) {
    const [one, other] = await Promise.all([server().get(hidden + path), server().get(unknown + path)])
    assertRefused(one, 404, 'resource.unknown')
    assert.equal(one.text, other.text)
  }
  const sent = patient.build()
  const puts = [hidden, unknown].map((address) =>
    server().put(address, { ...sent, id: address.slice('Patient/'.length) }),
  )
  const deletes = [hidden, unknown].map((address) => server().delete(address))
  const criteria = [person(patient), person(aPatient())]
  const byCriteria = criteria.map((one) => server().delete(`Patient?${one}`))
  const patches = criteria.map((one) => server().patch(`Patient?${one}`, [{ op: 'remove', path: '/telecom' }]))
  for (const pair of [puts, deletes, byCriteria, patches]) {
    const [one, other] = await Promise.all(pair)
    assert.equal(one?.status, other?.status)
    assert.equal(one?.text, other?.text)
  }
})

test('a document that is not finished is not seen, and neither is its draft once it is', async () => {
  const patient = await server().create(aPatient().build())
  const subject = `Patient/${patient.id}`
  const draft = aDocument(subject).inline(aContent()).with({ docStatus: 'preliminary', description: 'BROUILLON' })
  const created = await server().create(draft.build())
  const address = `DocumentReference/${created.id}`
  assertRefused(await server().get(address), 404, 'resource.unknown')
  assertRefused(await server().get(`${address}/_history`), 404, 'resource.unknown')
  const found = await server().get(`DocumentReference?patient=${patient.id}`)
  assert.equal(found.resource('Bundle').total, 0)

  const { dcc } = server().record
  const state = await dcc.store.document(created.id)
  assert.ok(state !== undefined)
  const unit = new UnitOfWork(dcc)
  const finished = { ...JSON.parse(state.text), docStatus: 'final', description: 'Validé' }
  await reviseDocument(unit, state, finished)
  await unit.commit()
  assert.equal((await server().get(address)).resource('DocumentReference').description, 'Validé')
  assertRefused(await server().get(`${address}/_history/1`), 404, 'resource.unknown')
  for (const target of [`${address}/_history`, 'DocumentReference/_history']) {
    const history = await server().get(target)
    assert.ok(history.text.includes('Validé'))
    assert.ok(!history.text.includes('BROUILLON'), target)
  }
})
