import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import express from 'express'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { castOf } from '../../../../src/commands/demo/cast.ts'
import { newLaunches, smartServer } from '../../../../src/commands/demo/dpi/smart-server.ts'

const { known } = castOf({ patients: 1, seed: 1, today: '2026-11-01' })
const user = { rpps: '10099900016', family: 'FICTIVE', given: 'Ada', role: 'oncologue' }
const app = { clientId: 'dcc', redirectUri: 'https://dcc.example.test/launch/cb/demo-dpi' }
const verifier = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')
const launches = newLaunches()
let server: Server
let base = ''

before(async () => {
  server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  base = `${origin}/demo/dpi`
  server.on('request', express().use(smartServer(origin, app, launches)))
})
after(() => server.close())

test('a launch gives the patient and the user of the DPI, and nobody else', async () => {
  const code = codeOf(await authorize(launches.put({ user, patient: known })))
  const token = await exchange(code)
  assert.equal(token.status, 200)
  const answer = await token.json()
  assert.equal(answer.patient, 'connu')
  const { payload } = await jwtVerify(answer.id_token, createRemoteJWKSet(new URL(`${base}/jwks`)), {
    issuer: base,
    audience: 'dcc',
  })
  assert.deepEqual([payload.nonce, payload.fhirUser], ['n-1', `${base}/fhir/Practitioner/10099900016`])
  const read = (path: string) =>
    fetch(`${base}/fhir/${path}`, { headers: { authorization: `Bearer ${answer.access_token}` } })
  assert.equal((await (await read('Patient/connu')).json()).birthDate, '1984-01-15')
  assert.equal((await (await read('Practitioner/10099900016')).json()).name[0].family, 'FICTIVE')
  assert.equal((await read('Patient/inconnu')).status, 404)
  assert.equal((await fetch(`${base}/fhir/Patient/connu`)).status, 401)
})

test('a launch without patient says none', async () => {
  const answer = await exchange(codeOf(await authorize(launches.put({ user, patient: undefined }))))
  assert.equal('patient' in (await answer.json()), false)
})

test('a launch and a code are good once', async () => {
  const launch = launches.put({ user, patient: known })
  const code = codeOf(await authorize(launch))
  assert.equal((await authorize(launch)).searchParams.get('error'), 'access_denied')
  assert.equal((await exchange(code)).status, 200)
  assert.equal((await exchange(code)).status, 400)
})

test('a code without its verifier is worth nothing', async () => {
  const code = codeOf(await authorize(launches.put({ user, patient: known })))
  assert.equal((await exchange(code, 'x'.repeat(43))).status, 400)
})

test('nobody is sent to an address that is not registered', async () => {
  const answer = await ask({
    redirect_uri: 'https://elsewhere.example.test/',
    launch: launches.put({ user, patient: known }),
  })
  assert.equal(answer.status, 400)
})

for (const [id, wrong] of [
  ['another FHIR server', { aud: 'https://elsewhere.example.test/fhir' }],
  ['no PKCE', { code_challenge_method: 'plain' }],
] as const) {
  test(`${id}: the launch is refused`, async () => {
    const answer = await ask({ ...wrong, launch: launches.put({ user, patient: known }) })
    assert.match(answer.headers.get('location') ?? '', /error=invalid_request/)
  })
}

function ask(changed: Record<string, string>): Promise<Response> {
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: app.clientId,
    redirect_uri: app.redirectUri,
    aud: `${base}/fhir`,
    scope: 'launch openid fhirUser patient/Patient.r',
    state: 's-1',
    nonce: 'n-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changed,
  })
  return fetch(`${base}/authorize?${asked}`, { redirect: 'manual' })
}

async function authorize(launch: string): Promise<URL> {
  const answer = await ask({ launch })
  assert.equal(answer.status, 302)
  const back = new URL(answer.headers.get('location') ?? '')
  assert.deepEqual([back.searchParams.get('state'), back.searchParams.get('iss')], ['s-1', base])
  return back
}

function codeOf(back: URL): string {
  return back.searchParams.get('code') ?? ''
}

function exchange(code: string, code_verifier = verifier): Promise<Response> {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: app.redirectUri,
    client_id: app.clientId,
    code_verifier,
  })
  return fetch(`${base}/token`, { method: 'POST', body })
}
