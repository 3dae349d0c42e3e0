import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { recordChoice } from '../../src/dcc/entitlement/administration.ts'
import { openEntitlements } from '../../src/dcc/entitlement/open.ts'
import { readReason } from '../../src/web/emergency-reason.ts'
import { aPatient } from '../support/builders.ts'
import { aProfessional, ONCOLOGIST } from '../support/signed-in.ts'
import { formsOf, type Shown } from '../support/visitor.ts'
import { type Guest, pagesServer } from './pages-server.ts'

const COLLEAGUE = aProfessional('810000000002')
const WHY = 'Patient aux urgences, traitement en cours inconnu'
const COMPLETE = { reason: 'vital', words: WHY, told: 'oui' }

/** What a page says, without what differs from one context or session to another. */
const said = ({ text }: Shown): string => text.replaceAll(/name="(contexte|jeton)" value="[^"]*"/g, '')

describe('the reason of an emergency', () => {
  const ANSWERS: [id: string, answers: Partial<typeof COMPLETE>, faults: string[]][] = [
    ['complete', {}, []],
    ['no choice', { reason: '' }, ['reason']],
    ['a choice that is none', { reason: 'curiosity' }, ['reason']],
    ['too short', { words: 'urgence' }, ['words']],
    ['blanks for letters', { words: 'a . . . . . . . . . . . . . . .' }, ['words']],
    ['not confirmed', { told: '' }, ['told']],
    ['nothing at all', { reason: '', words: '', told: '' }, ['reason', 'words', 'told']],
  ]
  for (const [id, answers, faults] of ANSWERS) {
    test(`is chosen, explained and confirmed: ${id}`, () => {
      const given: Record<string, string> = { ...COMPLETE, ...answers }
      const read = readReason((name) => given[name] ?? '')
      assert.deepEqual(Object.keys(read.faults), faults)
      assert.equal(read.reason, faults.length === 0 ? `Urgence vitale : ${WHY}` : undefined)
    })
  }

  test('is never longer than what is traced', () => {
    const { reason = '' } = readReason((name) => ({ ...COMPLETE, words: 'longue '.repeat(300) })[name] ?? '')
    assert.ok(reason.length > 15 && reason.length <= 500)
  })
})

