import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { StoreError } from './errors.ts'
import type { Dialect, SqlDriver } from './sql/driver.ts'
import { integer, text } from './sql/rows.ts'

/** A migration file: `migrations/NNNN-name.sql`. */
export interface Migration {
  version: number
  name: string
  /** SHA-256 of the file, before the engine's macros are filled in. */
  checksum: string
  sql: string
}

/** What the schema of a store is, compared with what this release ships. */
export interface MigrationState {
  /** Version of the last migration applied; 0 for an empty database. */
  applied: number
  /** Version of the last migration shipped. */
  shipped: number
  /** Migrations to apply, in order. */
  pending: readonly Migration[]
}

/**
 * Compares the schema of a store with the migrations of this release. Rejects with `store.schema-newer` or
 * `store.schema-changed` when the store was written by something else than this release or an earlier one.
 */
export async function migrationState(driver: SqlDriver, migrations?: readonly Migration[]): Promise<MigrationState> {
  const shipped = migrations ?? (await shippedMigrations())
  const applied = await appliedMigrations(driver)
  const last = shipped.at(-1)?.version ?? 0
  for (const { version, checksum } of applied) {
    const migration = shipped.find((one) => one.version === version)
    if (migration === undefined) {
      const message = `The store was written by a newer release: its schema is ${version}, this release knows ${last}`
      throw new StoreError('store.schema-newer', message, { applied: version, shipped: last })
    }
    if (migration.checksum !== checksum) {
      const message = `Migration ${migration.name} has changed since it was applied`
      throw new StoreError('store.schema-changed', message, { version })
    }
  }
  const done = new Set(applied.map(({ version }) => version))
  const pending = shipped.filter(({ version }) => !done.has(version))
  return { applied: Math.max(0, ...done), shipped: last, pending }
}

/**
 * Applies what is pending, each file in its own transaction with the row that records it. May be interrupted and run
 * again, and run by several processes at once: the row is written first, and whoever comes second finds it.
 */
export async function migrate(
  driver: SqlDriver,
  onStep: (migration: Migration) => void = () => undefined,
  migrations?: readonly Migration[],
): Promise<MigrationState> {
  if (!(await isManaged(driver))) await createTable(driver)
  const { pending } = await migrationState(driver, migrations)
  for (const migration of pending) {
    const { version, name, checksum, sql } = migration
    const guard = { sql: RECORD, params: [version, name, checksum, new Date().toISOString()] }
    const ran = await driver.script(guard, fillMacros(sql, driver.dialect))
    if (ran) onStep(migration)
  }
  return migrationState(driver, migrations)
}

/** Makes a store ready to be used: an empty one is migrated, an older one is refused with `store.schema-older`. */
export async function prepareSchema(driver: SqlDriver, migrations?: readonly Migration[]): Promise<void> {
  const state = await migrationState(driver, migrations)
  if (state.pending.length === 0) return
  if (state.applied > 0) {
    const message = `The store has schema ${state.applied}, this release needs ${state.shipped}: run npm run dcc -- migrate`
    throw new StoreError('store.schema-older', message, { applied: state.applied, shipped: state.shipped })
  }
  await createAtOnce(driver, state.pending)
}

/** Everything in one transaction: a process that opens the store meanwhile sees all of the schema or nothing of it. */
async function createAtOnce(driver: SqlDriver, [first, ...others]: readonly Migration[]): Promise<void> {
  if (first === undefined) return
  if (!(await isManaged(driver))) await createTable(driver)
  const now = new Date().toISOString()
  const scripts = others.map(
    // Name and checksum come from files of this release: letters, digits and hyphens.
    ({ version, name, checksum, sql }) =>
      `INSERT INTO ${TABLE} (version, name, checksum, applied_at) VALUES (${version}, '${name}', '${checksum}', '${now}');\n${sql}`,
  )
  const guard = { sql: RECORD, params: [first.version, first.name, first.checksum, now] }
  await driver.script(guard, fillMacros([first.sql, ...scripts].join('\n'), driver.dialect))
}

/** The migrations that this release ships, in order. */
export async function shippedMigrations(folder = new URL('./migrations/', import.meta.url)): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => FILE.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = (await readFile(new URL(name, folder), 'utf8')).replaceAll('\r\n', '\n')
      const checksum = createHash('sha256').update(sql).digest('hex')
      return { version: Number.parseInt(name, 10), name: name.replace(/\.sql$/, ''), checksum, sql }
    }),
  )
}

const FILE = /^\d{4}-[a-z0-9-]+\.sql$/

const TABLE = 'schema_migrations'
const CREATE = `CREATE TABLE IF NOT EXISTS ${TABLE} (
  version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL
)`
const RECORD = `INSERT INTO ${TABLE} (version, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING`

function fillMacros(sql: string, { text, keyed }: Dialect): string {
  return sql.replaceAll('$TEXT', text).replaceAll('$KEYED', keyed)
}

async function isManaged(driver: SqlDriver): Promise<boolean> {
  return (await driver.all(driver.dialect.tableExists, [TABLE])).length > 0
}

/** Two processes may create the table at once, and one of them then fails although the table is there. */
async function createTable(driver: SqlDriver): Promise<void> {
  try {
    await driver.commit([{ sql: CREATE, params: [] }])
  } catch (error) {
    if (!(await isManaged(driver))) throw error
  }
}

async function appliedMigrations(driver: SqlDriver): Promise<{ version: number; checksum: string }[]> {
  if (!(await isManaged(driver))) return []
  const rows = await driver.all(`SELECT version, checksum FROM ${TABLE} ORDER BY version`, [])
  return rows.map((row) => ({ version: integer(row, 0), checksum: text(row, 1) }))
}
