import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { CompactSign, exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose'
import { aPatient } from '../../support/builders.ts'
import { aContextToken, aDpi, CALL_ADDRESS, encryptionKey, type TestDpi, type TokenParts } from '../../support/dpi.ts'
import { ONCOLOGIST } from '../../support/signed-in.ts'
import { aVisitor } from '../../support/visitor.ts'
import { protectedServer } from '../server.ts'
import { about, aKnownPatient, assertError, called, FROM_DPI, pathOf, seated, tracesOf } from './stories.ts'

const server = protectedServer()
const now = () => Math.floor(Date.now() / 1000)

/** Posts a context as a DPI's page would; gives the answer without following it. */
async function posted(dpi: TestDpi, parts: TokenParts, ctx: object = {}) {
  const token = await aContextToken(server(), dpi, ctx, ONCOLOGIST.nationalId, parts)
  return aVisitor(server()).post(CALL_ADDRESS, { context_token: token }, FROM_DPI)
}

const REFUSED: readonly { id: string; parts: (dpi: TestDpi) => TokenParts | Promise<TokenParts>; key?: string }[] = [
  { id: 'another audience', parts: () => ({ claims: { aud: 'https://other.example/contextual-call' } }) },
  { id: 'several audiences', parts: () => ({ claims: { aud: [CALL_ADDRESS, 'https://other.example'] } }) },
  { id: 'the issuer as audience', parts: () => ({ claims: { aud: 'https://dcc.example.test/oidc' } }) },
  { id: 'expired', parts: () => ({ claims: { iat: now() - 200, nbf: now() - 200, exp: now() - 60 } }) },
  { id: 'a life of more than two minutes', parts: () => ({ claims: { exp: now() + 300 } }) },
  { id: 'from the future', parts: () => ({ claims: { iat: now() + 90, nbf: now() + 90, exp: now() + 150 } }) },
  { id: 'without exp', parts: () => ({ claims: { exp: undefined } }) },
  { id: 'without jti', parts: () => ({ claims: { jti: undefined } }) },
  { id: 'without sub', parts: () => ({ claims: { sub: undefined } }) },
  { id: 'an issuer that is not registered', parts: () => ({ claims: { iss: 'nobody' } }), key: 'call.unknown-dpi' },
  { id: 'a header type that is not ours', parts: () => ({ header: { typ: 'JWT' } }) },
  { id: 'a key that it brings itself', parts: async ({ key }) => ({ header: { jwk: await publicOf(key) } }) },
  { id: 'an address of keys', parts: () => ({ header: { jku: 'https://evil.example/jwks' } }) },
  { id: 'a certificate that it brings itself', parts: () => ({ header: { x5c: ['MII'] } }) },
  { id: 'an unknown member of its context', parts: () => ({ claims: { ctx: { patient: { iban: 'FR76' } } } }) },
  { id: 'half a context', parts: () => ({ claims: { ctx: 'everything' } }) },
  { id: 'encrypted content that is no JWT', parts: () => ({ signed: 'no token at all' }) },
  { id: 'a content type that is not JWT', parts: () => ({ outer: { cty: 'json' } }) },
  {
    id: 'a compressed outside',
    parts: () => ({ outer: { zip: undefined, p2c: undefined, x5u: 'https://evil.example' } }),
  },
]

for (const { id, parts, key = 'call.invalid' } of REFUSED) {
  test(`a signed context is refused: ${id}`, async () => {
    const dpi = await aDpi(server())
    const page = await posted(dpi, await parts(dpi))
    assertError(page, 400, key)
    assert.ok((await tracesOf(server(), 'call-refused')).length > 0)
  })
}

async function publicOf(key: Parameters<typeof exportJWK>[0]) {
  const { d: _private, ...open } = await exportJWK(key)
  return open
}

test('clocks may be half a minute apart', async () => {
  const dpi = await aDpi(server())
  const late = await posted(dpi, { claims: { iat: now() - 130, nbf: now() - 130, exp: now() - 15 } })
  const early = await posted(dpi, { claims: { iat: now() + 20, nbf: now() + 20, exp: now() + 80 } })
  assert.deepEqual([pathOf(late), pathOf(early)], ['/c/*', '/c/*'])
})

test('threat jwt-alg-confusion-none: HS256 with the public key, no signature at all, and algorithms not registered', async () => {
  const dpi = await aDpi(server(), {}, 'RS256')
  const [jwk] = dpi.registration.call?.jwks?.keys ?? []
  assert.ok(jwk !== undefined)
  const imported = await importJWK(jwk, 'RS256')
  assert.ok(!(imported instanceof Uint8Array))
  const pem = new TextEncoder().encode(await exportSPKI(imported))
  const claims = { iss: dpi.registration.id, aud: CALL_ADDRESS, iat: now(), exp: now() + 60, jti: randomUUID() }
  const all = { ...claims, sub: ONCOLOGIST.nationalId, ctx: {} }
  const hmac = await new SignJWT(all)
    .setProtectedHeader({ alg: 'HS256', kid: dpi.kid, typ: 'dcc-context+jwt' })
    .sign(pem)
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const none = `${encoded({ alg: 'none', typ: 'dcc-context+jwt', kid: dpi.kid })}.${encoded(all)}.`
  const weak = await new SignJWT(all)
    .setProtectedHeader({ alg: 'RS512', kid: dpi.kid, typ: 'dcc-context+jwt' })
    .sign(await importJWK({ ...(await exportJWK(dpi.key)), alg: 'RS512' }))
  for (const signed of [hmac, none, weak]) assertError(await posted(dpi, { signed }), 400, 'call.invalid')
})

test('threat jwt-alg-confusion-none: a critical member that nobody here knows', async () => {
  const dpi = await aDpi(server())
  const claims = { iss: dpi.registration.id, aud: CALL_ADDRESS, iat: now(), exp: now() + 60, jti: randomUUID() }
  const signed = await new CompactSign(new TextEncoder().encode(JSON.stringify({ ...claims, sub: 'x', ctx: {} })))
    .setProtectedHeader({ alg: dpi.alg, kid: dpi.kid, typ: 'dcc-context+jwt', crit: ['urn:x'], 'urn:x': true })
    .sign(dpi.key, { crit: { 'urn:x': true } })
  assertError(await posted(dpi, { signed }), 400, 'call.invalid')
})

test('a context signed by another DPI is refused', async () => {
  const [one, other] = [await aDpi(server()), await aDpi(server())]
  const page = await posted({ ...other, registration: one.registration, kid: one.kid }, {})
  assertError(page, 400, 'call.invalid')
})

test('a context encrypted to another key is refused', async () => {
  const dpi = await aDpi(server())
  const { publicKey } = await generateKeyPair('ECDH-ES+A256KW', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), alg: 'ECDH-ES+A256KW' }
  assertError(await posted(dpi, { to: { ...jwk, kid: 'another' } }), 400, 'call.invalid')
  const { kid = '' } = await encryptionKey(server())
  assertError(await posted(dpi, { to: { ...jwk, kid } }), 400, 'call.invalid')
})

