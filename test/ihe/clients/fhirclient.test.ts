import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bundle, DocumentReference, Patient } from '@medplum/fhirtypes'
import fhirclient from 'fhirclient/lib/FhirClient.js'
import { aStory, ficheIn, onlyFiche, provideFiche, reachableServer } from './story.ts'

/**
 * fhirclient's FhirClient, as SMART apps use it without a launch. It knows neither conditional updates nor bundles nor
 * posted searches by name: its user sends them by fhirRequest, which takes any method and address.
 */

const server = reachableServer()

/** A CommonJS module of which Node gives what it exports as a whole. */
const { default: FhirClient } = fhirclient

const JSON_TYPE = { 'content-type': 'application/fhir+json' }

test('MHD-65-07 MHD-65-17 MHD-67-10 MHD-67-patient.identifier MHD-67-03 MHD-68-06 PIX-104-1 PDSM-31: FhirClient feeds a patient, publishes and replaces a fiche RCP, finds it by INS, reads it and archives it', async () => {
  const { patient, feed, ins, first, second } = aStory()
  const client = new FhirClient(`${server().config.baseUrl}/fhir`)

  const fed = await client.fhirRequest<Patient>(`Patient?${new URLSearchParams(feed)}`, {
    method: 'PUT',
    body: JSON.stringify(patient),
    headers: JSON_TYPE,
  })
  const subject = `Patient/${fed.id}`
  const provide = (bundle: Bundle) =>
    client.fhirRequest<Bundle>('', { method: 'POST', body: JSON.stringify(bundle), headers: JSON_TYPE })
  const published = ficheIn(await provide(provideFiche(subject, first)))
  const replacing = ficheIn(await provide(provideFiche(subject, second, published)))

  const found = await client.fhirRequest<Bundle>('DocumentReference/_search', {
    method: 'POST',
    body: new URLSearchParams({ 'patient.identifier': ins, status: 'current' }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  const { fiche, url } = onlyFiche(found, second)
  assert.equal(`DocumentReference/${fiche.id}`, replacing)
  assert.equal(fiche.relatesTo?.[0]?.target?.reference, published)

  // Its own Accept asks for JSON: for the bytes its user asks for their type, and is given the response.
  const document = await client.fhirRequest<Response>(url, { headers: { accept: second.contentType } })
  assert.deepEqual(Buffer.from(await document.arrayBuffer()), second.bytes)

  const archived = await client.patch<DocumentReference>(replacing, [
    {
      op: 'add',
      path: '/extension',
      value: [
        {
          url: 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived',
          valueBoolean: true,
        },
      ],
    },
  ])
  assert.equal(archived.status, 'current')
  assert.equal(archived.extension?.[0]?.valueBoolean, true)
})

test('MHD-65-12 Z-04: FhirClient is told what is wrong by its status', async () => {
  // It knows resources without the parts that the server fills.
  const {
    patient: { id: _id, meta: _meta, ...patient },
    first,
  } = aStory()
  const client = new FhirClient(`${server().config.baseUrl}/fhir`)
  const created = await client.create<Patient>(patient)
  const wrong = provideFiche(`Patient/${created.id}`, { ...first, hash: 'bm8gaGFzaA==' })
  await assert.rejects(
    client.fhirRequest('', { method: 'POST', body: JSON.stringify(wrong), headers: JSON_TYPE }),
    (error: { status?: number }) => error.status === 422,
  )
})
