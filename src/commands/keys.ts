import { rotateKeys } from '../smart/signing-keys.ts'
import { configured } from './start.ts'

const USAGE = `Usage: npm run dcc -- keys rotate
  makes a new key of the authorization server, which signs from now on. Those before stay in its key set for a day, until
  nothing that they signed is good any more. A running server takes the new key within seconds.`

/** `npm run dcc -- keys …`: the signing keys of the authorization server. */
export async function keysCommand([action, ...others]: readonly string[]): Promise<number> {
  if (action !== 'rotate' || others.length > 0) {
    process.stderr.write(`${USAGE}\n`)
    return 2
  }
  const config = configured('command')
  if (config === undefined) return 1
  process.stdout.write(`${JSON.stringify(rotateKeys(config.dataDir, Date.now))}\n`)
  return 0
}
