import { Eta } from 'eta'
import type { Response } from 'express'
import { assetAddress } from './assets.ts'

/** What every page says of itself. */
export interface PageFrame {
  /** Shown in the tab, which browsers remember, and as the first heading unless there is another. */
  title: string
  /** The first heading, where it may say what the history of a browser may not. */
  heading?: string
  /** Where one is: the pages above this one, from the home page down. */
  trail?: readonly { label: string; href: string }[]
  /** Who has signed in: shown at the top with a form to sign out, which `csrf` goes into. */
  signedIn?: { name: string; structure: string; csrf: string }
  /** A DPI shows the page in a frame: what leads away from the patient opens a window of its own. */
  framed?: boolean
  /** HTML of the identity banner, already escaped: on every page of a patient. */
  banner?: string
}

/** Who may show a page besides itself, and what it may run. */
export interface PageRights {
  /** Origins of the registered DPI that the page was opened from. */
  frameOrigins?: readonly string[]
  /** The page opens a call: one script of ours sends its only form, which may lead on to an identity provider. */
  opensCall?: boolean
  /** Where the redirects after its forms end: an address of a registered app. */
  leadsTo?: string
  /** Origins of the registered apps that its forms open. */
  opens?: readonly string[]
}

/**
 * What a page may load and do: our own style sheets and nothing else. No script, no frame, no third host: a page of the
 * record that runs nothing cannot be made to run anything.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
].join('; ')

/** Browsers hold the redirects after a form to `form-action` too, and sign-in is at another origin. */
const CALL_POLICY = PAGE_POLICY.replace("form-action 'self'", "form-action 'self' https:; script-src 'self'")

/** An app of a computer or telephone has a scheme, and no origin. */
function policyTo(address: string): string {
  const { origin, protocol } = new URL(address)
  const source = protocol.startsWith('http') ? origin : protocol
  return PAGE_POLICY.replace("form-action 'self'", `form-action 'self' ${source}`)
}

const eta = new Eta({ views: `${import.meta.dirname}/templates`, cache: true, autoEscape: true, autoTrim: false })

/** Renders a template of src/web/templates within the layout; every value is escaped. */
export function renderPage(template: string, frame: PageFrame, page: object): string {
  const trail = frame.trail ?? []
  const content = eta.render(template, page)
  const styles = [assetAddress('site.css'), ...(frame.banner === undefined ? [] : [assetAddress('patient.css')])]
  return eta.render('layout', { ...frame, trail, content, styles, icon: assetAddress('icon.svg') })
}

/** Renders a template alone: a part that a page or its frame is given. Every value is escaped. */
export function renderPart(template: string, part: object): string {
  return eta.render(template, part)
}

/** Answers a rendered page. */
export function sendPage(response: Response, html: string, rights: PageRights = {}): void {
  const { frameOrigins = [], opensCall, leadsTo, opens = [] } = rights
  const ancestors = frameOrigins.length === 0 ? "'none'" : ["'self'", ...frameOrigins].join(' ')
  const policy = opensCall === true ? CALL_POLICY : leadsTo === undefined ? PAGE_POLICY : policyTo(leadsTo)
  const forms =
    opens.length === 0 ? policy : policy.replace("form-action 'self'", `form-action 'self' ${opens.join(' ')}`)
  response.setHeader('Content-Security-Policy', `${forms}; frame-ancestors ${ancestors}`)
  response.setHeader('Content-Language', 'fr')
  response.type('html').send(html)
}
