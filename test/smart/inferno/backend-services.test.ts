import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { openServer, type TokenBody } from '../apps.ts'
import { aBackEnd, aKey, anAssertion, askToken, authenticated, type BackEnd, bearer, postForm } from '../server.ts'
import { holdTokenBody, holdTokenHeaders } from './checks.ts'

/**
 * Group smart_backend_services of the Inferno SMART kit. Its test of a wrong JWT sends a wrong assertion type instead
 * (smart-launch.md 2.2): ours send assertions that are wrong themselves.
 */
for (const alg of ['ES384', 'RS384'] as const) {
  describe(`backend_services_authorization, ${alg}`, () => {
    const server = openServer()
    let client: BackEnd
    const assertion = (
      claims: Parameters<typeof anAssertion>[1] = {},
      header: Parameters<typeof anAssertion>[2] = {},
    ) => anAssertion(client, { aud: `${server().config.baseUrl}/oidc/token`, ...claims }, header)
    const refused = async (wrong: string) => {
      const answer = await askToken(server(), wrong)
      assert.ok([400, 401].includes(answer.status), answer.text)
      assert.equal((answer.json() as { error: string }).error, 'invalid_client')
    }
    before(async () => {
      client = await aBackEnd(server(), {}, alg)
    })

    test('smart_backend_services_invalid_grant_type: a grant type that is none is refused', async () => {
      const form = { grant_type: 'not_a_grant_type', scope: 'system/*.cruds', ...authenticated(await assertion()) }
      assert.equal((await postForm(server(), '/oidc/token', form)).status, 400)
    })

    test('smart_backend_services_invalid_client_assertion: another type of assertion is refused', async () => {
      const form = {
        grant_type: 'client_credentials',
        scope: 'system/*.cruds',
        client_assertion_type: 'not_an_assertion_type',
        client_assertion: await assertion(),
      }
      assert.ok([400, 401].includes((await postForm(server(), '/oidc/token', form)).status))
    })

    test('smart_backend_services_invalid_jwt: what is no JWT is refused', async () => {
      for (const wrong of ['', 'a.b.c', 'nonsense', `${await assertion()}.more`]) {
        const answer = await askToken(server(), wrong)
        assert.ok([400, 401].includes(answer.status), answer.text)
      }
    })

    test('smart_backend_services_invalid_jwt, signature: of another key, or of a text that was changed', async () => {
      const { key } = await aKey(alg)
      await refused(await anAssertion({ ...client, key }, { aud: `${server().config.baseUrl}/oidc/token` }))
      const [head, , signature] = (await assertion()).split('.')
      const other = (await assertion({ jti: 'another one' })).split('.')[1]
      await refused(`${head}.${other}.${signature}`)
    })

    test('smart_backend_services_invalid_jwt, aud: for another address', async () => {
      for (const aud of ['https://other.example/oidc/token', `${server().config.baseUrl}/fhir`, '']) {
        await refused(await assertion({ aud }))
      }
    })

    test('smart_backend_services_invalid_jwt, exp: over, or further away than five minutes', async () => {
      const now = Math.floor(Date.now() / 1000)
      for (const exp of [now - 120, now + 900]) await refused(await assertion({ exp }))
    })

    test('smart_backend_services_invalid_jwt, replay: used before', async () => {
      const once = await assertion()
      assert.equal((await askToken(server(), once)).status, 200)
      await refused(once)
    })

    test('smart_backend_services_auth_request_success, smart_backend_services_auth_response_body: a token that opens the record', async () => {
      const answer = await askToken(server(), await assertion())
      assert.equal(answer.status, 200, answer.text)
      const body = answer.json() as TokenBody
      holdTokenBody(body)
      holdTokenHeaders(answer)
      assert.ok(body.expires_in <= 300)
      assert.equal(body.scope, 'system/*.cruds')
      assert.equal(body.refresh_token, undefined)
      assert.equal((await server().get('Patient', bearer(body.access_token))).status, 200)
    })
  })
}
