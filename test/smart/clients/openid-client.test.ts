import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bundle, DocumentReference } from '@medplum/fhirtypes'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchProtectedResource,
  modifyAssertion,
  PrivateKeyJwt,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  tokenIntrospection,
  tokenRevocation,
} from 'openid-client'
import { type App, aClinician, aLaunch, anApp, appPages, openServer, throughPages } from '../apps.ts'
import { aFiche } from './story.ts'

/** openid-client as a confidential app by private_key_jwt: certified as a relying party, strict in what it takes. */

const server = openServer()
const pages = appPages()

/** How it learns of the server: by SMART's document, or by OpenID Connect's, whose issuer it compares itself. */
const DISCOVERIES = {
  async smart(app: App) {
    const answer = await fetch(`${server().config.baseUrl}/fhir/.well-known/smart-configuration`)
    const metadata = (await answer.json()) as ConstructorParameters<typeof Configuration>[0]
    const configuration = new Configuration(metadata, app.id, undefined, authentication(app))
    allowInsecureRequests(configuration)
    return configuration
  },
  openid: (app: App) =>
    discovery(new URL(`${server().config.baseUrl}/oidc`), app.id, undefined, authentication(app), {
      execute: [allowInsecureRequests],
    }),
}

/** Its audience is the issuer unless told: SMART wants the token endpoint (oidc-provider-notes.md section 4). */
function authentication({ key }: App) {
  assert.ok(key !== undefined)
  return PrivateKeyJwt(
    { key: key.key, kid: key.kid },
    {
      [modifyAssertion]: (header, payload) => {
        header.typ = 'JWT'
        payload.aud = `${server().config.baseUrl}/oidc/token`
      },
    },
  )
}

for (const [alg, kind] of [
  ['ES384', 'smart'],
  ['RS384', 'openid'],
] as const) {
  test(`openid-client, ${alg}, found by ${kind}: a confidential app is launched and reads the fiche of the patient`, async () => {
    const clinician = await aClinician(server())
    const fiche = await aFiche(server(), clinician)
    const app = await anApp(server(), pages(), 'asymmetric', { alg })
    const configuration = await DISCOVERIES[kind](app)
    const base = `${server().config.baseUrl}/fhir`

    const [pkceCodeVerifier, expectedState, expectedNonce] = [randomPKCECodeVerifier(), randomState(), randomNonce()]
    const address = buildAuthorizationUrl(configuration, {
      redirect_uri: app.redirectUri,
      scope: 'launch openid fhirUser offline_access patient/*.rs',
      aud: base,
      launch: await aLaunch(server(), app, clinician),
      code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
    })
    const callback = await throughPages(clinician.visitor, await clinician.visitor.get(address), app)
    const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
    const tokens = await authorizationCodeGrant(configuration, callback, checks)

    assert.equal(tokens.claims()?.sub, clinician.professional.nationalId)
    assert.equal(tokens.patient, clinician.patientId)
    const get = (path: string, accept: string) =>
      fetchProtectedResource(
        configuration,
        tokens.access_token,
        new URL(path, `${base}/`),
        'GET',
        undefined,
        new Headers({ accept }),
      )
    const found = (await (
      await get(`DocumentReference?patient=${clinician.patientId}`, 'application/fhir+json')
    ).json()) as Bundle<DocumentReference>
    const [entry] = found.entry ?? []
    assert.equal(`DocumentReference/${entry?.resource?.id}`, fiche.reference)
    const content = await get(entry?.resource?.content[0]?.attachment.url ?? '', 'application/pdf')
    assert.deepEqual(Buffer.from(await content.arrayBuffer()), fiche.content.bytes)

    const refreshed = await refreshTokenGrant(configuration, tokens.refresh_token ?? '')
    assert.equal(refreshed.patient, clinician.patientId)
    const introspected = await tokenIntrospection(configuration, refreshed.access_token)
    assert.deepEqual([introspected.active, introspected.patient], [true, clinician.patientId])
    await tokenRevocation(configuration, refreshed.refresh_token ?? '')
    assert.equal((await tokenIntrospection(configuration, refreshed.access_token)).active, false)
  })
}
