import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Row, SqlValue } from '../sql/driver.ts'

/** Settings of a connection; the defaults are those of storage.md section 1. */
export interface SqliteOptions {
  /** Milliseconds to wait for another process that writes. */
  busyTimeout?: number
  /** Largest number of pages that the file may have: stands for a full disk in tests. */
  maxPages?: number
}

/** Statements kept prepared; a search has many forms, a store that runs for months must not keep them all. */
const MAX_STATEMENTS = 2000

interface Prepared {
  statement: StatementSync
  returnsRows: boolean
}

/** One connection with its prepared statements. Synchronous; throws the errors of node:sqlite. */
export class Connection {
  private readonly database: DatabaseSync
  private readonly statements = new Map<string, Prepared>()

  constructor(path: string, { busyTimeout = 5000, maxPages }: SqliteOptions, access: 'read' | 'write') {
    this.database = new DatabaseSync(path, { readOnly: access === 'read', timeout: busyTimeout })
    if (access === 'write') {
      this.database.exec('PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA foreign_keys = on')
      // Rows go to many places of the indexes: folding the log back ten times more rarely halves the cost of commits.
      this.database.exec('PRAGMA wal_autocheckpoint = 10000; PRAGMA journal_size_limit = 67108864')
      if (maxPages !== undefined) this.database.exec(`PRAGMA max_page_count = ${Math.trunc(maxPages)}`)
    }
    // What a statement or savepoint would undo is kept in memory: on disk it cost as much as the commit itself.
    this.database.exec('PRAGMA cache_size = -65536; PRAGMA mmap_size = 2147418112; PRAGMA temp_store = memory')
  }

  /** Whether a transaction is open: some errors end it without being asked. */
  get inTransaction(): boolean {
    return this.database.isTransaction
  }

  all(sql: string, params: readonly SqlValue[]): Row[] {
    return rowsOf(this.prepare(sql).statement.all(...params))
  }

  /** Runs a statement and gives the number of rows that it affected, or returned. */
  run(sql: string, params: readonly SqlValue[]): number {
    const { statement, returnsRows } = this.prepare(sql)
    if (returnsRows) return statement.all(...params).length
    return Number(statement.run(...params).changes)
  }

  /** Runs several statements that take no parameters. */
  exec(script: string): void {
    this.database.exec(script)
  }

  close(): void {
    this.statements.clear()
    this.database.close()
  }

  private prepare(sql: string): Prepared {
    const known = this.statements.get(sql)
    if (known !== undefined) return known
    const statement = this.database.prepare(sql)
    statement.setReturnArrays(true)
    if (this.statements.size >= MAX_STATEMENTS) this.statements.delete(this.statements.keys().next().value ?? '')
    const prepared = { statement, returnsRows: statement.columns().length > 0 }
    this.statements.set(sql, prepared)
    return prepared
  }
}

/** Rows come as arrays (setReturnArrays), which the types of node:sqlite do not say. */
function rowsOf(rows: readonly unknown[]): Row[] {
  return rows.filter(isRow)
}

function isRow(row: unknown): row is Row {
  return Array.isArray(row)
}
