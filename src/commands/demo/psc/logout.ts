import { type Request, type Response, Router } from 'express'
import { cookieOf } from './authorization.ts'
import { subjectOf } from './claims.ts'
import { formOf, PROTOCOL, type Shared, type SsoSession } from './shared.ts'
import { sendWallet } from './views.ts'

/** The logout of the stand-in: ends its session, tells the clients, goes back to a registered address. */
export function logoutPages(shared: Shared): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const handler =
    (parameters: (request: Request) => URLSearchParams) => async (request: Request, response: Response) => {
      await logout(shared, parameters(request), request, response)
    }
  router.get(
    `${PROTOCOL}/logout`,
    handler((request) => new URL(request.originalUrl, shared.issuer).searchParams),
  )
  router.post(`${PROTOCOL}/logout`, handler(formOf))
  return router
}

async function logout(
  shared: Shared,
  parameters: URLSearchParams,
  request: Request,
  response: Response,
): Promise<void> {
  const hint = await shared.key.verified(parameters.get('id_token_hint') ?? '')
  const base = new URL(shared.issuer).pathname
  if (hint === undefined)
    return sendWallet(response.status(400), 'refused', { base, reason: 'Demande de déconnexion invalide.' })
  const client = shared.clients.find(({ id }) => id === hint.aud)
  const session = shared.sessions.take(cookieOf(request))
  if (session !== undefined) await tell(shared, session)
  const address = parameters.get('post_logout_redirect_uri')
  if (address === null || client?.postLogoutRedirectUris.includes(address) !== true) {
    return sendWallet(response, 'refused', { base, reason: 'Votre session fictive est fermée.' })
  }
  const back = new URL(address)
  const state = parameters.get('state')
  if (state !== null) back.searchParams.set('state', state)
  response.redirect(303, back.href)
}

/** Back-channel logout: a client that cannot be reached learns nothing, as with the real one. */
async function tell({ clients, key, issuer, now }: Shared, { identity, sid }: SsoSession): Promise<void> {
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  for (const { id, backchannelLogoutUri } of clients) {
    if (backchannelLogoutUri === undefined) continue
    const claims = { iss: issuer, aud: id, iat: now(), jti: crypto.randomUUID(), sub: subjectOf(identity), sid, events }
    const body = new URLSearchParams({ logout_token: await key.sign(claims, undefined) })
    await fetch(backchannelLogoutUri, { method: 'POST', body, signal: AbortSignal.timeout(2000) }).catch(
      () => undefined,
    )
  }
}
