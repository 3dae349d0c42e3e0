import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { accessibilityFaults, movesSideways, openWindow, SKIP_BROWSER, sharedBrowser } from '../../support/browser.ts'
import { aPatient } from '../../support/builders.ts'
import { aProfessional, ONCOLOGIST } from '../../support/signed-in.ts'
import { type Guest, pagesServer } from '../pages-server.ts'

/** A screen of a hospital, the same at 200 %, and a telephone. */
const SCREENS = [
  { width: 1280, height: 800 },
  { width: 640, height: 400 },
  { width: 375, height: 700 },
] as const
const R8 = { kind: 'unknown', rule: 'R8', insIgnored: undefined } as const
const R7 = { kind: 'candidates', rule: 'R7', insIgnored: undefined } as const
const R2 = { kind: 'conflict', rule: 'R2', insIgnored: undefined, differing: ['birthDate', 'gender'] } as const
const R10 = { kind: 'not-entitled', rule: 'R10', insIgnored: undefined, patientId: undefined } as const

describe('the pages around the sheet, in a browser', { skip: SKIP_BROWSER }, () => {
  const browser = sharedBrowser()
  const pages = pagesServer()
  const windowOf = ({ secret }: Guest, options = {}): Promise<Page> =>
    openWindow(browser(), pages().origin, { session: secret, ...options })
  const focused = (page: Page): Promise<string> =>
    page.evaluate('document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.id ?? ""')
  /** Presses the tabulator until something is focused whose name begins so. */
  const tabTo = async (page: Page, name: string): Promise<number> => {
    for (let presses = 1; presses < 30; presses += 1) {
      await page.keyboard.press('Tab')
      if ((await focused(page)).startsWith(name)) return presses
    }
    assert.fail(`« ${name} » is not reached by the tabulator`)
  }
  const submitted = async (page: Page, act: Promise<unknown>): Promise<void> => {
    await Promise.all([page.waitForEvent('load'), act])
  }

  test('R7: after an unsigned call the browser itself wants the traits verified before a record is opened', async () => {
    const { habilitated, patient, call, calls } = pages()
    const traits = aPatient().named('INCONNU-FICTIF', 'PAUL').born('1964-07-02').with({ gender: 'male' })
    const id = await patient(traits.build(), ONCOLOGIST)
    const guest = await habilitated()
    const { context } = await call(guest, { resolution: { kind: 'hints' }, origin: 'form' })
    const page = await windowOf(guest)
    await page.goto(`/search?contexte=${context.id}`)
    await submitted(page, page.getByRole('button', { name: 'Rechercher' }).click())
    for (const viewport of SCREENS) {
      await page.setViewportSize(viewport)
      assert.equal(await movesSideways(page), false, `${viewport.width}`)
    }
    await page.setViewportSize(SCREENS[0])
    assert.deepEqual(await accessibilityFaults(page), [])
    const open = page.getByRole('button', { name: /^Ouvrir le dossier de INCONNU-FICTIF PAUL/ })
    const before = calls.asked.length
    await open.click()
    assert.equal(calls.asked.length, before)
    await page.getByLabel('J’ai vérifié avec le patient').check()
    await submitted(page, open.click())
    assert.deepEqual(calls.asked.at(-1)?.with, { patientId: id, verified: true })
    await page.context().close()
  })

  test('from the search to the sheet and back to the home page, by the keyboard alone', async () => {
    const { habilitated, patient } = pages()
    await patient(aPatient().named('CLAVIER-FICTIF', 'NADIA').born('1957-03-09').build(), ONCOLOGIST)
    const page = await windowOf(await habilitated())
    await page.goto('/')
    assert.equal(await focused(page), 'f-family', 'one types at once')
    await page.keyboard.type('clavier')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.type('9/3/1957')
    await submitted(page, page.keyboard.press('Enter'))
    assert.doesNotMatch(page.url(), /clavier|1957/i)
    assert.equal(await focused(page), '', 'nobody is opened by one key too many')
    assert.ok((await tabTo(page, 'Ouvrir le dossier de CLAVIER-FICTIF NADIA')) <= 8)
    await submitted(page, page.keyboard.press('Enter'))
    assert.match(page.url(), /\/patients\/[^/?]+\?contexte=/)
    assert.match((await page.textContent('body')) ?? '', /CLAVIER-FICTIF/)
    await page.goto('/')
    assert.match((await page.textContent('.patients')) ?? '', /CLAVIER-FICTIF NADIA/)
    await page.context().close()
  })

  test('what was found is there again when one comes back from a sheet', async () => {
    const { habilitated, patient } = pages()
    await patient(aPatient().named('RETOUR-FICTIF', 'ALMA').build(), ONCOLOGIST)
    const page = await windowOf(await habilitated())
    await page.goto('/search')
    await page.fill('[name=family]', 'retour')
    await page.fill('[name=given]', 'alma')
    await submitted(page, page.keyboard.press('Enter'))
    await submitted(page, page.click('text=Ouvrir le dossier'))
    await page.goBack({ waitUntil: 'load' })
    assert.match((await page.textContent('body')) ?? '', /RETOUR-FICTIF ALMA/)
    await page.reload({ waitUntil: 'load' })
    assert.match((await page.textContent('body')) ?? '', /RETOUR-FICTIF ALMA/)
    await page.context().close()
  })

  test('after sign-out, going back shows nothing of any patient', async () => {
    const { habilitated, patient } = pages()
    const who = aProfessional('810000000021')
    await patient(aPatient().named('PARTI-FICTIF', 'HUGO').build(), who)
    const page = await windowOf(await habilitated({ professional: who }))
    await page.goto('/search')
    await page.fill('[name=family]', 'parti')
    await page.fill('[name=given]', 'hugo')
    await submitted(page, page.keyboard.press('Enter'))
    await submitted(page, page.click('text=Ouvrir le dossier'))
    assert.match((await page.textContent('body')) ?? '', /PARTI-FICTIF/)
    await submitted(page, page.click('text=Se déconnecter'))
    for (let step = 0; step < 3; step += 1) {
      await page.goBack({ waitUntil: 'load' }).catch(() => undefined)
      assert.doesNotMatch((await page.textContent('body')) ?? '', /PARTI-FICTIF/, page.url())
    }
    await page.context().close()
  })

  test('a sheet is confirmed once, however often one clicks', async () => {
    const { habilitated, call, calls } = pages()
    const guest = await habilitated()
    const { id, context } = await call(guest, { resolution: R8 })
    const page = await windowOf(guest)
    await page.goto(`/drafts/${id}?contexte=${context.id}`)
    await page.check('text=Suspicion de cancer')
    await page.dblclick('text=Créer le patient')
    await page.waitForURL(/\/patients\/opened/)
    assert.equal(calls.asked.filter((one) => one.method === 'confirm' && one.id === id).length, 1)
    await page.goBack({ waitUntil: 'load' })
    assert.match(page.url(), /\/patients\/opened/, 'back leads to the patient, not to the form')
    await page.context().close()
  })

  test('a fault is where the keyboard is, and is read out with its field', async () => {
    const { habilitated, call } = pages()
    const guest = await habilitated()
    const { id, context } = await call(guest, { resolution: R8 })
    const page = await windowOf(guest)
    await page.goto(`/drafts/${id}?contexte=${context.id}`)
    await page.fill('[name=birthDate]', '31/02/1964')
    await submitted(page, page.click('text=Créer le patient'))
    assert.equal(await focused(page), 'f-birthDate')
    const described = (await page.getAttribute('#f-birthDate', 'aria-describedby')) ?? ''
    const [fault = ''] = described.split(' ')
    assert.match((await page.textContent(`#${fault}`)) ?? '', /Écrivez la date/)
    await page.context().close()
  })

  test('threat xss-via-traits: a name of markup runs nothing', async () => {
    const { habilitated, patient, call } = pages()
    const evil = '<IMG SRC=X ONERROR=DOCUMENT.TITLE=1>'
    await patient(aPatient().named(evil, 'EVE').build(), ONCOLOGIST)
    const guest = await habilitated()
    const page = await windowOf(guest)
    const { id, context } = await call(guest, {
      resolution: R8,
      dpi: { id: 'x', name: '"><script>document.title=1</script>', frameOrigins: [], returnUrl: undefined },
    })
    await page.goto(`/drafts/${id}?contexte=${context.id}`)
    assert.match(await page.title(), /^Nouveau patient/)
    await page.goto('/search')
    await page.fill('[name=family]', '<img')
    await page.fill('[name=given]', 'eve')
    await submitted(page, page.keyboard.press('Enter'))
    assert.match((await page.textContent('.who')) ?? '', /<IMG SRC=X/)
    assert.match(await page.title(), /^Rechercher/)
    await page.context().close()
  })

  test('no page has a serious fault of accessibility, nor moves sideways, on any screen and twice as large', async () => {
    const { habilitated, patient, call } = pages()
    const who = aProfessional('810000000022')
    const one = await patient(aPatient().named('AXE-FICTIF').qualified().build(), who)
    await patient(aPatient().named('AXE-FICTIF', 'LUCIENNE').build(), who)
    const guest = await habilitated({ professional: who })
    const calls = {
      drafts: await call(guest, { resolution: R8 }),
      candidates: await call(guest, { resolution: { ...R7, candidates: [{ patientId: one }] } }),
      conflict: await call(guest, { resolution: { ...R2, patientIds: [one] } }),
      access: await call(guest, { resolution: R10 }),
      search: await call(guest, { resolution: { kind: 'hints' } }),
    }
    const addresses = Object.entries(calls).map(([page, { id, context }]) =>
      page === 'search' ? `/search?contexte=${context.id}` : `/${page}/${id}?contexte=${context.id}`,
    )
    for (const viewport of SCREENS) {
      const page = await windowOf(guest, { viewport })
      const check = async (what: string) => {
        assert.deepEqual(await accessibilityFaults(page), [], what)
        assert.equal(await movesSideways(page), false, what)
      }
      for (const address of ['/', '/search', '/nowhere', ...addresses]) {
        await page.goto(address)
        await check(address)
      }
      const searches: [string, string][] = [
        ['axe', 'lu'],
        ['personne', 'lu'],
        ['x', ''],
      ]
      for (const [family, given] of searches) {
        await page.goto('/search')
        await page.fill('[name=family]', family)
        await page.fill('[name=given]', given)
        await submitted(page, page.keyboard.press('Enter'))
        await check(`search ${family}`)
      }
      await page.goto(addresses[3] ?? '')
      await submitted(page, page.click('text=Ouvrir le dossier en urgence'))
      await check('an emergency without reason')
      await page.context().close()
    }
    const stranger = await openWindow(browser(), pages().origin)
    await stranger.goto('/')
    assert.deepEqual(await accessibilityFaults(stranger), [])
    await stranger.context().close()
  })
})
