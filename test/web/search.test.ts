import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { removeFromCareTeam } from '../../src/dcc/entitlement/administration.ts'
import { isoDay, readQuery } from '../../src/web/patient-query.ts'
import { MOST_SHOWN } from '../../src/web/patient-search.ts'
import { aPatient } from '../support/builders.ts'
import { aProfessional, ONCOLOGIST } from '../support/signed-in.ts'
import { formsOf, type Shown } from '../support/visitor.ts'
import { DPI, type Guest, pagesServer } from './pages-server.ts'

const COLLEAGUE = aProfessional('810000000002')

/** Names of the patients that a page shows, as the professional reads them. */
const namesOn = ({ text }: Shown): string[] =>
  [...text.matchAll(/<div class="who">\s*<strong>([^<]*)<\/strong>/g)].map(([, name = '']) => name)

const NOTHING = { family: '', given: '', birthDate: '', number: '' }
const searchBy = (guest: Guest, query: Record<string, string>) =>
  guest.visitor.post('/search', { jeton: guest.csrf, ...NOTHING, ...query })

describe('a search', () => {
  const DAYS: [id: string, typed: string, day: string | undefined][] = [
    ['slashes', '02/07/1964', '1964-07-02'],
    ['short', '2/7/1964', '1964-07-02'],
    ['dots', '02.07.1964', '1964-07-02'],
    ['compact', '02071964', '1964-07-02'],
    ['iso', '1964-07-02', '1964-07-02'],
    ['no such day', '31/02/1964', undefined],
    ['no such month', '02/13/1964', undefined],
    ['two digits', '02/07/64', undefined],
    ['a year', '1964', undefined],
    ['words', 'hier', undefined],
  ]
  for (const [id, typed, day] of DAYS) test(`reads a birth date: ${id}`, () => assert.equal(isoDay(typed), day))

  const QUERIES: [id: string, query: Record<string, string>, fault: string | undefined][] = [
    ['nothing', {}, 'query'],
    ['a family name alone', { family: 'DURAND' }, 'query'],
    ['a given name alone', { given: 'LUCIE' }, 'query'],
    ['a birth date alone', { birthDate: '02/07/1964' }, 'query'],
    ['one letter', { family: 'D', birthDate: '02/07/1964' }, 'family'],
    ['signs for letters', { family: '%%_', given: 'LUCIE' }, 'family'],
    ['a short number', { number: '12' }, 'number'],
    ['a wrong date', { family: 'DURAND', birthDate: '31/02/1964' }, 'birthDate'],
    ['name and date', { family: 'DURAND', birthDate: '02/07/1964' }, undefined],
    ['both names', { family: 'DURAND', given: 'LUCIE' }, undefined],
    ['a number', { number: 'IPP-1' }, undefined],
  ]
  for (const [id, query, fault] of QUERIES) {
    test(`must be narrow: ${id}`, () => {
      const { query: read, faults } = readQuery((name) => query[name] ?? '')
      assert.deepEqual(Object.keys(faults), fault === undefined ? [] : [fault])
      assert.equal(read === undefined, fault !== undefined)
    })
  }
})

