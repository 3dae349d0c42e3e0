import { prepareSchema } from '../migrations.ts'
import { SqlStore } from '../sql/store.ts'
import type { DccStore } from '../store.ts'
import type { SqliteOptions } from './connection.ts'
import { openSqliteDriver } from './driver.ts'

/** Opens the embedded store in a file; an empty file gets the schema, an older schema is refused (migrations.ts). */
export async function openSqliteStore(path: string, options: SqliteOptions = {}): Promise<DccStore> {
  const driver = await openSqliteDriver(path, options)
  try {
    await prepareSchema(driver)
  } catch (error) {
    await driver.close()
    throw error
  }
  return new SqlStore(driver)
}
