import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { grantHabilitation } from '../../../src/dcc/entitlement/administration.ts'
import { LAUNCH_LIFE, openLaunchContexts } from '../../../src/smart/launch-contexts.ts'
import { aProfessional, signedIn } from '../../support/signed-in.ts'
import { aVisitor } from '../../support/visitor.ts'
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
  systemToken,
  tokens,
} from '../apps.ts'
import { bearer, postForm } from '../server.ts'

/** Launches of apps: whose they are, how often, and who is refused. */

const server = openServer()
const pages = appPages()
const SCOPE = 'launch patient/*.rs'
const app = (facts = {}) => anApp(server(), pages(), 'public', { consent: 'implied', ...facts })
const launches = (now: () => number = Date.now) => openLaunchContexts(server().record.dcc.store.authorization, now)

/** What comes back to an app that asks with this launch. */
async function answerTo(launch: string, visitor: Parameters<typeof ask>[1], by: Awaited<ReturnType<typeof app>>) {
  const { parameters } = authorizationRequest(server(), by, { scope: SCOPE, launch })
  const shown = await ask(server(), visitor, parameters)
  assert.equal(shown.url.origin + shown.url.pathname, by.redirectUri, shown.text)
  return shown.url.searchParams
}

describe('a launch', () => {
  test('threat launch-token-handle-replay: is taken once, however many ask for it at the same time', async () => {
    const by = { clientId: 'app', nationalId: '810000000001' }
    const handle = await launches().create({ ...by, patientId: 'p' })
    const taken = await Promise.all(Array.from({ length: 8 }, () => launches().consume(handle, by)))
    assert.equal(taken.filter((context) => context !== undefined).length, 1)
    assert.equal(taken.find((context) => context !== undefined)?.patientId, 'p')
    assert.equal(await launches().consume(handle, by), undefined)
  })

  test('threat handle-guessing: has 256 random bits, and is stored hashed', async () => {
    const handle = await launches().create({ clientId: 'app', nationalId: '810000000001' })
    assert.equal(Buffer.from(handle, 'base64url').length, 32)
    const kept = await server().record.dcc.store.authorization.list('Launch', 0)
    assert.ok(!JSON.stringify(kept).includes(handle))
    for (const other of ['', 'x', handle.slice(1), `${handle} `, kept[0]?.id ?? '']) {
      assert.equal(await launches().consume(other, { clientId: 'app', nationalId: '810000000001' }), undefined)
    }
  })

  test('is over after two minutes', async () => {
    let at = Date.now()
    const by = { clientId: 'app', nationalId: '810000000001' }
    const handle = await launches().create(by)
    at += LAUNCH_LIFE * 1000
    assert.equal(await launches(() => at).consume(handle, by), undefined)
  })

  test('threat launch-csrf-forced-login: of another person or app gives nothing, and is used up', async () => {
    const [mine, theirs] = [await app(), await app()]
    const [clinician, other] = [await aClinician(server()), await aClinician(server())]
    for (const [visitor, by] of [
      [other.visitor, mine],
      [clinician.visitor, theirs],
    ] as const) {
      const launch = await aLaunch(server(), mine, clinician)
      assert.equal((await answerTo(launch, visitor, by)).get('error'), 'invalid_request')
      assert.equal((await answerTo(launch, clinician.visitor, mine)).get('error'), 'invalid_request')
    }
  })

  test('goes with its scope, and a scope with its launch', async () => {
    const [mine, { visitor }] = [await app(), await aClinician(server())]
    for (const change of [{ launch: undefined }, { scope: 'patient/*.rs' }]) {
      const { parameters } = authorizationRequest(server(), mine, {
        scope: SCOPE,
        launch: 'x'.repeat(43),
        more: change,
      })
      const shown = await ask(server(), visitor, parameters)
      assert.equal(shown.url.searchParams.get('error'), 'invalid_request')
    }
  })

  test('for a patient whom the person may not see is refused like one for nobody', async () => {
    const mine = await app()
    const clinician = await aClinician(server())
    const answers = []
    for (const patientId of [(await aKnownPatient(server())).id, 'nobody']) {
      const launch = await aLaunch(server(), mine, { professional: clinician.professional, patientId })
      const said = await answerTo(launch, clinician.visitor, mine)
      answers.push([said.get('error'), said.get('error_description'), said.get('code')])
    }
    assert.deepEqual(answers[0], answers[1])
    assert.equal(answers[0]?.[0], 'access_denied')
  })
})

