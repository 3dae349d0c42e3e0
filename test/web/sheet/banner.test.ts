import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Patient } from '@medplum/fhirtypes'
import type { PageContext } from '../../../src/smart/page-contexts.ts'
import { bannerOf, bannerView } from '../../../src/web/sheet/banner.ts'
import { aPatient } from '../../support/builders.ts'

const TODAY = '2026-11-23T10:00:00Z'
const CONTEXT: PageContext = {
  id: 'c',
  sessionUid: 's',
  origin: 'search',
  patientId: 'p',
  draftId: undefined,
  dpi: undefined,
  intent: undefined,
  unqualified: false,
}
const dpi = (returnUrl: string | undefined) => ({ id: 'dpi', name: 'DPI du CHU', frameOrigins: [], returnUrl })

describe('the banner says who the patient is', () => {
  test('a qualified identity shows its INS as it is printed on a card, and nothing is to be checked', () => {
    const builder = aPatient().qualified()
    const view = bannerView(builder.build(), CONTEXT, TODAY)
    assert.equal(view.ins.replaceAll('\u00a0', ''), builder.ins)
    assert.match(view.ins, /^2\u00a0\d\d\u00a001\u00a063\u00a0220\u00a0\d{3}\u00a0\d\d$/)
    assert.equal(view.status, 'Identité qualifiée')
    assert.equal(view.warning, '')
    assert.equal(view.gender, 'Femme')
    assert.equal(view.birthPlace, 'Mazoires (63220)')
    assert.equal(view.usedName, 'DUPONT-ESSAI LULU')
  })

  test('an identity that is not qualified shows no INS and says that it must be checked', () => {
    const view = bannerView(aPatient().build(), CONTEXT, TODAY)
    assert.equal(view.ins, '')
    assert.match(view.warning, /^Identité non qualifiée \(identité provisoire\)/)
  })

  test('R4: a call that was matched by a local number says so, however good the record is', () => {
    const view = bannerView(aPatient().qualified().build(), { ...CONTEXT, unqualified: true }, TODAY)
    assert.match(view.warning, /identité non qualifiée.*numéro d’établissement/)
  })

  const DEATHS: readonly (readonly [id: string, facts: Partial<Patient>, said: string, age: string])[] = [
    ['alive', {}, '', '96\u00a0ans'],
    ['said', { deceasedBoolean: true }, 'Décès signalé', '96\u00a0ans'],
    ['denied', { deceasedBoolean: false }, '', '96\u00a0ans'],
    ['dated', { deceasedDateTime: '2020-03-01' }, 'Décès le 1er mars 2020', '90\u00a0ans'],
  ]
  for (const [id, facts, said, age] of DEATHS) {
    test(`${id}: a death is told, with the age that the patient reached`, () => {
      const patient: Patient = { ...aPatient().born('1930-01-15').build(), ...facts }
      const view = bannerView(patient, CONTEXT, TODAY)
      assert.equal(view.deceased, said)
      assert.equal(view.age, age)
    })
  }

  test('an unborn date, no name and no sex leave no hole', () => {
    const view = bannerView({ resourceType: 'Patient', birthDate: '2030-01-01' }, CONTEXT, TODAY)
    assert.equal(view.birthFamily, 'Nom inconnu')
    assert.equal(view.gender, 'Sexe inconnu')
    assert.equal(view.age, '')
  })

  const RETURNS = [
    ['https://dpi.example.test/x', 'https://dpi.example.test/x'],
    ['javascript:alert(1)', undefined],
    ['data:text/html,x', undefined],
    ['/relative', undefined],
    [undefined, undefined],
  ] as const
  for (const [given, href] of RETURNS) {
    test(`threat open-redirect: ${given} leads to ${href ?? 'nowhere'}`, () => {
      assert.equal(bannerView(aPatient().build(), { ...CONTEXT, dpi: dpi(given) }, TODAY).dpi?.returnUrl, href)
    })
  }

  test('threat xss-via-traits: names, places and DPIs are text', () => {
    const evil = '<img src=x onerror=alert(1)>'
    const html = bannerOf(
      aPatient().named(evil, evil).build(),
      { ...CONTEXT, dpi: { ...dpi(`https://x.test/"><script>`), name: evil } },
      TODAY,
    )
    assert.doesNotMatch(html, /<img|<script/)
    assert.match(html, /&lt;img src=x onerror=alert\(1\)&gt;/)
  })
})
