import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SKIP_BROWSER, sharedBrowser } from '../../support/browser.ts'
import { picture, sharedDemonstration } from './demonstration.ts'
import { atTheDpi, call, heading, opened, shows, signIn } from './steps.ts'

describe('a clinician opens the DCC from the DPI', { skip: SKIP_BROWSER }, () => {
  const browser = sharedBrowser()
  const demo = sharedDemonstration()

  for (const door of ['smart', 'serveur', 'formulaire'] as const) {
    test(`${door}: one click, one sign-in, the sheet of the right patient`, async () => {
      const dpi = await atTheDpi(browser(), demo())
      await picture(dpi, '00-dpi')
      const sheet = await call(dpi, demo(), 'connu', { door })
      await picture(sheet, `01-sign-in-${door}`)
      await signIn(sheet, 'oncologue')
      await shows(sheet, 'TESTFICTIF LUCIE', `02-sheet-${door}`)
      assert.equal(new URL(sheet.url()).pathname, `/patients/${demo().credentials.patients.known.id}`)
      assert.match(await sheet.locator('main').innerText(), /Programme personnalisé de soins/)
      assert.doesNotMatch(sheet.url(), /284016322000210|TESTFICTIF|IPP-0001/)
      await dpi.context().close()
    })
  }

  test('an unknown patient arrives pre-filled; once confirmed, the sheet opens; from then on they are known', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const draft = await call(dpi, demo(), 'inconnu')
    await signIn(draft, 'oncologue')
    await shows(draft, 'Patient inconnu du DCC.', '03-prefilled')
    const said = await draft.locator('main').innerText()
    assert.match(said, /INCONNU-FICTIF/)
    await draft.locator('input[name=reason]').first().check()
    await draft.getByRole('button', { name: 'Créer le patient et ouvrir son parcours' }).click()
    await shows(draft, 'INCONNU-FICTIF PAUL', '04-created')
    assert.match(new URL(draft.url()).pathname, /^\/patients\//)
    const again = await call(dpi, demo(), 'inconnu', { door: 'serveur' })
    await shows(again, 'INCONNU-FICTIF PAUL', '05-known-now')
    assert.equal(new URL(again.url()).pathname, new URL(draft.url()).pathname)
    await dpi.context().close()
  })

  test('a wrong trait: nothing is opened, and nothing of the record is said', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const page = await call(dpi, demo(), 'discordant')
    await signIn(page, 'oncologue')
    await shows(page, 'Le dossier n’a pas été ouvert.', '06-conflict')
    const said = await page.locator('body').innerText()
    assert.match(said, /date de naissance/i)
    assert.doesNotMatch(said, /15\/01\/1984|Programme personnalisé/)
    await dpi.context().close()
  })

  test('a patient known by the number of the hospital opens with a warning', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const page = await call(dpi, demo(), 'sans-ins')
    await signIn(page, 'oncologue')
    await shows(page, /identité non qualifiée/i, '07-unqualified')
    await shows(page, 'TESTFICTIF LUCIE', '07-unqualified')
    await dpi.context().close()
  })

  test('traits alone propose candidates, and the professional chooses', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const page = await call(dpi, demo(), 'candidat')
    await signIn(page, 'oncologue')
    await shows(page, 'Aucun numéro ne prouve l’identité', '08-candidates')
    await page.locator('form:has(input[name=patient]) button').first().click()
    await shows(page, 'Parcours', '09-candidate-opened')
    assert.match(new URL(page.url()).pathname, /^\/patients\//)
    await dpi.context().close()
  })

  test('without a patient the DCC opens on the search', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const page = await call(dpi, demo(), 'sans-patient')
    await signIn(page, 'oncologue')
    await page.getByLabel('Nom de naissance').fill('testf')
    await page.getByLabel('Premier prénom').fill('luc')
    await picture(page, '10-search')
    await page.getByRole('button', { name: 'Rechercher' }).click()
    await shows(page, /TESTFICTIF/, '11-found')
    await dpi.context().close()
  })

  test('a patient of another team stays closed; an emergency with a reason opens the sheet', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const page = await call(dpi, demo(), 'autre-equipe')
    await signIn(page, 'oncologue')
    await shows(page, 'Aucun dossier ne peut être ouvert', '12-not-entitled')
    await page.locator('input[name=reason]').first().check()
    await page.getByLabel('Expliquez').fill('Patiente reçue aux urgences cette nuit, fièvre sous chimiothérapie')
    await page.getByLabel(/Je sais que cet accès est tracé/).check()
    await page.getByRole('button', { name: 'Ouvrir le dossier en urgence' }).click()
    await shows(page, /accès en urgence/i, '13-emergency')
    assert.match(new URL(page.url()).pathname, /^\/patients\//)
    await dpi.context().close()
  })

  test('who is not habilitated is refused, though Pro Santé Connect knows them', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const page = await call(dpi, demo(), 'connu', { user: 'generaliste' })
    await signIn(page, 'generaliste')
    await shows(page, /pas habilité/, '14-not-habilitated')
    assert.doesNotMatch(await page.locator('body').innerText(), /TESTFICTIF/)
    await dpi.context().close()
  })

  test('somebody else than the user of the DPI signs in: the call is refused', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const page = await call(dpi, demo(), 'connu', { door: 'serveur', user: 'oncologue' })
    await signIn(page, 'coordinateur')
    await shows(page, 'Cet appel est destiné à une autre personne', '15-other-user')
    assert.doesNotMatch(await page.locator('body').innerText(), /TESTFICTIF/)
    await page.getByRole('link', { name: 'Changer d’utilisateur' }).click()
    await page.locator('main').getByRole('button', { name: 'Se déconnecter' }).click()
    await shows(page, /fermée sur ce poste/, '15-out')
    await dpi.context().close()
  })

  for (const door of ['smart', 'serveur', 'formulaire'] as const) {
    test(`${door}: a link that is replayed opens nothing`, async () => {
      const dpi = await atTheDpi(browser(), demo())
      const first = await call(dpi, demo(), 'connu', { door })
      await signIn(first, 'oncologue')
      await shows(first, 'TESTFICTIF LUCIE', `16-before-replay-${door}`)
      const again = await opened(dpi.context(), () =>
        dpi.getByRole('button', { name: 'Rejouer le dernier lien' }).click(),
      )
      if (door === 'formulaire') await again.getByRole('button', { name: 'Envoyer l’appel au DCC' }).click()
      await again.locator('h1').waitFor()
      await picture(again, `17-replayed-${door}`)
      assert.doesNotMatch(await again.locator('body').innerText(), /TESTFICTIF/, await heading(again))
      assert.doesNotMatch(new URL(again.url()).pathname, /^\/patients\//)
      await dpi.context().close()
    })
  }
})
