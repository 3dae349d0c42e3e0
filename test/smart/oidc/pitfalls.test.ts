import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { hashOf } from '../../../src/smart/secrets.ts'
import { aVisitor, formsOf } from '../../support/visitor.ts'
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
  redeem,
  refresh,
  throughPages,
  tokens,
} from '../apps.ts'
import { bearer, postForm } from '../server.ts'

/** The pitfalls of reference/oidc-provider-notes.md section 3 that concern browsers and people, by number. */

const said = [mock.method(console, 'warn'), mock.method(console, 'info'), mock.method(console, 'log')]
const server = openServer()
const pages = appPages()
const SCOPE = 'launch/patient patient/*.rs'

/** What the app is told when its request cannot be granted. */
async function refusedBy(more: Readonly<Record<string, string | undefined>>, scope = SCOPE): Promise<string | null> {
  const app = await anApp(server(), pages(), 'public')
  const { visitor } = await aClinician(server())
  const { parameters } = authorizationRequest(server(), app, { scope, more })
  const shown = await ask(server(), visitor, parameters)
  assert.equal(shown.url.origin, app.origin, `${shown.status} ${shown.url.pathname}`)
  assert.equal(shown.url.searchParams.get('state'), parameters.state ?? null)
  assert.equal(shown.url.searchParams.get('iss'), `${server().config.baseUrl}/oidc`)
  assert.equal(shown.url.searchParams.get('code'), null)
  return shown.url.searchParams.get('error')
}

/** An app with what it was granted for a patient of its clinician. */
async function launched(scope: string, proof: 'public' | 'symmetric' | 'asymmetric' = 'public') {
  const app = await anApp(server(), pages(), proof)
  const clinician = await aClinician(server())
  const returned = await authorize(server(), clinician.visitor, app, { scope, pick: clinician.number })
  return { app, clinician, returned, granted: tokens(await redeem(server(), app, returned)) }
}

const reads = async (token: string) => (await server().get('Patient', bearer(token))).status

test('pitfall 01: an aud that is not our FHIR base, to the letter, gives no code', async () => {
  const base = `${server().config.baseUrl}/fhir`
  for (const aud of ['https://evil.example/fhir', `${base}/`, base.toUpperCase(), server().config.baseUrl]) {
    assert.equal(await refusedBy({ aud }), 'invalid_target', aud)
  }
})

test('pitfall 02: aud or resource is required, and both say the same', async () => {
  const base = `${server().config.baseUrl}/fhir`
  assert.equal(await refusedBy({ aud: undefined }), 'invalid_request')
  assert.equal(await refusedBy({ resource: 'https://evil.example/fhir' }), 'invalid_target')
  assert.equal(await refusedBy({ aud: 'https://evil.example/fhir', resource: base }), 'invalid_target')
  const app = await anApp(server(), pages(), 'public')
  const { visitor, number } = await aClinician(server())
  const asking = { scope: SCOPE, pick: number, more: { aud: undefined, resource: base } }
  assert.ok((await authorize(server(), visitor, app, asking)).code, 'resource is as good (RFC 8707)')
})

test('pitfall 03: offline_access gives a refresh token though no SMART app asks for consent', async () => {
  const { granted } = await launched(`${SCOPE} offline_access`)
  assert.ok(granted.refresh_token)
  assert.equal((await launched(SCOPE)).granted.refresh_token, undefined)
})

test('pitfall 04: the answer names every scope that was granted, those of launch and OpenID too', async () => {
  const scope =
    'openid fhirUser launch/patient offline_access patient/DocumentReference.rs?status=current patient/*.read'
  assert.deepEqual(new Set((await launched(scope)).granted.scope.split(' ')), new Set(scope.split(' ')))
})

test('pitfall 05: scopes are no fixed list: what the app may have of them is granted, and told', async () => {
  const app = await anApp(server(), pages(), 'public', { scope: 'launch/patient patient/Patient.r patient/List.rs' })
  const { visitor, number } = await aClinician(server())
  const asking = { scope: 'launch/patient openid patient/*.cruds system/*.cruds nonsense', pick: number }
  const { scope } = tokens(await redeem(server(), app, await authorize(server(), visitor, app, asking)))
  assert.equal(scope, 'launch/patient patient/Patient.r patient/List.rs')
  assert.equal(await refusedBy({}, 'system/*.cruds'), 'invalid_scope')
})

test('pitfall 06: with openid, the token is for FHIR all the same; there is no UserInfo', async () => {
  const { granted } = await launched(`openid fhirUser ${SCOPE}`)
  assert.equal(await reads(granted.access_token), 200)
  assert.equal((await server().get('/oidc/me', bearer(granted.access_token))).status, 404)
})

