import { prepareSchema } from '../migrations.ts'
import { SqlStore } from '../sql/store.ts'
import type { DccStore } from '../store.ts'
import type { PostgresOptions } from './connection.ts'
import { openPostgresDriver } from './driver.ts'

/** Opens the store in a database; an empty one gets the schema, an older schema is refused (migrations.ts). */
export async function openPostgresStore(url: string, options: PostgresOptions = {}): Promise<DccStore> {
  const driver = await openPostgresDriver(url, options)
  try {
    await prepareSchema(driver)
  } catch (error) {
    await driver.close()
    throw error
  }
  return new SqlStore(driver)
}
