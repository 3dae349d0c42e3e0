import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Binary, Bundle, Patient } from '@medplum/fhirtypes'
import { Client } from 'fhir-kit-client'
import { aStory, ficheIn, onlyFiche, provideFiche, reachableServer } from './story.ts'

/** fhir-kit-client: FHIR JSON by fetch, searches by GET or POST. */

const server = reachableServer()

test('MHD-65-07 MHD-65-17 MHD-67-10 MHD-67-patient.identifier MHD-67-03 PIX-104-1 PIX-104-5: fhir-kit-client feeds a patient, publishes and replaces a fiche RCP, finds it by INS and reads it', async () => {
  const { patient, feed, ins, first, second } = aStory()
  const client = new Client({ baseUrl: `${server().config.baseUrl}/fhir` })

  const feeding = () => client.update({ resourceType: 'Patient', searchParams: feed, body: { ...patient } })
  const [created, updated] = [await feeding(), await feeding()]
  assert.deepEqual(
    [created, updated].map((answer) => Client.httpFor(answer).response?.status),
    [201, 200],
  )
  assert.equal(created.id, updated.id)
  const subject = `Patient/${created.id}`

  const published = ficheIn(as<Bundle>(await client.transaction({ body: { ...provideFiche(subject, first) } })))
  const replacing = ficheIn(
    as<Bundle>(await client.transaction({ body: { ...provideFiche(subject, second, published) } })),
  )

  const search = (status: string) =>
    client.search({
      resourceType: 'DocumentReference',
      searchParams: { 'patient.identifier': ins, status },
      options: { postSearch: true },
    })
  const { fiche, url } = onlyFiche(as<Bundle>(await search('current')), second)
  assert.equal(`DocumentReference/${fiche.id}`, replacing)
  assert.equal(fiche.relatesTo?.[0]?.target?.reference, published)
  assert.equal(`DocumentReference/${onlyFiche(as<Bundle>(await search('superseded')), first).fiche.id}`, published)

  // It reads FHIR only, and asks for it: attachment.url gives the Binary resource then.
  const binary = as<Binary>(await client.resolve({ reference: url }))
  assert.deepEqual(Buffer.from(binary.data ?? '', 'base64'), second.bytes)
})

test('MHD-65-12 Z-04: fhir-kit-client is told what is wrong by an OperationOutcome', async () => {
  const { patient, feed, first, second } = aStory()
  const client = new Client({ baseUrl: `${server().config.baseUrl}/fhir` })
  const fed = as<Patient>(await client.update({ resourceType: 'Patient', searchParams: feed, body: { ...patient } }))
  const wrong = { ...provideFiche(`Patient/${fed.id}`, { ...first, hash: second.hash }) }
  await assert.rejects(
    client.transaction({ body: wrong }),
    (error: { response?: { status?: number; data?: { resourceType?: string } } }) =>
      error.response?.status === 422 && error.response.data?.resourceType === 'OperationOutcome',
  )
})

/** The client says of every resource only that it is one. */
function as<T extends Bundle | Binary | Patient>(resource: { resourceType: string }): T {
  return resource as T
}