test('pitfall 07: a second launch opens the second patient, and the first token still says the first', async () => {
  const app = await anApp(server(), pages(), 'public', { consent: 'implied' })
  const clinician = await aClinician(server())
  const { professional, visitor } = clinician
  const second = await aClinician(server(), { professional, patient: await aKnownPatient(server()) })
  const open = async (patientId: string) => {
    const launch = await aLaunch(server(), app, { professional, patientId })
    const returned = await authorize(server(), visitor, app, { scope: 'launch patient/*.rs offline_access', launch })
    return tokens(await redeem(server(), app, returned))
  }
  const [one, other] = [await open(clinician.patientId), await open(second.patientId)]
  assert.deepEqual([one.patient, other.patient], [clinician.patientId, second.patientId])
  const refreshed = tokens(await refresh(server(), app, one.refresh_token ?? ''))
  assert.equal(refreshed.patient, clinician.patientId)
  for (const token of [one.access_token, refreshed.access_token]) {
    const statuses = [clinician.patientId, second.patientId].map(
      async (id) => (await server().get(`Patient/${id}`, bearer(token))).status,
    )
    assert.deepEqual(await Promise.all(statuses), [200, 404])
  }
})

test('pitfall 08: the launch is told beside the token, by refresh and by introspection', async () => {
  const app = await anApp(server(), pages(), 'public', { consent: 'implied', hospital: 'CHU FICTIF' })
  const clinician = await aClinician(server())
  const fhirContext = [{ reference: 'DocumentReference/1' }]
  const launch = await aLaunch(server(), app, clinician, { intent: 'open-rcp', needPatientBanner: false, fhirContext })
  const asking = { scope: 'launch openid fhirUser patient/*.rs offline_access', launch }
  const first = tokens(await redeem(server(), app, await authorize(server(), clinician.visitor, app, asking)))
  const told = { patient: clinician.patientId, intent: 'open-rcp', fhirContext, need_patient_banner: false }
  const refreshed = tokens(await refresh(server(), app, first.refresh_token ?? ''))
  const { form } = await app.credentials()
  const asked = { token: refreshed.access_token, ...form }
  const introspected = (await postForm(server(), '/oidc/introspect', asked)).json() as Record<string, unknown>
  for (const answer of [first, refreshed, introspected]) {
    for (const [member, value] of Object.entries({ ...told, tenant: 'CHU FICTIF' })) {
      assert.deepEqual(answer[member], value, member)
    }
    const style = await server().get(new URL(String(answer.smart_style_url)).pathname)
    assert.ok('color_background' in (style.json() as object))
  }
  assert.equal(introspected.sub, clinician.professional.nationalId)
  const { ihe_iua } = introspected.extensions as { ihe_iua: Record<string, unknown> }
  assert.equal(ihe_iua.national_provider_identifier, clinician.professional.rpps)
  assert.deepEqual((ihe_iua.subject_role as { code: string }[])[0]?.code, '10')
})

test('pitfall 09: answers with tokens say no-store and no-cache', async () => {
  const { app, granted } = await launched(`${SCOPE} offline_access`)
  const { headers } = await refresh(server(), app, granted.refresh_token ?? '')
  assert.deepEqual([headers['cache-control'], headers.pragma], ['no-store', 'no-cache'])
})

test('pitfall 10: of parallel redemptions of a code one wins; whoever has the code twice keeps nothing', async () => {
  const app = await anApp(server(), pages(), 'public')
  const { visitor, number } = await aClinician(server())
  const returned = await authorize(server(), visitor, app, { scope: SCOPE, pick: number })
  const answers = await Promise.all(Array.from({ length: 5 }, () => redeem(server(), app, returned)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400, 400, 400])
  const won = answers.find(({ status }) => status === 200)
  assert.ok(won !== undefined)
  assert.equal(await reads(tokens(won).access_token), 401)
  const { granted, returned: used, app: later } = await launched(SCOPE)
  assert.equal((await redeem(server(), later, used)).status, 400)
  assert.equal(await reads(granted.access_token), 401, 'a code that comes again ends what it gave')
})

test('pitfall 12: the store holds no code, token, handle or session, only what they are hashed to', async () => {
  const { granted, returned, clinician } = await launched(`${SCOPE} offline_access`)
  const { authorization } = server().record.dcc.store
  const models = ['AccessToken', 'RefreshToken', 'AuthorizationCode', 'Interaction', 'Grant', 'Session', 'WebSession']
  const records = (await Promise.all(models.map((model) => authorization.list(model, 0)))).flat()
  assert.ok(records.some(({ id }) => id === hashOf(granted.access_token)))
  const kept = JSON.stringify(records)
  const secrets = [granted.access_token, granted.refresh_token, returned.code, clinician.signedIn.secret]
  for (const secret of secrets) assert.ok(secret !== undefined && !kept.includes(secret))
})

