import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { add, list, rotate } from '../../../src/commands/client/registrations.ts'
import { UsageError } from '../../../src/commands/registering.ts'
import { RegistrationError } from '../../../src/smart/client-registration.ts'
import { openClients, removeClient, storedClient } from '../../../src/smart/clients.ts'
import { openFamilies } from '../../../src/smart/oidc/families.ts'
import { hashOf } from '../../../src/smart/secrets.ts'
import { openSessions } from '../../../src/smart/sessions.ts'
import { openTokens } from '../../../src/smart/tokens.ts'
import { type App, aClinician, anApp, appPages, authorize, openServer, redeem, refresh, tokens } from '../apps.ts'
import { bearer } from '../server.ts'

/** Apps as the command line registers them, and what they hold when a registration or a grant ends. */

const server = openServer()
const pages = appPages()
const store = () => server().record.dcc.store.authorization

/** Runs an action of `client`; what it printed. */
async function run(action: typeof add, ...args: string[]): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = []
  const print = (line: object) => void lines.push({ ...line })
  await action({ args, store: async () => store(), origin: server().config.baseUrl, print, printText: () => {} })
  return lines
}

const FACTS = ['--name', 'Courbes', '--hospital', 'CHU', '--scope', 'launch/patient patient/*.rs offline_access']

for (const method of ['client_secret_basic', 'client_secret_post'] as const) {
  test(`an app with a secret (${method}): it is shown once, stored as a hash, replaced by rotate, and wanted`, async () => {
    const redirectUri = `${pages()}/callback`
    const id = `courbes-${method}`
    const args = ['--id', id, ...FACTS, '--auth-method', method, '--redirect-uri', redirectUri, '--consent', 'implied']
    const [shown] = await run(add, ...args)
    const secret = String(shown?.client_secret)
    assert.equal(Buffer.from(secret, 'base64url').length, 32)
    assert.equal(shown?.authorization_endpoint, `${server().config.baseUrl}/oidc/authorize`)
    const registration = await storedClient(store(), id)
    assert.ok(registration !== undefined && registration.secret_hash === hashOf(secret))
    assert.ok(!JSON.stringify(await run(list)).includes(hashOf(secret)))

    const by = (given: string): App => {
      const basic = Buffer.from(`${id}:${given}`).toString('base64')
      const form = { client_id: id, client_secret: given }
      const shows =
        method === 'client_secret_post'
          ? { form, headers: {} }
          : { form: {}, headers: { authorization: `Basic ${basic}` } }
      return {
        id,
        redirectUri,
        origin: pages(),
        registration,
        secret: given,
        key: undefined,
        credentials: async () => shows,
      }
    }
    const clinician = await aClinician(server())
    const code = () =>
      authorize(server(), clinician.visitor, by(secret), {
        scope: 'launch/patient patient/*.rs offline_access',
        pick: clinician.number,
      })
    for (const wrong of ['', 'x'.repeat(43), hashOf(secret)]) {
      const { status } = await redeem(server(), by(wrong), await code())
      assert.ok(status === 401 || (wrong === '' && status === 400), `${status}`)
    }
    const granted = tokens(await redeem(server(), by(secret), await code()))
    const [next] = await run(rotate, id)
    // A registration is believed for two seconds.
    await delay(2100)
    assert.equal((await refresh(server(), by(String(next?.client_secret)), granted.refresh_token ?? '')).status, 200)
    assert.equal((await redeem(server(), by(secret), await code())).status, 401)
  })
}

test('a public app has no secret; keys and secrets do not go together, and system/ only goes with keys', async () => {
  const people = ['--redirect-uri', 'https://app.example/cb', '--cors-origin', 'https://app.example']
  const [shown] = await run(add, ...FACTS, '--auth-method', 'none', ...people)
  assert.equal(shown?.client_secret, undefined)
  const keys = ['--jwks-uri', 'https://app.example/jwks']
  await assert.rejects(run(add, ...FACTS, '--auth-method', 'none', ...people, ...keys), UsageError)
  await assert.rejects(run(add, ...FACTS, '--auth-method', 'client_secret_basic', ...people, ...keys), UsageError)
  await assert.rejects(run(add, ...FACTS, '--auth-method', 'password', ...people), RegistrationError)
  const system = ['--name', 'X', '--hospital', 'X', '--scope', 'system/*.rs launch', ...people]
  await assert.rejects(run(add, ...system, '--auth-method', 'client_secret_basic'), RegistrationError)
  assert.equal((await run(add, ...system, ...keys)).length, 1)
})

/** An app with tokens. */
async function granted() {
  const app = await anApp(server(), pages(), 'public', { consent: 'implied' })
  const { visitor, number } = await aClinician(server())
  const asking = { scope: 'launch/patient patient/*.rs offline_access', pick: number }
  return { app, body: tokens(await redeem(server(), app, await authorize(server(), visitor, app, asking))) }
}

test('with a client that is removed goes all that it was granted: the next one of its name has nothing', async () => {
  const { app, body } = await granted()
  await removeClient(store(), app.id)
  const kept = ['AccessToken', 'RefreshToken', 'AuthorizationCode', 'Grant'].map((model) => store().list(model, 0))
  for (const { payload } of (await Promise.all(kept)).flat()) assert.notEqual(JSON.parse(payload).clientId, app.id)
  assert.equal((await server().get('Patient', bearer('x'.repeat(43)))).status, 401)
  assert.ok(body.access_token)
})

test('a grant that ends here is out at once, and within a second in another process', async () => {
  const { body } = await granted()
  let at = Date.now()
  const now = () => at
  const process = () => {
    const clients = openClients({ store: store(), file: undefined, now, report: () => {} })
    const sessions = openSessions(store(), now)
    return openTokens({ store: store(), clients, sessions, audience: `${server().config.baseUrl}/fhir`, now })
  }
  const [here, there] = [process(), process()]
  const value = body.access_token
  assert.ok((await here.find(value)) !== undefined && (await there.find(value)) !== undefined)
  const records = await store().list('AccessToken', 0)
  const grantId = records.find(({ id }) => id === hashOf(value))?.grantId ?? ''
  const traces = { record: async () => {} }
  await openFamilies({ store: store(), tokens: here, traces, now }).revoke(grantId, 'revoked')
  assert.equal(await here.find(value), undefined)
  at += 1000
  assert.equal(await there.find(value), undefined)
})
