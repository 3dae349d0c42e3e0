import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { ClientRegistration } from '../src/smart/client-registration.ts'

/** An app that people of the measurements open: confidential, by a key, and trusted by contract. */
export interface BenchApp {
  registration: ClientRegistration
  key: CryptoKey
}

const ID = 'bench-app'
const REDIRECT = 'https://app.example.test/callback'
const SCOPE = 'launch openid fhirUser patient/*.rs'

/** Makes an app with a new key. */
export async function newApp(): Promise<BenchApp> {
  const { privateKey, publicKey } = await generateKeyPair('ES384')
  const { kty = '', ...rest } = await exportJWK(publicKey)
  const registration: ClientRegistration = {
    id: ID,
    name: 'Application des mesures',
    hospital: 'Mesures',
    scope: SCOPE,
    redirect_uris: [REDIRECT],
    consent: 'implied',
    jwks: { keys: [{ ...rest, kty, kid: ID }] },
  }
  return { registration, key: privateKey }
}

/** A launch that is ready to be sent: what only the app has to do is done. */
export interface PreparedLaunch {
  parameters: URLSearchParams
  verifier: string
  assertion: string
}

/** Prepares the requests of one launch. */
export async function prepareLaunch({ key }: BenchApp, origin: string, launch: string): Promise<PreparedLaunch> {
  const verifier = randomBytes(32).toString('base64url')
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: ID,
    redirect_uri: REDIRECT,
    scope: SCOPE,
    state: randomUUID(),
    aud: `${origin}/fhir`,
    launch,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: ID, sub: ID, aud: `${origin}/oidc/token`, exp: now + 240, jti: randomUUID() }
  const assertion = await new SignJWT(claims).setProtectedHeader({ alg: 'ES384', kid: ID, typ: 'JWT' }).sign(key)
  return { parameters, verifier, assertion }
}

/** Sends a launch from the authorization request to the token, as the browser of somebody signed in; gives the token. */
export async function sendLaunch(
  origin: string,
  cookie: string,
  { parameters, verifier, assertion }: PreparedLaunch,
): Promise<string> {
  const jar = new Map([cookie.split('=', 2) as [string, string]])
  let address = new URL(`/oidc/authorize?${parameters}`, origin)
  while (address.origin === origin) {
    const headers = { accept: 'text/html', cookie: [...jar].map((pair) => pair.join('=')).join('; ') }
    const answer = await fetch(address, { redirect: 'manual', headers })
    const location = answer.headers.get('location')
    await answer.arrayBuffer()
    if (location === null) throw new Error(`${answer.status} without a redirect at ${address.pathname}`)
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    address = new URL(location, address)
  }
  const code = address.searchParams.get('code')
  if (code === null) throw new Error(`the app was told ${address.searchParams.get('error')}`)
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT,
    code_verifier: verifier,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  })
  const answer = await fetch(`${origin}/oidc/token`, { method: 'POST', body })
  const { access_token }: { access_token?: string } = JSON.parse(await answer.text())
  if (answer.status !== 200 || access_token === undefined)
    throw new Error(`the token endpoint answered ${answer.status}`)
  return access_token
}
