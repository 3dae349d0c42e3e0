import { Router } from 'express'
import { SmartError } from '../../smart/errors.ts'
import { assetAddress } from '../assets.ts'
import { COOKIES, cookieOf } from '../cookies.ts'
import { framesOf } from '../frame-origins.ts'
import { isFramed, sendOwnWindow } from '../frames.ts'
import { renderPage, sendPage } from '../pages.ts'
import { browserOf, browserToken, caught, formBody, isOfBrowser, type Pages, sameOrigin } from '../visit.ts'
import { traceCall } from './refusals.ts'

/**
 * `/c/{handle}`, the one-time address of a call (smart-launch.md 4.2 "Handle"). GET shows a page that sends itself and
 * looks nothing up: a scanner, a preview or a guess uses nothing and learns nothing. POST uses the handle up and binds
 * the call to this browser, under an address of its own: two tabs do not mix.
 */
export const handle: Pages = ({ doors }) => {
  const router = Router({ caseSensitive: true, strict: true })
  if (doors === undefined) return router
  const { handles, traces } = doors
  router.get('/c/:handle', (request, response) => {
    const view = { action: request.path, token: browserToken(browserOf(request, response)) }
    const page = renderPage(
      'call-open',
      { title: 'Ouverture du dossier' },
      { ...view, script: assetAddress('submit.js') },
    )
    sendPage(response, page, { opensCall: true, frameOrigins: framesOf(response).origins })
  })
  router.post(
    '/c/:handle',
    sameOrigin,
    formBody,
    caught(async (request, response) => {
      // Nothing is used up yet: a frame without cookies leads to a window that has them.
      const blocked = isFramed(request) && cookieOf(request, COOKIES.browser) === undefined
      if (blocked) return sendOwnWindow(response, request.path)
      if (!isOfBrowser(request)) throw new SmartError('form.forged')
      const taken = await handles.take(String(request.params.handle))
      if (taken.kind === 'call') {
        const id = await handles.bind(taken.request, browserOf(request, response))
        return response.redirect(303, `/calls/${id}`)
      }
      if (taken.kind === 'replayed') await traceCall(traces, response, 'call-replayed', taken.dpiId, 'handle')
      throw new SmartError('call.used')
    }),
  )
  return router
}
