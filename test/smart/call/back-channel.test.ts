import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { DpiRegistration } from '../../../src/smart/call/dpi-registration.ts'
import { aPatient } from '../../support/builders.ts'
import type { Answer, Headers } from '../../support/client.ts'
import { aDpi, CALL_ADDRESS } from '../../support/dpi.ts'
import { ONCOLOGIST } from '../../support/signed-in.ts'
import { aBackEnd, aToken, bearer, protectedServer } from '../server.ts'
import { about, aKnownPatient, assertError, pathOf, seated, tracesOf } from './stories.ts'

const server = protectedServer()
const SCOPE = '__dcc.context.create'

/** A DPI with a back end that may prepare calls for it, and a token of that. */
async function prepared(scope = SCOPE, registration: Partial<DpiRegistration> = {}) {
  const client = await aBackEnd(server(), { scope })
  const dpi = await aDpi(server(), { clients: [client.id], ...registration })
  return { client, dpi, token: await aToken(server(), client, scope) }
}

function post(body: object | string, headers: Headers): Promise<Answer> {
  return server().post(CALL_ADDRESS, body, { 'content-type': 'application/json', ...headers })
}

function aCall(ctx: object = {}, change: object = {}): object {
  return { jti: randomUUID(), sub: ONCOLOGIST.nationalId, act_org: '990000001', ctx, ...change }
}

test('the server of a DPI prepares a call with its token and gets an address that opens the patient once', async () => {
  const { token } = await prepared()
  const patient = aPatient().qualified().build()
  const id = await aKnownPatient(server(), patient)
  const answer = await post(aCall(about(patient)), bearer(token))
  assert.equal(answer.status, 201, answer.text)
  assert.match(answer.headers['cache-control'] ?? '', /no-store/)
  const { launchUrl, expiresIn } = answer.json() as { launchUrl: string; expiresIn: number }
  assert.match(launchUrl, /^https:\/\/dcc\.example\.test\/c\/[A-Za-z0-9_-]{43}$/)
  assert.equal(expiresIn, 120)
  const { visitor } = await seated(server())
  await visitor.get(launchUrl, { 'sec-fetch-site': 'cross-site' })
  assert.equal(pathOf(await visitor.submit(/^\/c\//)), `/patients/${id}`)
  await visitor.get(launchUrl)
  assertError(await visitor.submit(/^\/c\//), 410, 'call.used')
})

test('who repeats a call gets the same address; who says something else under its jti is refused', async () => {
  const { token } = await prepared()
  const call = aCall({ intent: 'open-rcp' })
  const answers = await Promise.all([1, 2, 3].map(() => post(call, bearer(token))))
  const urls = answers.map((answer) => (answer.json() as { launchUrl: string }).launchUrl)
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 201, 201],
  )
  assert.equal(new Set(urls).size, 1)
  const other = await post({ ...call, ctx: { intent: 'new-rcp' } }, bearer(token))
  assert.equal(other.status, 409, other.text)
})

test('a token is needed, a good one, and with the scope', async () => {
  const { client } = await prepared(`${SCOPE} system/Patient.rs`)
  const none = await post(aCall(), {})
  assert.deepEqual([none.status, none.headers['www-authenticate']], [401, 'Bearer'])
  const bad = await post(aCall(), bearer('x'.repeat(43)))
  assert.deepEqual([bad.status, bad.headers['www-authenticate']], [401, 'Bearer error="invalid_token"'])
  const narrow = await post(aCall(), bearer(await aToken(server(), client, 'system/Patient.rs')))
  assert.equal(narrow.status, 403)
  assert.match(narrow.headers['www-authenticate'] ?? '', /insufficient_scope/)
})

test('call of another DPI: a back end calls for the DPI that it is registered with, and no other', async () => {
  const { token } = await prepared()
  const other = await aDpi(server())
  const named = await post(aCall({}, { iss: other.registration.id }), bearer(token))
  assert.equal(named.status, 403, named.text)
  const stranger = await aBackEnd(server(), { scope: SCOPE })
  assert.equal((await post(aCall(), bearer(await aToken(server(), stranger, SCOPE)))).status, 403)
  const disabled = await prepared(SCOPE, { disabled: true })
  assert.equal((await post(aCall(), bearer(disabled.token))).status, 403)
})

const BAD: readonly { id: string; body: object | string }[] = [
  { id: 'no JSON', body: '{' },
  { id: 'a list', body: [] },
  { id: 'no jti', body: aCall({}, { jti: undefined }) },
  { id: 'a short jti', body: aCall({}, { jti: 'x' }) },
  { id: 'no professional', body: aCall({}, { sub: undefined }) },
  { id: 'an unknown intent', body: aCall({ intent: 'delete' }) },
  { id: 'an unknown member', body: aCall({ patients: [] }) },
  { id: 'no date', body: aCall({ patient: { birthDate: '15/01/1984' } }) },
  { id: 'no sex', body: aCall({ patient: { gender: 'F' } }) },
  { id: 'no status', body: aCall({ patient: { ins: { value: '284016322000210', oid: '1.2.250.1.213.1.4.10' } } }) },
  { id: 'a name without end', body: aCall({ patient: { birthFamily: 'A'.repeat(101) } }) },
  { id: 'an address to go back to of nobody', body: aCall({ returnUrl: 'https://evil.example' }) },
]

for (const { id, body } of BAD) {
  test(`a prepared call is refused without a word of its values: ${id}`, async () => {
    const { token } = await prepared()
    const answer = await post(body, bearer(token))
    assert.equal(answer.status, 400, answer.text)
    assert.equal((answer.json() as { error: string }).error, 'invalid_request')
    for (const value of ['15/01/1984', 'AAAA', 'evil', 'delete', '2840163']) assert.ok(!answer.text.includes(value))
  })
}

test('a body that is too large is refused', async () => {
  const { token } = await prepared()
  const answer = await post({ ...aCall(), pad: 'x'.repeat(40_000) }, bearer(token))
  assert.equal(answer.status, 400)
})

test('threat denied-audit: what is received and what is refused are both traced, by DPI and reason', async () => {
  const { token, dpi } = await prepared()
  await post(aCall(), bearer(token))
  await post(aCall({ intent: 'delete' }), bearer(token))
  const rows = await server().record.dcc.store.entitlement.traces({ limit: 1000 })
  const own = rows.filter(({ client }) => client === dpi.registration.id).map(({ kind }) => kind)
  assert.deepEqual(own.sort(), ['call-received', 'call-refused'])
  assert.ok((await tracesOf(server(), 'call-refused')).every((trace) => !trace.includes('delete')))
})