test('contexts may be encrypted by RSA-OAEP-256 too, and by no weaker content encryption', async () => {
  const dpi = await aDpi(server(), {}, 'PS256')
  const to = await encryptionKey(server(), 'RSA-OAEP-256')
  assert.equal(pathOf(await posted(dpi, { to })), '/c/*')
  assertError(await posted(dpi, { to, outer: { enc: 'A128CBC-HS256' } }), 400, 'call.invalid')
})

test('the published keys are public parts only', async () => {
  const { text } = await server().get('/oidc/call-jwks')
  assert.ok(!/"(d|p|q|dp|dq|qi)":/.test(text), text)
})

test('a token that is too large is refused before it is read', async () => {
  const answer = await aVisitor(server()).post(
    CALL_ADDRESS,
    { context_token: `${'a'.repeat(20_000)}.b.c.d.e` },
    FROM_DPI,
  )
  assertError(answer, 400, 'call.invalid')
  const larger = await aVisitor(server()).post(CALL_ADDRESS, { context_token: 'a'.repeat(100_000) }, FROM_DPI)
  assertError(larger, 400, 'form.invalid')
})

test('threat launch-token-handle-replay: a context works once, of parallel ones exactly one', async () => {
  const dpi = await aDpi(server())
  const token = await aContextToken(server(), dpi, {}, ONCOLOGIST.nationalId)
  const pages = await Promise.all(
    Array.from({ length: 5 }, () => aVisitor(server()).post(CALL_ADDRESS, { context_token: token }, FROM_DPI)),
  )
  assert.deepEqual(pages.map(({ status }) => status).sort(), [200, 410, 410, 410, 410])
  assert.ok((await tracesOf(server(), 'call-replayed')).includes('call-replayed context'))
})