describe('the search page', () => {
  const pages = pagesServer()

  const SPELLINGS: [id: string, query: Record<string, string>][] = [
    ['as registered', { family: 'LE-GOFF D’ÉSSAI', given: 'ZOÉ' }],
    ['lower case without accents', { family: 'le goff d essai', given: 'zoe' }],
    ['the beginning of each', { family: 'le go', given: 'zo' }],
    ['name and birth date', { family: 'Le Goff', birthDate: '3/5/1971' }],
    ['given name and birth date', { given: 'zoé', birthDate: '03051971' }],
    ['the number of the hospital', { number: 'IPP-ZOE-1' }],
  ]
  for (const [id, query] of SPELLINGS) {
    test(`finds a patient of mine: ${id}`, async () => {
      const { habilitated, patient, record } = pages()
      const known = await record.record.dcc.store.lookup('patient', { system: 'urn:test:ipp', value: 'IPP-ZOE-1' })
      if (known === undefined) {
        const identifier = [{ system: 'urn:test:ipp', value: 'IPP-ZOE-1' }]
        const zoe = aPatient().named('LE-GOFF D’ÉSSAI', 'ZOÉ').born('1971-05-03').with({ identifier })
        await patient(zoe.build(), ONCOLOGIST)
      }
      const shown = await searchBy(await habilitated(), query)
      assert.equal(shown.status, 200)
      assert.deepEqual(namesOn(shown), ['LE-GOFF D’ÉSSAI ZOÉ'])
      assert.match(shown.url.search, /^\?recherche=[\w-]{43}$/, 'an identity is never in an address')
      assert.equal(shown.headers.get('cache-control'), 'no-store')
    })
  }

  test('finds by INS, with or without spaces', async () => {
    const { habilitated, patient } = pages()
    const builder = aPatient().named('MATRICULE-FICTIF').qualified()
    await patient(builder.build(), ONCOLOGIST)
    const guest = await habilitated()
    const spaced = builder.ins.replace(/^(.)(..)(..)(..)(...)(...)(..)$/, '$1 $2 $3 $4 $5 $6 $7')
    for (const number of [builder.ins, spaced]) {
      assert.deepEqual(namesOn(await searchBy(guest, { number })), ['MATRICULE-FICTIF LUCIE'])
    }
  })

  test('what was found has an address to come back to, for the same session only', async () => {
    const { habilitated, patient } = pages()
    await patient(aPatient().named('RELOAD-FICTIF', 'ANNA').build(), ONCOLOGIST)
    const guest = await habilitated()
    const { url } = await searchBy(guest, { family: 'RELOAD', given: 'ANNA' })
    assert.deepEqual(namesOn(await guest.visitor.get(url)), ['RELOAD-FICTIF ANNA'])
    const other = await habilitated()
    const elsewhere = await other.visitor.get(url)
    assert.equal(elsewhere.status, 200)
    assert.doesNotMatch(elsewhere.text, /RELOAD|ANNA/)
  })

  test('what may not be seen any more is not found again', async () => {
    const { habilitated, patient, record } = pages()
    const patientId = await patient(aPatient().named('QUITTE-FICTIF', 'ANNA').build(), ONCOLOGIST)
    const guest = await habilitated()
    const { url } = await searchBy(guest, { family: 'QUITTE', given: 'ANNA' })
    await removeFromCareTeam(record.record.dcc, { patientId, nationalId: ONCOLOGIST.nationalId })
    assert.deepEqual(namesOn(await guest.visitor.get(url)), [])
  })

  test('shows namesakes with every strict trait, so that they are told apart', async () => {
    const { habilitated, patient } = pages()
    await patient(aPatient().named('HOMONYME-FICTIF').qualified().build(), ONCOLOGIST)
    await patient(aPatient().named('HOMONYME-FICTIF').born('1950-12-24').build(), ONCOLOGIST)
    const shown = await searchBy(await habilitated(), { family: 'homonyme', given: 'lucie' })
    assert.equal(namesOn(shown).length, 2)
    assert.match(shown.text, /24\/12\/1950/)
    assert.match(shown.text, /Mazoires \(63220\)/)
    assert.match(shown.text, /LUCIE ANNE/)
    assert.match(shown.text, /finit par \d{5}/)
    assert.match(shown.text, /sans INS<span class="minor">Identité provisoire/)
    assert.match(shown.text, /Comparez tous les traits/)
  })

  test('R10: a patient of somebody else is not told of: one answer for unknown and not open', async () => {
    const { habilitated, patient } = pages()
    await patient(aPatient().named('AUTRUI-FICTIF', 'ROSE').build(), COLLEAGUE)
    const guest = await habilitated()
    const [closed, unknown] = [
      await searchBy(guest, { family: 'AUTRUI-FICTIF', given: 'ROSE' }),
      await searchBy(guest, { family: 'PERSONNE-FICTIF', given: 'ROSE' }),
    ]
    assert.match(closed.text, /Aucun patient trouvé/)
    assert.equal(closed.text.replaceAll('AUTRUI-FICTIF', '…'), unknown.text.replaceAll('PERSONNE-FICTIF', '…'))
    const region = await habilitated({ professional: aProfessional('810000000003'), reach: 'region' })
    assert.equal(namesOn(await searchBy(region, { family: 'AUTRUI-FICTIF', given: 'ROSE' })).length, 1)
  })

  test('says when there are more than it shows', async () => {
    const { habilitated, patient } = pages()
    for (let at = 0; at <= MOST_SHOWN; at += 1) {
      await patient(aPatient().named('NOMBREUX-FICTIF', 'MARIE').build(), ONCOLOGIST)
    }
    const shown = await searchBy(await habilitated(), { family: 'NOMBREUX', given: 'MARIE' })
    assert.equal(namesOn(shown).length, MOST_SHOWN)
    assert.match(shown.text, /Il y en a d’autres/)
  })

  test('a search that is too wide is refused in kind words, with what was typed', async () => {
    const shown = await searchBy(await pages().habilitated(), { family: 'DURAND' })
    assert.equal(shown.status, 400)
    assert.match(shown.text, /trop large/)
    assert.match(shown.text, /name="family" value="DURAND"/)
  })

  test('a faulty answer has the focus and its fault beside it', async () => {
    const shown = await searchBy(await pages().habilitated(), { family: 'DURAND', birthDate: 'hier' })
    const input = /<input id="f-birthDate"[^>]*>/.exec(shown.text)?.[0] ?? ''
    assert.match(input, /aria-invalid="true"/)
    assert.match(input, /aria-describedby="e-birthDate"/)
    assert.match(input, /autofocus/)
    assert.equal(shown.text.match(/ autofocus/g)?.length, 1)
  })

  test('opens a sheet in a context of its own, bound to session and patient', async () => {
    const { habilitated, patient, options } = pages()
    const id = await patient(aPatient().named('OUVERT-FICTIF', 'LINA').build(), ONCOLOGIST)
    const guest = await habilitated()
    const { visitor, session } = guest
    await searchBy(guest, { family: 'OUVERT-FICTIF', given: 'LINA' })
    visitor.following = false
    const opened = await visitor.submit('/search/open')
    assert.equal(opened.status, 303)
    const address = new URL(opened.headers.get('location') ?? '', pages().origin)
    assert.equal(address.pathname, `/patients/${id}`)
    const context = await options.contexts.find(address.searchParams.get('contexte') ?? '', session.uid)
    assert.equal(context?.patientId, id)
    assert.equal(context?.origin, 'search')
    assert.equal(await options.contexts.find(context?.id ?? '', 'another-session'), undefined)
  })

  test('threat context-confusion: two tabs have two contexts with two patients', async () => {
    const { habilitated, patient } = pages()
    const [one, other] = [await patient(aPatient().build(), ONCOLOGIST), await patient(aPatient().build(), ONCOLOGIST)]
    const { visitor, csrf } = await habilitated()
    visitor.following = false
    const addresses = []
    for (const id of [one, other]) {
      addresses.push((await visitor.post('/search/open', { jeton: csrf, patient: id })).headers.get('location'))
    }
    assert.match(addresses[0] ?? '', new RegExp(`^/patients/${one}\\?`))
    assert.match(addresses[1] ?? '', new RegExp(`^/patients/${other}\\?`))
    assert.notEqual(addresses[0]?.split('=')[1], addresses[1]?.split('=')[1])
  })

  test('threat parameter-tampering: the id of a patient of somebody else, or of nobody, is refused alike', async () => {
    const { habilitated, patient } = pages()
    const foreign = await patient(aPatient().named('SECRET-FICTIF').build(), COLLEAGUE)
    const { visitor, csrf } = await habilitated()
    const told = []
    for (const id of [foreign, 'abcdefghjkmnpqrstvwx', '', '../x', 'é'.repeat(90)]) {
      const shown = await visitor.post('/search/open', { jeton: csrf, patient: id })
      assert.equal(shown.status, 403, id)
      assert.doesNotMatch(shown.text, /SECRET-FICTIF/)
      told.push(shown.text.replace(/name="contexte" value="[^"]*"/, ''))
    }
    assert.equal(new Set(told).size, 1)
  })

  test('threat xss-via-traits: names with markup are shown as they are written', async () => {
    const { habilitated, patient } = pages()
    const evil = '<SCRIPT>ALERT(1)</SCRIPT>'
    await patient(aPatient().named(evil, '"><IMG SRC=X ONERROR=ALERT(2)>').build(), ONCOLOGIST)
    const guest = await habilitated()
    const shown = await searchBy(guest, { family: '<script>', given: '"><img' })
    assert.deepEqual(namesOn(shown).length, 1)
    assert.doesNotMatch(shown.text, /<script|<img/i)
    const typed = await searchBy(guest, { family: '"><script>alert(3)</script>' })
    assert.doesNotMatch(typed.text, /<script/i)
    assert.match(typed.headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'self'/)
  })

  test('odd characters in a search find nobody and break nothing', async () => {
    const guest = await pages().habilitated()
    for (const family of [
      '\u0000\u0000',
      'AB\u0000',
      '\ud800\udc00\ud800',
      '‮TSET',
      'A'.repeat(5000),
      "' OR 1=1 --",
      '%%%AAA',
    ]) {
      const shown = await searchBy(guest, { family, given: 'LUCIE' })
      assert.ok([200, 400].includes(shown.status), `${shown.status}`)
      assert.deepEqual(namesOn(shown), [])
    }
  })
})

describe('the search of a call that proves nobody', () => {
  const pages = pagesServer()

  test('R7: is filled in, says that the call was not signed, and opens by the rules of calls', async () => {
    const { habilitated, patient, call, calls } = pages()
    const id = await patient(
      aPatient().named('INCONNU-FICTIF', 'PAUL').born('1964-07-02').with({ gender: 'male' }).build(),
      ONCOLOGIST,
    )
    const guest = await habilitated()
    const { context, id: callId } = await call(guest, { resolution: { kind: 'hints' } })
    const shown = await guest.visitor.get(`/search?contexte=${context.id}`)
    assert.match(shown.text, /n’est pas signé/)
    assert.match(shown.text, /name="family" value="INCONNU-FICTIF"/)
    assert.match(shown.text, /name="birthDate" value="02\/07\/1964"/)
    assert.match(
      shown.headers.get('content-security-policy') ?? '',
      /frame-ancestors 'self' https:\/\/dpi\.example\.test/,
    )
    const found = await guest.visitor.submit('/search')
    assert.match(
      found.text,
      /<input type="checkbox" name="verified" value="oui" required> J’ai vérifié avec le patient/,
    )
    guest.visitor.following = false
    await guest.visitor.submit('/search/open', { verified: 'oui' })
    assert.deepEqual(calls.asked.at(-1), { method: 'choose', id: callId, with: { patientId: id, verified: true } })
  })

  test('without patient it opens the search, with the way back to the DPI kept', async () => {
    const { habilitated, options, patient } = pages()
    const id = await patient(aPatient().build(), ONCOLOGIST)
    const guest = await habilitated()
    const context = await options.contexts.open({
      sessionUid: guest.session.uid,
      origin: 'call',
      patientId: undefined,
      draftId: undefined,
      dpi: DPI,
      intent: undefined,
      unqualified: false,
    })
    const shown = await guest.visitor.get(`/search?contexte=${context.id}`)
    assert.equal(shown.status, 200)
    assert.equal(formsOf(shown).find(({ action }) => action.pathname === '/search')?.fields.contexte, context.id)
    guest.visitor.following = false
    const fields = { jeton: guest.csrf, contexte: context.id, patient: id }
    const opened = await guest.visitor.post('/search/open', fields)
    const next = new URL(opened.headers.get('location') ?? '', pages().origin).searchParams.get('contexte') ?? ''
    assert.equal((await options.contexts.find(next, guest.session.uid))?.dpi?.id, DPI.id)
  })
})
