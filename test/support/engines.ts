import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPostgresDriver } from '../../src/store/postgres/driver.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import type { SqlDriver } from '../../src/store/sql/driver.ts'
import { openSqliteDriver } from '../../src/store/sqlite/driver.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import type { DccStore } from '../../src/store/store.ts'
import { NO_POSTGRES, startPostgres } from './postgres.ts'

/** One of the two engines, for tests that run over both. */
export interface Engine {
  name: 'sqlite' | 'postgres'
  /** Why this machine cannot run it, or false. */
  skip: string | false
  /** A new, empty place: a file, or a database. */
  newPlace(): Promise<string>
  openDriver(place: string): Promise<SqlDriver>
  openStore(place: string): Promise<DccStore>
}

/** Both engines, and what ends them when the tests are over. */
export async function startEngines(): Promise<{ engines: readonly Engine[]; stop(): Promise<void> }> {
  const postgres = await startPostgres()
  const folder = await mkdtemp(join(tmpdir(), 'dcc-store-'))
  let files = 0
  const engines: Engine[] = [
    {
      name: 'sqlite',
      skip: false,
      async newPlace() {
        files += 1
        return join(folder, `dcc-${files}.sqlite`)
      },
      openDriver: (place) => openSqliteDriver(place),
      openStore: (place) => openSqliteStore(place),
    },
    {
      name: 'postgres',
      skip: postgres === undefined ? NO_POSTGRES : false,
      newPlace: async () => (await postgres?.createDatabase()) ?? '',
      openDriver: (place) => openPostgresDriver(place),
      openStore: (place) => openPostgresStore(place),
    },
  ]
  return {
    engines,
    async stop() {
      await rm(folder, { recursive: true, force: true })
      await postgres?.stop()
    },
  }
}