test('threat launch-token-handle-replay: a handle works once, also when it is used five times at once', async () => {
  const dpi = await aDpi(server())
  const token = await aContextToken(server(), dpi, {}, ONCOLOGIST.nationalId)
  const opener = aVisitor(server())
  const page = await opener.post(CALL_ADDRESS, { context_token: token }, FROM_DPI)
  const visitors = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const { visitor } = await seated(server())
      await visitor.get(page.url)
      return visitor
    }),
  )
  const answers = await Promise.all(visitors.map((visitor) => visitor.submit(/^\/c\//)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 410, 410, 410, 410])
  assert.equal(
    (await tracesOf(server(), 'call-replayed')).filter((trace) => trace === 'call-replayed handle').length,
    4,
  )
})

test('threat launch-token-handle-replay: whoever only looks at the address uses nothing up', async () => {
  const dpi = await aDpi(server())
  const token = await aContextToken(server(), dpi, {}, ONCOLOGIST.nationalId)
  const { visitor } = await seated(server())
  const page = await visitor.post(CALL_ADDRESS, { context_token: token }, FROM_DPI)
  for (let time = 0; time < 3; time += 1) assert.equal((await aVisitor(server()).get(page.url)).status, 200)
  assert.equal((await visitor.submit(/^\/c\//)).status, 200)
})

test('threat handle-guessing: the page of a handle is the same whether there is one or not', async () => {
  const dpi = await aDpi(server())
  const token = await aContextToken(server(), dpi, {}, ONCOLOGIST.nationalId)
  const visitor = aVisitor(server())
  const real = await visitor.post(CALL_ADDRESS, { context_token: token }, FROM_DPI)
  const guessed = await visitor.get(`/c/${'A'.repeat(43)}`)
  const plain = ({ text }: { text: string }) => text.replaceAll(/\/c\/[A-Za-z0-9_-]{43}/g, '/c/*')
  assert.equal(plain(real), plain(guessed))
  assertError(await visitor.submit(/^\/c\//), 410, 'call.used')
})

test('threat session-fixation: a handle page of another browser cannot be sent from this one', async () => {
  const dpi = await aDpi(server())
  const token = await aContextToken(server(), dpi, {}, ONCOLOGIST.nationalId)
  const attacker = aVisitor(server())
  const page = await attacker.post(CALL_ADDRESS, { context_token: token }, FROM_DPI)
  const [, jeton = ''] = /name="jeton" value="([^"]*)"/.exec(page.text) ?? []
  const { visitor: victim } = await seated(server())
  await victim.get('/c/x')
  assertError(await victim.post(page.url, { jeton }), 403, 'form.forged')
  const crossSite = await attacker.post(page.url, { jeton }, { 'sec-fetch-site': 'cross-site' })
  assertError(crossSite, 403, 'form.forged')
})

test('threat context-confusion: a call that waits is of its own browser only, and works once', async () => {
  const dpi = await aDpi(server())
  const { visitor } = await seated(server())
  visitor.following = false
  const token = await aContextToken(server(), dpi, {}, ONCOLOGIST.nationalId)
  const handle = await visitor.post(CALL_ADDRESS, { context_token: token }, FROM_DPI)
  await visitor.get(handle.headers.get('location') ?? '')
  const { headers } = await visitor.submit(/^\/c\//)
  const bound = headers.get('location') ?? ''
  const { visitor: other } = await seated(server())
  assertError(await other.get(new URL(bound, server().config.baseUrl)), 410, 'call.used')
  const answers = await Promise.all([visitor.get(bound), visitor.get(bound), visitor.get(bound)])
  assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 410, 410])
})

test('threat context-confusion: two tabs with two patients never mix', async () => {
  const dpi = await aDpi(server())
  const [first, second] = [aPatient().qualified().build(), aPatient().qualified().build()]
  const [one, two] = [await aKnownPatient(server(), first), await aKnownPatient(server(), second)]
  const { visitor } = await seated(server())
  visitor.following = false
  const bound: string[] = []
  for (const patient of [first, second]) {
    const token = await aContextToken(server(), dpi, about(patient), ONCOLOGIST.nationalId)
    const handle = await visitor.post(CALL_ADDRESS, { context_token: token }, FROM_DPI)
    await visitor.get(handle.headers.get('location') ?? '')
    bound.push((await visitor.submit(/^\/c\//)).headers.get('location') ?? '')
  }
  visitor.following = true
  const later = await visitor.get(bound[1] ?? '')
  const earlier = await visitor.get(bound[0] ?? '')
  assert.deepEqual([pathOf(earlier), pathOf(later)], [`/patients/${one}`, `/patients/${two}`])
  const crossed = new URL(`/patients/${one}${later.url.search}`, later.url)
  assertError(await visitor.get(crossed), 409, 'context.other-patient')
  const { visitor: colleague } = await seated(server())
  assertError(await colleague.get(earlier.url), 410, 'context.unknown')
})

test('threat xss-via-traits: markup in a name is shown as text', async () => {
  const dpi = await aDpi(server())
  const { visitor } = await seated(server())
  const patient = aPatient().build()
  const page = await called(server(), visitor, dpi, about(patient, { birthFamily: '<script>alert(1)</script>' }))
  assert.equal(pathOf(page), '/drafts/*')
  assert.ok(!page.text.includes('<script>alert'), 'markup is not escaped')
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/)
  const control = await posted(dpi, { claims: { ctx: { patient: { birthFamily: 'A\u0000B' } } } })
  assertError(control, 400, 'call.invalid')
})

test('threat open-redirect: an address to go back to is of a registered origin', async () => {
  const dpi = await aDpi(server(), { return_origins: ['https://dpi.example.test'] })
  for (const returnUrl of [
    'https://evil.example/x',
    'https://dpi.example.test.evil.example/',
    'https://dpi.example.test@evil.example/',
    'https://dpi.example.test:8443/',
    'javascript:alert(1)',
    '//evil.example',
    'https://dpi.example.test\\@evil.example/',
  ]) {
    assertError(await posted(dpi, {}, { returnUrl }), 400, 'call.invalid')
  }
  assert.equal(pathOf(await posted(dpi, {}, { returnUrl: 'https://dpi.example.test/retour?d=1' })), '/c/*')
})

test('threat parameter-tampering: the patient numbers of another hospital are not believed', async () => {
  const dpi = await aDpi(server())
  const ipp = { system: 'urn:oid:1.2.250.1.71.4.2.2.999999999', value: 'IPP-1' }
  assertError(await posted(dpi, {}, { patient: { ipp } }), 400, 'call.invalid')
})

test('threat dos-by-jwks-refetch: unknown keys do not make us ask the DPI again and again', async () => {
  const dpi = await aDpi(server())
  let asked = 0
  const keys = createServer((_request, response) => {
    asked += 1
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(dpi.registration.call?.jwks))
  })
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', () => resolve()))
  const jwks_uri = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/jwks`
  const remote = { call: { jwks_uri, algs: ['ES256' as const] } }
  const inside = await aDpi(server(), { ...remote, private_network: true })
  const registered = { ...dpi, registration: inside.registration }
  assert.equal(pathOf(await posted(registered, {})), '/c/*')
  for (let time = 0; time < 5; time += 1) {
    assertError(await posted({ ...registered, kid: `unknown-${time}` }, {}), 400, 'call.invalid')
  }
  assert.ok(asked <= 2, `asked ${asked} times`)
  const outside = await aDpi(server(), remote)
  const before = asked
  assertError(await posted({ ...dpi, registration: outside.registration }, {}), 400, 'call.invalid')
  assert.equal(asked, before, 'a private address of a DPI that is not registered so is not asked')
  keys.close()
})

test('threat token-in-logs-referer-history: no token, handle, number or name of a call is logged', async () => {
  const dpi = await aDpi(server())
  const patient = aPatient().qualified().build()
  await aKnownPatient(server(), patient)
  const { visitor } = await seated(server())
  const page = await called(server(), visitor, dpi, about(patient))
  const logs = server().logs.join('\n')
  for (const secret of page.trail.flatMap(({ href }) => href.match(/[A-Za-z0-9_-]{43}/g) ?? [])) {
    assert.ok(!logs.includes(secret), 'a secret of an address is logged')
  }
  for (const { value = 'none' } of patient.identifier ?? []) assert.ok(!logs.includes(value))
  assert.ok(!logs.includes('TESTFICTIF'))
  assert.ok(page.trail.every(({ href }) => !href.includes('TESTFICTIF') && !href.includes('IPP-')))
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
  assert.equal(page.headers.get('cache-control'), 'no-store')
})
