import { createHash } from 'node:crypto'
import type { RequestHandler, Response } from 'express'
import { subjectOf } from './claims.ts'
import { authenticated, type StandInClient } from './client.ts'
import { ACCESS_TOKEN_LIFE, formOf, type Grant, type Shared } from './shared.ts'

const REFRESH_TOKEN_LIFE = 1800

/** The token endpoint of the stand-in: a code once, to its own client and redirect address, with its verifier; refresh. */
export function tokenEndpoint(shared: Shared): RequestHandler {
  return async (request, response) => {
    const form = formOf(request)
    const { authorization } = request.headers
    const client = await authenticated(shared.clients, { form, authorization }, shared.issuer)
    if (client === undefined) {
      response.status(401).json({ error: 'invalid_client' })
      return
    }
    const grant = grantOf(shared, client, form)
    if (typeof grant === 'string') response.status(400).json({ error: grant })
    else await answer(shared, client, grant, response)
  }
}

function grantOf({ codes, refreshTokens }: Shared, client: StandInClient, form: URLSearchParams): Grant | string {
  const kind = form.get('grant_type')
  if (kind !== 'authorization_code' && kind !== 'refresh_token') return 'unsupported_grant_type'
  if (kind === 'refresh_token') {
    const grant = refreshTokens.take(form.get('refresh_token') ?? undefined)
    return grant?.clientId === client.id ? grant : 'invalid_grant'
  }
  const grant = codes.take(form.get('code') ?? undefined)
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url')
  const fits =
    grant?.clientId === client.id && grant.redirectUri === form.get('redirect_uri') && grant.challenge === challenge
  return fits ? grant : 'invalid_grant'
}

async function answer(shared: Shared, client: StandInClient, grant: Grant, response: Response): Promise<void> {
  const { issuer, key, accessTokens, refreshTokens, behaviour, now } = shared
  const at = now()
  const claims = {
    iss: issuer,
    aud: client.id,
    azp: client.id,
    sub: subjectOf(grant.identity),
    exp: at + ACCESS_TOKEN_LIFE,
    iat: at,
    auth_time: grant.authTime,
    typ: 'ID',
    sid: grant.sid,
    acr: 'eidas1',
    ...(grant.nonce === undefined ? {} : { nonce: grant.nonce }),
  }
  const { idToken, signature } = behaviour()
  const wrong = signature && { signature, secret: client.secret ?? '' }
  response.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' }).json({
    access_token: accessTokens.keep({ ...grant, until: at + ACCESS_TOKEN_LIFE }, ACCESS_TOKEN_LIFE),
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_LIFE,
    refresh_token: refreshTokens.keep(grant, REFRESH_TOKEN_LIFE),
    refresh_expires_in: REFRESH_TOKEN_LIFE,
    scope: 'openid scope_all',
    id_token: await key.sign(idToken?.(claims) ?? claims, wrong),
  })
}
