import { createLocalJWKSet, decodeJwt, type JWK, jwtVerify } from 'jose'
import { sameSecret } from './memory.ts'

/** A client as the stand-in knows it: the DCC, and in tests others beside. */
export interface StandInClient {
  id: string
  /** One of both. */
  secret?: string
  keys?: readonly JWK[]
  redirectUris: readonly string[]
  postLogoutRedirectUris: readonly string[]
  backchannelLogoutUri?: string
}

/** What a client shows: a form and an Authorization header. */
export interface Shown {
  form: URLSearchParams
  authorization: string | undefined
}

/** The client that a form or header is from: by secret (post or Basic), or by a signed assertion; undefined for nobody. */
export async function authenticated(
  clients: readonly StandInClient[],
  { form, authorization }: Shown,
  issuer: string,
): Promise<StandInClient | undefined> {
  const assertion = form.get('client_assertion')
  if (assertion !== null) return byAssertion(clients, assertion, issuer)
  const [id, secret] = basic(authorization) ?? [form.get('client_id'), form.get('client_secret')]
  const client = clients.find((one) => one.id === id)
  return client?.secret !== undefined && sameSecret(client.secret, secret ?? '') ? client : undefined
}

async function byAssertion(clients: readonly StandInClient[], assertion: string, issuer: string) {
  try {
    const { iss } = decodeJwt(assertion)
    const client = clients.find(({ id }) => id === iss)
    if (client?.keys === undefined) return undefined
    const keys = createLocalJWKSet({ keys: [...client.keys] })
    await jwtVerify(assertion, keys, { issuer: client.id, subject: client.id, audience: issuer, maxTokenAge: 300 })
    return client
  } catch {
    return undefined
  }
}

function basic(authorization: string | undefined): [string, string] | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/.exec(authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString().split(':').map(decodeURIComponent)
  return [id, secret]
}
