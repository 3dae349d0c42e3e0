import { Router } from 'express'
import type { Logger } from 'pino'
import { access } from './access.ts'
import { candidates } from './candidates.ts'
import { conflict } from './conflict.ts'
import { DOORS } from './doors/open.ts'
import { drafts } from './draft.ts'
import { errorPage } from './error-page.ts'
import { home } from './home.ts'
import { interaction } from './interaction.ts'
import { login } from './login.ts'
import { search } from './search.ts'
import { sheet } from './sheet/open.ts'
import { openVisits, type Pages, type WebOptions } from './visit.ts'

export type { Pages } from './visit.ts'

/** Every group of pages, in the order of a visit. */
const PAGES: readonly Pages[] = [
  ...DOORS,
  login,
  home,
  search,
  access,
  sheet,
  drafts,
  candidates,
  conflict,
  interaction,
]

/** All pages of the product that want somebody to have signed in, or lead there. */
export function web(options: WebOptions, logger: Logger): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const visits = openVisits(options)
  for (const pages of PAGES) router.use(pages(options, visits))
  router.use(errorPage(logger))
  return router
}
