import { randomUUID } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { ClientRegistration } from '../src/smart/client-registration.ts'
import { ask } from './ask.ts'

/** A back end that the measurements register, with its private key. */
export interface BackEnd {
  registration: ClientRegistration
  key: CryptoKey
}

const ID = 'bench'
const SCOPE = 'system/*.cruds'

/** Makes a back end with a new key. */
export async function newBackEnd(): Promise<BackEnd> {
  const { privateKey, publicKey } = await generateKeyPair('ES384')
  const { kty = '', ...rest } = await exportJWK(publicKey)
  const keys = [{ ...rest, kty, kid: ID }]
  return {
    registration: { id: ID, name: 'Mesures', hospital: 'Mesures', scope: SCOPE, jwks: { keys } },
    key: privateKey,
  }
}

/** Gets a token as SMART Backend Services has it, of a server whose public address is `audience`; good for five minutes. */
export async function tokenOf({ key }: BackEnd, origin: string, audience: string = origin): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const assertion = await new SignJWT({
    iss: ID,
    sub: ID,
    aud: `${audience}/oidc/token`,
    exp: now + 60,
    jti: randomUUID(),
  })
    .setProtectedHeader({ alg: 'ES384', kid: ID, typ: 'JWT' })
    .sign(key)
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: SCOPE,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  })
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const { status, body } = await ask(origin, { method: 'POST', path: '/oidc/token', headers, body: form.toString() })
  if (status !== 200) throw new Error(`the token endpoint answered ${status}`)
  const { access_token }: { access_token: string } = JSON.parse(body.toString('utf8'))
  return access_token
}
