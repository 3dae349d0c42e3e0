import type { Statement, StoreErrorFacts } from '../sql/driver.ts'
import type { SqliteOptions } from './connection.ts'

/** What the writer is started with. */
export interface WriterData {
  path: string
  options: SqliteOptions
}

/** What the main thread asks of the writer. */
export type Request =
  | { id: number; kind: 'commit'; statements: readonly Statement[] }
  | { id: number; kind: 'script'; guard: Statement; script: string }
  | { id: number; kind: 'analyze' }
  | { id: number; kind: 'close' }

/** The outcome of a request: done, or why not. `ran` is false when a script found that there is nothing to do. */
export interface Reply {
  id: number
  error?: StoreErrorFacts
  ran?: boolean
}
