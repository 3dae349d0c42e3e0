import type { Engine } from './data/dataset.ts'
import type { LoadMeasurement } from './measurements.ts'
import type { Options } from './options.ts'
import { say } from './progress.ts'
import type { Records } from './records.ts'
import { bestOf, type Result, type Round } from './results.ts'
import { runOn } from './run-load.ts'
import { oursOver } from './targets.ts'

/** What of its throughput a query may lose in a large record. */
const LEAST = 0.8
const ENGINES = ['sqlite', 'postgres'] as const satisfies readonly Engine[]

/** The throughput of every query in a large record, as a share of that in a small one. */
export async function runScale(
  measurements: readonly LoadMeasurement[],
  records: Records,
  options: Options,
): Promise<Result[]> {
  if (measurements.length === 0) return []
  const results: Result[] = []
  for (const engine of ENGINES) results.push(...(await scaleOf(engine, measurements, records, options)))
  return results
}

async function scaleOf(
  engine: Engine,
  measurements: readonly LoadMeasurement[],
  records: Records,
  options: Options,
): Promise<Result[]> {
  const { scale, rounds } = options.scope
  const found = new Map<string, Round[]>()
  for (let round = 1; round <= rounds; round += 1) {
    for (const patients of scale) {
      const dataset = await records.dataset(engine, patients)
      say(`round ${round} of ${rounds}: scale, ${engine}, ${patients} patients`)
      const target = oursOver(dataset, dataset, records.postgres)
      for (const [{ name }, figures] of await runOn(target, measurements, { next: 0 }, options)) {
        const key = `${name} ${patients}`
        found.set(key, [...(found.get(key) ?? []), figures])
      }
    }
  }
  return measurements.map(({ name, title }) => {
    const [small, large] = scale.map((patients) => bestOf(found.get(`${name} ${patients}`) ?? []).perSecond)
    const ratio = (large ?? 0) / (small ?? 1)
    return {
      name: `scale/${name}`,
      title: `scale: ${title}`,
      server: engine,
      value: ratio,
      unit: 'ratio',
      rounds: [],
      note: scale
        .map((patients, i) => `${patients} patients ${Math.round((i === 0 ? small : large) ?? 0)}/s`)
        .join(', '),
      aim: { text: `>= ${LEAST}`, met: ratio >= LEAST },
    }
  })
}
