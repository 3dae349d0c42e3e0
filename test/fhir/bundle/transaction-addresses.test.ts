import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BundleEntry } from '@medplum/fhirtypes'
import { aContent, aDocument, aPatient, aTransaction, creating, putting } from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../../support/server.ts'

/** No spelling of an address may file something with another patient than the one that the client meant. */
const server = sharedServer()
const send = (...entries: BundleEntry[]) => server().post('/fhir', aTransaction(...entries))
const registered = () => server().create(aPatient().build())
const documentOf = (id: string) => aDocument(`Patient/${id}`).inline(aContent()).build()

test('a fullUrl that is relative is refused: it would take the place of a stored patient', async () => {
  const { id } = await registered()
  const answer = await send(creating(aPatient().build(), `Patient/${id}`), creating(documentOf(id)))
  const issue = assertRefused(answer, 400, 'bundle.entry')
  assert.deepEqual(issue.expression, ['Bundle.entry[0].fullUrl'])
})

test('a new patient cannot come under the address of a stored one', async () => {
  const { id } = await registered()
  const own = `${PUBLIC_ORIGIN}/fhir`
  const answer = await send(
    creating(aPatient().build(), `${own}/Patient/${id}`),
    creating(documentOf(id), `${own}/DocumentReference/1`),
  )
  const issue = assertRefused(answer, 400, 'bundle.entry')
  assert.deepEqual(issue.expression, ['Bundle.entry[0].fullUrl'])
})

test('an update may bear the address of what it updates, and no other', async () => {
  const [first, second] = [await registered(), await registered()]
  const address = (id: string) => `${PUBLIC_ORIGIN}/fhir/Patient/${id}`
  const put = { ...putting(`Patient/${first.id}`, first), fullUrl: address(first.id) }
  assert.equal((await send(put)).status, 200)
  assertRefused(await send({ ...put, fullUrl: address(second.id) }), 400, 'bundle.entry')
})

test('the addresses of another server may be kept: they name nothing here', async () => {
  const other = 'https://other.example.org/fhir'
  const answer = await send(
    creating(aPatient().build(), `${other}/Patient/1`),
    creating(documentOf('1'), `${other}/DocumentReference/1`),
  )
  assert.equal(answer.status, 200, answer.text)
})

test('an update of one patient with the resource of another is refused', async () => {
  const [first, second] = [await registered(), await registered()]
  const entry = { resource: second, request: { method: 'PUT' as const, url: `Patient/${first.id}` } }
  const issue = assertRefused(await send(entry), 400, 'resource.id-mismatch')
  assert.deepEqual(issue.expression, ['Bundle.entry[0].resource.id'])
  assert.deepEqual((await server().get(`Patient/${first.id}`)).json(), first)
})

test('a criterion is read to its end, and in the encoding it says', async () => {
  const { id } = await registered()
  const found = (url: string) =>
    server().post('/fhir', { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url } }] })
  const [asked] = (await found(`Patient?_id=${id}?x`)).resource('Bundle').entry ?? []
  assert.deepEqual([asked?.response?.status, asked?.resource?.resourceType], ['200 OK', 'Bundle'])
  assert.equal(asked?.resource?.resourceType === 'Bundle' && asked.resource.total, 0, 'the id ends in "?x"')
  const [broken] = (await found('Patient?family=%E9')).resource('Bundle').entry ?? []
  assert.equal(broken?.response?.status, '400 Bad Request')
})
