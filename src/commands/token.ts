import { JWT_BEARER, signedAssertion } from './client/signed-assertion.ts'
import { credentialsPath, isBackEnd, readCredentials } from './demo/credentials.ts'
import { configured } from './start.ts'

const USAGE = 'Usage: npm run -s dcc -- token backend|dpi'

/**
 * `npm run -s dcc -- token NAME`: an access token of a client of the running demonstration, for five minutes, to put
 * into a request by hand. What a hospital's back end does by itself (SMART Backend Services).
 */
export async function tokenCommand([name = '', ...others]: readonly string[]): Promise<number> {
  if (!isBackEnd(name) || others.length > 0) return said(USAGE, 2)
  const config = configured('command')
  if (config === undefined) return 1
  const path = credentialsPath(config)
  const credentials = readCredentials(path)
  if (credentials === undefined) return said(`${path}: not there: run npm run demo first (DCC_DATA_DIR)`, 1)
  const { tokenEndpoint, clients } = credentials
  const { client_id, scope, jwk } = clients[name]
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: scope.split(' ').filter(isOfBackEnds).join(' '),
    client_assertion_type: JWT_BEARER,
    client_assertion: await signedAssertion(client_id, jwk, tokenEndpoint),
  })
  const answer = await fetch(tokenEndpoint, { method: 'POST', body }).catch(() => undefined)
  if (answer === undefined) return said(`${tokenEndpoint}: does not answer: is the demo running?`, 1)
  const json: unknown = await answer.json().catch(() => undefined)
  const token = typeof json === 'object' && json !== null && 'access_token' in json ? json.access_token : undefined
  if (!answer.ok || typeof token !== 'string') return said(`${tokenEndpoint}: no token (${answer.status})`, 1)
  process.stdout.write(`${token}\n`)
  return 0
}

/** What a client may ask for without a person. */
function isOfBackEnds(scope: string): boolean {
  return scope.startsWith('system/') || scope.startsWith('__')
}

function said(line: string, code: number): number {
  process.stderr.write(`${line}\n`)
  return code
}