test('pitfall 12: the handle of a launch is kept nowhere while the person is asked', async () => {
  const app = await anApp(server(), pages(), 'public')
  const clinician = await aClinician(server())
  const launch = await aLaunch(server(), app, clinician)
  const { parameters } = authorizationRequest(server(), app, { scope: 'launch patient/*.rs', launch })
  const shown = await ask(server(), clinician.visitor, parameters)
  assert.match(shown.url.pathname, /^\/interaction\//)
  const { authorization } = server().record.dcc.store
  const kept = (
    await Promise.all(['Interaction', 'PendingLaunch', 'Launch'].map((model) => authorization.list(model, 0)))
  ).flat()
  assert.ok(kept.length > 2 && !JSON.stringify(kept).includes(launch))
})

test('pitfall 13: access tokens of people are opaque, and out once revoked', async () => {
  const { app, granted } = await launched(SCOPE)
  assert.match(granted.access_token, /^[A-Za-z0-9_-]{43}$/)
  const { form } = await app.credentials()
  assert.equal((await postForm(server(), '/oidc/revoke', { token: granted.access_token, ...form })).status, 200)
  assert.equal(await reads(granted.access_token), 401)
})

test('pitfall 18: a posted request does as well; cookies are Secure, of this host, and no session of the library', async () => {
  const app = await anApp(server(), pages(), 'public', { consent: 'implied' })
  const clinician = await aClinician(server())
  const launch = await aLaunch(server(), app, clinician)
  const { parameters } = authorizationRequest(server(), app, { scope: 'launch patient/*.rs', launch })
  clinician.visitor.following = false
  const shown = await ask(server(), clinician.visitor, parameters, 'POST')
  assert.equal(shown.status, 303)
  const cookies = shown.headers.getSetCookie()
  assert.ok(cookies.length > 0)
  for (const cookie of cookies) {
    assert.match(cookie, /; secure/i)
    assert.match(cookie, /; httponly/i)
    assert.match(cookie, /samesite=lax/i)
    assert.doesNotMatch(cookie, /^_session|domain=/i)
  }
  clinician.visitor.following = true
  const location = shown.headers.get('location') ?? ''
  const callback = await throughPages(clinician.visitor, await clinician.visitor.get(location), app)
  assert.ok(callback.searchParams.get('code'))
})

test('pitfall 19: an access token of a person lives 15 minutes', async () => {
  assert.equal((await launched(SCOPE)).granted.expires_in, 900)
})

test('pitfall 22: a refresh for less gives less and keeps the rest; for more it is refused', async () => {
  const { app, granted } = await launched(`${SCOPE} offline_access`, 'symmetric')
  const less = tokens(await refresh(server(), app, granted.refresh_token ?? '', 'patient/*.rs'))
  assert.equal(less.scope, 'patient/*.rs')
  const whole = tokens(await refresh(server(), app, less.refresh_token ?? ''))
  assert.deepEqual(new Set(whole.scope.split(' ')), new Set(granted.scope.split(' ')))
  const more = await refresh(server(), app, whole.refresh_token ?? '', 'patient/*.cruds')
  assert.deepEqual([more.status, (more.json() as { error: string }).error], [400, 'invalid_scope'])
})

test('pitfall 22: a refresh token that comes again, later or at the same time, ends the whole family', async () => {
  const { app, granted } = await launched(`${SCOPE} offline_access`)
  const next = tokens(await refresh(server(), app, granted.refresh_token ?? ''))
  assert.equal((await refresh(server(), app, granted.refresh_token ?? '')).status, 400)
  assert.equal((await refresh(server(), app, next.refresh_token ?? '')).status, 400)
  assert.deepEqual(await Promise.all([granted, next].map(({ access_token }) => reads(access_token))), [401, 401])
  const { app: other, granted: held } = await launched(`${SCOPE} offline_access`)
  const both = await Promise.all([1, 2].map(() => refresh(server(), other, held.refresh_token ?? '')))
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 400])
  const won = both.find(({ status }) => status === 200)
  assert.ok(won !== undefined)
  const { access_token, refresh_token } = tokens(won)
  assert.deepEqual(await Promise.all([held.access_token, access_token].map(reads)), [401, 401])
  assert.equal((await refresh(server(), other, refresh_token ?? '')).status, 400)
})

