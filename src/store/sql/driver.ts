import type { StoreErrorKey } from '../errors.ts'

/** A value as both engines bind and return it. */
export type SqlValue = string | number | null
/** One row, its columns in the order of the SELECT. */
export type Row = readonly SqlValue[]

/** SQL of the common subset (storage.md section 2); parameters are written `?1`, `?2`… and may be used repeatedly. */
export interface Query {
  sql: string
  params: readonly SqlValue[]
}

/** What a StoreError needs, as a value that can cross to a worker. */
export interface StoreErrorFacts {
  key: StoreErrorKey
  message: string
  detail: Record<string, string | number>
}

/** One step of a transaction. */
export interface Statement extends Query {
  /** Rows that it must affect (or return, for a SELECT); any other number fails the whole commit with `error`. */
  expect?: { rows: number; error: StoreErrorFacts }
}

/** Where the two engines are spelled differently. */
export interface Dialect {
  engine: 'sqlite' | 'postgres'
  /** Column type of byte-ordered text: `$TEXT` of the migrations. */
  text: string
  /** Table option that clusters a table on its key: `$KEYED` of the migrations. */
  keyed: string
  /** Suffix of a SELECT that keeps its rows as they are until the end of the transaction. */
  shareLock: string
  /** The same, against writers and sharers alike. */
  ownLock: string
  /** Merging sorted selects lazily needs a page of each (PostgreSQL), or forbids it (SQLite). */
  mergesPages: boolean
  /** Returns a row when the table ?1 exists. */
  tableExists: string
}

/** The thin edge to an engine. Every method rejects with StoreError. */
export interface SqlDriver {
  readonly dialect: Dialect
  /** Runs a read on committed data; sees every commit that was acknowledged. */
  all(sql: string, params: readonly SqlValue[]): Promise<Row[]>
  /** Applies the statements in order in one durable transaction, all or none. */
  commit(statements: readonly Statement[]): Promise<void>
  /** Runs `guard`, then, if it affected a row, the script (several statements), in one transaction; false otherwise. */
  script(guard: Statement, script: string): Promise<boolean>
  /** The plan of a read, one line each. */
  explain(sql: string, params: readonly SqlValue[]): Promise<string[]>
  /** Recomputes the planner's statistics. */
  analyze(): Promise<void>
  ping(): Promise<void>
  close(): Promise<void>
}
