import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { StoreError } from '../errors.ts'
import type { Dialect, Row, SqlDriver, SqlValue, Statement } from '../sql/driver.ts'
import { text } from '../sql/rows.ts'
import { LONGEST_STATEMENT, openPool, type PostgresOptions, run, type Timed } from './connection.ts'
import { isRetryable, leavesConnection, storeErrorOf } from './errors.ts'

/** PostgreSQL's spelling of what differs. */
export const POSTGRES: Dialect = {
  engine: 'postgres',
  text: 'TEXT COLLATE "C"',
  keyed: '',
  shareLock: ' FOR SHARE',
  ownLock: ' FOR NO KEY UPDATE',
  mergesPages: true,
  tableExists: 'SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = ?1',
}

/** Connects to a database, `postgres://user@host/database`; the server must be PostgreSQL 15 or later. */
export async function openPostgresDriver(url: string, options: PostgresOptions = {}): Promise<SqlDriver> {
  const driver = new PostgresDriver(openPool(url, options), options.queryTimeout)
  try {
    await driver.ping()
    return driver
  } catch (error) {
    await driver.close()
    throw error
  }
}

/** Times that a transaction is tried which loses against others. */
const ATTEMPTS = 8

class PostgresDriver implements SqlDriver {
  readonly dialect = POSTGRES
  private readonly pool: pg.Pool
  private readonly running = new Set<Promise<unknown>>()
  private readonly queryTimeout: number
  private closed = false

  constructor(pool: pg.Pool, queryTimeout = LONGEST_STATEMENT) {
    this.pool = pool
    this.queryTimeout = queryTimeout
  }

  all(sql: string, params: readonly SqlValue[]): Promise<Row[]> {
    return this.whileOpen(async () => {
      try {
        return (await run(this.pool, sql, params, this.queryTimeout)).rows
      } catch (error) {
        throw storeErrorOf(error)
      }
    })
  }

  commit(statements: readonly Statement[]): Promise<void> {
    return this.whileOpen(async () => {
      if (statements.length > 0) await this.retried((client) => apply(client, statements, this.queryTimeout))
    })
  }

  script(guard: Statement, script: string): Promise<boolean> {
    return this.whileOpen(() =>
      this.retried(async (client) => {
        await client.query(BEGIN)
        const { count } = await run(client, guard.sql, guard.params)
        if (count > 0) await client.query(script)
        await client.query('COMMIT')
        return count > 0
      }),
    )
  }

  async explain(sql: string, params: readonly SqlValue[]): Promise<string[]> {
    const rows = await this.all(`EXPLAIN ${sql}`, params)
    return rows.map((row) => text(row, 0))
  }

  async analyze(): Promise<void> {
    // Of a large record it takes its time.
    await this.whileOpen(() =>
      this.pool.query('ANALYZE').catch((error: unknown) => Promise.reject(storeErrorOf(error))),
    )
  }

  async ping(): Promise<void> {
    await this.all('SELECT 1', [])
  }

  /** Answers what was asked before, then lets the connections go. */
  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    await Promise.allSettled(this.running)
    await this.pool.end()
  }

  private async whileOpen<T>(work: () => Promise<T>): Promise<T> {
    if (this.closed) throw new StoreError('store.closed', 'The store is closed')
    const running = work()
    this.running.add(running)
    try {
      return await running
    } finally {
      this.running.delete(running)
    }
  }

  /** Tries a whole transaction again when it lost against others (storage.md section 1). */
  private async retried<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.transaction(work)
      } catch (error) {
        if (!isRetryable(error) || attempt === ATTEMPTS) throw storeErrorOf(error)
        await delay(Math.random() * 5 * 2 ** attempt)
      }
    }
  }

  private async transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect()
    try {
      const result = await work(client)
      client.release()
      return result
    } catch (error) {
      client.release(!(leavesConnection(error) && (await rolledBack(client))))
      throw error
    }
  }
}

const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED'

/**
 * Sends all statements at once and commits when each has done what it must: two round trips, whatever their number.
 * After a failure the server refuses the statements that follow; the first failure is the one to tell.
 */
async function apply(client: pg.PoolClient, statements: readonly Statement[], timeout: number): Promise<void> {
  const sent = inOnePiece(client, () => [
    client.query(BEGIN),
    ...statements.map(({ sql, params }) => run(client, sql, params, timeout)),
  ])
  const outcomes = (await Promise.allSettled(sent)).slice(1)
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'rejected') throw outcome.reason
    const { expect } = statements[index] ?? {}
    const count = 'count' in outcome.value ? outcome.value.count : 0
    if (expect !== undefined && count !== expect.rows) {
      const { key, message, detail } = expect.error
      throw new StoreError(key, message, detail)
    }
  }
  const commit: Timed<pg.QueryConfig> = { text: 'COMMIT', query_timeout: timeout }
  await client.query(commit)
}

/** What is sent within goes to the socket in one system call instead of one for each statement. */
function inOnePiece<T>({ connection }: pg.PoolClient, send: () => T): T {
  connection.stream.cork()
  try {
    return send()
  } finally {
    connection.stream.uncork()
  }
}

async function rolledBack(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK')
    return true
  } catch {
    return false
  }
}