describe('an authorization request', () => {
  const rows: [name: string, more: Readonly<Record<string, string | undefined>>, error: string][] = [
    ['without state', { state: undefined }, 'invalid_request'],
    ['with a short state', { state: '1234567' }, 'invalid_request'],
    ['without PKCE', { code_challenge: undefined }, 'invalid_request'],
    ['with PKCE in clear', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['with another response mode', { response_mode: 'form_post' }, 'invalid_request'],
    ['for a token', { response_type: 'token' }, 'unsupported_response_type'],
    ['without scope', { scope: undefined }, 'invalid_scope'],
    ['with a request object', { request: 'e30.e30.' }, 'request_not_supported'],
    ['that must not show a page', { prompt: 'none' }, 'login_required'],
    ['that asks for another sign-in', { prompt: 'login' }, 'invalid_request'],
  ]
  for (const [name, more, error] of rows) {
    test(`${name} is answered by ${error}`, async () => {
      const [mine, { visitor }] = [await app(), await aClinician(server())]
      const { parameters } = authorizationRequest(server(), mine, { scope: 'launch/patient patient/*.rs', more })
      const shown = await ask(server(), visitor, parameters)
      assert.equal(shown.url.origin, mine.origin, shown.text)
      // Of a token, OAuth 2.0 answers behind the hash.
      const told = new URLSearchParams(shown.url.hash.slice(1)).get('error')
      assert.equal(shown.url.searchParams.get('error') ?? told, error)
    })
  }

  test('threat parameter-tampering: with a parameter twice gives no code, whichever of them is right', async () => {
    const [mine, clinician] = [await app(), await aClinician(server())]
    const launch = await aLaunch(server(), mine, clinician)
    const { parameters } = authorizationRequest(server(), mine, { scope: SCOPE, launch })
    for (const [name, value] of [
      ['launch', 'x'.repeat(43)],
      ['scope', 'patient/*.cruds'],
      ['aud', parameters.aud ?? ''],
      ['state', 'another-state'],
    ] as const) {
      const query = `${new URLSearchParams(parameters)}&${new URLSearchParams({ [name]: value })}`
      const shown = await clinician.visitor.get(`${server().config.baseUrl}/oidc/authorize?${query}`)
      assert.equal(shown.url.searchParams.get('error'), 'invalid_request', name)
      assert.equal(shown.url.searchParams.get('code'), null)
    }
  })

  test('threat code-injection-interception: a code is of no use without its verifier, or to another app', async () => {
    const [mine, theirs, { visitor, number }] = [await app(), await app(), await aClinician(server())]
    const asking = { scope: 'launch/patient patient/*.rs', pick: number }
    for (const change of [{ code_verifier: 'x'.repeat(43) }, { code_verifier: '' }, { redirect_uri: `${pages()}/x` }]) {
      const returned = await authorize(server(), visitor, mine, asking)
      const answer = await redeem(server(), mine, returned, change)
      assert.equal(answer.status, 400, JSON.stringify(change))
    }
    const returned = await authorize(server(), visitor, mine, asking)
    assert.equal((await redeem(server(), theirs, returned)).status, 400)
    assert.equal((await redeem(server(), mine, returned)).status, 200)
  })
})

describe('who is in front of the browser', () => {
  test('signs in first, and comes back to the authorization', async () => {
    const mine = await app()
    const { parameters } = authorizationRequest(server(), mine, { scope: 'launch/patient patient/*.rs' })
    const visitor = aVisitor(server())
    const shown = await ask(server(), visitor, parameters)
    assert.equal(shown.url.pathname, '/login')
    assert.match(shown.url.searchParams.get('next') ?? '', /^\/interaction\/[A-Za-z0-9_-]+$/)
  })

  test('is refused when they may not use the record, and the app gets nothing', async () => {
    const mine = await app()
    const stranger = await signedIn(server(), aProfessional('830000000001'))
    const { parameters } = authorizationRequest(server(), mine, { scope: 'launch/patient patient/*.rs' })
    const shown = await ask(server(), aVisitor(server(), stranger.cookie), parameters)
    assert.equal(shown.status, 403)
    assert.match(shown.url.pathname, /^\/interaction\//)
  })

  test('is who the token is of, whoever used the app in this browser before', async () => {
    const mine = await app({ scope: 'launch/patient openid fhirUser patient/*.rs online_access' })
    const first = await aClinician(server())
    const asking = { scope: 'openid fhirUser launch/patient patient/*.rs online_access' }
    const subject = async (pick: string) => {
      const returned = await authorize(server(), first.visitor, mine, { ...asking, pick })
      const { access_token } = tokens(await redeem(server(), mine, returned))
      const { form } = await mine.credentials()
      const answer = await postForm(server(), '/oidc/introspect', { token: access_token, ...form })
      return { sub: (answer.json() as { sub: string }).sub, access_token }
    }
    const one = await subject(first.number)
    assert.equal(one.sub, first.professional.nationalId)
    const second = await aClinician(server())
    first.visitor.cookies().set('__Host-dcc', second.signedIn.secret)
    assert.equal((await subject(second.number)).sub, second.professional.nationalId)
    assert.equal((await server().get('Patient', bearer(one.access_token))).status, 200, 'the first one stays as it was')
  })

  test('loses tokens and refresh with the habilitation, within two seconds', async () => {
    const mine = await app()
    const clinician = await aClinician(server())
    const asking = { scope: 'launch/patient patient/*.rs offline_access', pick: clinician.number }
    const granted = tokens(await redeem(server(), mine, await authorize(server(), clinician.visitor, mine, asking)))
    const { nationalId } = clinician.professional
    const ended = { nationalId, profile: 'clinician', reach: 'care-team', until: '2020-01-01T00:00:00.000Z' } as const
    const told = async () => {
      const form = { token: granted.access_token, ...(await mine.credentials()).form }
      const own = await postForm(server(), '/oidc/introspect', form, (await mine.credentials()).headers)
      const watching = bearer(await systemToken(server(), '__introspect'))
      const answer = await postForm(server(), '/oidc/introspect', { token: granted.access_token }, watching)
      return [own, answer].map((one) => (one.json() as { active: boolean }).active)
    }
    assert.deepEqual(await told(), [true, true])
    await grantHabilitation(server().record.dcc, ended)
    assert.deepEqual(await told(), [false, false], 'nor does it open anything at who asks about it')
    assert.equal((await server().get('Patient', bearer(granted.access_token))).status, 401)
    assert.equal((await refresh(server(), mine, granted.refresh_token ?? '')).status, 400)
  })
})

test('revoking a refresh token ends its whole family; another app cannot, and is told nothing', async () => {
  const [mine, theirs] = [await app(), await app()]
  const { visitor, number } = await aClinician(server())
  const asking = { scope: 'launch/patient patient/*.rs offline_access', pick: number }
  const granted = tokens(await redeem(server(), mine, await authorize(server(), visitor, mine, asking)))
  const revoke = async (by: typeof mine) => {
    const { form } = await by.credentials()
    return (await postForm(server(), '/oidc/revoke', { token: granted.refresh_token ?? '', ...form })).status
  }
  assert.equal(await revoke(theirs), 200)
  assert.equal((await server().get('Patient', bearer(granted.access_token))).status, 200)
  assert.equal(await revoke(mine), 200)
  assert.equal((await server().get('Patient', bearer(granted.access_token))).status, 401)
  assert.equal((await refresh(server(), mine, granted.refresh_token ?? '')).status, 400)
})
