import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import type { Answer } from '../../support/client.ts'
import type { TestServer } from '../../support/server.ts'
import {
  type App,
  aClinician,
  anApp,
  appPages,
  authorize,
  type Clinician,
  openServer,
  type Proof,
  type Returned,
  redeem,
  refresh,
  type TokenBody,
  tokens,
} from '../apps.ts'
import { bearer } from '../server.ts'
import { holdCors, holdFhirContext, holdTokenBody, holdTokenHeaders, scopeSet } from './checks.ts'

/** How an app is opened: by itself, or from a page of the record. */
export type LaunchKind = 'standalone' | 'ehr'

const SCOPES = {
  standalone: 'launch/patient openid fhirUser offline_access patient/*.rs',
  ehr: 'launch openid fhirUser offline_access patient/*.rs',
} as const satisfies Record<LaunchKind, string>

/** What the tests of one group hand on to one another, in their order, as in the kit. */
interface Run {
  app: App
  clinician: Clinician
  launch: string | undefined
  returned: Returned
  answer: Answer
  token: TokenBody
}

/**
 * The groups smart_full_standalone_launch or smart_full_ehr_launch of the Inferno SMART kit (suite smart_stu2_2): launch,
 * OpenID Connect, refresh without and with scopes; for an app that shows who it is in one way.
 */
export function launchGroup(kind: LaunchKind, proof: Proof): void {
  describe(`smart_full_${kind}_launch, ${proof} client`, () => {
    const server = openServer()
    const pages = appPages()
    const run: Partial<Run> = {}
    const of = <K extends keyof Run>(member: K): Run[K] => {
      const value = run[member]
      assert.ok(value !== undefined, `the test before gave no ${member}`)
      return value as Run[K]
    }
    before(async () => {
      run.app = await anApp(server(), pages(), proof)
      run.clinician = await aClinician(server())
    })
    launchTests(kind, proof, server, run, of)
    openidTests(server, of)
    refreshTests(kind, server, of)
  })
}

type Of = <K extends keyof Run>(member: K) => Run[K]

function launchTests(kind: LaunchKind, proof: Proof, server: () => TestServer, run: Partial<Run>, of: Of): void {
  if (kind === 'ehr') {
    test('smart_app_launch, smart_launch_received: from the sheet the browser comes to the app with iss, the FHIR base, and an opaque launch', async () => {
      const { visitor, patientId } = of('clinician')
      await visitor.get(`${server().config.baseUrl}/patients/${patientId}`)
      const { url } = await visitor.submit('/applications', { application: of('app').id })
      assert.equal(url.origin + url.pathname, of('app').registration.launch_uri)
      assert.equal(url.searchParams.get('iss'), `${server().config.baseUrl}/fhir`)
      run.launch = url.searchParams.get('launch') ?? ''
      assert.match(run.launch, /^[A-Za-z0-9_-]{43}$/)
      assert.deepEqual([...url.searchParams.keys()].toSorted(), ['iss', 'launch'])
    })
  }

  test('smart_app_redirect_stu2: the browser comes back to the redirect address with the same state', async () => {
    const { number, visitor } = of('clinician')
    const launch = kind === 'ehr' ? { launch: of('launch') ?? '' } : { pick: number }
    run.returned = await authorize(server(), visitor, of('app'), {
      scope: SCOPES[kind],
      nonce: 'a nonce of the app',
      method: proof === 'symmetric' ? 'POST' : 'GET',
      ...launch,
    })
    assert.equal(run.returned.state, run.returned.sent)
    // RFC 9207: against the mix-up of servers.
    assert.equal(run.returned.callback.searchParams.get('iss'), `${server().config.baseUrl}/oidc`)
  })

  test('smart_code_received: there is a code and no error', () => {
    assert.notEqual(of('returned').code, '')
    assert.equal(of('returned').callback.searchParams.get('error'), null)
  })

  test('smart_token_exchange_stu2_2: the code is exchanged for a token', async () => {
    run.answer = await redeem(server(), of('app'), of('returned'))
    run.token = tokens(run.answer)
  })

  test('smart_token_response_body_stu2_2: the answer says token, type, life, scope and patient', () => {
    const token = of('token')
    holdTokenBody(token)
    assert.deepEqual(scopeSet(token.scope), scopeSet(SCOPES[kind]))
    assert.equal(token.patient, of('clinician').patientId)
    assert.equal(typeof token.refresh_token, 'string')
    assert.equal(typeof token.id_token, 'string')
    holdFhirContext(token.fhirContext)
    assert.equal(token.need_patient_banner, true)
  })

  test('smart_token_response_headers: no cache keeps the answer', () => holdTokenHeaders(of('answer')))

  if (proof === 'public') {
    test('smart_cors_token_exchange: the page of the app may read the answer', () => {
      holdCors(of('answer'), of('app').origin)
    })
  }
}

