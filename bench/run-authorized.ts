import { prepareLaunch, sendLaunch } from './app.ts'
import { type AuthorizedMeasurement, LEAST_AUTHORIZED, THEIR_PATIENT } from './authorized.ts'
import { type BenchClients, newClients } from './authorized-server.ts'
import { tokenOf } from './back-end.ts'
import { type Engine, type Place, settingsOf } from './data/dataset.ts'
import { sendLoad } from './load.ts'
import type { Options } from './options.ts'
import { openPerson } from './person.ts'
import { say } from './progress.ts'
import type { Records } from './records.ts'
import type { BenchRequest } from './requests.ts'
import type { Result } from './results.ts'
import { type BenchServer, startServer } from './servers/spawn.ts'

/** Short runs in turns: what disturbs the machine disturbs both servers alike. */
const SLICES = { full: 12, quick: 2 }
const SLICE_SECONDS = { full: 1, quick: 0.3 }

/**
 * The same requests with and without a token, in turns, to two servers over one record: what tokens leave of the
 * throughput of a core. The database is not counted: it does the same for both.
 */
export async function runAuthorized(
  measurements: readonly AuthorizedMeasurement[],
  records: Records,
  options: Options,
): Promise<Result[]> {
  const results: Result[] = []
  if (measurements.length === 0) return results
  const clients = await newClients()
  try {
    for (const engine of ['sqlite', 'postgres'] satisfies Engine[]) {
      const dataset = await records.dataset(engine, options.scope.patients)
      const place = await records.writable(dataset)
      const settings = settingsOf(place, 1)
      const open = await startServer('dcc', settings, options.profiles)
      const closed = await startServer('dcc', { ...settings, ...clients.settings }, options.profiles)
      try {
        for (const measurement of measurements) {
          say(`${measurement.name}: ${engine}`)
          const token = await TOKENS[measurement.by](clients, place, closed.origin)
          results.push({ ...(await compared(measurement, { open, closed, token }, options)), server: engine })
        }
      } finally {
        await open.stop()
        await closed.stop()
      }
    }
  } finally {
    await clients.remove()
  }
  return results
}

/** How each gets a token. */
const TOKENS = {
  'back-end': ({ backEnd }: BenchClients, _place: Place, origin: string) => tokenOf(backEnd, origin),
  person: async ({ app }: BenchClients, place: Place, origin: string) => {
    const person = await openPerson(place, THEIR_PATIENT)
    try {
      const launch = await prepareLaunch(app, origin, await person.launch(app.registration.id))
      return await sendLaunch(origin, person.cookie, launch)
    } finally {
      await person.close()
    }
  },
}

interface Both {
  open: BenchServer
  closed: BenchServer
  token: string
}

async function compared(
  { name, title, request }: AuthorizedMeasurement,
  { open, closed, token }: Both,
  { scope }: Options,
): Promise<Omit<Result, 'server'>> {
  let n = 0
  const plain = () => request(++n, scope.patients)
  const authorized = (): BenchRequest => {
    const made = plain()
    return { ...made, headers: { ...made.headers, Authorization: `Bearer ${token}` } }
  }
  const size = scope.quick ? 'quick' : 'full'
  await slice(open, plain, scope.warmUp)
  await slice(closed, authorized, scope.warmUp)
  const pairs: [Slice, Slice][] = []
  for (let turn = 0; turn < SLICES[size]; turn += 1) {
    pairs.push([await slice(open, plain, SLICE_SECONDS[size]), await slice(closed, authorized, SLICE_SECONDS[size])])
  }
  const value = median(pairs.map(([without, withToken]) => without.cpu / withToken.cpu))
  const of = (which: 0 | 1, figure: keyof Slice) => median(pairs.map((pair) => pair[which][figure])).toFixed(0)
  return {
    name,
    title,
    value,
    unit: 'ratio',
    rounds: [],
    note: `CPU ${of(0, 'cpu')} and ${of(1, 'cpu')} µs, ${of(0, 'perSecond')} and ${of(1, 'perSecond')}/s`,
    aim: { text: `>= ${LEAST_AUTHORIZED}`, met: value >= LEAST_AUTHORIZED },
  }
}

/** CPU of the server in microseconds a request. */
interface Slice {
  cpu: number
  perSecond: number
}

async function slice(server: BenchServer, next: () => BenchRequest, duration: number): Promise<Slice> {
  const before = await server.usage()
  const { requests, seconds, failed } = await sendLoad(server.origin, duration, next, false)
  const after = await server.usage()
  if (failed > 0) throw new Error(`${failed} requests failed`)
  return { cpu: (after.cpu - before.cpu) / Math.max(1, requests), perSecond: requests / seconds }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
