import { readFileSync } from 'node:fs'
import { Eta } from 'eta'
import type { Response } from 'express'

/** The cookie of the stand-in's own session. */
export const SESSION_COOKIE = 'demo-psc'
/** Below the issuer. */
export const STYLES = '/wallet.css'

/** Bytes of the style sheet. */
export const WALLET_CSS = readFileSync(`${import.meta.dirname}/assets/wallet.css`)

const eta = new Eta({ views: `${import.meta.dirname}/templates`, cache: true, autoEscape: true, autoTrim: false })

/** Anything but where forms lead: browsers hold every redirect after one to that, down to the app that asked the DCC. */
const POLICY = ["default-src 'none'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"].join('; ')

/** Answers a page of the stand-in. */
export function sendWallet(
  response: Response,
  template: 'wallet' | 'refused',
  page: { base: string } & Readonly<Record<string, unknown>>,
): void {
  response.setHeader('Content-Security-Policy', POLICY)
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('Content-Language', 'fr')
  response
    .type('html')
    .send(eta.render('frame', { styles: `${page.base}${STYLES}`, content: eta.render(template, page) }))
}
