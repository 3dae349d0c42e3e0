import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StoreError } from './errors.ts'
import { openPostgresDriver } from './postgres/driver.ts'
import { openPostgresStore } from './postgres/store.ts'
import type { SqlDriver } from './sql/driver.ts'
import { openSqliteDriver } from './sqlite/driver.ts'
import { openSqliteStore } from './sqlite/store.ts'
import type { DccStore } from './store.ts'

/** Opens the store of a `DCC_STORE` setting: `sqlite:PATH` (the folder is made) or `postgres://…`. */
export async function openStore(setting: string): Promise<DccStore> {
  const place = placeOf(setting)
  return place.engine === 'sqlite' ? openSqliteStore(await withFolder(place.path)) : openPostgresStore(place.url)
}

/** Opens the engine of a setting without looking at the schema: for the command that migrates it. */
export async function openDriver(setting: string): Promise<SqlDriver> {
  const place = placeOf(setting)
  return place.engine === 'sqlite' ? openSqliteDriver(await withFolder(place.path)) : openPostgresDriver(place.url)
}

type Place = { engine: 'sqlite'; path: string } | { engine: 'postgres'; url: string }

function placeOf(setting: string): Place {
  if (/^postgres(ql)?:\/\//.test(setting)) return { engine: 'postgres', url: setting }
  const path = setting.startsWith('sqlite:') ? setting.slice('sqlite:'.length) : ''
  if (path === '' || path === ':memory:') {
    throw new StoreError('store.invalid', 'A store is named as sqlite:PATH or postgres://USER@HOST/DATABASE')
  }
  return { engine: 'sqlite', path }
}

async function withFolder(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  return path
}
