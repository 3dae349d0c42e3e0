import { readFileSync } from 'node:fs'
import { Eta } from 'eta'
import type { Response } from 'express'

/** Where the style sheet of the demonstration's own pages is served. */
export const STYLES = '/demo/dpi/dpi.css'

const eta = new Eta({ views: `${import.meta.dirname}/templates`, cache: true, autoEscape: true, autoTrim: false })

/** Its bytes. */
export const STYLE_SHEET = readFileSync(`${import.meta.dirname}/assets/dpi.css`)

/** What a page of the demonstration may load: it shows the DCC in a frame, and runs nothing. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Answers a page of the demonstration's hospital software or app: every value is escaped. */
export function sendView(
  response: Response,
  template: string,
  page: { title: string; software: string } & Readonly<Record<string, unknown>>,
): void {
  const content = eta.render(template, page)
  response.setHeader('Content-Security-Policy', POLICY)
  response.setHeader('Content-Language', 'fr')
  response.type('html').send(eta.render('frame', { ...page, styles: STYLES, content }))
}
