import { Router } from 'express'
import { requestIdOf } from '../http/request-id.ts'
import { SmartError } from '../smart/errors.ts'
import { COOKIES, clearCookie, cookieOf } from './cookies.ts'
import { type PageFrame, renderPage, sendPage } from './pages.ts'
import { browserOf, caught, formBody, isOfSession, type Pages, sameOrigin, signedInAs } from './visit.ts'

/**
 * `/logout`: ends the session here at once; the one at the identity provider, which other services share, only when the
 * person asks (smart-launch.md 3.4). The provider sends them back to the same page.
 */
export const logout: Pages = (options, visits) => {
  const router = Router({ caseSensitive: true, strict: true })
  const { sessions, signIn, traces, origin } = options
  router.get(
    '/logout',
    caught(async (request, response) => {
      const session = await visits.sessionOf(request)
      const provider = session === undefined ? await signIn.departure(cookieOf(request, COOKIES.browser)) : undefined
      const frame: PageFrame = { title: session === undefined ? 'Vous êtes déconnecté' : 'Se déconnecter' }
      const page = { signedIn: session && signedInAs(session), provider, canSignIn: signIn.providers.length > 0 }
      sendPage(response, renderPage('logged-out', frame, page))
    }),
  )
  router.post(
    '/logout',
    sameOrigin,
    formBody,
    caught(async (request, response) => {
      const session = await visits.sessionOf(request)
      if (session !== undefined) {
        if (!isOfSession(request, session)) throw new SmartError('form.forged')
        await sessions.close(session)
        await signIn.ended(session)
        await signIn.keepDeparture(session, browserOf(request, response))
        await traces.record({
          kind: 'logout',
          actor: session.professional.nationalId,
          client: undefined,
          patientId: undefined,
          detail: undefined,
          requestId: requestIdOf(response),
        })
      }
      await signIn.takeChoice(cookieOf(request, COOKIES.browser))
      clearCookie(response, COOKIES.session)
      response.redirect(303, '/logout')
    }),
  )
  router.get(
    '/logout/provider',
    sameOrigin,
    caught(async (request, response) => {
      const address = await signIn.depart(cookieOf(request, COOKIES.browser), `${origin}/logout`)
      response.redirect(303, address?.href ?? '/logout')
    }),
  )
  return router
}
