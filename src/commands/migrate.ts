import { isStoreError } from '../store/errors.ts'
import { migrateStore } from '../store/open.ts'
import { configured } from './start.ts'

/** `npm run dcc -- migrate`: applies the migrations that the store lacks, one transaction each; can be run again. */
export async function migrateCommand(): Promise<number> {
  const config = configured('command')
  if (config === undefined) return 1
  try {
    const applied = await migrateStore(config.store)
    for (const name of applied) process.stdout.write(`applied ${name}\n`)
    if (applied.length === 0) process.stdout.write('nothing to do: the schema is current\n')
    return 0
  } catch (error) {
    if (!isStoreError(error)) throw error
    process.stderr.write(`${error.key}: ${error.message}\n`)
    return 1
  }
}
