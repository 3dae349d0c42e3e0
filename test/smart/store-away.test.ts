import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../support/browser.ts'
import { NO_POSTGRES, startPostgres } from '../support/postgres.ts'
import { type PostgresProxy, proxyTo } from '../support/postgres-proxy.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { aVisitor } from '../support/visitor.ts'
import {
  aClinician,
  aLaunch,
  anApp,
  appPages,
  authorizationRequest,
  authorize,
  redeem,
  systemToken,
  tokens,
} from './apps.ts'

const postgres = await startPostgres()
after(() => postgres?.stop())
const skip = postgres === undefined ? NO_POSTGRES : process.env.DCC_TEST_POSTGRES ? 'no Unix socket' : false

const PATIENCE = 1500

/** What is answered while the store is away. */
type Expected = 'page' | 'page of a form' | 'oauth' | 'fhir'

const CODES: Readonly<Record<Expected, RegExp>> = {
  page: /<code>page\.unavailable<\/code>/,
  'page of a form': /<code>page\.uncertain<\/code>/,
  oauth: /^\{"error":"temporarily_unavailable"/,
  fhir: /"code":"(store\.unavailable|http\.timeout)"/,
}

describe('while the store is away everybody hears so in time, and nobody is forgotten', { skip }, () => {
  let server: TestServer
  let proxy: PostgresProxy
  const pages = appPages()
  before(async () => {
    const port = await freePort()
    proxy = await proxyTo((await postgres?.createDatabase()) ?? '')
    const baseUrl = `http://127.0.0.1:${port}`
    const config = { auth: 'on', port, baseUrl, store: proxy.url, requestTimeout: PATIENCE } as const
    server = await startServer({
      config: { ...config, psc: 'http://127.0.0.1:9/realms/psc', pscClientId: 'dcc', pscClientSecret: 'x' },
    })
  })
  after(async () => {
    proxy.cut()
    await server.stop()
    proxy.close()
  })

  for (const away of ['cut', 'fallSilent'] as const) {
    test(`the store is away: ${away}`, async () => {
      const app = await anApp(server, pages(), 'symmetric', { consent: 'implied' })
      const person = await aClinician(server)
      const { cookie, csrf } = person.signedIn
      const base = server.config.baseUrl
      const launched = async () => {
        const tab = aVisitor(server, cookie)
        const launch = await aLaunch(server, app, person)
        return authorize(server, tab, app, { scope: 'launch openid patient/*.rs offline_access', launch })
      }
      const held = tokens(await redeem(server, app, await launched()))
      const waiting = await launched()
      const launch = await aLaunch(server, app, person)
      const { parameters } = authorizationRequest(server, app, { scope: 'launch patient/*.rs', launch })
      const system = await systemToken(server, 'system/*.cruds')
      const { form: shown, headers: proof } = await app.credentials()
      // Tokens and registrations are believed for a while.
      await delay(1100)

      const get = (path: string, headers = {}) => fetch(`${base}${path}`, { headers, redirect: 'manual' })
      const post = (path: string, form: Record<string, string>, headers = {}) =>
        fetch(`${base}${path}`, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(form) })
      const code = { grant_type: 'authorization_code', code: waiting.code, code_verifier: waiting.verifier }
      const redemption = { ...shown, ...code, redirect_uri: app.redirectUri }
      const refreshed = { ...shown, grant_type: 'refresh_token', refresh_token: held.refresh_token ?? '' }
      const token = { ...shown, token: held.access_token }
      const json = { authorization: `Bearer ${system}`, 'content-type': 'application/json' }
      const browser = { cookie: `__Host-dcc-browser=${'a'.repeat(43)}` }
      const authorizing = `/oidc/authorize?${new URLSearchParams(parameters)}`
      const read = (value: string) => () => get('/fhir/Patient', { authorization: `Bearer ${value}` })
      const ASKED: readonly [string, Expected, () => Promise<Response>][] = [
        ['home', 'page', () => get('/', { cookie })],
        ['sheet', 'page', () => get(`/patients/${person.patientId}`, { cookie })],
        ['begin of a sign-in', 'page', () => get('/login/start/psc', browser)],
        ['search', 'page of a form', () => post('/search', { jeton: csrf, number: '1' }, { cookie })],
        ['door of a DPI', 'page', () => get('/launch?iss=https://dpi.example.test/fhir&launch=1')],
        ['authorization', 'page', () => get(authorizing, { cookie })],
        ['page of an authorization', 'page', () => get('/interaction/abc', { cookie })],
        ['code', 'oauth', () => post('/oidc/token', redemption, proof)],
        ['refresh token', 'oauth', () => post('/oidc/token', refreshed, proof)],
        ['introspection', 'oauth', () => post('/oidc/introspect', token, proof)],
        [
          'introspection by Bearer',
          'oauth',
          () => post('/oidc/introspect', token, { authorization: `Bearer ${system}` }),
        ],
        ['revocation', 'oauth', () => post('/oidc/revoke', { ...shown, token: 'a'.repeat(43) }, proof)],
        ['call', 'oauth', () => fetch(`${base}/contextual-call`, { method: 'POST', headers: json, body: '{}' })],
        ['read by a person', 'fhir', read(held.access_token)],
        ['read by a back end', 'fhir', read(system)],
      ]
      proxy[away]()
      const answered = ASKED.map(async ([name, expected, ask]) => {
        const since = performance.now()
        const answer = await ask()
        const text = await answer.text()
        assert.equal(answer.status, 503, `${name}: ${answer.status} ${text}`)
        assert.match(text, CODES[expected], name)
        assert.equal(answer.headers.get('retry-after'), '2', name)
        assert.ok(performance.now() - since < PATIENCE + 2500, `${name} took too long`)
      })
      await Promise.all(answered)
      assert.equal((await get('/healthz')).status, 200)

      // Connections that fell silent are ended by whoever heals the network.
      proxy.cut()
      proxy.heal()
      assert.equal((await read(held.access_token)()).status, 200)
      assert.equal((await get('/', { cookie })).status, 200)
      assert.equal((await post('/oidc/token', redemption, proof)).status, 200, 'the code was not used up')
      assert.equal((await post('/oidc/token', refreshed, proof)).status, 200, 'nor was the refresh token')
    })
  }
})
