import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import type { Patient } from '@medplum/fhirtypes'
import type { JWK } from 'jose'
import type { DpiRegistration } from '../../../src/smart/call/dpi-registration.ts'
import { aPatient } from '../../support/builders.ts'
import { aDpi, aSmartDpi, type SmartDpi } from '../../support/dpi.ts'
import { aProfessional, ONCOLOGIST } from '../../support/signed-in.ts'
import type { Shown, Visitor } from '../../support/visitor.ts'
import { protectedServer } from '../server.ts'
import { aKnownPatient, assertError, pathOf, seated, tracesOf } from './stories.ts'

const server = protectedServer()
const LAUNCH = 'https://dcc.example.test/launch'
let dpi: SmartDpi

before(async () => {
  dpi = await aSmartDpi()
})
after(() => dpi.close())

let number = 0

/** Registers the stand-in anew, as it behaves now: one DPI a story, since an `iss` is one DPI's. */
async function registered(
  change: Partial<DpiRegistration> = {},
  keys?: () => Promise<JWK[]>,
): Promise<SmartDpi & { id: string }> {
  const own = await aSmartDpi(keys)
  after(() => own.close())
  number += 1
  const id = `smart-${number}`
  await aDpi(server(), {
    call: { jwks_uri: 'https://example.org/jwks', algs: ['ES256'] },
    ...own.registration(id),
    ...change,
  })
  return { ...own, id }
}

function launch(visitor: Visitor, iss: string, handle: string | undefined = 'xyz'): Promise<Shown> {
  const parameters = new URLSearchParams({ iss, ...(handle === '' ? {} : { launch: handle }) })
  return visitor.get(`${LAUNCH}?${parameters}`, { 'sec-fetch-site': 'cross-site' })
}

/** A patient of the DPI, with an id there. */
function patientThere(patient: Patient): Patient {
  return { ...patient, id: 'p-1' }
}

test('R1: a DPI launches the DCC on its patient: smart_client_authorization_request_verification, smart_client_token_request_alp_verification, smart_client_token_use_verification', async () => {
  const own = await registered()
  const patient = aPatient().qualified().build()
  const id = await aKnownPatient(server(), patient)
  own.behaviour.patient = patientThere(patient)
  own.behaviour.rpps = ONCOLOGIST.rpps
  const { visitor, secret } = await seated(server())
  const page = await launch(visitor, `${own.origin}/fhir`)
  assert.deepEqual(own.faults, [])
  assert.equal(pathOf(page), `/patients/${id}`, page.text)
  assert.notEqual(visitor.cookies().get('__Host-dcc'), secret)
  assert.deepEqual(
    own.seen.map(({ path }) => path).filter((path) => path !== '/jwks'),
    ['/fhir/.well-known/smart-configuration', '/authorize', '/token', '/fhir/Practitioner/u1', '/fhir/Patient/p-1'],
  )
  const { query } = own.seen[1] ?? {}
  assert.equal(query?.get('redirect_uri'), `${server().config.baseUrl}/launch/cb/${own.id}`)
  assert.equal(query.get('launch'), 'xyz')
  assert.equal(query.get('scope'), 'launch openid fhirUser patient/Patient.r')
  assert.ok((await tracesOf(server(), 'launch')).includes('launch smart R1'))
})

test('smart_client_token_request_alca_verification: a DPI that wants it is shown who we are by a signed assertion', async () => {
  const keys = async () => ((await server().get('/oidc/call-jwks')).json() as { keys: JWK[] }).keys
  const own = await registered({}, keys)
  const patient = aPatient().qualified().build()
  const id = await aKnownPatient(server(), patient)
  own.behaviour.patient = patientThere(patient)
  const { visitor } = await seated(server())
  assert.equal(pathOf(await launch(visitor, `${own.origin}/fhir`)), `/patients/${id}`)
  assert.deepEqual(own.faults, [])
})

test('the clock of a DPI may be half a minute ahead', async () => {
  const own = await registered()
  own.behaviour.idToken = { nbf: Math.floor(Date.now() / 1000) + 20 }
  const { visitor } = await seated(server())
  assert.equal(pathOf(await launch(visitor, `${own.origin}/fhir`)), '/search')
})