describe('who is not entitled to a record', () => {
  const pages = pagesServer()
  const refused = (guest: Guest, patient: string) => guest.visitor.post('/search/open', { jeton: guest.csrf, patient })

  test('R10: reads one text whether there is a record, none, one without pathway, or one that is closed', async () => {
    const { habilitated, patient } = pages()
    const guest = await habilitated()
    const known = await patient(aPatient().build(), COLLEAGUE)
    const told = [await refused(guest, known), await refused(guest, 'abcdefghjkmnpqrstvwx')]
    for (const shown of told) {
      assert.equal(shown.status, 403)
      assert.match(shown.text, /<h1>Accès non autorisé<\/h1>/)
      assert.equal(formsOf(shown).filter(({ action }) => action.pathname === '/access/emergency').length, 1)
    }
    assert.equal(new Set(told.map(said)).size, 1)
  })

  test('opens it in an emergency with a reason, for themselves only, and leaves a trace', async () => {
    const { habilitated, patient, options, record } = pages()
    const guest = await habilitated()
    const id = await patient(aPatient().named('URGENCE-FICTIF').build(), COLLEAGUE)
    await refused(guest, id)
    guest.visitor.following = false
    const opened = await guest.visitor.submit('/access/emergency', COMPLETE)
    assert.equal(opened.status, 303)
    assert.match(opened.headers.get('location') ?? '', new RegExp(`^/patients/${id}\\?contexte=`))
    const entitlements = openEntitlements(options.dcc)
    assert.deepEqual(await entitlements.access(ONCOLOGIST, id), { allowed: true, basis: 'emergency' })
    const traces = JSON.stringify(await record.record.dcc.store.entitlement.traces({ patientId: id, limit: 20 }))
    assert.match(traces, /emergency-access/)
    assert.match(traces, new RegExp(`Urgence vitale : ${WHY}`))
    assert.match(traces, /patient-refused/)
  })

  test('R10: the refusal of an emergency is one text too, whether or not there is a record', async () => {
    const { habilitated, patient, record } = pages()
    const guest = await habilitated()
    const opposed = await patient(aPatient().named('OPPOSE-FICTIF').build(), COLLEAGUE)
    await recordChoice(record.record.dcc, opposed, 'oppose')
    const told: string[] = []
    for (const id of [opposed, 'abcdefghjkmnpqrstvwx']) {
      await refused(guest, id)
      const shown = await guest.visitor.submit('/access/emergency', COMPLETE)
      assert.equal(shown.status, 403)
      assert.match(shown.text, /n’a pas ouvert de dossier/)
      told.push(said(shown))
    }
    assert.equal(told[0], told[1])
  })

  test('R10: refusals take the same time, whether or not there is a record', async () => {
    const { habilitated, patient } = pages()
    const guest = await habilitated()
    const known = aPatient().qualified().named('CHRONO-FICTIF').build()
    await patient(known, COLLEAGUE)
    guest.visitor.following = false
    for (const birthFamily of ['CHRONO-FICTIF', 'PERSONNE-FICTIF']) {
      const [given = ''] = known.name?.[0]?.given ?? []
      const traits = { birthFamily, firstGiven: given, birthDate: known.birthDate ?? '', birthPlace: '63220' }
      await guest.visitor.get('/search')
      const begun = performance.now()
      const asked = await guest.visitor.post('/access', { jeton: guest.csrf, gender: known.gender ?? '', ...traits })
      assert.equal(asked.status, 303)
      assert.ok(performance.now() - begun >= 249, birthFamily)
    }
    guest.visitor.following = true
    await refused(guest, 'abcdefghjkmnpqrstvwx')
    const begun = performance.now()
    assert.equal((await guest.visitor.submit('/access/emergency', COMPLETE)).status, 403)
    assert.ok(performance.now() - begun >= 249)
  })

  test('must answer everything; what was written stays, and the first fault has the focus', async () => {
    const { habilitated, patient } = pages()
    const guest = await habilitated()
    await refused(guest, await patient(aPatient().build(), COLLEAGUE))
    const shown = await guest.visitor.submit('/access/emergency', {
      reason: 'unplanned',
      words: 'trop court',
      told: '',
    })
    assert.equal(shown.status, 400)
    assert.match(shown.text, /Expliquez en 15 caractères au moins/)
    assert.match(shown.text, /Confirmez que vous en avez pris connaissance/)
    assert.match(shown.text, /value="unplanned" checked/)
    assert.match(shown.text, />trop court<\/textarea>/)
    assert.match(/<textarea[^>]*>/.exec(shown.text)?.[0] ?? '', /autofocus/)
  })

  test('threat parameter-tampering: the patient of the form is that of its context, whatever else is sent', async () => {
    const { habilitated, patient, options } = pages()
    const guest = await habilitated()
    const [asked, other] = [await patient(aPatient().build(), COLLEAGUE), await patient(aPatient().build(), COLLEAGUE)]
    await refused(guest, asked)
    guest.visitor.following = false
    const opened = await guest.visitor.submit('/access/emergency', { ...COMPLETE, patient: other, patientId: other })
    assert.match(opened.headers.get('location') ?? '', new RegExp(`^/patients/${asked}\\?`))
    assert.equal((await openEntitlements(options.dcc).access(ONCOLOGIST, other)).allowed, false)
  })

  test('threat parameter-tampering: a context of another session opens nothing', async () => {
    const { habilitated, patient, options } = pages()
    const id = await patient(aPatient().build(), COLLEAGUE)
    const [guest, stranger] = [await habilitated(), await habilitated({ professional: aProfessional('810000000004') })]
    const shown = await refused(guest, id)
    const contexte = formsOf(shown).flatMap(({ fields }) => fields.contexte ?? [])[0] ?? ''
    const stolen = await stranger.visitor.post('/access/emergency', { jeton: stranger.csrf, contexte, ...COMPLETE })
    assert.equal(stolen.status, 410)
    assert.match(stolen.text, /context\.unknown/)
    assert.equal((await openEntitlements(options.dcc).access(aProfessional('810000000004'), id)).allowed, false)
    const none = await guest.visitor.post('/access/emergency', { jeton: guest.csrf, ...COMPLETE })
    assert.equal(none.status, 410)
  })

  test('asks by the whole identity when the search finds nobody: all five traits, or nothing', async () => {
    const { habilitated, patient } = pages()
    const guest = await habilitated()
    const builder = aPatient().named('STRICTE-FICTIF').qualified().born('1930-01-21')
    const id = await patient(builder.build(), COLLEAGUE)
    const whole = {
      birthFamily: 'stricte fictif',
      firstGiven: 'Lucie',
      birthDate: '21/01/1930',
      gender: 'female',
      birthPlace: '63220',
    }
    const asked = { jeton: guest.csrf, family: 'STRICTE-FICTIF', given: 'LUCIE', birthDate: '', number: '' }
    await guest.visitor.post('/search', asked)
    const found = await guest.visitor.submit('/access', whole)
    await guest.visitor.get('/search')
    const wrong = await guest.visitor.post('/access', { jeton: guest.csrf, ...whole, birthPlace: '75115' })
    assert.equal(found.status, 403)
    assert.equal(said(found), said(wrong), 'one page, whether the identity is known or not')
    const partial = await guest.visitor.post('/access', { jeton: guest.csrf, ...whole, gender: '', birthPlace: '' })
    assert.equal(partial.status, 400)
    assert.match(partial.text, /Choisissez le sexe/)
    await guest.visitor.post('/access', { jeton: guest.csrf, ...whole })
    guest.visitor.following = false
    const opened = await guest.visitor.submit('/access/emergency', COMPLETE)
    assert.match(opened.headers.get('location') ?? '', new RegExp(`^/patients/${id}\\?`))
    const mine = await guest.visitor.post('/access', { jeton: guest.csrf, ...whole })
    assert.match(mine.headers.get('location') ?? '', new RegExp(`^/patients/${id}\\?`), 'entitled now')
  })

  test('of a call: the form is bound to the call, and the rules are asked again afterwards', async () => {
    const { habilitated, patient, call, calls } = pages()
    const guest = await habilitated()
    const id = await patient(aPatient().build(), COLLEAGUE)
    const refusal = { kind: 'not-entitled', rule: 'R10', insIgnored: undefined } as const
    const known = await call(guest, { resolution: { ...refusal, patientId: id } })
    const unknown = await call(guest, { resolution: { ...refusal, patientId: undefined } })
    const shown = await guest.visitor.get(`/access/${known.id}?contexte=${known.context.id}`)
    assert.equal(shown.status, 403)
    assert.match(shown.text, /href="https:\/\/dpi\.example\.test\/retour"/)
    const none = await guest.visitor.get(`/access/${unknown.id}?contexte=${unknown.context.id}`)
    assert.equal(said(shown), said(none))
    assert.equal((await guest.visitor.submit('/access/emergency', COMPLETE)).status, 403)
    await guest.visitor.get(`/access/${known.id}?contexte=${known.context.id}`)
    guest.visitor.following = false
    const opened = await guest.visitor.submit('/access/emergency', COMPLETE)
    assert.equal(opened.headers.get('location'), calls.leadsTo)
    assert.deepEqual(calls.asked.at(-1), { method: 'emergency', id: known.id, with: `Urgence vitale : ${WHY}` })
  })

  test('threat parameter-tampering: a call of another tab is another patient', async () => {
    const { habilitated, call } = pages()
    const guest = await habilitated()
    const refusal = { kind: 'not-entitled', rule: 'R10', insIgnored: undefined, patientId: undefined } as const
    const [one, other] = [await call(guest, { resolution: refusal }), await call(guest, { resolution: refusal })]
    const shown = await guest.visitor.get(`/access/${one.id}?contexte=${other.context.id}`)
    assert.equal(shown.status, 409)
    assert.match(shown.text, /context\.other-patient/)
  })
})
