import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Config } from '../config.ts'
import { BASELINE_INS } from './demo/baseline.ts'
import { fillRegion } from './demo/fill.ts'
import { registerShowcase, writeCredentials } from './demo/showcase.ts'
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
  await fillRegion(record, config, options)
  const showcase = await registerShowcase(record)
  writeCredentials(config, showcase)
  try {
    const { stopped } = await start(config, record)
    process.stdout.write(await welcome(config, record.dcc.store))
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

/** Addresses and three commands that work when pasted: search by INS, list, fetch the PDF of a report. */
async function welcome(config: Config, store: Parameters<typeof examples>[0]): Promise<string> {
  const base = `${config.baseUrl}/fhir`
  const { patientId, binaryId } = await examples(store)
  return [
    '',
    'DCC FHIR : région fictive prête / fictitious region ready',
    `  FHIR         ${base}`,
    `  Capacités    ${base}/metadata`,
    `  Santé        ${config.baseUrl}/healthz  ${config.baseUrl}/readyz  ${config.baseUrl}/metrics`,
    `  Données      ${config.dataDir}`,
    '',
    'Un patient par son INS / a patient by INS:',
    `  curl -s '${base}/Patient/_search' --data-urlencode 'identifier=${BASELINE_INS.system}|${BASELINE_INS.value}'`,
    'Ses documents en vigueur / current documents:',
    `  curl -s '${base}/DocumentReference?patient=${patientId}&status=current'`,
    'Le PDF d’un compte rendu / the PDF of a report:',
    `  curl -s -o compte-rendu.pdf -H 'Accept: application/pdf' '${base}/Binary/${binaryId}'`,
    '',
    'Arrêter : Ctrl-C / stop with Ctrl-C',
    '',
  ].join('\n')
}

async function examples(store: import('../store/store.ts').DccStore): Promise<{ patientId: string; binaryId: string }> {
  const patientId = (await store.lookup('patient', BASELINE_INS)) ?? ''
  const [report] = await store.search({
    type: 'DocumentReference',
    conditions: [
      { kind: 'patient', ids: [patientId] },
      { kind: 'token', param: 'type', anyOf: [{ code: '60568-3' }] },
      { kind: 'token', param: 'status', anyOf: [{ code: 'current' }] },
    ],
    sort: { key: 'date', descending: true },
    limit: 1,
  })
  const document = report === undefined ? undefined : await store.document(report.id)
  return { patientId, binaryId: document?.contentId ?? '' }
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
