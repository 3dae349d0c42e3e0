import { RegistrationError } from '../smart/client-registration.ts'
import { isStoreError } from '../store/errors.ts'
import { openStore } from '../store/open.ts'
import { type Action, UsageError } from './client/action.ts'
import { add, list, remove, rotate, toggle } from './dpi/registrations.ts'
import { configured } from './start.ts'

/** What can be done with DPIs; each prints one JSON line for what it did. */
const ACTIONS: Readonly<Record<string, Action>> = {
  add,
  list,
  remove,
  rotate,
  disable: toggle(true),
  enable: toggle(false),
}

const USAGE = `Usage: npm run dcc -- dpi ACTION
  add --name NAME --hospital FINESS --ipp-system URI [DOORS] [--id ID] [--ins-believed] [--private-network]
      [--frame-origin ORIGIN]... [--return-origin ORIGIN]...
      DOORS, any of:
        --iss FHIR_BASE --client-id OURS [--auth-method none|private_key_jwt] [--scope "SCOPES"]
            SMART: its endpoints are read now, and it is held to them from then on
        --jwks FILE (public keys) | --jwks-uri URL | --new-key FILE (makes a key pair) [--alg ES256|ES384|RS256|PS256]...
            signed calls by the browser
        --client CLIENT_ID...   signed calls by its server, with tokens of this registered client
        --form                  unsigned forms with DRIMBox names: they only fill a search in
  list                                   every registered DPI, one JSON line each
  remove ID                              forgets a DPI; calls that nobody opened yet end with it
  rotate ID --jwks FILE | --new-key FILE [--now]
                                         adds keys; those before stay until the next rotation, or end --now
  disable ID | enable ID`

/** `npm run dcc -- dpi …`: registers the hospital software that may call the DCC. */
export async function dpiCommand([name = '', ...args]: readonly string[]): Promise<number> {
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