test('the token of a DPI is kept nowhere', async () => {
  const own = await registered()
  own.behaviour.patient = patientThere(aPatient().qualified().build())
  const { visitor } = await seated(server())
  await launch(visitor, `${own.origin}/fhir`)
  const { authorization } = server().record.dcc.store
  for (const model of ['LaunchAttempt', 'PendingCall', 'PageContext', 'PatientDraft', 'WebSession']) {
    const records = await authorization.list(model, 0)
    assert.ok(!records.some(({ payload }) => payload.includes('dpi-access-token')), model)
  }
  assert.equal((await authorization.list('LaunchAttempt', 0)).length, 0)
  assert.ok(!server().logs.join('\n').includes('dpi-access-token'))
})

test('R8: an unknown patient of a DPI is a pre-filled sheet', async () => {
  const own = await registered()
  own.behaviour.patient = patientThere(aPatient().qualified().named('INCONNUE', 'JEANNE').build())
  const { visitor } = await seated(server())
  const page = await launch(visitor, `${own.origin}/fhir`)
  assert.equal(pathOf(page), '/drafts/*')
  assert.ok(page.text.includes('INCONNUE'))
})

test('without launch, or without a patient in context, the search opens', async () => {
  const own = await registered()
  const { visitor } = await seated(server())
  const without = await launch(visitor, `${own.origin}/fhir`, '')
  assert.equal(pathOf(without), '/search')
  assert.equal(own.seen.length, 0, 'nothing is asked of the DPI')
  assert.equal(pathOf(await launch(visitor, `${own.origin}/fhir`)), '/search')
  assert.equal(pathOf(await visitor.get(LAUNCH)), '/')
})

test('a registered iss that is written with a final slash is the same', async () => {
  const own = await registered()
  const { visitor } = await seated(server())
  assert.equal(pathOf(await launch(visitor, `${own.origin}/fhir/`, '')), '/search')
})

test('threat iss-spoofing-ssrf: an iss that is not registered is refused before anything is asked of it', async () => {
  const own = await aSmartDpi()
  const { visitor } = await seated(server())
  const spoofed = [
    `${own.origin}/fhir`,
    'http://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    `${dpi.origin}/fhir@evil.example`,
    '',
  ]
  for (const iss of spoofed) assertError(await launch(visitor, iss), 400, 'call.unknown-dpi')
  assert.deepEqual([own.seen, dpi.seen], [[], []])
  await own.close()
  assert.ok((await tracesOf(server(), 'call-refused')).includes('call-refused iss'))
})

test('threat iss-spoofing-ssrf: a registered DPI in a private network is reached only where it is registered so', async () => {
  const own = await registered({ private_network: false })
  const { visitor } = await seated(server())
  assertError(await launch(visitor, `${own.origin}/fhir`), 502, 'launch.dpi-unavailable')
  assert.deepEqual(own.seen, [])
})

test('threat iss-spoofing-ssrf: a redirect of a DPI is not followed', async () => {
  const own = await registered()
  const elsewhere = createServer((_request, response) => response.writeHead(302, { location: `${own.origin}/x` }).end())
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', () => resolve()))
  const address = elsewhere.address()
  assert.ok(typeof address === 'object' && address !== null)
  const iss = `http://127.0.0.1:${address.port}/fhir`
  const { smart } = own.registration('redirected')
  assert.ok(smart !== undefined)
  await aDpi(server(), { id: 'redirected', private_network: true, smart: { ...smart, iss } })
  const { visitor } = await seated(server())
  assertError(await launch(visitor, iss), 502, 'launch.dpi-unavailable')
  assert.deepEqual(own.seen, [])
  elsewhere.close()
})

for (const member of ['authorization_endpoint', 'token_endpoint', 'issuer', 'jwks_uri']) {
  test(`threat as-mix-up: a DPI that announces another ${member} than registered is not used`, async () => {
    const own = await registered()
    own.behaviour.announced = { [member]: 'https://evil.example/x' }
    const { visitor } = await seated(server())
    assertError(await launch(visitor, `${own.origin}/fhir`), 502, 'launch.dpi-changed')
    assert.equal(own.seen.length, 1)
    const traces = await tracesOf(server(), 'call-refused')
    assert.ok(traces.includes(`call-refused launch.dpi-changed ${member}`), traces.join('\n'))
  })
}

test('threat as-mix-up: the answer of another issuer is refused, announced or not', async () => {
  const own = await registered()
  own.behaviour.answered = { iss: 'https://evil.example' }
  const { visitor } = await seated(server())
  assertError(await launch(visitor, `${own.origin}/fhir`), 400, 'launch.state')
  assert.ok(!own.seen.some(({ path }) => path === '/token'), 'the code is sent nowhere')
})

