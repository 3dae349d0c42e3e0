/** The shapes of the addresses of pages: what metrics tell them by, never what stands for `:…`. */
export const PAGE_ROUTES = [
  '/access',
  '/access/emergency',
  '/access/:id',
  '/c/:handle',
  '/calls/:id',
  '/candidates/:id',
  '/conflict/:id',
  '/contextual-call',
  '/drafts/:id',
  '/drafts/:id/cancel',
  '/interaction/:uid',
  '/interaction/:uid/decision',
  '/interaction/:uid/patient',
  '/interaction/:uid/search',
  '/launch',
  '/launch/cb/:dpi',
  '/login',
  '/login/activity',
  '/login/backchannel-logout/:provider',
  '/login/callback/:provider',
  '/login/start/:provider',
  '/logout',
  '/logout/provider',
  '/patients/:id',
  '/patients/:id/applications',
  '/patients/:id/documents/:documentId',
  '/patients/:id/documents/:documentId/content',
  '/patients/:id/documents/:documentId/images/:index',
  '/search',
  '/search/open',
] as const

const ROUTES = PAGE_ROUTES.map((route) => ({ route, segments: route.split('/').slice(1) }))

/** The route of a page by the segments of its path; undefined when it is none. */
export function pageRoute(path: readonly string[]): string | undefined {
  const found = ROUTES.find(
    ({ segments }) =>
      segments.length === path.length && segments.every((one, at) => one.startsWith(':') || one === path[at]),
  )
  return found?.route
}
