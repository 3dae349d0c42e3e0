import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { chromium, type FrameLocator, type Page } from 'playwright-core'
import { accessToken } from '../../../src/commands/client/access-token.ts'
import { CHROMIUM, freePort, openWindow, SKIP_BROWSER, sharedBrowser } from '../../support/browser.ts'
import { type Demonstration, picture, sharedDemonstration } from './demonstration.ts'
import { atTheDpi, call, opened, shows, signIn } from './steps.ts'

describe('the DCC in a frame', { skip: SKIP_BROWSER }, () => {
  const browser = sharedBrowser()
  const demo = sharedDemonstration()
  const hospital = sharedSite('localhost')
  const stranger = sharedSite('localhost')

  test('the DPI of the demonstration shows the sheet in a frame of its own page', async () => {
    const dpi = await atTheDpi(browser(), demo())
    const tab = await call(dpi, demo(), 'connu')
    await signIn(tab, 'oncologue')
    await shows(tab, 'TESTFICTIF LUCIE', '50-signed-in')
    for (const door of ['smart', 'serveur', 'formulaire'] as const) {
      const page = await call(dpi, demo(), 'connu', { door, where: 'cadre' })
      await page.frameLocator('iframe').getByText('TESTFICTIF LUCIE').waitFor()
      await picture(page, `51-framed-${door}`)
      await page.close()
    }
    await dpi.context().close()
  })

  test('where frames get cookies, a registered DPI of another site shows the sheet; a stranger shows nothing', async (t) => {
    register(demo(), hospital())
    // What is registered is known to a running server within two seconds.
    await new Promise((done) => setTimeout(done, 2100))
    const page = await withThirdPartyCookies(t)
    await framed(page, hospital())
    const link = page.frameLocator('iframe').getByRole('link', { name: 'S’identifier avec Pro Santé Connect' })
    await link.waitFor()
    await picture(page, '52-framed-sign-in')
    const own = await opened(page.context(), () => link.click())
    await own.locator('button[name=choisir][value=oncologue]').click()
    await shows(own, 'TESTFICTIF LUCIE', '53-own-window')
    await framed(page, hospital())
    await page.frameLocator('iframe').getByText('TESTFICTIF LUCIE').waitFor()
    await picture(page, '54-framed-elsewhere')
    await framed(page, stranger())
    await assertRefused(page, page.frameLocator('iframe'), '55-stranger')
  })

  test('where the browser keeps cookies from frames, the frame leads to a window of its own', async () => {
    const page = await openWindow(browser(), demo().origin)
    await framed(page, hospital())
    const link = page.frameLocator('iframe').getByRole('link', { name: 'Ouvrir le dossier dans une nouvelle fenêtre' })
    await link.waitFor()
    await picture(page, '56-no-cookies')
    const own = await opened(page.context(), () => link.click())
    await signIn(own, 'oncologue')
    await shows(own, 'TESTFICTIF LUCIE', '57-own-window')
    const launch = new URLSearchParams({ iss: `${demo().origin}/demo/dpi/fhir`, launch: 'any' })
    await page.goto(`${hospital()}/?${new URLSearchParams({ src: `${demo().origin}/launch?${launch}` })}`)
    assert.equal(await link.getAttribute('href'), `/launch?${launch}`)
    await page.context().close()
  })

  /** A page of a site that shows a new call of the DPI in a frame. */
  async function framed(page: Page, site: string): Promise<void> {
    await page.goto(`${site}/?${new URLSearchParams({ src: await prepared(demo()) })}`)
  }
})

/** A browser as hospitals set it up where frames must have cookies: others keep them from frames. */
async function withThirdPartyCookies(t: TestContext): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'dcc-profile-'))
  mkdirSync(join(profile, 'Default'))
  const preferences = { profile: { block_third_party_cookies: false, cookie_controls_mode: 0 } }
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences))
  const context = await chromium.launchPersistentContext(profile, {
    ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
    args: ['--no-sandbox', '--disable-gpu'],
    viewport: { width: 1280, height: 800 },
  })
  t.after(async () => {
    await context.close()
    rmSync(profile, { recursive: true, force: true })
  })
  context.setDefaultTimeout(15_000)
  return context.newPage()
}

async function assertRefused(page: Page, frame: FrameLocator, name: string): Promise<void> {
  await page.waitForTimeout(1500)
  await picture(page, name)
  assert.equal(await frame.getByText('TESTFICTIF').count(), 0)
  assert.equal(await frame.getByText('Dossier communicant').count(), 0)
}

/** Registers a DPI at an origin, as an operator does while the server runs. */
function register({ dataDir, origin }: Demonstration, frameOrigin: string): void {
  const options = [
    ...['--id', 'dpi-cadre', '--name', 'DPI en cadre', '--hospital', '990000010', '--client', 'demo-dpi'],
    ...['--ipp-system', 'urn:oid:1.2.250.1.71.4.2.2.990000001', '--ins-believed', '--frame-origin', frameOrigin],
  ]
  const env = { ...process.env, DCC_DATA_DIR: dataDir, DCC_BASE_URL: origin }
  const { status, stderr } = spawnSync(process.execPath, ['launch.mjs', 'src/main.ts', 'dpi', 'add', ...options], {
    env,
  })
  assert.equal(status, 0, String(stderr))
}

/** The one-time address of a call that the server of the DPI prepares. */
async function prepared({ origin, credentials }: Demonstration): Promise<string> {
  const { client_id, jwk } = credentials.clients.dpi
  const token = await accessToken(credentials.tokenEndpoint, { client_id, jwk, scope: '__dcc.context.create' })
  const { rpps } = credentials.professionals[0] ?? {}
  const { value } = credentials.patients.known.ins
  const patient = {
    ins: { value, oid: '1.2.250.1.213.1.4.10', status: 'QUAL' },
    ...{ birthFamily: 'TESTFICTIF', birthGiven: 'LUCIE', birthGivenList: 'LUCIE ANNE' },
    ...{ birthDate: '1984-01-15', gender: 'female', birthPlaceCode: '63220' },
  }
  const body = { iss: 'dpi-cadre', jti: crypto.randomUUID(), sub: `8${rpps}`, ctx: { patient } }
  const answer = await fetch(`${origin}/contextual-call`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const json = await answer.json()
  assert.equal(answer.status, 201, JSON.stringify(json))
  return json.launchUrl
}

/** Another site, on a name and port of its own, whose page shows in a frame what its address says. */
function sharedSite(host: string): () => string {
  let server: Server | undefined
  let origin = ''
  before(async () => {
    const port = await freePort()
    origin = `http://${host}:${port}`
    server = createServer((request, response) => {
      const src = new URL(request.url ?? '', origin).searchParams.get('src') ?? ''
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(
        `<!doctype html><title>DPI</title><p>DPI</p><iframe width="1100" height="600" src="${src}"></iframe>`,
      )
    }).listen(port, host)
    await once(server, 'listening')
  })
  after(() => server?.close())
  return () => origin
}
