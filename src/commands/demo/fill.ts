import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenRecord } from '../../app.ts'
import type { Config } from '../../config.ts'
import { importCda } from '../../dcc/import-cda.ts'
import { BASELINE_INS, registerBaseline } from './baseline.ts'
import type { RegionChoices } from './cast.ts'
import { registerDirectory } from './directory.ts'
import { generateRegion } from './region/region.ts'

/** How many documents are on their way in at once: enough for the writer to group their commits. */
const CONCURRENCY = 12

interface RegionFile extends RegionChoices {
  complete: boolean
}

/** Fills the record with the region once and answers what made it: the same choices make the same documents, so an interrupted run goes on. */
export async function fillRegion(
  record: OpenRecord,
  config: Config,
  wanted: { patients: number; seed: number },
): Promise<RegionChoices> {
  const folder = join(config.dataDir, 'demo')
  const path = join(folder, 'region.json')
  mkdirSync(folder, { recursive: true })
  const known = existsSync(path) ? regionFile(readFileSync(path, 'utf8')) : undefined
  const filled = (await record.dcc.store.lookup('patient', BASELINE_INS)) !== undefined
  if (known?.complete === true && filled) return known
  const today = known?.today ?? record.dcc.now().toISOString().slice(0, 10)
  const region = known !== undefined && filled ? known : { ...wanted, today, complete: false }
  writeFileSync(path, JSON.stringify(region))
  await load(record, region)
  writeFileSync(path, JSON.stringify({ ...region, complete: true }))
  return region
}

async function load(record: OpenRecord, { patients, seed, today }: RegionFile): Promise<void> {
  const region = generateRegion({ patients, seed, today })
  await registerDirectory(record, region)
  await registerBaseline(record)
  const bar = progressBar(patients)
  const queue = region.patients[Symbol.iterator]()
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      for await (const document of next.value.documents) await importCda(record.dcc, document.bytes)
      bar.step()
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  await record.dcc.store.analyze()
  bar.end()
}

function regionFile(text: string): RegionFile | undefined {
  const json: unknown = JSON.parse(text)
  if (typeof json !== 'object' || json === null) return undefined
  const { patients, seed, today, complete } = json as Record<string, unknown>
  if (typeof patients !== 'number' || typeof seed !== 'number' || typeof today !== 'string') return undefined
  return { patients, seed, today, complete: complete === true }
}

function progressBar(total: number): { step(): void; end(): void } {
  const width = 30
  let done = 0
  let shown = -1
  return {
    step: () => {
      done += 1
      const percent = Math.floor((done * 100) / total)
      if (percent === shown) return
      shown = percent
      const filled = Math.round((percent * width) / 100)
      const bar = `[${'#'.repeat(filled)}${' '.repeat(width - filled)}] ${done}/${total} patients`
      process.stderr.write(process.stderr.isTTY ? `\r${bar}` : percent % 10 === 0 ? `${bar}\n` : '')
    },
    end: () => process.stderr.write('\n'),
  }
}
