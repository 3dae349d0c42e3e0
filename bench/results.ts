import type { Aim, LibraryName, ServerName } from './measurements.ts'

/** One run of a measurement under load. Times in milliseconds, CPU in microseconds a request, memory in bytes. */
export interface Round {
  perSecond: number
  p50: number
  p99: number
  cpu: number
  /** CPU of the database server, where there is one of ours. */
  databaseCpu: number | undefined
  rss: number
  /** CPU that others used meanwhile on this machine, in cores: what a figure has to be judged by. */
  others: number | undefined
  failed: number
  bytes: number
}

/** A row of the table. */
export interface Result {
  name: string
  title: string
  server: ServerName | LibraryName
  /** The value that counts, in its unit. */
  value: number
  unit: 'per-second' | 'seconds' | 'bytes' | 'ratio' | 'microseconds' | 'milliseconds' | 'kilobytes'
  /** All rounds of a measurement under load. */
  rounds: readonly Round[]
  /** What else has to be known to read the figure. */
  note?: string
  aim?: { text: string; met: boolean }
}

/** The round that counts: the best, since what disturbs a run only ever slows it down. */
export function bestOf(rounds: readonly Round[]): Round {
  const [best] = rounds.toSorted((a, b) => b.perSecond - a.perSecond)
  if (best === undefined) throw new Error('no round')
  return best
}

/** How far the slowest round is below the best, as a share of the best. */
export function spreadOf(rounds: readonly Round[]): number {
  const best = bestOf(rounds).perSecond
  return (best - Math.min(...rounds.map(({ perSecond }) => perSecond))) / best
}

/** Holds a throughput against its aim; undefined while the ceiling that it refers to was not measured. */
export function judged(aim: Aim | undefined, perSecond: number, express: number | undefined): Result['aim'] {
  if (aim === undefined) return undefined
  if (aim.kind === 'per-second') return { text: `>= ${aim.least}/s`, met: perSecond >= aim.least }
  if (express === undefined) return undefined
  return { text: `>= ${aim.least * 100} % of Express`, met: perSecond >= aim.least * express }
}
