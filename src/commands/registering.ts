import { RegistrationError } from '../smart/client-registration.ts'
import type { AuthorizationStore } from '../store/authorization.ts'
import { isStoreError } from '../store/errors.ts'
import { openStore } from '../store/open.ts'
import type { Command } from './command.ts'
import { configured } from './configured.ts'

/** What an action on a registration works with. */
export interface ActionContext {
  args: readonly string[]
  /** Opened when first asked for. */
  store(): Promise<AuthorizationStore>
  /** `DCC_BASE_URL`. */
  origin: string
  print(line: object): void
  printText(text: string): void
}

/** One action. Throws UsageError, RegistrationError, or what the store throws. */
export type Action = (context: ActionContext) => Promise<void>

/** A command line that cannot be understood. */
export class UsageError extends Error {}

/** A command that registers: its first argument names the action, each of which prints one JSON line for what it did. */
export function registering(usage: string, actions: Readonly<Record<string, Action>>): Command {
  return async ([name = '', ...args]) => {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined
    if (action === undefined) {
      process.stderr.write(`${usage}\n`)
      return 2
    }
    const config = configured('command')
    if (config === undefined) return 1
    let opened: Awaited<ReturnType<typeof openStore>> | undefined
    const store = async () => {
      opened ??= await openStore(config.store)
      return opened.authorization
    }
    try {
      await action({ args, store, origin: config.baseUrl, print, printText })
      return 0
    } catch (error) {
      return failed(error, usage)
    } finally {
      await opened?.close()
    }
  }
}

function print(line: object): void {
  printText(JSON.stringify(line))
}

function printText(text: string): void {
  process.stdout.write(`${text}\n`)
}

function failed(error: unknown, usage: string): number {
  if (error instanceof UsageError || isParseError(error)) {
    process.stderr.write(`${error.message}\n${usage}\n`)
    return 2
  }
  if (!(error instanceof RegistrationError) && !isStoreError(error)) throw error
  process.stderr.write(`${error.message}\n`)
  return 1
}

/** What util.parseArgs throws for options that it does not know. */
function isParseError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}
