import type { AuthorizationStore } from '../../store/authorization.ts'

/** What an action of `client` works with. */
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
