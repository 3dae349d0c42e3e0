import { Router } from 'express'
import type { Logger } from 'pino'
import { access } from './access.ts'
import { errorPage } from './error-page.ts'
import { home } from './home.ts'
import { search } from './search.ts'
import { openVisits, type Visits, type WebOptions } from './visit.ts'

/** A group of pages: what it serves, from what pages work with. */
export type Pages = (options: WebOptions, visits: Visits) => Router

/** Every group of pages, in the order of a visit. */
const PAGES: readonly Pages[] = [home, search, access]

/** All pages of the product that want somebody to have signed in, or lead there. */
export function web(options: WebOptions, logger: Logger): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const visits = openVisits(options)
  for (const pages of PAGES) router.use(pages(options, visits))
  router.use(errorPage(logger))
  return router
}
