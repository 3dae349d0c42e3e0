import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { Answer } from '../../support/client.ts'
import {
  aClinician,
  anApp,
  appPages,
  authorize,
  type Clinician,
  openServer,
  redeem,
  systemToken,
  type TokenBody,
  tokens,
} from '../apps.ts'
import { bearer, postForm } from '../server.ts'
import { scopeSet } from './checks.ts'

/** Group smart_token_introspection_stu2_2 of the Inferno SMART kit: access token, requests, responses. */
describe('smart_token_introspection_stu2_2', () => {
  const server = openServer()
  const pages = appPages()
  let clinician: Clinician
  let token: TokenBody
  let clientId = ''
  let authorized = {}
  let active: Answer
  let inactive: Answer

  before(async () => {
    const app = await anApp(server(), pages(), 'asymmetric')
    clientId = app.id
    clinician = await aClinician(server())
    const returned = await authorize(server(), clinician.visitor, app, {
      scope: 'launch/patient openid fhirUser patient/*.rs',
      pick: clinician.number,
    })
    token = tokens(await redeem(server(), app, returned))
    authorized = bearer(await systemToken(server(), '__introspect'))
  })

  test('introspection request, active token: is answered in JSON', async () => {
    active = await postForm(server(), '/oidc/introspect', { token: token.access_token }, authorized)
    assert.equal(active.status, 200)
    assert.match(active.headers['content-type'] ?? '', /^application\/json/)
  })

  test('introspection request, invalid token: is answered in JSON', async () => {
    inactive = await postForm(server(), '/oidc/introspect', { token: 'invalid_token_value' }, authorized)
    assert.equal(inactive.status, 200)
    assert.match(inactive.headers['content-type'] ?? '', /^application\/json/)
  })

  test('introspection response, active: says what the answer to the app said, no more and no less', () => {
    const found = active.json() as Record<string, unknown>
    const { sub, fhirUser, iss } = decodeJwt(token.id_token ?? '')
    assert.equal(found.active, true)
    assert.equal(found.client_id, clientId)
    assert.deepEqual(scopeSet(String(found.scope)), scopeSet(token.scope))
    assert.ok(Number(found.exp) >= Math.floor(Date.now() / 1000) - 600)
    assert.deepEqual([found.patient, token.patient], [clinician.patientId, clinician.patientId])
    assert.deepEqual([found.iss, found.sub], [iss, sub])
    assert.equal(found.fhirUser, fhirUser)
  })

  test('introspection response, inactive: says nothing else', () => {
    assert.deepEqual(inactive.json(), { active: false })
  })
})
