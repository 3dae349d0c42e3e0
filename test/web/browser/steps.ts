import assert from 'node:assert/strict'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openWindow } from '../../support/browser.ts'
import { type Demonstration, picture } from './demonstration.ts'

/** What is chosen on the page of the demonstration's DPI. */
export interface Choice {
  /** How to call: SMART unless said. */
  door?: 'smart' | 'serveur' | 'formulaire'
  where?: 'onglet' | 'cadre'
  /** The user of the DPI, by login: the oncologist unless said. */
  user?: string
}

/** A clinician at the demonstration's DPI: a browser of its own, with the list of patients open. */
export async function atTheDpi(browser: Browser, { origin }: Demonstration): Promise<Page> {
  const page = await openWindow(browser, origin)
  await page.goto('/demo/dpi')
  return page
}

/** Clicks a patient of the list and gives the tab that opens. */
export async function call(
  dpi: Page,
  demonstration: Demonstration,
  patient: string,
  { door = 'smart', where = 'onglet', user = 'oncologue' }: Choice = {},
): Promise<Page> {
  const rpps = demonstration.credentials.professionals.find(({ login }) => login === user)?.rpps
  await dpi.locator(`input[name=porte][value=${door}]`).check()
  await dpi.locator(`input[name=ou][value=${where}]`).check()
  await dpi.locator(`input[name=utilisateur][value="${rpps}"]`).check()
  const tab = await opened(dpi.context(), () => dpi.locator(`button[value="${patient}"]`).click())
  if (door === 'formulaire') await tab.getByRole('button', { name: 'Envoyer l’appel au DCC' }).click()
  return tab
}

/** Signs in as somebody whom the stand-in of Pro Santé Connect proposes: a call leads there without a click between. */
export async function signIn(page: Page, login: string): Promise<void> {
  await page.locator(`button[name=choisir][value="${login}"]`).click()
}

/** The tab that an action opens, loaded. */
export async function opened(context: BrowserContext, action: () => Promise<void>): Promise<Page> {
  const arrived = context.waitForEvent('page')
  await action()
  const tab = await arrived
  await tab.waitForLoadState()
  return tab
}

/** The first heading of a page, once it is there. */
export async function heading(page: Page): Promise<string> {
  const found = page.locator('h1')
  await found.waitFor()
  return (await found.textContent()) ?? ''
}

/** Fails unless a page shows a text; keeps a picture of it. */
export async function shows(page: Page, text: string | RegExp, name: string): Promise<void> {
  try {
    await page.getByText(text).first().waitFor()
  } catch {
    await picture(page, `${name}-not`)
    assert.fail(`${page.url().replace(/\?.*/, '')} does not show ${text}:\n${await page.locator('body').innerText()}`)
  }
  await picture(page, name)
}
