import compression from 'compression'
import { type NextFunction, type Request, type Response, Router } from 'express'
import type { MatrixRow } from '../ihe/conformance.ts'
import {
  CONFORMANCE,
  type ConformanceView,
  conformanceJson,
  conformanceView,
  type GroupView,
} from './conformance-view.ts'
import { renderPage, sendPage } from './pages.ts'

/** What the pages tell of. */
export interface ConformanceSource {
  rows: readonly MatrixRow[]
  /** Canonicals of the statements that the CapabilityStatement makes. */
  instantiates: readonly string[]
}

const TITLE = 'Conformité aux profils IHE et PDSm'

/**
 * `/conformance` (French, for people), `/conformance/{group}` with every requirement of a transaction and its tests, and
 * `/conformance.json` (for programs; `/conformance` too, where Accept asks for JSON). Public: it says what the product
 * does, and nothing of any patient.
 */
export function conformance({ rows, instantiates }: ConformanceSource): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const view = conformanceView(rows, instantiates)
  const overview = remembered(() => renderPage('conformance', { title: TITLE }, view))
  const json = remembered(() => JSON.stringify(conformanceJson(rows, instantiates)))
  const groups = new Map(view.groups.map((group) => [group.slug, remembered(() => groupPage(view, group))]))
  const sendJson = (_request: Request, response: Response) => response.type('json').send(json())
  router.use([CONFORMANCE, `${CONFORMANCE}.json`], compression({ threshold: 2048 }))
  router.get(`${CONFORMANCE}.json`, sendJson)
  router.get(CONFORMANCE, (request: Request, response: Response) => {
    response.vary('Accept')
    if (request.accepts(['html', 'json']) === 'json') sendJson(request, response)
    else sendPage(response, overview())
  })
  router.get(`${CONFORMANCE}/:group`, (request: Request<{ group: string }>, response: Response, next: NextFunction) => {
    const page = groups.get(request.params.group)
    if (page === undefined) next()
    else sendPage(response, page())
  })
  return router
}

function groupPage(view: ConformanceView, group: GroupView): string {
  const trail = [{ label: TITLE, href: CONFORMANCE }]
  return renderPage(
    'conformance-group',
    { title: `${group.code} : ${group.fr}`, trail },
    { ...group, groups: view.groups },
  )
}

/** Made when first asked for, then kept: the matrix does not change while the server runs. */
function remembered(make: () => string): () => string {
  let made: string | undefined
  return () => {
    made ??= make()
    return made
  }
}
