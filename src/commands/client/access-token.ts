import type { JWK } from 'jose'
import { JWT_BEARER, signedAssertion } from './signed-assertion.ts'

/** A client with a private key, and what it asks for. */
export interface BackEnd {
  client_id: string
  jwk: JWK
  scope: string
}

/** The token endpoint gave none; `status` is its answer, undefined when there was no answer. */
export class NoToken extends Error {
  readonly status: number | undefined
  constructor(status: number | undefined, options?: ErrorOptions) {
    super('no access token', options)
    this.name = 'NoToken'
    this.status = status
  }
}

/** An access token for a back end (SMART Backend Services). Rejects with NoToken. */
export async function accessToken(tokenEndpoint: string, { client_id, jwk, scope }: BackEnd): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope,
    client_assertion_type: JWT_BEARER,
    client_assertion: await signedAssertion(client_id, jwk, tokenEndpoint),
  })
  const answer = await fetch(tokenEndpoint, { method: 'POST', body }).catch((cause: unknown) => {
    throw new NoToken(undefined, { cause })
  })
  const json: unknown = await answer.json().catch(() => undefined)
  const token = typeof json === 'object' && json !== null && 'access_token' in json ? json.access_token : undefined
  if (!answer.ok || typeof token !== 'string') throw new NoToken(answer.status)
  return token
}
