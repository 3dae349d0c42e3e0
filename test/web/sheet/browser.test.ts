import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { generateRegion } from '../../../src/commands/demo/region/region.ts'
import {
  accessibilityFaults,
  movesSideways,
  openWindow,
  SKIP_BROWSER,
  sharedBrowser,
  type WindowOptions,
} from '../../support/browser.ts'
import { aContent, aPatient } from '../../support/builders.ts'
import { sheetStories, written } from './stories.ts'

/** Screens of hospitals, telephones, and a small screen read at 200 %. */
const SIZES = [
  ['1280x800', 1280, 800],
  ['1024x600', 1024, 600],
  ['1024x600 at 200 %', 512, 300],
  ['375 px', 375, 700],
] as const

describe('the sheet in a browser', { skip: SKIP_BROWSER }, () => {
  const stories = sheetStories()
  const browser = sharedBrowser()
  const pages: Record<string, string> = {}

  /** A patient of the region with the documents of a course, and one whose identity nobody has checked. */
  before(async () => {
    const { imported, patient, publish } = stories()
    const region = generateRegion({ patients: 2, seed: 1, today: '2026-10-01' })
    const [, person] = [...region.patients]
    assert.ok(person !== undefined)
    let patientId = ''
    for (const { bytes, kind } of person.documents) {
      const filed = await imported(bytes)
      patientId = filed.patientId
      if (kind === 'FRCP') pages.structured = `/patients/${patientId}/documents/${filed.documentId}`
      if (kind === 'CRACP') pages.pdf = `/patients/${patientId}/documents/${filed.documentId}`
    }
    pages.sheet = `/patients/${patientId}`
    const unsure = await patient(aPatient().named('SAINTE-MARIE-FICTIVE DE LA TOUR', 'MARIE-ANTOINETTE').build())
    const old = await publish(unsure, (one) => written(one, '2026-03-01T10:00:00+01:00', 'RCP'), aContent())
    await publish(unsure, (one) => one.replacing(`DocumentReference/${old}`), aContent('Texte', 'text/plain'))
    pages.unsure = `/patients/${unsure}`
    pages.replaced = `/patients/${unsure}/documents/${old}`
    pages.empty = `/patients/${await patient()}`
  })

  /** A window of the doctor on a page. */
  async function opened(path: string | undefined, options: WindowOptions = {}): Promise<Page> {
    assert.ok(path !== undefined)
    const { server, doctor } = stories()
    const page = await openWindow(browser(), server.config.baseUrl, { session: doctor.secret, ...options })
    const answer = await page.goto(path)
    assert.equal(answer?.status(), 200)
    return page
  }

  const NAMES = ['sheet', 'structured', 'pdf', 'unsure', 'replaced', 'empty'] as const

  for (const name of NAMES) {
    test(`${name}: has no serious fault of accessibility, and fits every screen`, async () => {
      const page = await opened(pages[name])
      assert.deepEqual(await accessibilityFaults(page), [])
      for (const [size, width, height] of SIZES) {
        await page.setViewportSize({ width, height })
        assert.equal(await movesSideways(page), false, size)
      }
      assert.deepEqual(await accessibilityFaults(page), [])
      await page.context().close()
    })
  }

  test('a PDF is shown within the page, under a policy that lets nothing else in', async () => {
    const shown = await opened(pages.pdf)
    const refusals: string[] = []
    shown.on('console', (message) => refusals.push(message.text()))
    await shown.reload({ waitUntil: 'load' })
    const frame = shown.frames().find((one) => one.url().includes('/content?'))
    assert.ok(frame !== undefined, 'the frame was refused')
    assert.deepEqual(
      refusals.filter((text) => /Content Security Policy|refused/i.test(text)),
      [],
    )
    await shown.context().close()
  })

  test('by keyboard: the skip link first, then the way back, and the focus is seen below the banner', async () => {
    const page = await opened(pages.sheet, { viewport: { width: 1024, height: 600 } })
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Aller au contenu')
    await page.keyboard.press('Enter')
    const links = await page.locator('.timeline a').count()
    for (let step = 0; step < 40; step += 1) {
      await page.keyboard.press('Tab')
      const hidden = await page.evaluate(HIDDEN_BY_BANNER)
      assert.equal(hidden, false, String(await page.evaluate('document.activeElement.outerHTML')))
    }
    assert.ok(links > 1)
    await page.keyboard.press('Shift+Tab')
    await page.context().close()
  })

  for (const [size, width, height] of SIZES) {
    test(`${size}: scrolled down, the banner still says who it is and leaves room to read`, async () => {
      const page = await opened(pages.structured, { viewport: { width, height } })
      await page.mouse.wheel(0, 3000)
      await page.waitForFunction('window.scrollY > 500')
      const name = await page.locator('.banner strong').boundingBox()
      assert.ok(name !== null && name.y >= 0 && name.y + name.height < height / 3)
      await page.context().close()
    })
  }

  test('printed, filters and buttons are gone and the banner is the head of every page', async () => {
    const page = await opened(pages.sheet)
    await page.emulateMedia({ media: 'print' })
    assert.equal(await page.locator('.filters').isVisible(), false)
    assert.equal(await page.locator('header.site').isVisible(), false)
    assert.equal(await page.locator('.banner strong').isVisible(), true)
    assert.equal(
      await page.evaluate("getComputedStyle(document.querySelector('.banner')).display"),
      'table-header-group',
    )
    await page.context().close()
  })

  test('two tabs with two patients: each keeps its own, whatever the other one does', async () => {
    const [one, other] = [await opened(pages.sheet), await opened(pages.unsure)]
    const [mine, theirs] = [await one.textContent('.banner strong'), await other.textContent('.banner strong')]
    assert.notEqual(mine, theirs)
    await other.click('.timeline a >> nth=0')
    await one.click('.timeline a >> nth=0')
    assert.equal(await one.textContent('.banner strong'), mine)
    assert.equal(await other.textContent('.banner strong'), theirs)
    await Promise.all([one.context().close(), other.context().close()])
  })
})

/** Whether what has the focus lies under the banner, which stays at the top. */
const HIDDEN_BY_BANNER = `(() => {
  const focused = document.activeElement
  const banner = document.querySelector('.banner')
  if (focused === document.body || banner.contains(focused)) return false
  const [box, head] = [focused.getBoundingClientRect(), banner.getBoundingClientRect()]
  return box.bottom <= head.bottom && box.bottom > head.top && getComputedStyle(banner).position === 'sticky' && head.top <= 0
})()`
