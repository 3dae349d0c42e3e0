import { Router } from 'express'
import { requestIdOf } from '../http/request-id.ts'
import { caught, field, formBody, type Pages } from './visit.ts'

/**
 * `/login/backchannel-logout/{provider}` (OpenID Connect Back-Channel Logout 1.0): a provider says, server to server, that
 * somebody has signed out there. It is believed by the signature of its token alone: there is no browser and no cookie.
 */
export const backchannelLogout: Pages = ({ signIn, traces }) => {
  const router = Router({ caseSensitive: true, strict: true })
  router.post(
    '/login/backchannel-logout/:provider',
    formBody,
    caught(async (request, response) => {
      const provider = String(request.params.provider)
      const isKnown = signIn.providers.some(({ id }) => id === provider)
      const ended = isKnown ? await signIn.backchannelLogout(provider, field(request, 'logout_token')) : undefined
      if (ended === undefined) {
        response.status(400).json({ error: 'invalid_request' })
        return
      }
      for (const actor of ended) {
        await traces.record({
          kind: 'logout',
          actor,
          client: undefined,
          patientId: undefined,
          detail: provider,
          requestId: requestIdOf(response),
        })
      }
      response.status(200).end()
    }),
  )
  return router
}
