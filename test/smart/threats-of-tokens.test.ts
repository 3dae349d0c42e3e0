import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import type { JWTPayload } from 'jose'
import { hashOf } from '../../src/smart/secrets.ts'
import { openSessions } from '../../src/smart/sessions.ts'
import { freePort } from '../support/browser.ts'
import { assertRefused } from '../support/client.ts'
import {
  aClinician,
  aKnownPatient,
  aLaunch,
  anApp,
  appPages,
  ask,
  authorizationRequest,
  authorize,
  openServer,
  type Proof,
  redeem,
  refresh,
  systemToken,
  tokens,
} from './apps.ts'
import { aBackEnd, anAssertion, askToken, authenticated, bearer, postForm } from './server.ts'

/** Threats of smart-launch.md section 5 to tokens and to what gives them, each as an attack on the real server. */

const server = openServer()
const pages = appPages()
const SCOPE = 'launch/patient offline_access patient/*.rs'

/** An app with what it was granted for a patient of its clinician. */
async function launched(proof: Proof = 'public', scope = SCOPE) {
  const app = await anApp(server(), pages(), proof)
  const clinician = await aClinician(server())
  const returned = await authorize(server(), clinician.visitor, app, { scope, pick: clinician.number })
  return { app, clinician, returned, granted: tokens(await redeem(server(), app, returned)) }
}

const statusOf = async (token: string, patientId: string) =>
  (await server().get(`Patient/${patientId}`, bearer(token))).status

test('threat counterfeit-rs: an app that was sent to another FHIR server gets no code to spend there', async () => {
  const app = await anApp(server(), pages(), 'public')
  const { visitor } = await aClinician(server())
  for (const aud of ['https://evil.example/fhir', `${server().config.baseUrl}.evil.example/fhir`]) {
    const { parameters } = authorizationRequest(server(), app, { scope: SCOPE, aud })
    const { searchParams } = (await ask(server(), visitor, parameters)).url
    assert.deepEqual([searchParams.get('code'), searchParams.get('error')], [null, 'invalid_target'], aud)
  }
})

test('threat counterfeit-rs: a token for another audience opens nothing here', async () => {
  const { granted, clinician } = await launched()
  const { authorization } = server().record.dcc.store
  const now = Math.floor(Date.now() / 1000)
  const record = await authorization.find('AccessToken', hashOf(granted.access_token), now)
  assert.ok(record !== undefined)
  const payload = JSON.stringify({ ...JSON.parse(record.payload), aud: 'https://other.example/fhir' })
  await authorization.put({ ...record, payload })
  const answer = await server().get(`Patient/${clinician.patientId}`, bearer(granted.access_token))
  assertRefused(answer, 401, 'http.token-invalid')
})

/** A site that counts who comes: nobody may. */
let asked = 0
let site = ''
before(async () => {
  const port = await freePort()
  site = `http://127.0.0.1:${port}`
  const trap = createServer((_request, response) => {
    asked += 1
    response.end('{"keys":[]}')
  }).listen(port, '127.0.0.1')
  after(() => {
    trap.closeAllConnections()
    trap.close()
  })
})

test('threat jku-x5u-ssrf: no address or key of an assertion is looked at before it is found registered', async () => {
  const client = await aBackEnd(server())
  const aud = `${server().config.baseUrl}/oidc/token`
  const headers = [
    { jku: `${site}/jwks` },
    { x5u: `${site}/certificate` },
    { jku: 'http://169.254.169.254/latest/meta-data' },
    { jwk: client.jwk },
    { x5c: ['MIIB'] },
  ]
  for (const header of headers) {
    const answer = await askToken(server(), await anAssertion(client, { aud }, header))
    assert.deepEqual([answer.status, (answer.json() as { error: string }).error], [401, 'invalid_client'])
  }
  assert.equal(asked, 0)
  assert.equal((await askToken(server(), await anAssertion(client, { aud }))).status, 200, 'the plain one is good')
})

test('threat assertion-replay-cross-as-replay: an assertion is good once, of many at once for one', async () => {
  const client = await aBackEnd(server())
  const assertion = await anAssertion(client, { aud: `${server().config.baseUrl}/oidc/token` })
  const answers = await Promise.all(Array.from({ length: 8 }, () => askToken(server(), assertion)))
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, ...Array.from({ length: 7 }, () => 401)])
  assert.equal((await askToken(server(), assertion)).status, 401)
  // At the other endpoints it is used up as well.
  const form = { token: 'a'.repeat(43), ...authenticated(assertion) }
  for (const path of ['/oidc/introspect', '/oidc/revoke'])
    assert.equal((await postForm(server(), path, form)).status, 401)
})

