import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertRefused } from '../support/client.ts'
import { PUBLIC_ORIGIN } from '../support/server.ts'
import { aBackEnd, anAssertion, askToken, aToken, bearer, protectedServer, type TokenAnswer } from './server.ts'

const server = protectedServer()

test('a back end signs an assertion, gets a token and reads the record', async () => {
  for (const alg of ['ES384', 'RS384'] as const) {
    const client = await aBackEnd(server(), {}, alg)
    const answer = await askToken(server(), await anAssertion(client), 'system/Patient.rs system/DocumentReference.rs')
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers.pragma, 'no-cache')
    const { access_token, token_type, expires_in, scope } = answer.json() as TokenAnswer
    assert.deepEqual([token_type, expires_in], ['Bearer', 300])
    assert.equal(scope, 'system/Patient.rs system/DocumentReference.rs')
    const found = await server().get('Patient?_count=1', bearer(access_token))
    assert.equal(found.status, 200, found.text)
  }
})

test('without a token, or with one that is not good, FHIR answers 401 and says how', async () => {
  const without = await server().get('Patient')
  assertRefused(without, 401, 'http.unauthorized')
  assert.equal(without.headers['www-authenticate'], 'Bearer')
  for (const authorization of ['Bearer', 'Bearer nonsense', `Bearer ${'a'.repeat(43)}`, 'Basic YTpi', 'Bearer a b']) {
    const answer = await server().get('Patient', { authorization })
    assertRefused(answer, 401, 'http.token-invalid')
    assert.equal(answer.headers['www-authenticate'], 'Bearer error="invalid_token"')
  }
  assert.equal((await server().get('metadata')).status, 200)
})

test('the CapabilityStatement says that callers need a token', async () => {
  const [rest] = (await server().get('metadata')).resource('CapabilityStatement').rest ?? []
  assert.equal(rest?.security?.service?.[0]?.coding?.[0]?.code, 'SMART-on-FHIR')
})

test('a token in the address or in a form is none', async () => {
  const token = await aToken(server(), await aBackEnd(server()))
  assertRefused(await server().get(`Patient?access_token=${token}`), 401, 'http.unauthorized')
})

test('well_known_endpoint, well_known_capabilities_stu2: smart-configuration says what works', async () => {
  const answer = await server().get('.well-known/smart-configuration', { accept: 'application/fhir+xml' })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers['content-type'], 'application/json')
  assert.equal(answer.headers['access-control-allow-origin'], '*')
  const document = answer.json() as Record<string, unknown>
  assert.equal(document.token_endpoint, `${PUBLIC_ORIGIN}/oidc/token`)
  const { capabilities, grant_types_supported: grants } = document
  assert.ok(Array.isArray(grants) && grants.includes('client_credentials') && grants.includes('authorization_code'))
  assert.ok(Array.isArray(capabilities) && capabilities.includes('launch-ehr'))
  assert.ok(!capabilities.includes('context-ehr-encounter'), 'there is no Encounter')
  assert.deepEqual(document.code_challenge_methods_supported, ['S256'])
  assert.equal(document.authorization_endpoint, `${PUBLIC_ORIGIN}/oidc/authorize`)
  assert.deepEqual([document.issuer, document.jwks_uri], [`${PUBLIC_ORIGIN}/oidc`, `${PUBLIC_ORIGIN}/oidc/jwks`])
})

test('the metadata of the authorization server stand where RFC 8414 and IUA look for them', async () => {
  for (const path of ['/oidc/.well-known', '/.well-known']) {
    const end = path === '/.well-known' ? '/oauth-authorization-server/oidc' : '/oauth-authorization-server'
    const answer = await server().get(`${path}${end}`)
    assert.equal(answer.status, 200)
    const document = answer.json() as Record<string, unknown>
    assert.equal(document.issuer, `${PUBLIC_ORIGIN}/oidc`)
    assert.equal(document.access_token_format, 'opaque')
    assert.ok((document.introspection_endpoint_auth_methods_supported as string[]).includes('Bearer'))
  }
  assert.equal((await server().get('/.well-known/oauth-authorization-server/other')).status, 404)
})

test('everything else of the library is closed', async () => {
  for (const path of ['auth', 'me', 'reg', 'session/end', 'device', 'request', 'authorize/', 'authorize/a/b'])
    assert.equal((await server().get(`/oidc/${path}`)).status, 404, path)
  assert.equal((await server().get('/oidc/token')).status, 405)
  const client = await aBackEnd(server())
  for (const grant_type of ['authorization_code', 'refresh_token', 'password', 'implicit']) {
    const answer = await askToken(server(), await anAssertion(client), undefined, { grant_type })
    assert.equal(answer.status, 400, answer.text)
  }
})
