import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import express from 'express'
import { grantHabilitation } from '../../../src/dcc/entitlement/administration.ts'
import { openEntitlements } from '../../../src/dcc/entitlement/open.ts'
import { openTraces } from '../../../src/dcc/traces-store.ts'
import { practitionerOf } from '../../../src/smart/directory.ts'
import { SmartError } from '../../../src/smart/errors.ts'
import { type Authorization, openAuthorization } from '../../../src/smart/open.ts'
import type { SubjectOf } from '../../../src/smart/psc/exchange.ts'
import { newClient } from '../../support/client.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { aProfessional } from '../../support/signed-in.ts'
import { aBackEnd, anAssertion, authenticated, type BackEnd, type TokenAnswer } from '../server.ts'

/** A back end that brings the token of Pro Santé Connect of its user (smart-launch.md 3.5). */

const HABILITATED = aProfessional('840000000001')
const STRANGER = aProfessional('840000000002')
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** Stands for Pro Santé Connect: tokens of a DPI, each good once. */
const used = new Set<string>()
const subjectOf: SubjectOf = async (token, { azp }) => {
  if (token === 'down') throw new SmartError('sign-in.unavailable')
  if (!azp.includes('psc-dpi') || used.has(token)) throw new SmartError('sign-in.untrusted')
  used.add(token)
  if (token.startsWith('habilitated')) return HABILITATED
  if (token.startsWith('stranger')) return STRANGER
  throw new SmartError('sign-in.untrusted')
}

let record: TestServer
let authorization: Authorization
let listener: Server
let server: TestServer

before(async () => {
  record = await startServer()
  const { dcc } = record.record
  await grantHabilitation(dcc, { nationalId: HABILITATED.nationalId, profile: 'clinician', reach: 'care-team' })
  authorization = openAuthorization({
    origin: record.config.baseUrl,
    dataDir: record.config.dataDir,
    clientsFile: undefined,
    store: dcc.store.authorization,
    entitlements: openEntitlements(dcc),
    traces: openTraces(dcc),
    record: dcc,
    exchange: { subjectOf, practitionerOf: (professional) => practitionerOf(dcc, professional) },
    cookieKey: 'a cookie key of these stories',
    report: () => {},
  })
  listener = createServer(express().use(authorization.routes)).listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  const { port } = listener.address() as AddressInfo
  server = { ...record, ...newClient({ port, publicOrigin: record.config.baseUrl }) }
})
after(async () => {
  listener.closeAllConnections()
  listener.close()
  await record.stop()
})

const aDpi = () => aBackEnd(record, { scope: 'system/*.rs user/*.rs patient/*.rs', token_exchange: ['psc-dpi'] })

async function exchange(by: BackEnd, form: Readonly<Record<string, string>>) {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const proof = authenticated(await anAssertion(by))
  const whole = { grant_type: EXCHANGE, subject_token_type: ACCESS_TOKEN, scope: 'user/*.rs', ...proof, ...form }
  return server.post('/oidc/token', new URLSearchParams(whole).toString(), type)
}

test('pitfall 20: a token of Pro Santé Connect gives one of ours that acts for its person, and no more', async () => {
  const dpi = await aDpi()
  const answer = await exchange(dpi, { subject_token: 'habilitated-1', scope: 'user/*.rs system/*.rs launch/patient' })
  assert.equal(answer.status, 200, answer.text)
  const granted = answer.json() as TokenAnswer & Record<string, unknown>
  assert.deepEqual([granted.scope, granted.token_type, granted.expires_in], ['user/*.rs', 'Bearer', 900])
  assert.equal(granted.issued_token_type, ACCESS_TOKEN)
  assert.equal(granted.refresh_token, undefined)
  const caller = await authorization.authenticate(`Bearer ${granted.access_token}`)
  assert.equal(caller.clientId, dpi.id)
  assert.ok(caller.person !== undefined)
  assert.equal(caller.allows({ interaction: 'create', type: 'List' }).kind, 'refused')
  assert.notEqual(caller.allows({ interaction: 'read', type: 'List' }).kind, 'refused')
})

test('threat confused-deputy-by-exchange: a token that is not right for the caller gives nothing', async () => {
  const dpi = await aDpi()
  assert.equal((await exchange(dpi, { subject_token: 'habilitated-2' })).status, 200)
  const rows: [form: Record<string, string>, status: number, error: string][] = [
    [{ subject_token: 'habilitated-2' }, 400, 'invalid_request'],
    [{ subject_token: 'nonsense' }, 400, 'invalid_request'],
    [{ subject_token: 'stranger-1' }, 400, 'invalid_grant'],
    [{ subject_token: 'habilitated-3', scope: 'system/*.rs' }, 400, 'invalid_scope'],
    [{ subject_token: 'habilitated-3', scope: '' }, 400, 'invalid_scope'],
    [{ subject_token: 'habilitated-3', resource: 'https://evil.example/fhir' }, 400, 'invalid_target'],
    [
      { subject_token: 'habilitated-3', subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
      400,
      'invalid_request',
    ],
  ]
  for (const [form, status, error] of rows) {
    const answer = await exchange(dpi, form)
    assert.deepEqual([answer.status, (answer.json() as { error: string }).error], [status, error], JSON.stringify(form))
  }
  const other = await aBackEnd(record, { scope: 'user/*.rs', token_exchange: ['psc-other'] })
  assert.equal((await exchange(other, { subject_token: 'habilitated-3' })).status, 400)
})

test('a client that is not registered for it may not exchange; metadata says who can', async () => {
  const backEnd = await aBackEnd(record)
  assert.equal((await exchange(backEnd, { subject_token: 'habilitated-4' })).status, 400)
  const metadata = (await server.get('/oidc/.well-known/openid-configuration')).json() as Record<string, string[]>
  assert.ok(metadata.grant_types_supported?.includes(EXCHANGE))
})

test('while Pro Santé Connect is away, nobody is let in, and the caller may try again', async () => {
  const answer = await exchange(await aDpi(), { subject_token: 'down' })
  assert.deepEqual([answer.status, (answer.json() as { error: string }).error], [503, 'temporarily_unavailable'])
})
