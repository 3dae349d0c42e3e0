import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import pg from 'pg'
import { NO_POSTGRES, startPostgres } from '../test/support/postgres.ts'
import { CACHE } from './data/dataset.ts'
import { TICK } from './machine.ts'

/** The PostgreSQL server of the measurements, with its settings as they come, and the databases in it. */
export interface BenchPostgres {
  urlOf(database: string): string
  names(): Promise<string[]>
  has(database: string): Promise<boolean>
  /** Makes an empty database. */
  create(database: string): Promise<void>
  copy(from: string, to: string): Promise<void>
  drop(database: string): Promise<void>
  /** Where the files of a database are; undefined when the server is not ours. */
  folderOf(database: string): Promise<string | undefined>
  /** Leaves nothing for the housekeeping of the server to do during the measurements. */
  settle(database: string): Promise<void>
  /** CPU time that the server has used, all its processes together, in microseconds; undefined when it is not ours. */
  cpu(): number | undefined
  stop(): Promise<void>
}

/** Starts the server whose data stay in the cache, or takes the one that DCC_TEST_POSTGRES names. */
export async function openBenchPostgres(): Promise<BenchPostgres> {
  const server = await startPostgres({ keptIn: resolve(CACHE, 'postgres') })
  if (server === undefined) throw new Error(NO_POSTGRES)
  const { url, pid } = server
  const urlOf = (database: string) => {
    const named = new URL(url)
    named.pathname = `/${database}`
    return named.href
  }
  const names = async () => (await query(url, 'SELECT datname FROM pg_database')).map(([name]) => String(name))
  return {
    urlOf,
    names,
    has: async (database) => (await names()).includes(database),
    create: async (database) =>
      void (await query(url, `CREATE DATABASE ${database} TEMPLATE template0 ENCODING 'UTF8'`)),
    copy: async (from, to) => void (await query(url, `CREATE DATABASE ${to} TEMPLATE ${from} STRATEGY FILE_COPY`)),
    folderOf: async (database) => {
      const rows = await query(url, `SELECT oid FROM pg_database WHERE datname = '${database}'`)
      return pid === undefined ? undefined : resolve(CACHE, 'postgres', 'base', String(rows[0]?.[0]))
    },
    drop: async (database) => void (await query(url, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)),
    settle: async (database) => {
      await query(urlOf(database), 'VACUUM ANALYZE')
      await query(url, 'CHECKPOINT')
    },
    cpu: () => (pid === undefined ? undefined : cpuOfFamily(pid)),
    stop: server.stop,
  }
}

async function query(connectionString: string, sql: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows
  } finally {
    await client.end()
  }
}

/** CPU time of a process with its children, those that have ended included (proc(5), stat). */
function cpuOfFamily(parent: number): number {
  let ticks = 0
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const fields = statOf(name)
    if (Number(name) === parent) ticks += sum(fields.slice(11, 15))
    else if (Number(fields[1]) === parent) ticks += sum(fields.slice(11, 13))
  }
  return ticks * TICK
}

/** The fields of a process after its name, from its state on; empty for one that has ended. */
function statOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

function sum(fields: readonly string[]): number {
  return fields.reduce((total, field) => total + Number(field), 0)
}
