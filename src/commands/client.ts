import { RegistrationError } from '../smart/client-registration.ts'
import { isStoreError } from '../store/errors.ts'
import { openStore } from '../store/open.ts'
import { type Action, UsageError } from './client/action.ts'
import { assertion } from './client/assertion.ts'
import { add, list, remove, rotate, toggle } from './client/registrations.ts'
import { configured } from './start.ts'

/** What can be done with clients; each prints one JSON line for what it did. */
const ACTIONS: Readonly<Record<string, Action>> = {
  add,
  list,
  remove,
  rotate,
  disable: toggle(true),
  enable: toggle(false),
  assertion,
}

const USAGE = `Usage: npm run dcc -- client ACTION
  add --name NAME --hospital HOSPITAL --scope "SCOPES" PROOF [PEOPLE] [--id ID] [--validation strict|lenient]
      PROOF: --jwks FILE (public keys) | --jwks-uri URL [--private-network] | --new-key FILE (makes a key pair)
             | --auth-method client_secret_basic|client_secret_post (makes a secret, shown once)
             | --auth-method none (public client: PKCE only)
      PEOPLE: --redirect-uri URL... [--launch-uri URL] [--cors-origin ORIGIN...] [--consent asked|implied] [--native]
      --token-exchange CLIENT...: may exchange tokens of these clients of Pro Santé Connect for ours
  list                                 every registered client, one JSON line each
  remove ID                            forgets a client; its tokens end with it
  rotate ID [--jwks FILE | --new-key FILE] [--now]
                                       adds keys; those before stay until the next rotation, or end --now
  disable ID | enable ID
  assertion ID --key FILE              a signed assertion for one token request, good for a minute`

/** `npm run dcc -- client …`: registers the clients that may ask for tokens. */
export async function clientCommand([name = '', ...args]: readonly string[]): Promise<number> {
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
  if (action === undefined) {
    process.stderr.write(`${USAGE}\n`)
    return 2
  }
  const config = configured('command')
  if (config === undefined) return 1
  const print = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`)
  let opened: Awaited<ReturnType<typeof openStore>> | undefined
  const store = async () => {
    opened ??= await openStore(config.store)
    return opened.authorization
  }
  try {
    await action({ args, store, origin: config.baseUrl, print, printText: (text) => process.stdout.write(`${text}\n`) })
    return 0
  } catch (error) {
    if (error instanceof UsageError || isParseError(error)) {
      process.stderr.write(`${error.message}\n${USAGE}\n`)
      return 2
    }
    const isKnown = error instanceof RegistrationError || isStoreError(error)
    if (!isKnown) throw error
    process.stderr.write(`${error.message}\n`)
    return 1
  } finally {
    await opened?.close()
  }
}

/** What util.parseArgs throws for options that it does not know. */
function isParseError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}
