import type { Engine } from './data/dataset.ts'
import type { SINGLE_MEASUREMENTS } from './measurements.ts'
import type { Options } from './options.ts'
import { say } from './progress.ts'
import type { Records } from './records.ts'
import type { Result } from './results.ts'
import { measureStartUp } from './start-up.ts'

type Single = (typeof SINGLE_MEASUREMENTS)[number]

const MOST_SECONDS = 1
const MOST_MEMORY = 150e6

/** The measurements that give one figure for each engine. */
export async function runSingles(singles: readonly Single[], records: Records, { scope }: Options): Promise<Result[]> {
  const results: Result[] = []
  if (singles.length === 0) return results
  for (const engine of ['sqlite', 'postgres'] satisfies Engine[]) {
    const dataset = await records.dataset(engine, scope.patients)
    const starts = []
    for (let round = 0; round <= scope.rounds; round += 1) {
      say(`start-up: ${engine}`)
      starts.push(await measureStartUp(dataset))
    }
    const { documents, seconds } = dataset.filled
    const startUp = Math.min(...starts.map((start) => start.seconds))
    const memory = Math.min(...starts.map((start) => start.rss))
    const figures = {
      load: { value: documents / seconds, unit: 'per-second', note: `documents, ${scope.patients} patients` },
      'start-up': {
        value: startUp,
        unit: 'seconds',
        aim: { text: `< ${MOST_SECONDS} s`, met: startUp < MOST_SECONDS },
      },
      'idle-memory': {
        value: memory,
        unit: 'bytes',
        aim: { text: `< ${MOST_MEMORY / 1e6} MB`, met: memory < MOST_MEMORY },
      },
    } satisfies Record<Single['name'], Partial<Result>>
    for (const { name, title } of singles) {
      results.push({ name, title, server: engine, rounds: [], ...figures[name] })
    }
  }
  return results.toSorted((a, b) => order(singles, a) - order(singles, b))
}

function order(singles: readonly Single[], { name }: Result): number {
  return singles.findIndex((single) => single.name === name)
}
