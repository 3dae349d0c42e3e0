import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { fillRegion } from './demo/fill.ts'
import { openDemonstration } from './demo/open.ts'
import { openDemoPsc } from './demo/psc/open.ts'
import { welcome } from './demo/welcome.ts'
import { configured, opened, start } from './start.ts'

const DEFAULT_PATIENTS = 60
const MAX_PATIENTS = 100_000

/**
 * `npm run demo`: fills the store with a fictitious region (once; a second run reuses it), starts the server and prints
 * what to try. `--patients N` and `--seed N` choose the region of a new store.
 */
export async function demo(args: readonly string[]): Promise<number> {
  const options = optionsOf(args)
  const config = configured('demo')
  if (config === undefined || options === undefined) return options === undefined ? 2 : 1
  mkdirSync(config.dataDir, { recursive: true })
  const record = await opened(config)
  if (record === undefined) return 1
  const region = await fillRegion(record, config, options)
  const psc = openDemoPsc(config)
  const { pages, logins } = await openDemonstration(config, record, region, psc.professionals)
  try {
    const { stopped } = await start(psc.config, record, config.auth === 'on' ? [...psc.pages, ...pages] : [])
    process.stdout.write(await welcome(config, record.dcc.store, logins))
    return await stopped
  } catch (error) {
    await record.close()
    if (!isAddressInUse(error)) throw error
    process.stderr.write(
      `Le port ${config.port} est déjà utilisé : choisissez-en un autre, par exemple PORT=8090 npm run demo\n` +
        `Port ${config.port} is already in use: choose another one, for instance PORT=8090 npm run demo\n`,
    )
    return 1
  }
}

function optionsOf(args: readonly string[]): { patients: number; seed: number } | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      patients: { type: 'string', default: String(DEFAULT_PATIENTS) },
      seed: { type: 'string', default: '1' },
    },
  })
  const patients = Number(values.patients)
  const seed = Number(values.seed)
  if (Number.isInteger(patients) && patients >= 1 && patients <= MAX_PATIENTS && Number.isInteger(seed))
    return { patients, seed }
  process.stderr.write(`--patients: 1 to ${MAX_PATIENTS}; --seed: a whole number\n`)
  return undefined
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
