import type { Request, Response } from 'express'
import type { Professional } from '../dcc/professional.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { Arrival } from '../smart/psc/model.ts'
import { COOKIES, setCookie } from './cookies.ts'
import type { Visits, WebOptions } from './visit.ts'

/**
 * Opens the session of somebody whom a provider has identified: under a new id, whatever the browser held before
 * (session fixation); who was signed in with it is signed out.
 */
export async function openSession(
  { sessions, signIn, traces }: WebOptions,
  visits: Visits,
  request: Request,
  response: Response,
  { provider, idToken, assurance }: Arrival,
  professional: Professional,
): Promise<void> {
  const before = await visits.sessionOf(request)
  const { secret, session } = await sessions.open({ professional, provider, idToken })
  await signIn.opened(session)
  await traces.record({
    kind: 'login',
    actor: professional.nationalId,
    client: undefined,
    patientId: undefined,
    detail: [provider, assurance].filter((word) => word !== '').join(' '),
    requestId: requestIdOf(response),
  })
  if (before !== undefined) {
    await sessions.close(before)
    await signIn.ended(before)
  }
  setCookie(response, COOKIES.session, secret)
}
