import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { addClient, changeClient, removeClient, storedClient } from '../../src/smart/clients.ts'
import { assertRefused } from '../support/client.ts'
import {
  aBackEnd,
  aKey,
  anAssertion,
  askToken,
  aToken,
  authenticated,
  type BackEnd,
  bearer,
  postForm,
  protectedServer,
  TOKEN_ENDPOINT,
} from './server.ts'

const server = protectedServer()

const json = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** An assertion that no library would make. */
function forged(client: BackEnd, alg: string, sign: (input: string) => string): string {
  const exp = Math.floor(Date.now() / 1000) + 60
  const claims = { iss: client.id, sub: client.id, aud: TOKEN_ENDPOINT, exp, jti: randomUUID() }
  const input = `${json({ alg, kid: client.kid, typ: 'JWT' })}.${json(claims)}`
  return `${input}.${sign(input)}`
}

async function assertNoClient(assertion: string): Promise<void> {
  const answer = await askToken(server(), assertion)
  assert.deepEqual([answer.status, (answer.json() as { error: string }).error], [401, 'invalid_client'], answer.text)
}

test('threat jwt-alg-confusion-none: alg none, and HS256 with the public key as secret, prove nothing', async () => {
  const client = await aBackEnd(server())
  await assertNoClient(forged(client, 'none', () => ''))
  for (const secret of [JSON.stringify(client.jwk), client.kid, String(client.jwk.x)]) {
    for (const alg of ['HS256', 'HS384']) {
      const hash = alg === 'HS256' ? 'sha256' : 'sha384'
      await assertNoClient(forged(client, alg, (input) => createHmac(hash, secret).update(input).digest('base64url')))
    }
  }
})

test('the key of another client, or one that only calls itself ours, proves nothing', async () => {
  const [client, other] = [await aBackEnd(server()), await aBackEnd(server())]
  await assertNoClient(await anAssertion({ ...client, key: other.key, kid: other.kid }))
  await assertNoClient(await anAssertion({ ...client, key: other.key }))
  await assertNoClient(await anAssertion({ ...client, ...(await aKey()), kid: client.kid }))
  await assertNoClient(await anAssertion({ ...client, ...(await aKey('RS384')), kid: client.kid }))
})

test('an altered assertion proves nothing', async () => {
  const client = await aBackEnd(server())
  const [header, , signature] = (await anAssertion(client)).split('.')
  const exp = Math.floor(Date.now() / 1000) + 60
  const other = json({ iss: client.id, sub: client.id, aud: TOKEN_ENDPOINT, exp, jti: randomUUID() })
  await assertNoClient(`${header}.${other}.${signature}`)
})

test('who is not registered is told what everybody is told', async () => {
  const client = await aBackEnd(server())
  await assertNoClient(await anAssertion({ ...client, id: 'nobody' }))
})

test('a client secret, another assertion type, or two proofs at once are no way in', async () => {
  const client = await aBackEnd(server())
  const form = { grant_type: 'client_credentials', scope: 'system/Patient.r' }
  const basic = { authorization: `Basic ${Buffer.from(`${client.id}:secret`).toString('base64')}` }
  assert.equal((await postForm(server(), '/oidc/token', form, basic)).status, 401)
  assert.ok(
    (await postForm(server(), '/oidc/token', { ...form, client_id: client.id, client_secret: 'x' })).status >= 400,
  )
  assert.ok((await postForm(server(), '/oidc/token', { ...form, client_id: client.id })).status >= 400)
  const assertion = await anAssertion(client)
  const saml = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }
  assert.equal((await askToken(server(), assertion, undefined, saml)).status, 400)
  assert.equal((await askToken(server(), assertion, undefined, {}, basic)).status, 400)
})

