import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Adapter } from 'oidc-provider'
import { adapterOf } from '../../src/smart/adapter.ts'
import { hashOf } from '../../src/smart/secrets.ts'
import { assertRefused } from '../support/client.ts'
import {
  aBackEnd,
  anAssertion,
  askToken,
  aToken,
  authenticated,
  bearer,
  postForm,
  protectedServer,
  type TokenAnswer,
} from './server.ts'

/** The pitfalls of reference/oidc-provider-notes.md section 3 that concern back ends, by number. */

const server = protectedServer()
const now = () => Math.floor(Date.now() / 1000)

function adapter(model: string): Adapter {
  const clients = { find: async () => undefined, all: async () => [], isPrivate: () => false }
  return adapterOf({
    store: server().record.dcc.store.authorization,
    clients,
    tokens: { forget: () => undefined },
    families: { revoke: async () => undefined, endSession: async () => undefined },
    now: Date.now,
  })(model)
}

test('pitfalls 1, 2: a token is for the FHIR base only; another resource is refused, a missing one is the base', async () => {
  const client = await aBackEnd(server())
  const ask = async (resource: string) => askToken(server(), await anAssertion(client), undefined, { resource })
  assert.equal((await ask('https://dcc.example.test/fhir')).status, 200)
  for (const other of ['https://evil.example/fhir', 'https://dcc.example.test/fhir/', 'https://dcc.example.test']) {
    const answer = await ask(other)
    assert.deepEqual([answer.status, (answer.json() as { error: string }).error], [400, 'invalid_target'], other)
  }
})

test('pitfall 21: a scope beyond the registration, of a user, restricted, unknown or missing is refused whole', async () => {
  const client = await aBackEnd(server(), { scope: 'system/Patient.r system/Patient.s system/DocumentReference.read' })
  const ask = async (scope: string) => askToken(server(), await anAssertion(client), scope)
  for (const scope of ['system/Patient.rs', 'system/DocumentReference.rs', 'system/DocumentReference.read']) {
    const answer = await ask(scope)
    assert.equal(answer.status, 200, answer.text)
    assert.equal((answer.json() as TokenAnswer).scope, scope)
  }
  const refused = [
    '',
    'system/Patient.cruds',
    'system/*.r',
    'system/Binary.r',
    'system/Patient.r system/List.r',
    'patient/Patient.r',
    'user/Patient.r',
    'openid',
    'offline_access',
    'launch',
    'system/Patient.sr',
    'system/Patient.r?gender=male',
    '__introspect',
  ]
  for (const scope of refused) {
    const answer = await ask(scope)
    assert.deepEqual([answer.status, (answer.json() as { error: string }).error], [400, 'invalid_scope'], scope)
  }
})

test('pitfall 9: answers with tokens say no-store and no-cache', async () => {
  const client = await aBackEnd(server())
  const { headers } = await askToken(server(), await anAssertion(client))
  assert.deepEqual([headers['cache-control'], headers.pragma], ['no-store', 'no-cache'])
})

test('pitfall 10: of parallel redemptions of one code, one is let through', async () => {
  const codes = adapter('AuthorizationCode')
  await codes.upsert('code-one', { jti: 'code-one', kind: 'AuthorizationCode' }, 60)
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => codes.consume('code-one')))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.ok((await codes.find('code-one'))?.consumed)
})

test('pitfall 11: an assertion sent many times at once gives one token', async () => {
  const client = await aBackEnd(server())
  const assertion = await anAssertion(client)
  const answers = await Promise.all(Array.from({ length: 8 }, () => askToken(server(), assertion)))
  const statuses = answers.map(({ status }) => status).sort()
  assert.deepEqual(statuses, [200, 401, 401, 401, 401, 401, 401, 401])
  assert.equal((await askToken(server(), assertion)).status, 401)
})

test('pitfall 12: the store holds no token, only what it is hashed to', async () => {
  const client = await aBackEnd(server())
  const token = await aToken(server(), client)
  const { authorization } = server().record.dcc.store
  const records = await authorization.list('ClientCredentials', 0)
  assert.ok(records.some(({ id }) => id === hashOf(token)))
  assert.ok(!JSON.stringify(records).includes(token))
  const leaked = records.find(({ id }) => id === hashOf(token))?.id ?? ''
  assertRefused(await server().get('Patient', bearer(leaked)), 401, 'http.token-invalid')
  const sessions = adapter('Session')
  await sessions.upsert('secret', { jti: 'secret', uid: 'the-uid' }, 60)
  assert.notEqual((await sessions.findByUid('the-uid'))?.jti, 'secret')
})

test('pitfall 13: access tokens are opaque', async () => {
  assert.match(await aToken(server(), await aBackEnd(server())), /^[A-Za-z0-9_-]{43}$/)
})

test('pitfall 14: introspection takes a client or a Bearer token whose scope says so', async () => {
  const [client, other] = [await aBackEnd(server()), await aBackEnd(server())]
  const watcher = await aBackEnd(server(), { scope: '__introspect system/Patient.r' })
  const token = await aToken(server(), client, 'system/Patient.rs')
  const ask = async (headers: Record<string, string>, form = {}, about = token) =>
    postForm(server(), '/oidc/introspect', { token: about, ...form }, headers)
  const whole = await ask({}, authenticated(await anAssertion(client)))
  const seen = whole.json() as Record<string, unknown>
  assert.deepEqual(
    [seen.active, seen.client_id, seen.scope, seen.aud, seen.sub],
    [true, client.id, 'system/Patient.rs', 'https://dcc.example.test/fhir', client.id],
  )
  const byBearer = await ask({ authorization: `Bearer ${await aToken(server(), watcher, '__introspect')}` })
  assert.deepEqual(byBearer.json(), seen)
  assert.deepEqual((await ask({}, authenticated(await anAssertion(watcher)))).json(), seen)
  const others = await ask({}, authenticated(await anAssertion(other)))
  assert.deepEqual(others.json(), { active: false }, 'another client learns nothing')
  const withoutScope = await ask({ authorization: `Bearer ${await aToken(server(), watcher, 'system/Patient.r')}` })
  assert.equal(withoutScope.status, 401)
  assert.equal((await ask({ authorization: 'Bearer nonsense' })).status, 401)
  assert.equal((await ask({})).status, 400)
  const unknown = await ask({}, authenticated(await anAssertion(client)), 'a'.repeat(43))
  assert.equal(unknown.text, '{"active":false}')
})

