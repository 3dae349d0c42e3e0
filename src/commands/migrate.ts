import { isStoreError } from '../store/errors.ts'
import { migrate } from '../store/migrations.ts'
import { openDriver } from '../store/open.ts'
import { configured } from './start.ts'

/** `npm run dcc -- migrate`: applies the migrations that the store lacks, one transaction each; can be run again. */
export async function migrateCommand(): Promise<number> {
  const config = configured('command')
  if (config === undefined) return 1
  try {
    const driver = await openDriver(config.store)
    let applied = 0
    try {
      await migrate(driver, (step) => {
        applied += 1
        process.stdout.write(`applied ${step.name}\n`)
      })
    } finally {
      await driver.close()
    }
    if (applied === 0) process.stdout.write('nothing to do: the schema is current\n')
    return 0
  } catch (error) {
    if (!isStoreError(error)) throw error
    process.stderr.write(`${error.key}: ${error.message}\n`)
    return 1
  }
}
