import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MedplumClient } from '@medplum/core'
import { aClinician, openServer } from '../apps.ts'
import { aBackEnd, anAssertion } from '../server.ts'
import { aFiche } from './story.ts'

/** MedplumClient as a back end: client credentials by a signed assertion. */

const server = openServer()
const SCOPE = 'system/Patient.rs system/DocumentReference.rs system/Binary.r'

/** It sends no scope, which SMART Backend Services requires: the fetch that its user gives it adds one. */
function withScope(address: string, options: RequestInit & { body?: unknown }): Promise<Response> {
  if (!address.endsWith('/oidc/token')) return fetch(address, options)
  const form = new URLSearchParams(String(options.body))
  form.set('scope', SCOPE)
  return fetch(address, { ...options, body: form.toString() })
}

for (const alg of ['ES384', 'RS384'] as const) {
  test(`MedplumClient, ${alg}: a back end gets a token by its key, and reads the fiche of a patient`, async () => {
    const { baseUrl } = server().config
    const clinician = await aClinician(server())
    const fiche = await aFiche(server(), clinician)
    const backEnd = await aBackEnd(server(), { scope: SCOPE }, alg)
    const client = new MedplumClient({
      baseUrl,
      fhirUrlPath: 'fhir',
      tokenUrl: `${baseUrl}/oidc/token`,
      fetch: withScope,
    })

    await client.startJwtAssertionLogin(await anAssertion(backEnd, { aud: `${baseUrl}/oidc/token` }))

    const patient = await client.readResource('Patient', clinician.patientId)
    const [document, ...others] = await client.searchResources('DocumentReference', `patient=Patient/${patient.id}`)
    assert.deepEqual([`DocumentReference/${document?.id}`, others.length], [fiche.reference, 0])
    const content = await client.download(document?.content[0]?.attachment.url ?? '')
    assert.deepEqual(Buffer.from(await content.arrayBuffer()), fiche.content.bytes)
    // What it did not ask for it may not do.
    await assert.rejects(client.createResource({ resourceType: 'Organization', name: 'X' }))
  })
}
