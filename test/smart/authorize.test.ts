import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aClinician, anApp, appPages, ask, authorizationRequest, openServer } from './apps.ts'

/** Authorization requests that are not as they should be, from the browser of somebody who has signed in. */

const server = openServer()
const pages = appPages()

/** Members, each to be left out, spoilt or sent where nobody asked for it. */
const MEMBERS = [
  ...['response_type', 'client_id', 'redirect_uri', 'scope', 'state', 'aud', 'launch'],
  ...['code_challenge', 'code_challenge_method', 'nonce', 'prompt', 'resource', 'request', 'request_uri'],
  ...['response_mode', 'max_age', 'id_token_hint', 'claims', 'registration', 'authorization_details'],
]

const VALUES = [undefined, '', '"><script>', '\u0000', '\ud800', 'x'.repeat(9000), 'none', 'plain', '{}', '%00'].concat(
  ['https://evil.example/callback', 'javascript:alert(1)'],
)

for (const method of ['GET', 'POST'] as const) {
  test(`${method}: whatever is sent, a browser meets no defect and no address that is not registered`, async () => {
    const app = await anApp(server(), pages(), 'public')
    const { visitor } = await aClinician(server())
    for (const member of MEMBERS) {
      for (const value of VALUES) {
        const asking = { scope: 'launch/patient patient/*.rs', more: { [member]: value } }
        const { status, url, text } = await ask(
          server(),
          visitor,
          authorizationRequest(server(), app, asking).parameters,
          method,
        )
        const label = `${member} ${JSON.stringify(value)?.slice(0, 30)}`
        assert.ok(status < 500, `${label}: ${status}`)
        assert.ok([app.origin, server().config.baseUrl].includes(url.origin), `${label}: ${url.origin}`)
        assert.ok(url.origin !== app.origin || url.href.startsWith(app.redirectUri), label)
        assert.equal(url.searchParams.get('code'), null, label)
        assert.ok(!text.includes('"><script>'), label)
      }
    }
    assert.ok(!server().logs.some((line) => line.includes('defect') || line.includes('server_error')))
  })
}

test('the address to go back to is said each time, and is one of the app', async () => {
  const app = await anApp(server(), pages(), 'public')
  const { visitor } = await aClinician(server())
  const wrong = [undefined, '', `${app.redirectUri}/`, `${app.redirectUri}?x=1`, `${pages()}/other`]
  for (const redirect_uri of wrong) {
    const asking = { scope: 'patient/*.rs', more: { redirect_uri } }
    const shown = await ask(server(), visitor, authorizationRequest(server(), app, asking).parameters)
    assert.deepEqual([shown.status, shown.url.pathname], [400, '/oidc/authorize'], String(redirect_uri))
    assert.match(shown.headers.get('content-type') ?? '', /^text\/html/)
  }
})
