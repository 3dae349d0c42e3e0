import { accessToken, NoToken } from './client/access-token.ts'
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
  const ownScope = scope.split(' ').filter(isOfBackEnds).join(' ')
  try {
    process.stdout.write(`${await accessToken(tokenEndpoint, { client_id, jwk, scope: ownScope })}\n`)
    return 0
  } catch (error) {
    if (!(error instanceof NoToken)) throw error
    const why = error.status === undefined ? 'does not answer: is the demo running?' : `no token (${error.status})`
    return said(`${tokenEndpoint}: ${why}`, 1)
  }
}

/** What a client may ask for without a person. */
function isOfBackEnds(scope: string): boolean {
  return scope.startsWith('system/') || scope.startsWith('__')
}

function said(line: string, code: number): number {
  process.stderr.write(`${line}\n`)
  return code
}
