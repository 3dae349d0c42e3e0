import type { Request, Response } from 'express'
import type { Professional } from '../dcc/professional.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { Arrival } from '../smart/psc/model.ts'
import type { Session } from '../smart/sessions.ts'
import { COOKIES, cookieOf, setCookie } from './cookies.ts'
import type { Visits, WebOptions } from './visit.ts'

/**
 * Opens the session of somebody whom a provider has identified: under a new id, whatever the browser held before
 * (session fixation). Who was signed in with it is signed out; the same person at the same place goes on with what they
 * opened in other windows.
 */
export async function openSession(
  options: WebOptions,
  visits: Visits,
  request: Request,
  response: Response,
  arrival: Arrival,
  professional: Professional,
): Promise<void> {
  const { sessions, signIn, traces } = options
  const { provider, idToken, assurance } = arrival
  const before = await visits.sessionOf(request)
  const held = cookieOf(request, COOKIES.session)
  // Whoever identified themselves before and chose no place has left the workstation to this person.
  await signIn.takeChoice(cookieOf(request, COOKIES.browser))
  await traces.record({
    kind: 'login',
    actor: professional.nationalId,
    client: undefined,
    patientId: undefined,
    detail: [provider, assurance].filter((word) => word !== '').join(' '),
    requestId: requestIdOf(response),
  })
  if (before !== undefined && held !== undefined && isSame(before, provider, professional)) {
    setCookie(response, COOKIES.session, await sessions.renew(before, held))
    return
  }
  // First, so that whatever fails from here on leaves nobody signed in under the name of whoever was here before.
  if (before !== undefined) {
    await sessions.close(before)
    await signIn.ended(before)
  }
  const { secret, session } = await sessions.open({ professional, provider, idToken })
  await signIn.opened(session)
  setCookie(response, COOKIES.session, secret)
}

/** Whether a session is of the same person, by the same provider and at the same place. */
function isSame(session: Session, provider: string, professional: Professional): boolean {
  return session.provider === provider && JSON.stringify(session.professional) === JSON.stringify(professional)
}
