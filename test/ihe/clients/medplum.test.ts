import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MedplumClient, OperationOutcomeError } from '@medplum/core'
import type { Bundle } from '@medplum/fhirtypes'
import { aStory, ficheIn, onlyFiche, provideFiche, reachableServer } from './story.ts'

/** MedplumClient: FHIR JSON by fetch, searches by GET; a form is posted by its plain post. */

const server = reachableServer()

function newClient(): MedplumClient {
  return new MedplumClient({ baseUrl: server().config.baseUrl, fhirUrlPath: 'fhir' })
}

test('MHD-65-07 MHD-65-17 MHD-67-10 MHD-67-patient.identifier MHD-67-03 MHD-68-06 P-02 PIX-104-1: MedplumClient feeds a patient, publishes and replaces a fiche RCP, finds it by INS and reads it', async () => {
  const { patient, feed, ins, first, second } = aStory()
  const client = newClient()

  const fed = await client.upsertResource(patient, new URLSearchParams(feed))
  const subject = `Patient/${fed.id}`
  const published = ficheIn(await client.executeBatch(provideFiche(subject, first)))
  const replacing = ficheIn(await client.executeBatch(provideFiche(subject, second, published)))

  const asked = new URLSearchParams({ 'patient.identifier': ins, status: 'current' })
  const posted: Bundle = await client.post(
    client.fhirUrl('DocumentReference', '_search'),
    asked.toString(),
    'application/x-www-form-urlencoded',
  )
  const { fiche, url } = onlyFiche(posted, second)
  assert.equal(`DocumentReference/${fiche.id}`, replacing)
  assert.equal(fiche.relatesTo?.[0]?.target?.reference, published)
  const superseded = await client.searchResources('DocumentReference', { subject, status: 'superseded' })
  assert.deepEqual(
    superseded.map(({ id }) => `DocumentReference/${id}`),
    [published],
  )

  const document = await client.download(url)
  assert.equal(document.type, second.contentType)
  assert.deepEqual(Buffer.from(await document.arrayBuffer()), second.bytes)
})

test('MHD-65-12 Z-04: MedplumClient is told what is wrong by an OperationOutcome', async () => {
  const { patient, feed, first } = aStory()
  const client = newClient()
  const fed = await client.upsertResource(patient, new URLSearchParams(feed))
  const wrong = provideFiche(`Patient/${fed.id}`, { ...first, size: first.size + 1 })
  await assert.rejects(client.executeBatch(wrong), (error: unknown) => {
    assert.ok(error instanceof OperationOutcomeError)
    return error.outcome.issue[0]?.severity === 'error'
  })
})
