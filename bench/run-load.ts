import { ask } from './ask.ts'
import { sendLoad } from './load.ts'
import { busyTime } from './machine.ts'
import type { LoadMeasurement } from './measurements.ts'
import type { Options } from './options.ts'
import type { BenchRequest } from './requests.ts'
import type { Round } from './results.ts'
import type { BenchServer } from './servers/spawn.ts'
import type { Target } from './targets.ts'

/** Requests that are checked one by one before a measurement. */
const CHECKED = 5

/** Numbers the requests of a measurement over all rounds, so that what a write makes is always new. */
export type Counter = { next: number }

/** Starts a target, runs measurements on it one after the other, and gives the figures of each. */
export async function runOn(
  target: Target,
  measurements: readonly LoadMeasurement[],
  counter: Counter,
  { scope, profiles }: Options,
): Promise<Map<LoadMeasurement, Round>> {
  const rounds = new Map<LoadMeasurement, Round>()
  const server = await target.start(profiles)
  try {
    for (const measurement of measurements) {
      const next = () => {
        counter.next += 1
        return measurement.request(counter.next, target.patients)
      }
      await check(server, measurement, next)
      await sendLoad(server.origin, scope.warmUp, next, measurement.writes)
      rounds.set(
        measurement,
        await round(server, target, () => sendLoad(server.origin, scope.seconds, next, measurement.writes)),
      )
    }
  } finally {
    await server.stop()
  }
  return rounds
}

async function round(server: BenchServer, target: Target, load: () => ReturnType<typeof sendLoad>): Promise<Round> {
  const before = { ...(await server.usage()), ...timesOf(target) }
  const { requests, seconds, p50, p99, failed, bytes } = await load()
  const after = { ...timesOf(target), ...(await server.usage()) }
  const cpu = after.cpu - before.cpu
  const database = difference(before.database, after.database)
  const all = difference(before.all, after.all)
  const others = all === undefined ? undefined : (all - cpu - (database ?? 0) - (after.load - before.load)) / 1e6
  return {
    perSecond: requests / seconds,
    p50,
    p99,
    cpu: cpu / Math.max(1, requests),
    databaseCpu: database === undefined ? undefined : database / Math.max(1, requests),
    rss: after.rss,
    others: others === undefined ? undefined : Math.max(0, others / seconds),
    failed,
    bytes,
  }
}

/** CPU times up to now, in microseconds: of the database server, of the bench itself, of the whole machine. */
function timesOf(target: Target) {
  const { user, system } = process.cpuUsage()
  return { database: target.databaseCpu(), load: user + system, all: busyTime() }
}

function difference(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - before
}

async function check(server: BenchServer, measurement: LoadMeasurement, next: () => BenchRequest): Promise<void> {
  for (let count = 0; count < CHECKED; count += 1) {
    const request = next()
    const { status, body } = await ask(server.origin, request)
    if (status >= 200 && status < 300 && measurement.right(body)) continue
    const [path] = request.path.split('?')
    const answer = body.toString('utf8').slice(0, 1000)
    throw new Error(`${measurement.name}: ${status} to ${request.method} ${path}: ${answer}`)
  }
}
