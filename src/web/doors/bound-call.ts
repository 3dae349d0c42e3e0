import { Router } from 'express'
import { requestIdOf } from '../../http/request-id.ts'
import { SmartError } from '../../smart/errors.ts'
import { COOKIES, cookieOf, setCookie } from '../cookies.ts'
import type { Pages } from '../visit.ts'

/**
 * `/calls/{id}`: a call that waits in its own browser for its professional. Who has not signed in does so and comes back
 * here; then the call is used up, the session gets a new secret, and the patient is looked for: authentication first,
 * resolution second (smart-launch.md 4.3). A call for somebody else is used up all the same.
 */
export const boundCall: Pages = ({ doors, sessions }, visits) => {
  const router = Router({ caseSensitive: true, strict: true })
  if (doors === undefined) return router
  const { handles, calls } = doors
  router.get(
    '/calls/:id',
    visits.page(async ({ session }, request, response) => {
      const id = String(request.params.id)
      const call = await handles.bound(id, cookieOf(request, COOKIES.browser))
      if (call === undefined || !(await handles.finish(id))) throw new SmartError('call.used')
      const { address } = await calls.open({ session, requestId: requestIdOf(response) }, call)
      const secret = cookieOf(request, COOKIES.session)
      if (secret !== undefined) setCookie(response, COOKIES.session, await sessions.renew(session, secret))
      response.redirect(303, address)
    }),
  )
  return router
}