test('pitfall 15: no audience is made from Host or forwarded headers', async () => {
  const client = await aBackEnd(server())
  for (const headers of [{ host: 'other.example' }, { 'x-forwarded-host': 'other.example', host: 'other.example' }]) {
    for (const scheme of ['http', 'https']) {
      const aud = `${scheme}://other.example/oidc/token`
      const evil = await askToken(server(), await anAssertion(client, { aud }), undefined, {}, headers)
      assert.deepEqual([evil.status, (evil.json() as { error: string }).error], [401, 'invalid_client'])
    }
    const good = await askToken(server(), await anAssertion(client), undefined, {}, headers)
    assert.equal(good.status, 200, 'what counts is the configured address')
  }
})

test('pitfall 16: an assertion with anything out of line is refused, always in the same words', async () => {
  const client = await aBackEnd(server())
  const rows: [string, Record<string, unknown>, Record<string, unknown>][] = [
    ['aud of the issuer', { aud: 'https://dcc.example.test/oidc' }, {}],
    ['several audiences', { aud: ['https://dcc.example.test/oidc/token', 'https://evil.example'] }, {}],
    ['a list of one', { aud: ['https://dcc.example.test/oidc/token'] }, {}],
    ['aud of introspection', { aud: 'https://dcc.example.test/oidc/introspect' }, {}],
    ['no aud', { aud: undefined }, {}],
    ['no typ', {}, { typ: undefined }],
    ['another typ', {}, { typ: 'at+jwt' }],
    ['no kid', {}, { kid: undefined }],
    ['an unknown kid', {}, { kid: 'nobody' }],
    ['too long', { exp: now() + 3600 }, {}],
    ['expired', { exp: now() - 60 }, {}],
    ['no exp', { exp: undefined }, {}],
    ['no jti', { jti: undefined }, {}],
    ['a jku', {}, { jku: 'https://evil.example/jwks' }],
    ['its own key', {}, { jwk: client.jwk }],
    ['another subject', { sub: 'somebody' }, {}],
    ['another issuer', { iss: 'somebody' }, {}],
  ]
  for (const [name, claims, header] of rows) {
    const answer = await askToken(server(), await anAssertion(client, claims, header))
    assert.equal(answer.status, 401, `${name}: ${answer.text}`)
    assert.deepEqual(
      answer.json(),
      { error: 'invalid_client', error_description: 'client authentication failed' },
      name,
    )
  }
})

test('pitfall 19: a token lives 300 seconds', async () => {
  const answer = await askToken(server(), await anAssertion(await aBackEnd(server())))
  assert.equal((answer.json() as TokenAnswer).expires_in, 300)
})

test('pitfall 25: no page of another origin gets a token', async () => {
  const client = await aBackEnd(server())
  const headers = { origin: 'https://page.example' }
  const answer = await askToken(server(), await anAssertion(client), undefined, {}, headers)
  assert.equal(answer.status, 400)
  assert.equal(answer.headers['access-control-allow-origin'], undefined)
})

test('pitfall 26: the operator learns why, and no log holds a token or an assertion', async () => {
  const client = await aBackEnd(server())
  const assertion = await anAssertion(client, { aud: 'https://evil.example' })
  await askToken(server(), assertion)
  const token = await aToken(server(), client)
  await server().get('Patient', bearer(token))
  const logs = server().logs.join('\n')
  assert.match(logs, /"event":"grant.error","client":"dpi-[^"]+","error":"invalid_client","detail":"[^"]*aud/)
  for (const secret of [assertion, assertion.split('.')[2] ?? '', token]) assert.ok(!logs.includes(secret))
  const metrics = await server().get('/metrics')
  assert.ok(!metrics.text.includes(token) && metrics.text.includes('route="/oidc/token"'))
})

test('pitfall 27: errors are JSON, whatever a browser says that it likes', async () => {
  const answer = await postForm(server(), '/oidc/token', { grant_type: '<script>' }, { accept: 'text/html' })
  assert.match(answer.headers['content-type'] ?? '', /^application\/json/)
  assert.equal((answer.json() as { error: string }).error, 'invalid_request')
})

test('pitfall 30: SMART has a document of its own; what OpenID clients read says the same, from the same place', async () => {
  const [smart, openid] = await Promise.all(
    ['/fhir/.well-known/smart-configuration', '/oidc/.well-known/openid-configuration'].map(
      async (path) => (await server().get(path)).json() as Record<string, unknown>,
    ),
  )
  for (const member of ['issuer', 'jwks_uri', 'authorization_endpoint', 'token_endpoint', 'scopes_supported']) {
    assert.deepEqual(openid?.[member], smart?.[member], member)
  }
  assert.deepEqual(openid?.id_token_signing_alg_values_supported, ['RS256'])
  assert.deepEqual(openid?.subject_types_supported, ['public'])
})
