import { Router } from 'express'
import type { Logger } from 'pino'
import { access } from './access.ts'
import { errorPage, sendError } from './error-page.ts'
import { home } from './home.ts'
import { search } from './search.ts'
import { openVisits, type Pages, type WebOptions } from './visit.ts'

export type { Pages } from './visit.ts'

/** Every group of pages, in the order of a visit. */
const PAGES: readonly Pages[] = [home, search, access]

/** All pages of the product that want somebody to have signed in, or lead there. */
export function web(options: WebOptions, logger: Logger): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const visits = openVisits(options)
  for (const pages of PAGES) router.use(pages(options, visits))
  // Who follows an address of yesterday with a browser reads French; programs go on to the answer of the server.
  router.use((request, response, next) => {
    if (request.method === 'GET' && request.accepts(['json', 'html']) === 'html') sendError(response, 'page.unknown')
    else next()
  })
  router.use(errorPage(logger))
  return router
}
