import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadConfig } from '../../../src/config.ts'
import { openServer } from '../apps.ts'
import { holdCors } from './checks.ts'

/** Group smart_discovery_stu2_2 of the Inferno SMART kit, and its TLS tests (smart-launch.md 2.2). */
describe('smart_discovery_stu2_2', () => {
  const server = openServer()
  const ORIGIN = 'https://inferno.example'
  const address = '.well-known/smart-configuration'
  const configuration = async () => (await server().get(address)).json() as Record<string, unknown>

  test('well_known_endpoint: the configuration is JSON below the FHIR base, whatever is accepted', async () => {
    for (const accept of [undefined, 'application/json', 'application/fhir+xml', 'text/html']) {
      const answer = await server().get(address, { accept })
      assert.equal(answer.status, 200)
      assert.match(answer.headers['content-type'] ?? '', /^application\/json/)
      assert.equal(typeof answer.json(), 'object')
    }
  })

  test('well_known_capabilities_stu2: endpoints, capabilities and methods are told as the specification has them', async () => {
    const found = await configuration()
    for (const name of ['authorization_endpoint', 'token_endpoint', 'issuer', 'jwks_uri']) {
      assert.equal(typeof found[name], 'string', name)
      assert.ok(URL.canParse(String(found[name])), `${name} is absolute`)
    }
    for (const name of ['capabilities', 'grant_types_supported', 'code_challenge_methods_supported']) {
      const list = found[name]
      assert.ok(Array.isArray(list) && list.length > 0 && list.every((one) => typeof one === 'string'), name)
    }
    const { capabilities, grant_types_supported: grants, code_challenge_methods_supported: methods } = found
    assert.ok(Array.isArray(grants) && grants.includes('authorization_code') && grants.includes('client_credentials'))
    assert.ok(Array.isArray(methods) && methods.includes('S256') && !methods.includes('plain'))
    assert.ok(Array.isArray(capabilities))
    for (const one of ['launch-ehr', 'launch-standalone', 'authorize-post', 'sso-openid-connect', 'permission-v2']) {
      assert.ok(capabilities.includes(one), one)
    }
    // There is no Encounter here: what is not done is not told.
    assert.ok(!capabilities.includes('context-ehr-encounter'))
  })

  test('smart_cors_well_known_endpoint: a page of any origin may read the configuration', async () => {
    holdCors(await server().get(address, { origin: ORIGIN }), ORIGIN)
  })

  test('smart_cors_metadata_request: a page of any origin may read the CapabilityStatement', async () => {
    holdCors(await server().get('metadata', { origin: ORIGIN }), ORIGIN)
  })

  test('smart_tls (auth, token): production names https addresses only; the version of TLS is the business of the proxy', async () => {
    // The server speaks HTTP on a port of its own and leaves TLS to the proxy in front (README.md): what it can hold to
    // is that no address of a real host that it gives out is in clear.
    const env = {
      HOST: '0.0.0.0',
      DCC_BASE_URL: 'http://dcc.example.test',
      DCC_INS_DOMAIN: 'test',
      DCC_SIGNING_KEY: 'a key of thirty-two characters .',
    }
    assert.throws(() => loadConfig({ env, mode: 'serve' }), /DCC_BASE_URL/)
    const { baseUrl } = loadConfig({ env: { ...env, DCC_BASE_URL: 'https://dcc.example.test' }, mode: 'serve' })
    assert.equal(baseUrl, 'https://dcc.example.test')
  })
})
