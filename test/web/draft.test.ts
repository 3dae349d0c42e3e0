import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CalledIdentity, filledFields, type InsUse } from '../../src/dcc/call/identity.ts'
import { readDraft, untouched } from '../../src/web/draft-form.ts'
import { fictitiousMatricule } from '../support/builders/patients.ts'
import { aProfessional } from '../support/signed-in.ts'
import { formsOf } from '../support/visitor.ts'
import { DPI, type Guest, pagesServer } from './pages-server.ts'

const CALLED: CalledIdentity = {
  ins: undefined,
  ipp: { system: 'urn:oid:1.2.250.1.71.4.2.2.990000001', value: 'IPP-9000' },
  traits: {
    birthFamily: 'INCONNU-FICTIF',
    firstGiven: 'PAUL',
    birthGivenList: 'PAUL MARIE',
    gender: 'male',
    birthDate: '1964-07-02',
    birthPlace: '75115',
  },
  usedFamily: undefined,
  usedGiven: undefined,
  corrected: [],
}
const QUALIFIED: CalledIdentity = {
  ...CALLED,
  ins: { value: fictitiousMatricule(999_999), oid: '1.2.250.1.213.1.4.10', status: 'QUAL' },
}
const UNKNOWN = { kind: 'unknown', rule: 'R8', insIgnored: undefined } as const

describe('the answers of a pre-filled sheet', () => {
  const open = filledFields(CALLED, 'none')
  const typed = untouched(open).typed
  const ANSWERS: [id: string, answers: Record<string, string>, faults: string[]][] = [
    ['as the DPI said, with a reason', {}, []],
    ['no reason', { reason: '' }, ['reason']],
    ['a reason that is none', { reason: 'because' }, ['reason']],
    ['no family name', { birthFamily: '' }, ['birthFamily']],
    ['blanks for a given name', { firstGiven: '   ', birthGivenList: '' }, ['firstGiven']],
    ['another sex', { gender: 'autre' }, ['gender']],
    ['no such day', { birthDate: '30/02/1964' }, ['birthDate']],
    ['a place that is no code', { birthPlace: 'Paris' }, ['birthPlace']],
    ['a place in Corsica', { birthPlace: '2a004' }, []],
    ['a name in digits', { birthFamily: 'DUPONT 2' }, ['birthFamily']],
    ['a name of markup', { usedFamily: '<b>DUPONT</b>' }, ['usedFamily']],
    ['a sex that is not known', { gender: 'unknown' }, []],
    ['many given names', { birthGivenList: `PAUL ${'MARIE '.repeat(40)}`.trim() }, []],
    ['a list that begins otherwise', { birthGivenList: 'JEAN PAUL' }, ['birthGivenList']],
    ['a topography with its point', { topography: 'C50.9' }, []],
    ['a topography without', { topography: 'c509' }, []],
    ['a topography that is no tumour', { topography: 'J45' }, ['topography']],
    ['markup', { topography: '<b>' }, ['topography']],
  ]
  for (const [id, answers, faults] of ANSWERS) {
    test(`are checked before they are sent: ${id}`, () => {
      const sent: Record<string, string> = { ...typed, reason: 'suspected', ...answers }
      const read = readDraft(open, (name) => sent[name] ?? '')
      assert.deepEqual(Object.keys(read.faults), faults)
      assert.equal(read.form === undefined, faults.length > 0)
    })
  }

  test('are sent as the rules want them: dates and codes', () => {
    const sent: Record<string, string> = { ...typed, reason: 'suspected', topography: 'c509', birthDate: '3/7/1964' }
    const { form } = readDraft(open, (name) => sent[name] ?? '')
    assert.equal(form?.topography, 'C50.9')
    assert.equal(form?.fields.birthDate, '1964-07-03')
  })

  test('are not changed by being shown: what was long stays long', () => {
    const list = `PAUL ${'MARIE '.repeat(40)}`.trim()
    const sent: Record<string, string> = { ...typed, reason: 'suspected', birthGivenList: list, birthPlace: '2a004' }
    const { form } = readDraft(open, (name) => sent[name] ?? '')
    assert.deepEqual([form?.fields.birthGivenList, form?.fields.birthPlace], [list, '2A004'])
  })

  test('change nothing of what a qualified INS vouches for', () => {
    const sent: Record<string, string> = { ...typed, reason: 'suspected', birthFamily: 'AUTRE', ins: '1', ipp: '2' }
    const { form } = readDraft(filledFields(QUALIFIED, 'usable'), (name) => sent[name] ?? '')
    assert.deepEqual(Object.keys(form?.fields ?? {}), ['usedFamily', 'usedGiven'])
  })
})