test('pitfall 24: no helper of the library is left as it comes, which it would say on the console', () => {
  const lines = said.flatMap(({ mock: { calls } }) => calls.map((call) => String(call.arguments[0])))
  assert.deepEqual(
    lines.filter((line) => /oidc-provider/i.test(line)),
    [],
  )
})

test('pitfall 25: a token answer is readable for the pages of its app, and of nobody else', async () => {
  const app = await anApp(server(), pages(), 'public')
  const { visitor, number } = await aClinician(server())
  const returned = await authorize(server(), visitor, app, { scope: SCOPE, pick: number })
  const form = { grant_type: 'authorization_code', code: returned.code, client_id: app.id }
  const whole = { ...form, redirect_uri: app.redirectUri, code_verifier: returned.verifier }
  for (const origin of ['https://evil.example', 'null']) {
    const refused = await postForm(server(), '/oidc/token', whole, { origin })
    assert.equal(refused.status, 400)
    assert.equal(refused.headers['access-control-allow-origin'], undefined)
  }
  const { headers } = await postForm(server(), '/oidc/token', whole, { origin: app.origin })
  assert.equal(headers['access-control-allow-origin'], app.origin)
})

test('pitfall 27: an unknown app, or another redirect, is a page in French and English, and no redirect', async () => {
  const app = await anApp(server(), pages(), 'public')
  const { visitor } = await aClinician(server())
  const { parameters } = authorizationRequest(server(), app, { scope: SCOPE })
  for (const change of [
    { client_id: 'nobody' },
    { client_id: '<script>alert(1)</script>' },
    { redirect_uri: 'https://evil.example/callback' },
    { redirect_uri: `${app.redirectUri}/` },
    { redirect_uri: `${app.redirectUri}?more=1` },
    { client_id: '' },
  ]) {
    for (const method of ['GET', 'POST'] as const) {
      const shown = await ask(server(), visitor, { ...parameters, ...change }, method)
      assert.equal(shown.status, 400, JSON.stringify(change))
      assert.equal(shown.url.pathname, '/oidc/authorize')
      assert.match(shown.headers.get('content-type') ?? '', /text\/html/)
      assert.match(shown.headers.get('content-security-policy') ?? '', /default-src 'none'/)
      assert.match(shown.text, /lang="en"/)
      assert.ok(!shown.text.includes('<script>') && !shown.text.includes('evil.example'))
    }
  }
})

test('pitfall 28: an authorization belongs to the browser that began it, and is answered once', async () => {
  const app = await anApp(server(), pages(), 'public')
  const clinician = await aClinician(server())
  const { parameters } = authorizationRequest(server(), app, { scope: SCOPE })
  const shown = await ask(server(), clinician.visitor, parameters)
  assert.match(shown.url.pathname, /^\/interaction\//)
  const other = aVisitor(server(), clinician.signedIn.cookie)
  assert.equal((await other.get(shown.url)).status, 410, 'of another browser, though it has signed in')
  const [search] = formsOf(shown)
  assert.ok(search !== undefined)
  await throughPages(clinician.visitor, shown, app, clinician.number)
  assert.equal((await clinician.visitor.get(shown.url)).status, 410)
})

test('pitfall 29: no client certificate is read from a header that anybody can send', async () => {
  const metadata = (await server().get('/oidc/.well-known/openid-configuration')).json() as Record<string, unknown>
  assert.ok(!JSON.stringify(metadata).includes('tls_client_auth'))
  const { app } = await launched(SCOPE, 'asymmetric')
  const form = { grant_type: 'client_credentials', client_id: app.id, scope: 'system/*.rs' }
  const certificate = { 'x-ssl-client-cert': 'MIIB', 'x-forwarded-client-cert': 'Subject="CN=app"' }
  assert.equal((await postForm(server(), '/oidc/token', form, certificate)).status, 401)
})

test('pitfall 23: a token without offline_access ends with the session, a refresh token too', async () => {
  const online = await launched(`${SCOPE} online_access`)
  const offline = await launched(`${SCOPE} offline_access`)
  for (const { clinician } of [online, offline]) {
    const left = await clinician.visitor.get(`${server().config.baseUrl}/`)
    assert.equal(left.status, 200)
    const out = await clinician.visitor.post('/logout', { jeton: clinician.signedIn.csrf })
    assert.equal(out.status, 200, out.text)
  }
  assert.deepEqual(await Promise.all([online, offline].map(({ granted }) => reads(granted.access_token))), [401, 200])
  const refreshed = [online, offline].map(({ app, granted }) => refresh(server(), app, granted.refresh_token ?? ''))
  assert.deepEqual(
    (await Promise.all(refreshed)).map(({ status }) => status),
    [400, 200],
  )
})
