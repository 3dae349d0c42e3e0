import { StoreError } from '../errors.ts'
import type { Dialect, Row, SqlDriver, SqlValue, Statement } from '../sql/driver.ts'
import { text } from '../sql/rows.ts'
import { Connection, type SqliteOptions } from './connection.ts'
import { factsOf } from './errors.ts'
import { WriterClient } from './writer-client.ts'

/** SQLite's spelling of what differs. */
export const SQLITE: Dialect = {
  engine: 'sqlite',
  text: 'TEXT',
  keyed: 'WITHOUT ROWID',
  shareLock: '',
  ownLock: '',
  mergesPages: false,
  tableExists: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1",
}

/** Opens a file (made when missing): one writing connection in a worker, one read-only connection here. */
export async function openSqliteDriver(path: string, options: SqliteOptions = {}): Promise<SqlDriver> {
  const writer = new WriterClient(path, options)
  await writer.opened()
  try {
    return new SqliteDriver(path, options, writer)
  } catch (error) {
    await writer.close()
    throw storeError(error)
  }
}

class SqliteDriver implements SqlDriver {
  readonly dialect = SQLITE
  private readonly path: string
  private readonly options: SqliteOptions
  private readonly writer: WriterClient
  private reader: Connection
  private closed = false

  constructor(path: string, options: SqliteOptions, writer: WriterClient) {
    this.path = path
    this.options = options
    this.writer = writer
    this.reader = new Connection(path, options, 'read')
  }

  async all(sql: string, params: readonly SqlValue[]): Promise<Row[]> {
    this.refuseClosed()
    try {
      return this.reader.all(sql, params)
    } catch (error) {
      throw storeError(error)
    }
  }

  async commit(statements: readonly Statement[]): Promise<void> {
    this.refuseClosed()
    if (statements.length > 0) await this.writer.commit(statements)
  }

  async script(guard: Statement, script: string): Promise<boolean> {
    this.refuseClosed()
    return this.writer.script(guard, script)
  }

  async explain(sql: string, params: readonly SqlValue[]): Promise<string[]> {
    const rows = await this.all(`EXPLAIN QUERY PLAN ${sql}`, params)
    return rows.map((row) => text(row, 3))
  }

  /** A connection reads the statistics when it opens: the reader is opened again. */
  async analyze(): Promise<void> {
    this.refuseClosed()
    await this.writer.analyze()
    const before = this.reader
    this.reader = new Connection(this.path, this.options, 'read')
    before.close()
  }

  async ping(): Promise<void> {
    this.refuseClosed()
    this.writer.check()
    await this.all('SELECT 1', [])
  }

  /** The writer closes last: then SQLite folds its log into the file. */
  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.reader.close()
    await this.writer.close()
  }

  private refuseClosed(): void {
    if (this.closed) throw new StoreError('store.closed', 'The store is closed')
  }
}

function storeError(error: unknown): StoreError {
  const { key, message, detail } = factsOf(error)
  return new StoreError(key, message, detail, error)
}
