import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type SignInServer, startSignIn } from '../smart/psc/server.ts'
import {
  accessibilityFaults,
  freePort,
  movesSideways,
  openWindow,
  SKIP_BROWSER,
  sharedBrowser,
} from '../support/browser.ts'
import { picture } from './browser/demonstration.ts'

describe('sign-in as clinicians see it', { skip: SKIP_BROWSER }, () => {
  const browser = sharedBrowser()
  let server: SignInServer
  before(async () => {
    const port = await freePort()
    server = await startSignIn({ config: { port, baseUrl: `http://127.0.0.1:${port}` } })
  })
  after(() => server?.stop())

  const window = (options = {}) => openWindow(browser(), server.config.baseUrl, options)
  const button = (page: Page) => page.getByRole('link', { name: 'S’identifier avec Pro Santé Connect' })

  /** Fails when a page is hard to read for somebody; keeps a picture of it. */
  async function readable(page: Page, name: string): Promise<void> {
    await picture(page, name)
    assert.deepEqual(await accessibilityFaults(page), [])
    assert.equal(await movesSideways(page), false)
  }

  test('from the first page to a place and out of both sessions, in one window', async () => {
    const page = await window()
    await page.goto('/login?next=/conformance')
    await readable(page, 'login')
    await button(page).click()
    await readable(page, 'login-wallet')
    await page.getByRole('button', { name: /CHIRURGIEN-FICTIF/ }).click()
    assert.equal(await page.textContent('h1'), 'Où exercez-vous en ce moment ?')
    await readable(page, 'login-activity')
    await page.locator('button[name=situation]').nth(1).click()
    await page.waitForURL('**/conformance')
    await page.goto('/logout')
    await readable(page, 'logout-signed-in')
    await page.getByRole('button', { name: 'Se déconnecter' }).click()
    assert.equal(await page.textContent('h1'), 'Vous êtes déconnecté')
    await readable(page, 'logged-out')
    await page.getByRole('link', { name: 'Se déconnecter aussi de Pro Santé Connect' }).click()
    await page.waitForURL('**/logout?state=*')
    await readable(page, 'logged-out-of-both')
    await page.context().close()
  })

  test('with the keyboard alone', async () => {
    const page = await window()
    await page.goto('/login?next=/conformance')
    await button(page).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /ONCOLOGUE-FICTIVE/ }).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/conformance')
    await page.context().close()
  })

  test('a refusal says what to do next, on a telephone and at 200 % too', async () => {
    for (const [name, viewport] of [
      ['login-refused', { width: 640, height: 400 }],
      ['login-refused-small', { width: 360, height: 640 }],
    ] as const) {
      const page = await window({ viewport })
      await page.goto('/login?next=/conformance')
      await button(page).click()
      await page.getByRole('button', { name: 'Annuler' }).click()
      assert.equal(await page.textContent('h1'), 'Connexion annulée')
      await page.getByRole('alert').waitFor()
      await button(page).waitFor()
      await readable(page, name)
      await page.context().close()
    }
  })
})
