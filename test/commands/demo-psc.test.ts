import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openDemoPsc } from '../../src/commands/demo/psc/open.ts'
import { DEMO_PROFESSIONALS, passwordOf } from '../../src/commands/demo/psc/professionals.ts'
import type { StandIn } from '../../src/commands/demo/psc/stand-in.ts'
import { loadConfig } from '../../src/config.ts'
import { isRpps } from '../../src/french/rpps.ts'
import { CLIENT_SECRET, startStandIn } from '../smart/psc/server.ts'
import { PUBLIC_ORIGIN } from '../support/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'dcc-demo-psc-'))
after(() => rmSync(folder, { recursive: true }))

describe('the professionals of the demonstration', () => {
  test('are fictitious people with right numbers, each once', () => {
    for (const { rpps, nationalId, family } of DEMO_PROFESSIONALS) {
      assert.ok(isRpps(rpps) && rpps.startsWith('1009991') && nationalId === `8${rpps}`)
      assert.match(family, /FICTIF|FICTIVE/)
    }
    assert.equal(new Set(DEMO_PROFESSIONALS.map(({ nationalId }) => nationalId)).size, DEMO_PROFESSIONALS.length)
  })
  test('there is one for every case: care team, region, two places, secretary, not habilitated', () => {
    const cases = DEMO_PROFESSIONALS.map(({ habilitation, places }) => [
      habilitation?.profile,
      habilitation?.reach,
      places.length,
    ])
    assert.deepEqual(cases, [
      ['clinician', 'care-team', 1],
      ['coordinator', 'region', 1],
      ['clinician', 'care-team', 2],
      ['rcp-secretary', 'region', 1],
      [undefined, undefined, 1],
    ])
  })
})

describe('the demonstration’s identity provider', () => {
  const config = (dataDir: string, more = {}) => ({ ...loadConfig({ env: {}, mode: 'demo' }), dataDir, ...more })

  test('keeps its passwords from one run to the next, and no two installations have the same', () => {
    const [one, again, other] = ['a', 'a', 'b'].map((name) => openDemoPsc(config(join(folder, name))).professionals)
    assert.deepEqual(one, again)
    assert.notDeepEqual(one, other)
    assert.ok(one?.every(({ password }) => /^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/.test(password)))
    assert.equal(statSync(join(folder, 'a', 'demo', 'psc-secret')).mode & 0o777, 0o600)
    const secret = readFileSync(join(folder, 'a', 'demo', 'psc-secret'), 'utf8')
    assert.equal(one?.[0]?.password, passwordOf(secret, 'oncologue'))
  })
  test('is at the public address of the server, which signs in by it', () => {
    const { config: settings, pages } = openDemoPsc(config(join(folder, 'a'), { baseUrl: 'http://127.0.0.1:9000' }))
    assert.deepEqual(
      [settings.psc, settings.pscClientId, pages.length],
      ['http://127.0.0.1:9000/demo/psc', 'dcc-demo', 1],
    )
    assert.ok((settings.pscClientSecret ?? '').length >= 16)
  })
  test('is not there when a real one is configured', () => {
    const given = { psc: 'sandbox', pscClientId: 'x', pscClientSecret: 'y'.repeat(16) }
    const { config: settings, pages } = openDemoPsc(config(join(folder, 'a'), given))
    assert.deepEqual([settings.psc, pages], ['sandbox', []])
  })
})

