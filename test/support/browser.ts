import assert from 'node:assert/strict'
import { accessSync, constants, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { after, before } from 'node:test'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Why a story in a browser cannot run here. */
export const NO_CHROMIUM = 'no Chromium: install Debian’s package chromium, or name one by CHROMIUM_PATH'

const KNOWN_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome-stable'] as const

/** The Chromium of this machine: the one that CHROMIUM_PATH names, or one at a well-known path. */
export const CHROMIUM: string | undefined = chromiumOf(process.env.CHROMIUM_PATH)

/** For `describe(…, { skip: SKIP_BROWSER }, …)`; with CI=true nothing is skipped and the launch fails. */
export const SKIP_BROWSER: string | false = CHROMIUM === undefined && process.env.CI !== 'true' ? NO_CHROMIUM : false

/**
 * One browser for the stories of a file (or of a describe); it is there while they run. To be called where the stories
 * may run: inside `describe('…', { skip: SKIP_BROWSER }, () => { const browser = sharedBrowser() … })`.
 */
export function sharedBrowser(): () => Browser {
  let browser: Browser | undefined
  before(async () => {
    assert.ok(CHROMIUM !== undefined, NO_CHROMIUM)
    // No sandbox: tests run as root in containers, and open only pages of ours.
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  })
  after(() => browser?.close())
  return () => {
    assert.ok(browser !== undefined, 'The browser is there only while stories run')
    return browser
  }
}

/** How a window is opened; everything has a default: a hospital screen of 1280 x 800 in French. */
export interface WindowOptions extends BrowserContextOptions {
  /** The secret of a session (`Sessions.open`): the window has it as its cookie. */
  session?: string
}

/**
 * A window of its own (cookies are shared with no other) on a server of this machine: addresses of `page.goto` are
 * below `origin`. Close it by `page.context().close()`.
 */
export async function openWindow(browser: Browser, origin: string, options: WindowOptions = {}): Promise<Page> {
  const { session, ...rest } = options
  const context = await browser.newContext({
    baseURL: origin,
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    viewport: { width: 1280, height: 800 },
    ...rest,
  })
  context.setDefaultTimeout(15_000)
  if (session !== undefined) {
    // Of this host alone, as the server sets it: a cookie of a domain may not be named __Host-.
    await context.addCookies([
      { name: '__Host-dcc', value: session, url: origin.replace(/^http:/, 'https:'), httpOnly: true, secure: true },
    ])
  }
  return context.newPage()
}

/** A free port of this machine, for a server whose public address must be known before it listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

/** A fault of accessibility: rule, weight and where. */
export interface Fault {
  id: string
  impact: string
  help: string
  nodes: readonly string[]
}

/**
 * What axe-core finds in a page that is serious or critical (WCAG 2.2 A and AA, and best practices). The content of
 * frames is not ours.
 */
export async function accessibilityFaults(page: Page): Promise<Fault[]> {
  await page.evaluate(axeSource())
  const violations: unknown = await page.evaluate(RUN_AXE)
  assert.ok(Array.isArray(violations))
  return violations.map(faultOf).filter(({ impact }) => impact === 'serious' || impact === 'critical')
}

/** Whether a page can be moved sideways: something is wider than the window. */
export function movesSideways(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
}

const RUN_AXE = `axe.run(document, { iframes: false, resultTypes: ['violations'] })
  .then(({ violations }) => violations.map(({ id, impact, help, nodes }) =>
    ({ id, impact: impact ?? '', help, nodes: nodes.map(({ target, failureSummary }) => target.join(' ') + ': ' + failureSummary) })))`

let source: string | undefined
function axeSource(): string {
  source ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  return source
}

function faultOf(violation: unknown): Fault {
  assert.ok(typeof violation === 'object' && violation !== null)
  const { id, impact, help, nodes } = violation as Record<string, unknown>
  assert.ok(Array.isArray(nodes))
  return { id: String(id), impact: String(impact), help: String(help), nodes: nodes.map(String) }
}

function chromiumOf(named: string | undefined): string | undefined {
  if (named !== undefined && named !== '') return named
  return KNOWN_PATHS.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