test('threat as-mix-up: one DPI does not answer for another', async () => {
  const [one, other] = [await registered(), await registered()]
  const { visitor } = await seated(server())
  visitor.following = false
  const { headers } = await launch(visitor, `${one.origin}/fhir`)
  const state = new URL(headers.get('location') ?? '').searchParams.get('state') ?? ''
  const back = `${LAUNCH}/cb/${other.id}?${new URLSearchParams({ code: 'c', state })}`
  assertError(await visitor.get(back), 400, 'launch.state')
  assert.ok(![...one.seen, ...other.seen].some(({ path }) => path === '/token'))
})

test('threat launch-csrf-forced-login: an answer comes back once, to the browser that began', async () => {
  const own = await registered()
  const { visitor } = await seated(server())
  visitor.following = false
  const begun = await launch(visitor, `${own.origin}/fhir`)
  const answered = await visitor.get(begun.headers.get('location') ?? '')
  const back = answered.headers.get('location') ?? ''
  const { visitor: victim } = await seated(server())
  await victim.get('/c/x')
  assertError(await victim.get(back), 400, 'launch.state')
  assertError(await visitor.get(back), 400, 'launch.state')
})

test('threat launch-csrf-forced-login: what another page embeds begins nothing', async () => {
  const own = await registered()
  const { visitor } = await seated(server())
  const address = `${LAUNCH}?${new URLSearchParams({ iss: `${own.origin}/fhir`, launch: 'x' })}`
  for (const dest of ['image', 'script', 'empty']) {
    assertError(await visitor.get(address, { 'sec-fetch-dest': dest }), 400, 'launch.state')
  }
  assert.deepEqual(own.seen, [])
})

test('threat launch-csrf-forced-login: the user of the DPI must be who has signed in, when the DPI tells', async () => {
  const own = await registered()
  const patient = aPatient().qualified().build()
  await aKnownPatient(server(), patient)
  own.behaviour.patient = patientThere(patient)
  own.behaviour.rpps = '10000000099'
  const { visitor } = await seated(server())
  assertError(await launch(visitor, `${own.origin}/fhir`), 403, 'call.other-user')
  const colleague = aProfessional('810000000099')
  const seat = await seated(server(), colleague)
  assert.equal(pathOf(await launch(seat.visitor, `${own.origin}/fhir`)), '/access/*')
})

const WRONG: readonly { id: string; does: Partial<SmartDpi['behaviour']>; status: number; key: string }[] = [
  {
    id: 'it refuses',
    does: { answered: { error: 'access_denied' } },
    status: 403,
    key: 'launch.refused',
  },
  {
    id: 'another state',
    does: { answered: { state: 'A'.repeat(43) } },
    status: 400,
    key: 'launch.state',
  },
  {
    id: 'an id_token for another app',
    does: { idToken: { aud: 'other' } },
    status: 403,
    key: 'launch.refused',
  },
  {
    id: 'an id_token of another issuer',
    does: { idToken: { iss: 'https://evil.example' } },
    status: 403,
    key: 'launch.refused',
  },
  {
    id: 'an id_token of another sign-in',
    does: { idToken: { nonce: 'other' } },
    status: 403,
    key: 'launch.refused',
  },
  {
    id: 'a patient that is none',
    does: { patient: { ...patientThere(aPatient().build()), id: '../Patient' } },
    status: 403,
    key: 'launch.refused',
  },
  {
    id: 'no PKCE',
    does: { announced: { code_challenge_methods_supported: ['plain'] } },
    status: 502,
    key: 'launch.dpi-changed',
  },
]

for (const { id, does, status, key } of WRONG) {
  test(`a launch ends with nothing opened when the DPI does wrong: ${id}`, async () => {
    const own = await registered()
    own.behaviour.patient = patientThere(aPatient().qualified().build())
    Object.assign(own.behaviour, does)
    const { visitor } = await seated(server())
    assertError(await launch(visitor, `${own.origin}/fhir`), status, key)
  })
}

test('R2: the wrong trait of a DPI blocks', async () => {
  const own = await registered()
  const patient = aPatient().qualified().build()
  await aKnownPatient(server(), patient)
  own.behaviour.patient = { ...patientThere(patient), birthDate: '1950-05-06' }
  const { visitor } = await seated(server())
  assert.equal(pathOf(await launch(visitor, `${own.origin}/fhir`)), '/conflict/*')
})