function openidTests(server: () => TestServer, of: Of): void {
  const configuration = async () => {
    const answer = await server().get('/oidc/.well-known/openid-configuration')
    return { answer, found: answer.json() as Record<string, unknown> }
  }

  test('smart_openid_decode_id_token: the id_token is a JWT', () => {
    assert.match(of('token').id_token ?? '', /^[\w-]+\.[\w-]+\.[\w-]+$/)
  })

  test('smart_openid_retrieve_configuration: the issuer has an OpenID configuration in JSON', async () => {
    const { answer } = await configuration()
    assert.equal(answer.status, 200)
    assert.match(answer.headers['content-type'] ?? '', /^application\/json/)
  })

  test('smart_openid_required_configuration_fields: with all that the standard requires', async () => {
    const { found } = await configuration()
    for (const name of ['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri']) {
      assert.equal(typeof found[name], 'string', name)
    }
    for (const name of ['response_types_supported', 'subject_types_supported']) {
      assert.ok(Array.isArray(found[name]), name)
    }
    const { id_token_signing_alg_values_supported: algorithms } = found
    assert.ok(Array.isArray(algorithms) && algorithms.includes('RS256'))
    const smart = (await server().get('.well-known/smart-configuration')).json() as Record<string, unknown>
    for (const name of ['issuer', 'jwks_uri', 'authorization_endpoint', 'token_endpoint']) {
      assert.equal(found[name], smart[name], name)
    }
  })

  test('smart_openid_retrieve_jwks: the keys are public RSA keys', async () => {
    const answer = await server().get('/oidc/jwks')
    assert.equal(answer.status, 200)
    const { keys } = answer.json() as { keys: Record<string, unknown>[] }
    assert.ok(keys.some(({ kty }) => kty === 'RSA'))
    for (const key of keys) assert.deepEqual([key.d, key.p, key.k], [undefined, undefined, undefined])
  })

  test('smart_openid_token_header: signed by RS256 with a key that can be found', async () => {
    const { alg, kid } = decodeProtectedHeader(of('token').id_token ?? '')
    assert.equal(alg, 'RS256')
    const { keys } = (await server().get('/oidc/jwks')).json() as { keys: { kid: string }[] }
    assert.ok(keys.some((key) => key.kid === kid))
  })

  test('smart_openid_token_payload: for this app, of this issuer, signed and not over', async () => {
    const { found } = await configuration()
    const keys = createRemoteJWKSet(new URL(String(found.jwks_uri)))
    const { payload } = await jwtVerify(of('token').id_token ?? '', keys, {
      issuer: `${server().config.baseUrl}/oidc`,
      audience: of('app').id,
      requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat'],
    })
    assert.match(payload.sub ?? '', /^.{1,255}$/)
    assert.equal(payload.nonce, 'a nonce of the app')
  })

  test('smart_openid_fhir_user_claim: fhirUser can be read with the token', async () => {
    const { payload } = await claims()
    const [type = '', id = ''] = String(payload.fhirUser).split('/').slice(-2)
    assert.equal(type, 'Practitioner')
    const answer = await server().get(`Practitioner/${id}`, bearer(of('token').access_token))
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.resource('Practitioner').id, id)
  })

  test('smart_cors_openid_fhir_user_claim: by a page of the app, too', async () => {
    const { payload } = await claims()
    const target = String(payload.fhirUser).split('/').slice(-2).join('/')
    const { origin } = of('app')
    holdCors(await server().get(target, { ...bearer(of('token').access_token), origin }), origin)
  })

  const claims = () => {
    const keys = createRemoteJWKSet(new URL(`${server().config.baseUrl}/oidc/jwks`))
    return jwtVerify(of('token').id_token ?? '', keys)
  }
}

function refreshTests(kind: LaunchKind, server: () => TestServer, of: Of): void {
  let latest = ''
  for (const scope of [undefined, SCOPES[kind]]) {
    const which = scope === undefined ? 'without_scopes' : 'with_scopes'
    test(`smart_${kind}_refresh_${which} smart_token_refresh_stu2, smart_token_refresh_body, smart_token_response_headers: a refresh token gives a new token with the same patient`, async () => {
      const before = of('token')
      const answer = await refresh(server(), of('app'), latest === '' ? (before.refresh_token ?? '') : latest, scope)
      const body = tokens(answer)
      holdTokenHeaders(answer)
      holdTokenBody(body)
      for (const one of scopeSet(body.scope)) assert.ok(scopeSet(before.scope).includes(one), one)
      assert.equal(body.patient, before.patient)
      assert.notEqual(body.access_token, before.access_token)
      const read = await server().get(`Patient/${before.patient}`, bearer(body.access_token))
      assert.equal(read.status, 200, read.text)
      latest = body.refresh_token ?? latest
    })
  }
}