test('a revoked token is out at once; another client can neither revoke nor tell it apart', async () => {
  const [client, other] = [await aBackEnd(server()), await aBackEnd(server())]
  const token = await aToken(server(), client)
  const revoke = async (by: BackEnd, value = token) =>
    postForm(server(), '/oidc/revoke', { token: value, ...authenticated(await anAssertion(by)) })
  await revoke(other)
  assert.equal((await server().get('Patient', bearer(token))).status, 200)
  assert.equal((await revoke(client)).status, 200)
  assertRefused(await server().get('Patient', bearer(token)), 401, 'http.token-invalid')
  assert.equal((await revoke(client)).status, 200, 'RFC 7009: an unknown token is as good as revoked')
  assert.equal((await revoke(client, 'a'.repeat(43))).status, 200)
  const introspected = { token, ...authenticated(await anAssertion(client)) }
  assert.equal((await postForm(server(), '/oidc/introspect', introspected)).text, '{"active":false}')
})

test('a token that has expired, or is for another audience, is none', async () => {
  const client = await aBackEnd(server())
  const { authorization } = server().record.dcc.store
  const token = await aToken(server(), client)
  const [record] = (await authorization.list('ClientCredentials', 0)).filter(({ payload }) =>
    payload.includes(client.id),
  )
  assert.ok(record !== undefined)
  const payload = JSON.parse(record.payload)
  for (const change of [
    { exp: Math.floor(Date.now() / 1000) - 1 },
    { aud: 'https://other.example/fhir' },
    { aud: ['https://dcc.example.test/fhir'] },
    { kind: 'RefreshToken' },
  ]) {
    await authorization.put({ ...record, payload: JSON.stringify({ ...payload, ...change }) })
    assertRefused(await server().get('Patient', bearer(token)), 401, 'http.token-invalid')
  }
  await authorization.put({ ...record, expiresAt: 1 })
  assertRefused(await server().get('Patient', bearer(token)), 401, 'http.token-invalid')
  await authorization.put(record)
  assert.equal((await server().get('Patient', bearer(token))).status, 200)
})

test('a client that is disabled, narrowed or removed takes its tokens with it', async () => {
  const { authorization } = server().record.dcc.store
  const client = await aBackEnd(server())
  const token = await aToken(server(), client)
  const registration = await storedClient(authorization, client.id)
  assert.ok(registration !== undefined)
  const within = async (status: number) => {
    // The server believes a registration for two seconds.
    const until = Date.now() + 5000
    let answer = await server().get('Patient', bearer(token))
    while (answer.status !== status && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      answer = await server().get('Patient', bearer(token))
    }
    assert.equal(answer.status, status, answer.text)
  }
  await within(200)
  await changeClient(authorization, { ...registration, scope: 'system/DocumentReference.rs' })
  await within(403)
  await changeClient(authorization, { ...registration, disabled: true })
  await within(401)
  assert.equal((await askToken(server(), await anAssertion(client))).status, 401)
  await changeClient(authorization, registration)
  await within(200)
  await removeClient(authorization, client.id)
  await within(401)
  assert.ok(await addClient(authorization, registration))
  assert.equal((await askToken(server(), await anAssertion(client))).status, 200, 'the id is registered again')
  await within(401)
})

test('a registration that was narrowed narrows what introspection tells and whom it answers', async () => {
  const { authorization } = server().record.dcc.store
  const [client, watcher] = [await aBackEnd(server()), await aBackEnd(server(), { scope: '__introspect system/*.rs' })]
  const own = await aToken(server(), client, 'system/Patient.rs system/List.rs')
  const watching = bearer(await aToken(server(), watcher, '__introspect system/Patient.rs'))
  const narrow = async ({ id }: BackEnd, scope: string) => {
    const registration = await storedClient(authorization, id)
    assert.ok(registration !== undefined)
    await changeClient(authorization, { ...registration, scope })
  }
  const ask = () => postForm(server(), '/oidc/introspect', { token: own }, watching)
  const scopeNow = async () => ((await ask()).json() as { scope?: string }).scope
  // The server believes a registration for two seconds.
  const becomes = async <T>(value: () => Promise<T>, expected: T) => {
    const until = Date.now() + 5000
    while ((await value()) !== expected && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 200))
    assert.equal(await value(), expected)
  }
  assert.equal(await scopeNow(), 'system/Patient.rs system/List.rs')
  await narrow(client, 'system/Patient.r')
  await becomes(scopeNow, 'system/Patient.r')
  await narrow(watcher, 'system/*.rs')
  await becomes(async () => (await ask()).status, 401)
})
