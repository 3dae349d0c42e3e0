import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { accessibilityFaults, movesSideways, SKIP_BROWSER, sharedBrowser } from '../../support/browser.ts'
import { picture, sharedDemonstration } from './demonstration.ts'
import { atTheDpi, call, opened, shows, signIn } from './steps.ts'

describe('third-party apps', { skip: SKIP_BROWSER }, () => {
  const browser = sharedBrowser()
  const demo = sharedDemonstration()

  test('the pages of the demonstration are read by everybody', async () => {
    const page = await atTheDpi(browser(), demo())
    for (const address of ['/demo/dpi', '/demo/app']) {
      await page.goto(address)
      assert.deepEqual(await accessibilityFaults(page), [])
    }
    await page.setViewportSize({ width: 640, height: 800 })
    await page.goto('/demo/dpi')
    await picture(page, '40-narrow')
    assert.equal(await movesSideways(page), false)
    await page.context().close()
  })

  test('an app by itself: sign-in, choice of a patient, consent, documents read with its token', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const app = await opened(dpi.context(), () => dpi.getByRole('link', { name: 'Application tierce' }).click())
    await picture(app, '40-app')
    await app.getByRole('link', { name: 'Choisir un patient du DCC' }).click()
    await signIn(app, 'oncologue')
    await choose(app, '41-picker')
    await agree(app, '42-consent')
    await shows(app, 'Programme personnalisé de soins', '43-documents')
    assert.match(await app.locator('main').innerText(), /Patient : TESTFICTIF LUCIE, 3 document\(s\)/)
    assert.doesNotMatch(app.url(), /TESTFICTIF|284016322000210/)
    await dpi.context().close()
  })

  test('who declines gives the app nothing', async () => {
    const dpi = await atTheDpi(browser(), demo())
    await dpi.goto('/demo/app')
    await dpi.getByRole('link', { name: 'Choisir un patient du DCC' }).click()
    await signIn(dpi, 'oncologue')
    await dpi.getByRole('button', { name: 'Annuler et revenir à l’application' }).click()
    await shows(dpi, 'n’a pas ouvert de dossier à cette application', '44-declined')
    await dpi.context().close()
  })

  test('launched from the sheet, an app reads the documents of that patient', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const sheet = await call(dpi, demo(), 'connu')
    await signIn(sheet, 'oncologue')
    await shows(sheet, 'TESTFICTIF LUCIE', '45-sheet')
    const button = sheet.getByRole('button', { name: 'Application tierce de démonstration' })
    const app = await opened(dpi.context(), () => button.click())
    await agree(app, '46-consent')
    await shows(app, 'Patient : TESTFICTIF LUCIE', '47-launched')
    assert.match(await app.locator('main').innerText(), /3 document\(s\)/)
    await dpi.context().close()
  })

  test('an app of the hospital shows who it is by its key, and is not asked about', async () => {
    const dpi = await atTheDpi(browser(), demo())
    await dpi.goto('/demo/dpi/launch')
    await signIn(dpi, 'oncologue')
    await choose(dpi, '48-picker')
    await shows(dpi, 'Patient : TESTFICTIF LUCIE', '49-confidential')
    await dpi.context().close()
  })
})

/** Looks the baseline patient up where an app works on one patient only. */
async function choose(page: Page, name: string): Promise<void> {
  await page.getByLabel('Nom de naissance').fill('testf')
  await page.getByLabel('Premier prénom').fill('luc')
  await page.getByRole('button', { name: 'Rechercher' }).click()
  await picture(page, name)
  await page.getByRole('button', { name: /Choisir ce patient, TESTFICTIF LUCIE/ }).click()
}

/** Agrees that an app may read, where the DCC asks. */
async function agree(page: Page, name: string): Promise<void> {
  const button = page.locator('button[name=decision]:not([value=refuse])').first()
  await button.waitFor()
  await picture(page, name)
  await button.click()
}