describe('the stand-in of Pro Santé Connect', () => {
  let now = Date.now()
  let psc: StandIn
  let unplug: () => Promise<void>
  before(async () => {
    const started = await startStandIn(() => now)
    psc = started.psc
    unplug = started.unplug
  })
  after(() => unplug?.())

  const at = (path: string) => `${psc.issuer}/protocol/openid-connect${path}`
  const form = (members: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(members) })
  const CLIENT = { client_id: 'dcc', client_secret: CLIENT_SECRET }

  test('describes itself under its own name only', async () => {
    const metadata = await (await fetch(`${psc.issuer}/.well-known/wallet-openid-configuration`)).json()
    assert.deepEqual([metadata.issuer, metadata.authorization_endpoint], [psc.issuer, `${psc.issuer}/auth`])
    assert.equal(metadata.authorization_response_iss_parameter_supported, true)
    assert.equal((await fetch(`${psc.issuer}/.well-known/openid-configuration`)).status, 404)
  })

  test('sends nobody to an address that is not registered', async () => {
    for (const [id, address] of [
      ['dcc', 'https://evil.example.test/'],
      ['nobody', `${PUBLIC_ORIGIN}/login/callback/psc`],
    ] as const) {
      const query = new URLSearchParams({ client_id: id, redirect_uri: address, response_type: 'code' })
      const answer = await fetch(`${psc.issuer}/auth?${query}`, { redirect: 'manual' })
      assert.deepEqual([answer.status, answer.headers.get('location')], [400, null])
    }
  })

  const PARAMETERS = {
    response_type: 'code',
    client_id: 'dcc',
    redirect_uri: `${PUBLIC_ORIGIN}/login/callback/psc`,
    scope: 'openid scope_all',
    acr_values: 'eidas1',
    state: 's',
    nonce: 'n',
    // SHA-256 of "verifier" in base64url.
    code_challenge: 'iMnq5o6zALKXGivsnlom_0F5_WYda32GHkxlV7mq7hQ',
    code_challenge_method: 'S256',
  }
  const wrong: [id: string, changed: Record<string, string>, error: string][] = [
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['without scope_all', { scope: 'openid' }, 'invalid_scope'],
    ['without a level', { acr_values: '' }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['silent without session', { prompt: 'none' }, 'login_required'],
  ]
  for (const [id, changed, error] of wrong) {
    test(`refuses ${id}`, async () => {
      const query = new URLSearchParams({ ...PARAMETERS, ...changed })
      const answer = await fetch(`${psc.issuer}/auth?${query}`, { redirect: 'manual' })
      const back = new URL(answer.headers.get('location') ?? '')
      assert.deepEqual([back.searchParams.get('error'), back.searchParams.get('iss')], [error, psc.issuer])
    })
  }

  /** A code, as the browser brings it. */
  async function aCode(): Promise<string> {
    const page = await (await fetch(`${psc.issuer}/auth?${new URLSearchParams(PARAMETERS)}`)).text()
    const demande = /name="demande" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const sent = await fetch(`${psc.issuer}/auth/login`, {
      ...form({ demande, choisir: 'oncologue' }),
      redirect: 'manual',
    })
    return new URL(sent.headers.get('location') ?? '').searchParams.get('code') ?? ''
  }
  const redeem = async (code: string, members: Record<string, string> = {}) => {
    const { redirect_uri } = PARAMETERS
    const grant = {
      grant_type: 'authorization_code',
      code,
      redirect_uri,
      code_verifier: 'verifier',
      ...CLIENT,
      ...members,
    }
    const answer = await fetch(at('/token'), form(grant))
    return { status: answer.status, body: await answer.json() }
  }

  test('redeems a code once, and answers an access token of two minutes', async () => {
    const code = await aCode()
    const { status, body } = await redeem(code)
    assert.deepEqual(
      [status, body.expires_in, body.refresh_expires_in, body.scope],
      [200, 120, 1800, 'openid scope_all'],
    )
    const claims = JSON.parse(Buffer.from(body.id_token.split('.')[1], 'base64url').toString())
    assert.deepEqual([claims.acr, claims.azp, claims.nonce, claims.iss], ['eidas1', 'dcc', 'n', psc.issuer])
    assert.deepEqual((await redeem(code)).body, { error: 'invalid_grant' })
    const userInfo = async () => fetch(at('/userinfo'), { headers: { authorization: `Bearer ${body.access_token}` } })
    const told = await (await userInfo()).json()
    assert.equal(told.SubjectRefPro.exercices[0].activities.length, 1)
    assert.equal(told.sub, claims.sub)
    now += 121_000
    assert.equal((await userInfo()).status, 401)
    now = Date.now()
  })
  for (const [id, members] of [
    ['another verifier', { code_verifier: 'other' }],
    ['another redirect address', { redirect_uri: `${PUBLIC_ORIGIN}/login/callback/chu` }],
    ['another client', { client_id: 'dpi-at-psc', client_secret: 'secret-of-the-dpi-at-psc' }],
    ['another secret', { client_secret: 'x' }],
  ] as const) {
    test(`refuses a code with ${id}`, async () => {
      assert.ok([400, 401].includes((await redeem(await aCode(), members)).status))
    })
  }
  test('refuses a code after a minute', async () => {
    const code = await aCode()
    now += 61_000
    assert.equal((await redeem(code)).status, 400)
    now = Date.now()
  })
  test('refreshes once with each token', async () => {
    const { body } = await redeem(await aCode())
    const refresh = async () =>
      fetch(at('/token'), form({ grant_type: 'refresh_token', refresh_token: body.refresh_token, ...CLIENT }))
    assert.deepEqual([(await refresh()).status, (await refresh()).status], [200, 400])
  })
  test('introspects for clients only, with the national id', async () => {
    const token = psc.accessTokenOf('oncologue', 'dpi-at-psc')
    const said = await (await fetch(at('/token/introspect'), form({ token, ...CLIENT }))).json()
    assert.deepEqual(
      [said.active, said.azp, said.SubjectNameID],
      [true, 'dpi-at-psc', DEMO_PROFESSIONALS[0]?.nationalId],
    )
    assert.equal((await fetch(at('/token/introspect'), form({ token }))).status, 401)
    const unknown = await (await fetch(at('/token/introspect'), form({ token: 'x', ...CLIENT }))).json()
    assert.deepEqual(unknown, { active: false })
  })
  test('says on every page that it is not the real one', async () => {
    const page = await (await fetch(`${psc.issuer}/auth?${new URLSearchParams(PARAMETERS)}`)).text()
    assert.match(page, /Ceci n’est pas Pro Santé Connect/)
    for (const { given, family } of DEMO_PROFESSIONALS) assert.ok(page.includes(`${given} ${family}`))
  })
})
