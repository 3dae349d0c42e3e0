import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openSessions } from '../../src/smart/sessions.ts'
import { rightsOf } from '../../src/web/interaction-rights.ts'
import {
  aClinician,
  aKnownPatient,
  aLaunch,
  anApp,
  appPages,
  ask,
  authorizationRequest,
  type Clinician,
  openServer,
  redeem,
  tokens,
} from '../smart/apps.ts'
import type { Shown } from '../support/visitor.ts'

/** What people are asked before an app is let in. */

const server = openServer()
const pages = appPages()
const SCOPE = 'launch/patient openid fhirUser patient/*.rs offline_access'

/** An app that somebody has just opened. */
async function opened(scope = SCOPE, facts = {}, clinician?: Clinician) {
  const app = await anApp(server(), pages(), 'public', { name: 'Courbes <b>', hospital: 'CHU Fictif', ...facts })
  const person = clinician ?? (await aClinician(server()))
  const launch = scope.split(' ').includes('launch') ? { launch: await aLaunch(server(), app, person) } : {}
  const { parameters, verifier } = authorizationRequest(server(), app, { scope, ...launch })
  const shown = await ask(server(), person.visitor, parameters)
  return { app, person, shown, verifier }
}

const isBack = (shown: Shown) => shown.url.pathname === '/callback'

describe('choosing the patient', () => {
  test('finds only patients whom the person may open', async () => {
    const { person } = await opened()
    const stranger = await aKnownPatient(server())
    const none = await person.visitor.submit('/search', { number: stranger.number })
    assert.match(none.text, /Aucun patient trouvé parmi ceux que vous pouvez ouvrir/)
    const found = await person.visitor.submit('/search', { number: person.number })
    assert.match(found.text, /1 patient parmi ceux que vous pouvez ouvrir/)
    assert.ok(!found.url.search.includes(person.number), 'an identity is never in an address')
  })

  test('another patient than those shown is refused, like one whom nobody knows', async () => {
    const stranger = await aKnownPatient(server())
    const answers = []
    for (const patient of [stranger.id, 'nobody']) {
      const { person, shown } = await opened()
      const jeton = person.signedIn.csrf
      const back = await person.visitor.post(`${shown.url.pathname}/patient`, { jeton, patient })
      assert.ok(isBack(back), back.text)
      answers.push([back.url.searchParams.get('error'), back.url.searchParams.get('error_description')])
    }
    assert.deepEqual(answers[0], answers[1])
    assert.equal(answers[0]?.[0], 'access_denied')
  })

  test('is not asked where the launch says who, and cannot change it', async () => {
    const { person, shown } = await opened('launch patient/*.rs')
    assert.doesNotMatch(shown.text, /Choisir ce patient/)
    const jeton = person.signedIn.csrf
    const changed = await person.visitor.post(`${shown.url.pathname}/patient`, { jeton, patient: person.patientId })
    assert.equal(changed.status, 409)
  })

  test('too wide a search is explained, and nothing is found', async () => {
    const { person } = await opened()
    const shown = await person.visitor.submit('/search', { family: 'M' })
    assert.equal(shown.status, 400)
    assert.match(shown.text, /class="fault"/)
  })

  test('can be left: the app is told that access was denied', async () => {
    const { person } = await opened()
    const back = await person.visitor.submit('/decision', { decision: 'refuse' })
    assert.equal(back.url.searchParams.get('error'), 'access_denied')
  })
})

