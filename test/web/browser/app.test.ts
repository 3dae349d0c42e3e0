import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SKIP_BROWSER, sharedBrowser } from '../../support/browser.ts'
import { picture, sharedDemonstration } from './demonstration.ts'
import { atTheDpi, call, opened, shows, signIn } from './steps.ts'

describe('third-party apps', { skip: SKIP_BROWSER }, () => {
  const browser = sharedBrowser()
  const demo = sharedDemonstration()

  test('an app by itself: sign-in, choice of a patient, consent, documents read with its token', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const app = await opened(dpi.context(), () => dpi.getByRole('link', { name: 'Application tierce' }).click())
    await picture(app, '40-app')
    await app.getByRole('link', { name: 'Choisir un patient du DCC' }).click()
    await signIn(app, 'oncologue')
    await app.waitForLoadState()
    await picture(app, '41-picker')
    console.log(await app.locator('body').innerText())
    assert.ok(true)
    await dpi.context().close()
  })

  test('an app from the sheet of a patient', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const sheet = await call(dpi, demo(), 'connu')
    await signIn(sheet, 'oncologue')
    await shows(sheet, 'TESTFICTIF LUCIE', '45-sheet')
    console.log(await sheet.locator('main').innerText())
    await dpi.context().close()
  })
})
