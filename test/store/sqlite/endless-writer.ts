import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { aPathway, aPatient } from '../../support/store-samples.ts'

/**
 * A process for the tests of the embedded store: commits patients and writes the id of each one once it is
 * acknowledged; or commits one, without anything else that keeps it alive, and closes.
 */
const [path = '', mode] = process.argv.slice(2)
const store = await openSqliteStore(path)

async function writeOne(): Promise<void> {
  const patient = aPatient()
  await store.commit([patient, aPathway(patient.id)])
  process.stdout.write(`${patient.id}\n`)
}

if (mode === 'once') {
  await writeOne()
  await store.close()
} else {
  const lanes = Array.from({ length: 8 }, async () => {
    for (;;) await writeOne()
  })
  await Promise.all(lanes)
}