describe('agreeing', () => {
  test('shows which app of which hospital, what it may do and for whom; markup stays text', async () => {
    const { shown } = await opened('launch openid patient/*.rs patient/DocumentReference.c offline_access')
    assert.equal(shown.status, 200)
    assert.ok(shown.text.includes('Courbes &lt;b&gt;') && !shown.text.includes('<b>'))
    for (const text of [
      'CHU Fictif',
      'Lire tout le dossier de ce patient.',
      'Ajouter les documents (fiches RCP, PPS, comptes rendus) de ce patient.',
      'Savoir qui vous êtes',
      '30 jours au plus',
      'Né(e) le',
    ]) {
      assert.ok(shown.text.includes(text), text)
    }
    const policy = shown.headers.get('content-security-policy') ?? ''
    assert.match(policy, new RegExp(`form-action 'self' ${pages()};`), 'the redirect after the form is let through')
    assert.match(policy, /frame-ancestors 'none'/)
    assert.match(shown.headers.get('cache-control') ?? '', /no-store/)
  })

  test('gives a code; refusing tells the app so', async () => {
    const { app, person, verifier } = await opened('launch patient/*.rs')
    const back = await person.visitor.submit('/decision', { decision: 'accept' })
    const code = back.url.searchParams.get('code') ?? ''
    assert.equal(tokens(await redeem(server(), app, { code, verifier })).patient, person.patientId)
    const refused = await opened('launch patient/*.rs')
    const away = await refused.person.visitor.submit('/decision', { decision: 'refuse' })
    assert.equal(away.url.searchParams.get('error'), 'access_denied')
    assert.equal(away.url.searchParams.get('code'), null)
  })

  test('is not asked where the hospital has agreed for its professionals', async () => {
    const { shown } = await opened('launch patient/*.rs', { consent: 'implied' })
    assert.ok(isBack(shown))
    assert.ok(shown.url.searchParams.get('code'))
  })

  test('threat context-confusion: what is agreed to is what the page showed, whatever another tab has chosen since', async () => {
    const { person, shown } = await opened()
    const other = await aClinician(server(), {
      professional: person.professional,
      patient: await aKnownPatient(server()),
    })
    const choose = (patient: string) =>
      person.visitor.post(`${server().config.baseUrl}${shown.url.pathname}/patient`, { jeton, patient })
    const jeton = person.signedIn.csrf
    const first = await choose(person.patientId)
    assert.match(first.text, new RegExp(`name="patient" value="${person.patientId}"`))
    await choose(other.patientId)
    const decision = { jeton, patient: person.patientId, decision: 'accept' }
    const late = await person.visitor.post(`${shown.url.pathname}/decision`, decision)
    assert.equal(late.status, 409)
    assert.match(late.text, /Deux patients différents/)
  })

  test('threat session-fixation: with another session, or after logout, nothing of the launch is left', async () => {
    const { person, shown } = await opened('launch patient/*.rs')
    const other = await aClinician(server())
    person.visitor.cookies().set('__Host-dcc', other.signedIn.secret)
    const answer = { jeton: other.signedIn.csrf, patient: person.patientId, decision: 'accept' }
    assert.equal((await person.visitor.post(`${shown.url.pathname}/decision`, answer)).status, 400)
    const sessions = openSessions(server().record.dcc.store.authorization, Date.now)
    await sessions.close(person.signedIn.session)
    person.visitor.cookies().set('__Host-dcc', person.signedIn.secret)
    assert.equal((await person.visitor.get(shown.url)).url.pathname, '/login')
  })

  test('threat clickjacking, forged forms: without the token of the session, or from another site, nothing happens', async () => {
    const { person, shown } = await opened('launch patient/*.rs')
    const decision = { patient: person.patientId, decision: 'accept' }
    const address = `${shown.url.pathname}/decision`
    assert.equal((await person.visitor.post(address, { ...decision, jeton: 'x'.repeat(43) })).status, 403)
    const jeton = person.signedIn.csrf
    const forged = await person.visitor.post(address, { ...decision, jeton }, { 'sec-fetch-site': 'cross-site' })
    assert.equal(forged.status, 403)
  })
})

test('every end of an authorization leaves a trace, with ids only', async () => {
  const { person } = await opened('launch patient/*.rs')
  await person.visitor.submit('/decision', { decision: 'accept' })
  const traces = await server().record.dcc.store.entitlement.traces({ limit: 50 })
  const launch = traces.find(({ kind, actor }) => kind === 'launch' && actor === person.professional.nationalId)
  assert.equal(launch?.patientId, person.patientId)
})

describe('what an app may do, in sentences', () => {
  const rows: [scope: string, sentences: readonly string[]][] = [
    ['patient/Patient.r', ['Lire l’identité de ce patient.']],
    ['patient/Patient.read patient/Patient.c', ['Lire, ajouter l’identité de ce patient.']],
    [
      'user/List.cruds',
      ['Lire, ajouter, modifier, supprimer les envois et classeurs de documents des patients que vous pouvez voir.'],
    ],
    [
      'patient/DocumentReference.rs?status=current',
      ['Lire les documents (fiches RCP, PPS, comptes rendus) de ce patient, pour une partie seulement.'],
    ],
    ['openid fhirUser', ['Savoir qui vous êtes : votre nom et votre numéro RPPS.']],
    ['launch launch/patient', []],
  ]
  for (const [scope, sentences] of rows) {
    test(scope, () => assert.deepEqual(rightsOf(scope.split(' ')), sentences))
  }
})
