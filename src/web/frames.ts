import { type Request, type Response, Router } from 'express'
import { framesOf, keepFrames } from './frame-origins.ts'
import { renderPage, sendPage } from './pages.ts'
import type { Pages } from './visit.ts'

/**
 * Tells the pages behind it which registered DPIs show ours in frames: the pages on the way to a patient, errors
 * included, may be shown by all of them, those of a patient by the one that called (PageContext) alone.
 */
export const frames: Pages = ({ doors, origin }) => {
  const router = Router({ caseSensitive: true, strict: true })
  if (doors === undefined) return router
  router.use((_request, response, next) => {
    doors.dpis.all().then((dpis) => {
      const origins = [...new Set(dpis.flatMap(({ frame_origins = [] }) => frame_origins))]
      keepFrames(response, { origins, elsewhere: origins.some((one) => one !== origin) })
      next()
    }, next)
  })
  return router
}

/** Whether a browser shows the answer in a frame. */
export function isFramed(request: Pick<Request, 'headers'>): boolean {
  return request.headers['sec-fetch-dest'] === 'iframe'
}

/** Answers what a frame can show where the browser keeps our cookies from it: the way to a window of its own. */
export function sendOwnWindow(response: Response, address: string): void {
  const page = renderPage('own-window', { title: 'Ouverture du dossier' }, { address })
  sendPage(response, page, { frameOrigins: framesOf(response).origins })
}