test('threat assertion-replay-cross-as-replay: one for another server is refused, whatever Host it is sent to', async () => {
  const client = await aBackEnd(server())
  const elsewhere = 'https://other.example/oidc/token'
  const wrong: JWTPayload[] = [
    { aud: elsewhere },
    { aud: [elsewhere, `${server().config.baseUrl}/oidc/token`] },
    { aud: `${server().config.baseUrl}/oidc` },
  ]
  const hosts = [
    {},
    { host: 'other.example' },
    { 'x-forwarded-host': 'other.example', 'x-forwarded-proto': 'https' },
    { forwarded: 'host=other.example;proto=https' },
  ]
  for (const claims of wrong) {
    for (const headers of hosts) {
      const assertion = await anAssertion(client, claims)
      const answer = await askToken(server(), assertion, 'system/*.rs', {}, headers)
      assert.equal(answer.status, 401, `${JSON.stringify(claims)} ${JSON.stringify(headers)}`)
    }
  }
})

test('threat refresh-theft: a refresh token is worth nothing without the proof of its app', async () => {
  for (const proof of ['public', 'symmetric', 'asymmetric'] as const) {
    const { granted, app, clinician } = await launched(proof)
    const stolen = granted.refresh_token ?? ''
    const thieves = [await anApp(server(), pages(), 'public'), await anApp(server(), pages(), 'asymmetric')]
    for (const thief of thieves) assert.equal((await refresh(server(), thief, stolen)).status, 400)
    const form = { grant_type: 'refresh_token', refresh_token: stolen, client_id: app.id }
    if (proof !== 'public') assert.equal((await postForm(server(), '/oidc/token', form)).status, 401)
    // Who tried without being the app has spoilt nothing for it.
    const renewed = tokens(await refresh(server(), app, stolen))
    assert.equal(await statusOf(renewed.access_token, clinician.patientId), 200)
  }
})

test('threat refresh-theft: when a rotated token comes again, thief and app are both out', async () => {
  const { granted, app, clinician } = await launched()
  const stolen = granted.refresh_token ?? ''
  const renewed = tokens(await refresh(server(), app, stolen))
  assert.equal(await statusOf(renewed.access_token, clinician.patientId), 200)
  assert.equal((await refresh(server(), app, stolen)).status, 400)
  for (const token of [granted.access_token, renewed.access_token]) {
    assert.equal(await statusOf(token, clinician.patientId), 401)
  }
  assert.equal((await refresh(server(), app, renewed.refresh_token ?? '')).status, 400)
})

test('threat refresh-theft: what was for the session only ends with it', async () => {
  const { granted, app, clinician } = await launched('public', 'launch/patient online_access patient/*.rs')
  const renewed = tokens(await refresh(server(), app, granted.refresh_token ?? ''))
  await openSessions(server().record.dcc.store.authorization, Date.now).close(clinician.signedIn.session)
  assert.equal((await refresh(server(), app, renewed.refresh_token ?? '')).status, 400)
})

test('threat introspection-scanning: who guesses learns nothing, and has to say who it is', async () => {
  const { granted } = await launched()
  const guesses = [granted.access_token, granted.refresh_token ?? '', randomBytes(32).toString('base64url'), 'x', '']
  for (const token of guesses) {
    const answer = await postForm(server(), '/oidc/introspect', { token })
    assert.ok(answer.status === 400 || answer.status === 401)
    assert.equal((answer.json() as { active?: boolean }).active, undefined)
  }
  const stranger = await aBackEnd(server())
  for (const token of guesses.filter((one) => one !== '')) {
    const assertion = await anAssertion(stranger, { aud: `${server().config.baseUrl}/oidc/token` })
    const answer = await postForm(server(), '/oidc/introspect', { token, ...authenticated(assertion) })
    assert.deepEqual([answer.status, answer.json()], [200, { active: false }], 'of another client, or of nobody')
  }
  const ordinary = bearer(await systemToken(server()))
  const refused = await postForm(server(), '/oidc/introspect', { token: granted.access_token }, ordinary)
  assert.equal(refused.status, 401)
  assert.equal((await server().get(`/oidc/introspect?token=${granted.access_token}`, ordinary)).status, 405)
})

test('threat privilege-by-scope: an app gets no more than it is registered with, nor than the person has', async () => {
  const app = await anApp(server(), pages(), 'public', { scope: 'user/Patient.rs openid' })
  const clinician = await aClinician(server())
  const stranger = await aKnownPatient(server())
  const scope = 'openid user/*.cruds system/*.cruds patient/*.cruds __introspect'
  const returned = await authorize(server(), clinician.visitor, app, { scope })
  const granted = tokens(await redeem(server(), app, returned))
  assert.deepEqual(granted.scope.split(' ').toSorted(), ['openid', 'user/Patient.rs'])
  const read = (target: string) => server().get(target, bearer(granted.access_token))
  assert.equal((await read(`Patient/${clinician.patientId}`)).status, 200)
  assertRefused(await read('DocumentReference'), 403, 'http.forbidden')
  // Of a patient whom the person does not care for nothing tells that there is one.
  assertRefused(await read(`Patient/${stranger.id}`), 404, 'resource.unknown')
  const found = (await read('Patient')).resource('Bundle')
  assert.deepEqual(
    found.entry?.map(({ resource }) => resource?.id),
    [clinician.patientId],
  )
  const change = await server().put(
    `Patient/${clinician.patientId}`,
    (await read(`Patient/${clinician.patientId}`)).json() as object,
    bearer(granted.access_token),
  )
  assertRefused(change, 403, 'http.forbidden')
})

