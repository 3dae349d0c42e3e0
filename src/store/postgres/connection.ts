import pg from 'pg'
import type { Row, SqlValue } from '../sql/driver.ts'

/** Settings of the pool; the defaults are those of storage.md section 1. */
export interface PostgresOptions {
  maxConnections?: number
  /** Milliseconds to wait for a connection. */
  connectionTimeout?: number
  /** Milliseconds to wait for the answer to a statement; then its connection is given up. */
  queryTimeout?: number
}

/**
 * A server that has gone without a word keeps its connections for a quarter of an hour, as TCP has it, and the pool with
 * them. Longer than any statement of a request takes.
 */
export const LONGEST_STATEMENT = 120_000

/** What runs a query: the pool (any connection) or one connection. */
export interface Runner {
  query(config: pg.QueryArrayConfig<SqlValue[]>): Promise<pg.QueryArrayResult<SqlValue[]>>
}

/** Opens a pool. A lost connection must not end the process: every one has a listener from its first moment. */
export function openPool(url: string, { maxConnections = 10, connectionTimeout = 5000 }: PostgresOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectionTimeout,
    application_name: 'dcc',
    keepAlive: true,
    pipeline: true,
    types: { getTypeParser },
  })
  pool.on('error', ignore)
  pool.on('connect', (client) => client.on('error', ignore))
  return pool
}

/** Runs a statement of the common subset; resolves to its rows and the number of rows that it affected. */
export async function run(
  runner: Runner,
  sql: string,
  params: readonly SqlValue[],
  timeout = LONGEST_STATEMENT,
): Promise<{ rows: Row[]; count: number }> {
  const prepared = prepare(sql)
  const query: Timed<pg.QueryArrayConfig<SqlValue[]>> = {
    ...prepared,
    values: params.map(bindable),
    rowMode: 'array',
    query_timeout: timeout,
  }
  const result = await runner.query(query)
  return { rows: result.rows, count: result.rowCount ?? 0 }
}

/** A statement that pg gives up after so many milliseconds (its types do not know it). */
export type Timed<T> = T & { query_timeout: number }

interface Prepared {
  text: string
  name?: string
}

/** Statements kept prepared on every connection; rarer forms of a search are planned each time. */
const MAX_STATEMENTS = 1000
const STATEMENTS = new Map<string, Prepared>()

/** The statement in PostgreSQL's spelling (`?1` -> `$1`), with the name under which connections keep it. */
function prepare(sql: string): Prepared {
  const known = STATEMENTS.get(sql)
  if (known !== undefined) return known
  const text = sql.replaceAll(/\?(\d+)/g, '$$$1')
  if (STATEMENTS.size >= MAX_STATEMENTS) return { text }
  const prepared = { text, name: `dcc${STATEMENTS.size}` }
  STATEMENTS.set(sql, prepared)
  return prepared
}

/** PostgreSQL has no text with the character U+0000; it is kept as the replacement character. */
function bindable(value: SqlValue): SqlValue {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value
}

const BIGINT = 20

/** Counts come as bigint, which pg gives as text: the store's counts fit a number. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === BIGINT) return Number
  return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text')
}

/** The query that used the connection rejects; there is nothing else to tell. */
function ignore(): void {}
