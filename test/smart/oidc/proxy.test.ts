import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aClinician, anApp, appPages, ask, authorizationRequest, redeem, throughPages, tokens } from '../apps.ts'
import { protectedServer } from '../server.ts'

/** Behind a proxy that ends TLS: the server is reached in clear, its public address is https. */

const server = protectedServer()
const pages = appPages()

test('pitfall 18, 15: a whole launch works behind a TLS proxy, and every address is the public one', async () => {
  const app = await anApp(server(), pages(), 'asymmetric')
  const clinician = await aClinician(server())
  const { parameters, verifier } = authorizationRequest(server(), app, { scope: 'openid launch/patient patient/*.rs' })
  const shown = await ask(server(), clinician.visitor, parameters)
  const origin = server().config.baseUrl
  assert.equal(new URL(origin).protocol, 'https:')
  const callback = await throughPages(clinician.visitor, shown, app, clinician.number)
  assert.equal(callback.searchParams.get('iss'), `${origin}/oidc`)
  const code = callback.searchParams.get('code') ?? ''
  const granted = tokens(await redeem(server(), app, { code, verifier }))
  assert.equal(granted.patient, clinician.patientId)
  const [, claims = ''] = (granted.id_token ?? '').split('.')
  assert.equal(JSON.parse(Buffer.from(claims, 'base64url').toString()).iss, `${origin}/oidc`)
})

test('pitfall 15: no Host or forwarded header moves an address of the flow', async () => {
  const app = await anApp(server(), pages(), 'public')
  const clinician = await aClinician(server())
  const { parameters } = authorizationRequest(server(), app, { scope: 'launch/patient patient/*.rs' })
  clinician.visitor.following = false
  const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', forwarded: 'host=evil.example' }
  const query = new URLSearchParams(parameters)
  const shown = await clinician.visitor.get(`${server().config.baseUrl}/oidc/authorize?${query}`, headers)
  assert.equal(shown.status, 303)
  assert.match(shown.headers.get('location') ?? '', /^\/interaction\//)
  const kept = await server().record.dcc.store.authorization.list('Interaction', 0)
  assert.ok(kept.length > 0 && !JSON.stringify(kept).includes('evil.example'))
})
