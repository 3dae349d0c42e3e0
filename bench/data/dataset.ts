import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { openRecord } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import type { BenchPostgres } from '../postgres.ts'
import { type Filled, fill } from './fill.ts'

/** Engines that a data set can be kept in. */
export type Engine = 'sqlite' | 'postgres'

/** Where a record is: the settings DCC_STORE and DCC_BLOBS. */
export interface Place {
  store: string
  blobs: string
}

/** A filled record, kept for later runs: never written to once it is filled. */
export interface Dataset extends Place {
  engine: Engine
  patients: number
  /** What its load did, when it was made. */
  filled: Filled
}

/** Where data sets are kept. */
export const CACHE = '.cache/bench'

/** The data set of an engine and size; filled when no earlier run has left it, or when what it depends on has changed. */
export async function openDataset(
  engine: Engine,
  patients: number,
  postgres: BenchPostgres | undefined,
  onStep: (done: number) => void,
): Promise<Dataset> {
  const key = `${engine}-${patients}-${fingerprint()}`
  const folder = join(CACHE, key)
  const database = databaseOf(key)
  const marker = join(folder, 'filled.json')
  const place: Place = {
    store: engine === 'sqlite' ? `sqlite:${join(folder, 'dcc.sqlite')}` : (postgres?.urlOf(database) ?? ''),
    blobs: `file:${join(folder, 'blobs')}`,
  }
  if (existsSync(marker) && (engine === 'sqlite' || (await postgres?.has(database)) === true)) {
    return { engine, patients, ...place, filled: filledOf(await readFile(marker, 'utf8')) }
  }
  await removeOthers(`${engine}-${patients}-`, engine === 'postgres' ? postgres : undefined)
  await mkdir(folder, { recursive: true })
  if (engine === 'postgres') await postgres?.create(database)
  const record = await openRecord(configOf(place, 1))
  // What is written here is ours and fictitious; the writes that are measured are validated.
  const filled = await fill({ ...record.dcc, inspect: () => [] }, patients, onStep)
  await record.close()
  if (engine === 'postgres') await postgres?.settle(database)
  await writeFile(marker, JSON.stringify(filled))
  return { engine, patients, ...place, filled }
}

/** A copy of a data set that a measurement may write to; `remove` gives its room back. */
export async function copyOf(
  dataset: Dataset,
  postgres: BenchPostgres | undefined,
): Promise<Place & { remove(): Promise<void> }> {
  const folder = join(CACHE, `writes-${process.pid}-${dataset.engine}`)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await cp(dataset.blobs.slice('file:'.length), join(folder, 'blobs'), { recursive: true, preserveTimestamps: true })
  const blobs = `file:${join(folder, 'blobs')}`
  const remove = () => rm(folder, { recursive: true, force: true })
  if (dataset.engine === 'sqlite') {
    await copyFile(dataset.store.slice('sqlite:'.length), join(folder, 'dcc.sqlite'))
    return { store: `sqlite:${join(folder, 'dcc.sqlite')}`, blobs, remove }
  }
  if (postgres === undefined) throw new Error('no PostgreSQL')
  const database = `bench_writes_${process.pid}`
  await postgres.copy(basename(new URL(dataset.store).pathname), database)
  return {
    store: postgres.urlOf(database),
    blobs,
    remove: async () => {
      await postgres.drop(database)
      await remove()
    },
  }
}

/** The configuration of the server under test: that of the demo without authorization, on loopback. */
export function configOf({ store, blobs }: Place, port: number) {
  return loadConfig({ env: settingsOf({ store, blobs }, port), mode: 'demo' })
}

/** The settings of the server under test, as its environment. */
export function settingsOf({ store, blobs }: Place, port: number): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    PORT: String(port),
    DCC_STORE: store,
    DCC_BLOBS: blobs,
    DCC_AUTH: 'off',
    DCC_INS_DOMAIN: 'test',
    LOG_LEVEL: 'warn',
  }
}

/** Files that decide what a data set holds: its generators, the schema and what is indexed. */
const SOURCES = [
  'bench/data/*.ts',
  'src/commands/demo/region/*.ts',
  'src/fhir/search/extract.ts',
  'src/fhir/search/parameters/*.ts',
  'src/store/migrations/*.sql',
  'src/store/sql/change*.ts',
]

function fingerprint(): string {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap((pattern) => globSync(pattern)).sort()) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 12)
}

function databaseOf(key: string): string {
  return `bench_${key.replaceAll('-', '_')}`
}

async function removeOthers(prefix: string, postgres: BenchPostgres | undefined): Promise<void> {
  await mkdir(CACHE, { recursive: true })
  for (const name of await readdir(CACHE)) {
    if (name.startsWith(prefix)) await rm(join(CACHE, name), { recursive: true, force: true })
  }
  for (const name of (await postgres?.names()) ?? []) {
    if (name.startsWith(databaseOf(prefix))) await postgres?.drop(name)
  }
}

function filledOf(text: string): Filled {
  const { patients, documents, seconds } = JSON.parse(text) as Record<string, unknown>
  return { patients: Number(patients), documents: Number(documents), seconds: Number(seconds) }
}
