import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { removeFromCareTeam } from '../../src/dcc/entitlement/administration.ts'
import { aPatient } from '../support/builders.ts'
import { sharedServer } from '../support/server.ts'
import { aProfessional, ONCOLOGIST, signedIn } from '../support/signed-in.ts'
import { aVisitor } from '../support/visitor.ts'
import { pagesServer } from './pages-server.ts'

describe('the home page of a server that people sign in to', () => {
  const pages = pagesServer()
  const stranger = () => {
    const { record, origin, port } = pages()
    return aVisitor({ port, config: { ...record.config, baseUrl: origin } })
  }

  test('tells a stranger what this is, with one way in, and shows no search', async () => {
    const shown = await stranger().get('/')
    assert.equal(shown.status, 200)
    assert.match(shown.text, /<h1>Dossier communicant de cancérologie<\/h1>/)
    assert.match(shown.text, /href="\/login\?next=%2F"[^>]*>Se connecter</, 'no provider is named that is not there')
    assert.match(shown.text, /href="\/conformance"/)
    assert.match(shown.text, /href="\/fhir\/metadata"/)
    assert.match(shown.text, /href="\/demo\/dpi"/)
    assert.doesNotMatch(shown.text, /<form/)
  })

  test('shows who has signed in the search first, who they are, and the way out', async () => {
    const { visitor } = await pages().habilitated()
    const { text } = await visitor.get('/')
    assert.match(text, /name="family"[^>]*autofocus/)
    assert.match(text, /action="\/logout"/)
    assert.match(text, new RegExp(`${ONCOLOGIST.given} ${ONCOLOGIST.family}`))
    assert.match(text, /CHU FICTIF/)
    assert.match(text, /ceux que vous prenez en charge/)
    assert.doesNotMatch(text, /Ouverts depuis/)
  })

  test('leads back to the patients of this session, and to those of no other', async () => {
    const { patient, habilitated } = pages()
    const id = await patient(aPatient().named('RECENT-FICTIF', 'JEANNE').build(), ONCOLOGIST)
    const { visitor, csrf } = await habilitated()
    visitor.following = false
    await visitor.post('/search/open', { jeton: csrf, patient: id })
    assert.match((await visitor.get('/')).text, /RECENT-FICTIF JEANNE/)
    const { visitor: elsewhere } = await habilitated()
    assert.doesNotMatch((await elsewhere.get('/')).text, /RECENT-FICTIF/)
  })

  test('forgets a recent patient whom the professional may not see any more', async () => {
    const { patient, habilitated, record } = pages()
    const colleague = aProfessional('810000000077')
    const id = await patient(aPatient().named('RETIRE-FICTIF').build(), colleague)
    const { visitor, csrf } = await habilitated({ professional: colleague })
    visitor.following = false
    await visitor.post('/search/open', { jeton: csrf, patient: id })
    assert.match((await visitor.get('/')).text, /RETIRE-FICTIF/)
    await removeFromCareTeam(record.record.dcc, { patientId: id, nationalId: colleague.nationalId })
    assert.doesNotMatch((await visitor.get('/')).text, /RETIRE-FICTIF/)
  })

  test('tells who is not habilitated so, lets them sign out and shows them no search', async () => {
    const { record, origin, port } = pages()
    const { cookie } = await signedIn({ record: record.record }, aProfessional('810000000099'))
    const { status, text } = await aVisitor({ port, config: { ...record.config, baseUrl: origin } }, cookie).get('/')
    assert.equal(status, 200)
    assert.match(text, /pas habilité/)
    assert.match(text, /action="\/logout"/)
    assert.doesNotMatch(text, /action="\/search"/)
  })
})

describe('the home page of a server without sign-in', () => {
  const server = sharedServer()

  test('says that pages are closed, and leads to what is open', async () => {
    const { status, text } = await server().get('/', { accept: 'text/html' })
    assert.equal(status, 200)
    assert.match(text, /ouvert sans connexion/)
    assert.match(text, /href="\/fhir\/metadata"/)
    assert.doesNotMatch(text, /demo\/dpi|Se connecter/)
  })

  test('an address that leads nowhere is a page for browsers, and JSON for programs', async () => {
    const page = await server().get('/nowhere-secret', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' })
    assert.equal(page.status, 404)
    assert.match(page.text, /<h1>Page introuvable<\/h1>/)
    assert.doesNotMatch(page.text, /nowhere-secret/)
    for (const accept of ['application/json', '*/*', undefined]) {
      const answer = await server().get('/nowhere-secret', { accept })
      assert.deepEqual([answer.status, answer.json()], [404, { status: 'not found' }], accept)
    }
  })
})