test('threat code-injection-interception: a stolen code is worth nothing without the verifier, the app and the redirect', async () => {
  const app = await anApp(server(), pages(), 'public')
  const clinician = await aClinician(server())
  const steal = async () => authorize(server(), clinician.visitor, app, { scope: SCOPE, pick: clinician.number })
  const other = await anApp(server(), pages(), 'public')
  const attempts: [app: typeof app, more: Record<string, string>][] = [
    [app, { code_verifier: randomBytes(48).toString('base64url') }],
    [app, { code_verifier: '' }],
    [app, { redirect_uri: `${pages()}/other` }],
    [other, {}],
  ]
  for (const [who, more] of attempts) {
    const answer = await redeem(server(), who, await steal(), more)
    assert.equal(answer.status, 400, JSON.stringify(more))
  }
  const good = await steal()
  const answers = await Promise.all(Array.from({ length: 5 }, () => redeem(server(), app, good)))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
})

test('threat launch-token-handle-replay: the launch of an app is taken once, by its own app and person', async () => {
  const [app, other] = [await anApp(server(), pages(), 'public'), await anApp(server(), pages(), 'public')]
  const clinician = await aClinician(server())
  const colleague = await aClinician(server(), { patient: { id: clinician.patientId, number: clinician.number } })
  const scope = 'launch patient/*.rs'
  const refused = async (launch: string, by = clinician, of = app) => {
    const { parameters } = authorizationRequest(server(), of, { scope, launch })
    const { searchParams } = (await ask(server(), by.visitor, parameters)).url
    assert.deepEqual([searchParams.get('code'), searchParams.get('error')], [null, 'invalid_request'])
  }
  const launch = await aLaunch(server(), app, clinician)
  assert.ok((await authorize(server(), clinician.visitor, app, { scope, launch })).code)
  await refused(launch)
  await refused(await aLaunch(server(), app, clinician), clinician, other)
  await refused(await aLaunch(server(), app, clinician), colleague)
  await refused(randomBytes(32).toString('base64url'))
  await refused('x')
})

test('threat token-in-logs-referer-history: a defect is logged by its kind: its message may quote what is stored', async () => {
  const { app, granted } = await launched()
  const store = server().record.dcc.store.authorization
  const id = hashOf(granted.refresh_token ?? '')
  await store.put({
    model: 'RefreshToken',
    id,
    payload: 'DURAND-FICTIF',
    expiresAt: Math.floor(Date.now() / 1000) + 60,
  })
  const before = server().logs.length
  assert.equal((await refresh(server(), app, granted.refresh_token ?? '')).status, 500)
  const logged = server().logs.slice(before).join('\n')
  assert.match(logged, /"error":"SyntaxError"/)
  assert.ok(!logged.includes('DURAND'), logged)
})

test('threat token-in-logs-referer-history: of a whole launch nothing secret is logged, and no page keeps or passes it on', async () => {
  const app = await anApp(server(), pages(), 'symmetric')
  const clinician = await aClinician(server())
  const launch = await aLaunch(server(), app, clinician)
  const returned = await authorize(server(), clinician.visitor, app, {
    scope: 'launch offline_access patient/*.rs',
    launch,
  })
  const granted = tokens(await redeem(server(), app, returned))
  const renewed = tokens(await refresh(server(), app, granted.refresh_token ?? ''))
  await server().get(`Patient/${clinician.patientId}`, bearer(renewed.access_token))
  await server().get('Patient?access_token='.concat(renewed.access_token))
  await redeem(server(), app, returned)
  await refresh(server(), app, granted.refresh_token ?? '')
  const secrets = [
    launch,
    returned.code,
    returned.verifier,
    returned.sent,
    app.secret ?? '',
    granted.access_token,
    granted.refresh_token ?? '',
    renewed.access_token,
    renewed.refresh_token ?? '',
    clinician.signedIn.secret,
    clinician.signedIn.csrf,
    clinician.professional.nationalId,
    clinician.professional.family,
    clinician.patientId,
  ]
  const logged = server().logs.join('\n')
  assert.ok(logged.includes('/oidc/token'), 'requests are logged at all')
  secrets.forEach((secret, index) => {
    assert.ok(secret.length > 7 && !logged.includes(secret), `secret ${index} is logged`)
  })
})
