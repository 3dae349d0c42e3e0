import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openApps } from '../../src/smart/apps.ts'
import type { ClientRegistration } from '../../src/smart/client-registration.ts'
import { NOTHING } from '../../src/smart/launch-contexts.ts'

const APP: ClientRegistration = {
  id: 'app',
  name: 'Application',
  hospital: 'CHU',
  scope: 'launch openid fhirUser patient/Patient.rs',
  token_endpoint_auth_method: 'none',
  redirect_uris: ['https://app.example.test/cb', 'org.example.app:/cb'],
  launch_uri: 'https://app.example.test/launch?mode=1',
}

const FHIR = 'https://dcc.example.test/fhir'

function appsOf(...clients: readonly ClientRegistration[]) {
  const created: unknown[] = []
  const launches = {
    create: async (facts: unknown) => {
      created.push(facts)
      return 'handle'
    },
    consume: async () => NOTHING,
  }
  return { created, apps: openApps({ clients: { all: async () => [...clients] }, launches }, FHIR) }
}

/** Clients that no sheet opens. */
const OTHERS: readonly (readonly [id: string, change: Partial<ClientRegistration>])[] = [
  ['without-launch-scope', { scope: 'launch/patient patient/Patient.rs' }],
  ['with-scopes-of-its-own', { scope: 'launch patient/Patient.rs system/Patient.rs' }],
]

describe('apps that a sheet opens', () => {
  test('are listed by name, with the origins that opening them leads through', async () => {
    const { apps } = appsOf({ ...APP, name: 'Essais' }, { ...APP, id: 'b', name: 'Éclairages' })
    assert.deepEqual(await apps.list(), [
      { id: 'b', name: 'Éclairages', origins: ['https://app.example.test', 'org.example.app:'] },
      { id: 'app', name: 'Essais', origins: ['https://app.example.test', 'org.example.app:'] },
    ])
  })

  for (const [id, change] of OTHERS) {
    test(`${id}: is neither listed nor launched`, async () => {
      const { apps, created } = appsOf({ ...APP, ...change })
      assert.deepEqual(await apps.list(), [])
      assert.equal(await apps.launch('app', { nationalId: '8', patientId: 'p' }), undefined)
      assert.deepEqual(created, [])
    })
  }

  test('a client without launch address is none', async () => {
    const { launch_uri: _address, ...client } = APP
    assert.deepEqual(await appsOf(client).apps.list(), [])
  })

  test('are launched with our FHIR base and a handle of this patient and person, beside what their address has', async () => {
    const { apps, created } = appsOf(APP)
    const address = await apps.launch('app', { nationalId: '810000000001', patientId: 'p' })
    assert.equal(address, `https://app.example.test/launch?mode=1&iss=${encodeURIComponent(FHIR)}&launch=handle`)
    assert.deepEqual(created, [{ clientId: 'app', nationalId: '810000000001', patientId: 'p' }])
  })
})
