import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bundle } from '@medplum/fhirtypes'
import smart from 'fhirclient'
import type { fhirclient } from 'fhirclient/lib/types.d.ts'
import { aClinician, aLaunch, anApp, openServer } from '../apps.ts'
import { aFiche, anAppServer } from './story.ts'

/** fhirclient as a public app with PKCE, by its entry for Node: what its own servers and browsers do. */

const server = openServer()

/** What it keeps between the two visits of one browser. */
function memory(): fhirclient.Storage {
  const kept = new Map<string, unknown>()
  return {
    get: async (key) => kept.get(key),
    set: async (key, value) => kept.set(key, value).get(key),
    unset: async (key) => kept.delete(key),
  }
}

test('fhirclient: a public app is launched from the record, signs nobody in itself, and reads the fiche of the patient', async () => {
  const clinician = await aClinician(server())
  const fiche = await aFiche(server(), clinician)
  const storage = memory()
  let clientId = ''
  const origin: string = await anAppServer(async (request, response) => {
    const api = smart(request, response, storage)
    // A public client says who it is when it refreshes, too (RFC 6749 section 6): it does so only when told.
    Object.assign(api.options, { refreshTokenWithClientId: true })
    if (request.url?.startsWith('/launch') === true) {
      const scope = 'launch openid fhirUser offline_access patient/*.rs'
      await api.authorize({ clientId, scope, redirectUri: `${origin}/callback`, pkceMode: 'required' })
      return
    }
    const client = await api.ready()
    const patient = await client.patient.read()
    const found = await client.request<Bundle>(`DocumentReference?patient=${client.patient.id}&status=current`)
    const [entry] = found.entry ?? []
    const document = entry?.resource?.resourceType === 'DocumentReference' ? entry.resource : undefined
    const url = document?.content[0]?.attachment.url ?? ''
    const content = await client.request<Response>({ url, headers: { accept: 'application/pdf' } })
    const user = await client.user.read()
    const refreshed = await client.refresh()
    const report = {
      patient: patient.id,
      total: found.total,
      document: `DocumentReference/${document?.id}`,
      bytes: Buffer.from(await content.arrayBuffer()).toString('base64'),
      user: user.resourceType,
      refreshed: refreshed.tokenResponse?.access_token !== undefined,
      banner: client.state.tokenResponse?.need_patient_banner,
    }
    response.end(JSON.stringify(report))
  })
  const app = await anApp(server(), origin, 'public', { consent: 'implied' })
  clientId = app.id

  const launch = await aLaunch(server(), app, clinician)
  const iss = `${server().config.baseUrl}/fhir`
  const shown = await clinician.visitor.get(`${origin}/launch?${new URLSearchParams({ iss, launch })}`)

  assert.equal(shown.status, 200, shown.text)
  assert.deepEqual(JSON.parse(shown.text), {
    patient: clinician.patientId,
    total: 1,
    document: fiche.reference,
    bytes: fiche.content.bytes.toString('base64'),
    user: 'Practitioner',
    refreshed: true,
    banner: true,
  })
})
