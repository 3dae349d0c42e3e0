import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DEMO_PROFESSIONALS } from '../../../src/commands/demo/psc/professionals.ts'
import { addToCareTeam, changeHabilitation, grantHabilitation } from '../../../src/dcc/entitlement/administration.ts'
import { aPatient } from '../../support/builders.ts'
import type { TestServer } from '../../support/server.ts'
import { aKnownPatient, tracesOf } from '../call/stories.ts'
import { DPI_AT_PSC, signInServer } from '../psc/server.ts'
import { aBackEnd, anAssertion, authenticated, type BackEnd, bearer, postForm, type TokenAnswer } from '../server.ts'

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** The whole way over HTTP: a back end, this server, and a stand-in that introspects and tells who it is. */
describe('a back end of a hospital that brings the token of its user', () => {
  const server = signInServer()
  const [oncologist, other] = DEMO_PROFESSIONALS
  assert.ok(oncologist !== undefined && other !== undefined)

  const aDpi = () => aBackEnd(server(), { scope: 'user/*.rs', token_exchange: [DPI_AT_PSC] })
  const exchange = async (by: BackEnd, subjectToken: string, to: TestServer = server()) =>
    postForm(to, '/oidc/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: subjectToken,
      subject_token_type: ACCESS_TOKEN,
      scope: 'user/*.rs',
      ...authenticated(await anAssertion(by)),
    })
  const habilitate = (nationalId: string) =>
    grantHabilitation(server().record.dcc, { nationalId, profile: 'clinician', reach: 'care-team' })

  test('reads what that user may see, until the user may not', async () => {
    const { nationalId } = oncologist
    const { dcc } = server().record
    await habilitate(nationalId)
    const own = await aKnownPatient(server(), aPatient().build(), { ofOthers: true })
    const foreign = await aKnownPatient(server(), aPatient().build(), { ofOthers: true })
    await addToCareTeam(dcc, { patientId: own, nationalId })
    const answer = await exchange(await aDpi(), server().psc.accessTokenOf(oncologist.login, DPI_AT_PSC))
    assert.equal(answer.status, 200, answer.text)
    const { access_token, scope, expires_in } = answer.json() as TokenAnswer
    assert.deepEqual([scope, expires_in], ['user/*.rs', 900])
    const read = async (id: string) => (await server().get(`/fhir/Patient/${id}`, bearer(access_token))).status
    assert.deepEqual([await read(own), await read(foreign)], [200, 404])
    assert.ok((await tracesOf(server(), 'login')).includes('login token-exchange'))
    await changeHabilitation(dcc, { nationalId }, 'suspend')
    assert.equal(await read(own), 401)
  })

  test('threat confused-deputy-by-exchange: a token of another service, used before, or of nobody habilitated gives nothing', async () => {
    await habilitate(oncologist.nationalId)
    const dpi = await aDpi()
    const { psc } = server()
    const once = psc.accessTokenOf(oncologist.login, DPI_AT_PSC)
    assert.equal((await exchange(dpi, once)).status, 200)
    const rows: [id: string, token: string, error: string][] = [
      ['used before', once, 'invalid_request'],
      ['of another service', psc.accessTokenOf(oncologist.login, 'other-dpi'), 'invalid_request'],
      ['of nobody', 'a-token-that-was-never-issued', 'invalid_request'],
      ['of nobody habilitated', psc.accessTokenOf(other.login, DPI_AT_PSC), 'invalid_grant'],
    ]
    for (const [id, token, error] of rows) {
      const answer = await exchange(dpi, token)
      assert.deepEqual([answer.status, (answer.json() as { error: string }).error], [400, error], id)
    }
  })

  test('while Pro Santé Connect is away, nobody is let in, and the token is good later', async () => {
    await habilitate(oncologist.nationalId)
    const dpi = await aDpi()
    const running = server()
    const token = running.psc.accessTokenOf(oncologist.login, DPI_AT_PSC)
    running.psc.behave({ down: true })
    const away = await exchange(dpi, token, running)
    assert.deepEqual([away.status, (away.json() as { error: string }).error], [503, 'temporarily_unavailable'])
    assert.equal((await exchange(dpi, token)).status, 200, 'on a good day')
  })
})
