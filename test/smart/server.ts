import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before } from 'node:test'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import type { ClientRegistration, PublicKey } from '../../src/smart/client-registration.ts'
import { addClient } from '../../src/smart/clients.ts'
import type { Answer, Headers } from '../support/client.ts'
import { PUBLIC_ORIGIN, type ServerOptions, startServer, type TestServer } from '../support/server.ts'

export const TOKEN_ENDPOINT = `${PUBLIC_ORIGIN}/oidc/token`

/** A registered back end with its private key. */
export interface BackEnd {
  id: string
  key: CryptoKey
  alg: string
  kid: string
  jwk: PublicKey
}

/** A server that wants tokens; it is there while the stories of a file run. */
export function protectedServer(options: ServerOptions = {}): () => TestServer {
  let server: TestServer | undefined
  before(async () => {
    server = await startServer({ ...options, config: { auth: 'on', ...options.config } })
  })
  after(() => server?.stop())
  return () => {
    assert.ok(server !== undefined)
    return server
  }
}

/** A key pair of a client. */
export async function aKey(alg: 'ES384' | 'RS384' = 'ES384') {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const kid = randomUUID()
  const { kty = '', ...rest } = await exportJWK(publicKey)
  return { key: privateKey, alg, kid, jwk: { ...rest, kty, kid } }
}

/** Registers a back end with a key of its own. */
export async function aBackEnd(
  server: TestServer,
  registration: Partial<ClientRegistration> = {},
  alg: 'ES384' | 'RS384' = 'ES384',
): Promise<BackEnd> {
  const key = await aKey(alg)
  const id = `dpi-${randomUUID()}`
  const keys = registration.jwks_uri === undefined ? { jwks: { keys: [key.jwk] } } : {}
  const client = { id, name: 'DPI', hospital: 'CHU', scope: 'system/*.cruds', ...keys, ...registration }
  assert.ok(await addClient(server.record.dcc.store.authorization, client))
  return { id: client.id, ...key }
}

/** Signs an assertion; claims and header members given replace the right ones, undefined ones are left out. */
export function anAssertion(
  { id, key, alg, kid }: BackEnd,
  claims: JWTPayload = {},
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const payload = { iss: id, sub: id, aud: TOKEN_ENDPOINT, exp: now + 60, jti: randomUUID(), ...claims }
  const members = { alg, kid, typ: 'JWT', ...header }
  return new SignJWT(payload).setProtectedHeader(members).sign(key)
}

/** The members of a form by which a client shows who it is. */
export function authenticated(assertion: string): Record<string, string> {
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  }
}

/** Posts a form. */
export function postForm(
  server: TestServer,
  path: string,
  form: Readonly<Record<string, string>>,
  headers: Headers = {},
): Promise<Answer> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  return server.post(path, new URLSearchParams(form).toString(), { ...type, ...headers })
}

/** Asks for a token. */
export function askToken(
  server: TestServer,
  assertion: string,
  scope: string | undefined = 'system/*.cruds',
  more: Readonly<Record<string, string>> = {},
  headers: Headers = {},
): Promise<Answer> {
  const asked = scope === '' ? {} : { scope }
  const form = { grant_type: 'client_credentials', ...asked, ...authenticated(assertion), ...more }
  return postForm(server, '/oidc/token', form, headers)
}

/** What a token response holds. */
export interface TokenAnswer {
  access_token: string
  token_type: string
  expires_in: number
  scope: string
}

/** A token of a back end. */
export async function aToken(server: TestServer, client: BackEnd, scope?: string): Promise<string> {
  const answer = await askToken(server, await anAssertion(client), scope)
  assert.equal(answer.status, 200, answer.text)
  return (answer.json() as TokenAnswer).access_token
}

/** The header that carries a token. */
export function bearer(token: string): Headers {
  return { authorization: `Bearer ${token}` }
}
