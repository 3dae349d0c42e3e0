import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aClinician, anApp, appPages, authorize, openServer, redeem, tokens } from './apps.ts'
import { bearer } from './server.ts'

/** Pages of apps in browsers at the FHIR interface (smart-launch.md 1.12). */

const server = openServer()
const pages = appPages()

async function aTokenOfAnApp() {
  const app = await anApp(server(), pages(), 'public')
  const clinician = await aClinician(server())
  const asking = { scope: 'launch/patient patient/*.rs', pick: clinician.number }
  const returned = await authorize(server(), clinician.visitor, app, asking)
  const { access_token } = tokens(await redeem(server(), app, returned))
  return { app, token: access_token, patientId: clinician.patientId }
}

test('the page of an app reads what its token opens, and the headers that it needs', async () => {
  const { app, token, patientId } = await aTokenOfAnApp()
  const answer = await server().get(`Patient/${patientId}`, { ...bearer(token), origin: app.origin })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers['access-control-allow-origin'], app.origin)
  assert.match(answer.headers['access-control-expose-headers'] ?? '', /ETag.*X-Request-Id/)
  assert.equal(answer.headers['access-control-allow-credentials'], undefined)
  const refused = await server().get('Patient/unknown', { ...bearer(token), origin: app.origin })
  assert.equal(refused.headers['access-control-allow-origin'], app.origin)
})

test('a page of another origin reads nothing with the same token', async () => {
  const { token, patientId } = await aTokenOfAnApp()
  for (const origin of ['https://evil.example', 'null', pages().replace('127.0.0.1', 'localhost')]) {
    const answer = await server().get(`Patient/${patientId}`, { ...bearer(token), origin })
    assert.equal(answer.headers['access-control-allow-origin'], undefined, origin)
  }
})

test('a browser is told that it may send a token, before it has shown one', async () => {
  const asked = {
    origin: pages(),
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'authorization',
  }
  for (const target of ['Patient/1', 'DocumentReference', '']) {
    const answer = await server().send('OPTIONS', target, undefined, asked)
    assert.equal(answer.status, 204)
    assert.equal(answer.headers['access-control-allow-origin'], pages())
    assert.match(answer.headers['access-control-allow-headers'] ?? '', /Authorization/)
    assert.equal(answer.text, '')
  }
  assert.equal((await server().send('OPTIONS', 'Patient/1')).status, 401)
})

test('a page is told that its token has ended, whatever its origin: nothing was read for it', async () => {
  const { headers, status } = await server().get('Patient', {
    ...bearer('a'.repeat(43)),
    origin: 'https://any.example',
  })
  assert.equal(status, 401)
  assert.equal(headers['access-control-allow-origin'], '*')
})
