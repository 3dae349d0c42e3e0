import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { SKIP_BROWSER, sharedBrowser } from '../../support/browser.ts'
import { picture, sharedDemonstration } from './demonstration.ts'
import { atTheDpi, call, shows, signIn } from './steps.ts'

describe('two patients side by side, and the end of a session', { skip: SKIP_BROWSER }, () => {
  const browser = sharedBrowser()
  const demo = sharedDemonstration()

  test('two tabs with two patients never mix, reloaded or called with the context of the other', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const one = await call(dpi, demo(), 'connu')
    await signIn(one, 'oncologue')
    await shows(one, 'TESTFICTIF LUCIE', '20-first-tab')
    const other = await call(dpi, demo(), 'second', { door: 'serveur' })
    await other.locator('.banner').waitFor()
    await picture(other, '21-second-tab')
    assert.doesNotMatch(await other.locator('body').innerText(), /TESTFICTIF/)
    await one.reload()
    await shows(one, 'TESTFICTIF LUCIE', '22-first-tab-again')
    const [patient, stranger] = [new URL(one.url()), new URL(other.url())]
    assert.notEqual(patient.searchParams.get('contexte'), stranger.searchParams.get('contexte'))
    await one.goto(`${patient.pathname}${stranger.search}`)
    await shows(one, 'Deux patients différents', '23-mixed')
    assert.doesNotMatch(await one.locator('body').innerText(), /TESTFICTIF/)
    await dpi.context().close()
  })

  test('a form with the context of another tab writes nothing; each tab goes on with its own patient', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const draft = await call(dpi, demo(), 'inconnu')
    await signIn(draft, 'oncologue')
    await shows(draft, 'Patient inconnu du DCC.', '24-draft')
    const sheet = await call(dpi, demo(), 'connu')
    await shows(sheet, 'TESTFICTIF LUCIE', '24-sheet')
    const own = await contextOf(draft)
    await setContext(draft, new URL(sheet.url()).searchParams.get('contexte') ?? '')
    await draft.locator('input[name=reason]').first().check()
    await draft.getByRole('button', { name: 'Créer le patient et ouvrir son parcours' }).click()
    await shows(draft, 'Deux patients différents', '25-mixed-write')
    assert.doesNotMatch(await draft.locator('body').innerText(), /TESTFICTIF/)
    assert.doesNotMatch(new URL(draft.url()).pathname, /^\/patients\//)
    await draft.goBack()
    await setContext(draft, own)
    await draft.locator('input[name=reason]').first().check()
    await draft.getByRole('button', { name: 'Créer le patient et ouvrir son parcours' }).click()
    await shows(draft, 'INCONNU-FICTIF PAUL', '26-own-write')
    await sheet.reload()
    await shows(sheet, 'TESTFICTIF LUCIE', '26-other-tab')
    await dpi.context().close()
  })

  test('who signs out is out in every tab, and chooses whether to leave Pro Santé Connect too', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const one = await call(dpi, demo(), 'connu')
    await signIn(one, 'oncologue')
    await shows(one, 'TESTFICTIF LUCIE', '27-signed-in')
    const other = await call(dpi, demo(), 'second')
    await other.locator('.banner').waitFor()
    await one.getByRole('button', { name: 'Se déconnecter' }).click()
    await shows(one, /fermée sur ce poste/, '28-signed-out')
    await other.reload()
    await shows(other, 'S’identifier avec Pro Santé Connect', '29-other-tab-out')
    await one.getByRole('link', { name: /Se déconnecter aussi de Pro Santé Connect/ }).click()
    await one.waitForLoadState()
    await picture(one, '30-out-everywhere')
    await one.goto('/login')
    await one.getByRole('link', { name: 'S’identifier avec Pro Santé Connect' }).click()
    await shows(one, 'Choisissez un professionnel fictif', '31-asked-again')
    await dpi.context().close()
  })
})

function contextOf(page: Page): Promise<string> {
  return page.locator('main input[name=contexte]').first().inputValue()
}

async function setContext(page: Page, value: string): Promise<void> {
  const field = "document.querySelector('main input[name=contexte]')"
  assert.equal(await page.evaluate(`${field}.value = ${JSON.stringify(value)}`), value)
}