describe('the pre-filled sheet of an unknown patient', () => {
  const pages = pagesServer()
  const drafted = async (guest: Guest, identity = CALLED, insUse: InsUse = 'none') => {
    const draft = await pages().call(guest, { resolution: UNKNOWN, identity, insUse })
    return { ...draft, address: `/drafts/${draft.id}?contexte=${draft.context.id}` }
  }

  test('R8: says that the patient is unknown, where each answer comes from, and chooses no reason', async () => {
    const guest = await pages().habilitated()
    const { address } = await drafted(guest)
    const shown = await guest.visitor.get(address)
    assert.equal(shown.status, 200)
    assert.match(shown.text, /Patient inconnu du DCC/)
    assert.match(shown.text, /Rien n’est enregistré tant que vous/)
    assert.match(shown.text, /name="birthFamily" value="INCONNU-FICTIF"/)
    assert.match(shown.text, /name="birthDate" value="02\/07\/1964"/)
    assert.match(shown.text, /transmis par DPI du CHU Fictif/)
    assert.match(shown.text, /Identité provisoire/)
    assert.doesNotMatch(
      /<fieldset[^>]*>\s*<legend>Pourquoi[\s\S]*?<\/fieldset>/.exec(shown.text)?.[0] ?? '',
      / checked/,
    )
    assert.match(
      shown.headers.get('content-security-policy') ?? '',
      /frame-ancestors 'self' https:\/\/dpi\.example\.test/,
    )
  })

  test('R8: shows a qualified identity as the INSi teleservice gave it, not to be changed here', async () => {
    const guest = await pages().habilitated()
    const { address } = await drafted(guest, QUALIFIED, 'usable')
    const { text } = await guest.visitor.get(address)
    assert.match(text, /Identité qualifiée/)
    assert.match(text, /téléservice INSi, par DPI du CHU Fictif/)
    assert.doesNotMatch(text, /name="birthFamily"|name="ins"|name="ipp"/)
  })

  const IGNORED: [use: InsUse, text: RegExp][] = [
    ['none', /n’a pas transmis d’INS/],
    ['not-qualified', /n’est pas qualifié/],
    ['not-believed', /ne reprend pas encore/],
    ['malformed', /mal formé/],
    ['other-domain', /autre environnement/],
    ['traits-missing', /traits manquent/],
  ]
  for (const [use, text] of IGNORED) {
    test(`R3: explains in plain words why an INS is not taken: ${use}`, async () => {
      const guest = await pages().habilitated()
      const identity = use === 'none' ? CALLED : QUALIFIED
      const shown = await guest.visitor.get((await drafted(guest, identity, use)).address)
      assert.match(shown.text, text)
      assert.match(shown.text, /Identité provisoire/)
      assert.doesNotMatch(shown.text, new RegExp(QUALIFIED.ins?.value ?? ''))
    })
  }

  test('what is missing is to be completed', async () => {
    const guest = await pages().habilitated()
    const identity = { ...CALLED, traits: { ...CALLED.traits, birthDate: undefined } }
    const shown = await guest.visitor.get((await drafted(guest, identity)).address)
    assert.match(shown.text, /id="n-birthDate">à compléter</)
    const sent = await guest.visitor.submit(/\/drafts\/[^/]+$/, { reason: 'new-rcp' })
    assert.equal(sent.status, 400)
    assert.match(/<input id="f-birthDate"[^>]*>/.exec(sent.text)?.[0] ?? '', /aria-invalid="true".*autofocus/)
    assert.match(sent.text, /Rien n’a été enregistré/)
    assert.match(sent.text, /value="new-rcp" checked/)
  })

  test('confirmed, it leads to the new sheet; the second click is no second patient', async () => {
    const { habilitated, calls, options } = pages()
    const guest = await habilitated()
    const { id, address, context } = await drafted(guest)
    const before = calls.asked.length
    await guest.visitor.get(address)
    guest.visitor.following = false
    const confirmed = await guest.visitor.submit(/\/drafts\/[^/]+$/, { reason: 'suspected', topography: 'C61' })
    assert.equal(confirmed.status, 303)
    assert.equal(confirmed.headers.get('location'), calls.leadsTo)
    assert.deepEqual(
      calls.asked.slice(before).map(({ method, id: asked }) => [method, asked]),
      [['confirm', id]],
    )
    const again = { jeton: guest.csrf, contexte: context.id, reason: 'suspected' }
    for (const shown of [
      await guest.visitor.get(address),
      await guest.visitor.post(`/drafts/${id}`, again),
      await guest.visitor.post(`/drafts/${id}/cancel`, again),
    ]) {
      assert.equal(shown.status, 303)
      const next = new URL(shown.headers.get('location') ?? '', pages().origin)
      assert.equal(next.pathname, calls.leadsTo)
      const opened = await options.contexts.find(next.searchParams.get('contexte') ?? '', guest.session.uid)
      assert.deepEqual([opened?.patientId, opened?.draftId], ['opened', undefined])
    }
    assert.equal(calls.asked.length, before + 1)
  })

  test('given up, it says that nothing was kept', async () => {
    const { habilitated, calls } = pages()
    const guest = await habilitated()
    const { id, address } = await drafted(guest)
    await guest.visitor.get(address)
    const shown = await guest.visitor.submit('/cancel')
    assert.match(shown.text, /Rien n’a été enregistré/)
    assert.match(shown.text, new RegExp(DPI.returnUrl))
    assert.deepEqual(calls.asked.at(-1), { method: 'cancel', id, with: undefined })
    assert.equal((await guest.visitor.get(address)).status, 410)
  })

  test('threat parameter-tampering: a draft of another tab or session is not confirmed', async () => {
    const { habilitated, calls } = pages()
    const [guest, stranger] = [await habilitated(), await habilitated({ professional: aProfessional('810000000005') })]
    const [one, other] = [await drafted(guest), await drafted(guest)]
    const fields = { ...untouched(filledFields(CALLED, 'none')).typed, reason: 'suspected' } as Record<string, string>
    const before = calls.asked.length
    const mixed = { ...fields, jeton: guest.csrf, contexte: other.context.id }
    assert.equal((await guest.visitor.post(`/drafts/${one.id}`, mixed)).status, 409)
    assert.equal((await guest.visitor.post(`/drafts/${one.id}/cancel`, mixed)).status, 409)
    const stolen = { ...fields, jeton: stranger.csrf, contexte: one.context.id }
    assert.equal((await stranger.visitor.post(`/drafts/${one.id}`, stolen)).status, 410)
    const none = { ...fields, jeton: guest.csrf }
    assert.equal((await guest.visitor.post(`/drafts/${one.id}`, none)).status, 410)
    assert.equal(calls.asked.length, before)
  })

  test('threat xss-via-traits: what a DPI says is shown as it is written', async () => {
    const guest = await pages().habilitated()
    const evil = '"><script>alert(1)</script>'
    const traits = { ...CALLED.traits, birthFamily: evil, firstGiven: evil, birthPlace: evil, birthGivenList: evil }
    const identity = { ...CALLED, traits, usedFamily: evil, usedGiven: evil, ipp: { system: 'urn:x', value: evil } }
    for (const use of ['none', 'usable'] as const) {
      const { text } = await guest.visitor.get((await drafted(guest, identity, use)).address)
      assert.doesNotMatch(text, /<script/)
    }
  })

  test('every form of the page is bound to its context', async () => {
    const guest = await pages().habilitated()
    const { address, context } = await drafted(guest)
    const shown = await guest.visitor.get(address)
    const forms = formsOf(shown).filter(({ action }) => action.pathname.startsWith('/drafts'))
    assert.equal(forms.length, 2)
    assert.match(shown.text, /id="f-birthFamily"/)
    for (const { fields } of forms) assert.deepEqual([fields.contexte, fields.jeton], [context.id, guest.csrf])
  })
})
