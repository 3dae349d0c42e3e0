import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { overBothEngines } from '../support/server.ts'
import { aBackEnd, anAssertion, askToken, aToken, authenticated, postForm } from './server.ts'

await overBothEngines(
  (server) => {
    test('whatever is sent to the authorization server is a fault of the sender: 4xx in JSON, never 5xx', async () => {
      const client = await aBackEnd(server(), { scope: 'system/*.cruds __introspect' })
      const token = await aToken(server(), client, '__introspect')
      const valid = async () => ({
        grant_type: 'client_credentials',
        scope: 'system/Patient.r',
        ...authenticated(await anAssertion(client)),
      })
      const type = (value: string) => ({ 'content-type': value })
      const form = 'application/x-www-form-urlencoded'
      const twice = `${new URLSearchParams(await valid())}&scope=system/Patient.r`
      const requests = [
        server().post('/oidc/token'),
        server().post('/oidc/token', 'x'.repeat(2_000_000), type(form)),
        server().post('/oidc/token', '{}', type('application/json')),
        server().post('/oidc/token', '%E9%00=%', type(form)),
        server().post('/oidc/token', 'grant_type=client_credentials', type(`${form}; charset=utf-16`)),
        server().post('/oidc/token', twice, type(form)),
        askToken(server(), 'a.b.c'),
        askToken(server(), ''),
        askToken(server(), `${'a'.repeat(40_000)}.b.c`),
        askToken(server(), await anAssertion({ ...client, id: 'nul\u0000' })),
        askToken(server(), await anAssertion({ ...client, id: 'x'.repeat(5000) })),
        askToken(server(), await anAssertion(client, { jti: 'j'.repeat(5000) })),
        askToken(server(), await anAssertion(client), `system/Patient.r ${'x'.repeat(9000)}`),
        askToken(server(), await anAssertion(client), 'system/Patient.r\u0000'),
        askToken(server(), await anAssertion(client), Array.from({ length: 300 }, () => randomUUID()).join(' ')),
        postForm(server(), '/oidc/introspect', {}, { authorization: `Bearer ${token}` }),
        server().post('/oidc/introspect', 'token=a&token=b', { ...type(form), authorization: `Bearer ${token}` }),
        server().post('/oidc/introspect', 'x'.repeat(200_000), { ...type(form), authorization: `Bearer ${token}` }),
        server().post('/oidc/introspect', 'token=a', {
          ...type(`${form}; charset=x`),
          authorization: `Bearer ${token}`,
        }),
        postForm(server(), '/oidc/introspect', { token: 'x', ...authenticated('x') }),
        postForm(server(), '/oidc/revoke', { ...authenticated(await anAssertion(client)) }),
        postForm(server(), '/oidc/revoke', { token: 'x' }),
      ]
      for (const [index, answer] of (await Promise.all(requests)).entries()) {
        assert.ok(answer.status >= 400 && answer.status < 500, `${index}: ${answer.status} ${answer.text}`)
        assert.equal(typeof (answer.json() as { error: unknown }).error, 'string', `${index}: ${answer.text}`)
      }
      const odd = await postForm(server(), '/oidc/revoke', {
        token: '\u0000',
        ...authenticated(await anAssertion(client)),
      })
      assert.ok(odd.status < 500, odd.text)
      assert.equal((await postForm(server(), '/oidc/token', await valid())).status, 200)
    })

    test('an assertion sent many times at once gives one token on this engine too', async () => {
      const client = await aBackEnd(server())
      const assertion = await anAssertion(client)
      const answers = await Promise.all(Array.from({ length: 6 }, () => askToken(server(), assertion)))
      assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    })

    test('a hundred back ends at once are all served', async () => {
      const client = await aBackEnd(server())
      const assertions = await Promise.all(Array.from({ length: 100 }, () => anAssertion(client)))
      const answers = await Promise.all(assertions.map((assertion) => askToken(server(), assertion)))
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
    })
  },
  { config: { auth: 'on' } },
)
