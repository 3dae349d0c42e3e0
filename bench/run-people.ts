import { prepareLaunch, sendLaunch } from './app.ts'
import { ask } from './ask.ts'
import { THEIR_PATIENT } from './authorized.ts'
import { type BenchClients, newClients } from './authorized-server.ts'
import { tokenOf } from './back-end.ts'
import { type Engine, settingsOf } from './data/dataset.ts'
import { documentCount } from './data/documents.ts'
import type { Options } from './options.ts'
import { MOST, type PeopleMeasurement, SHEET_DOCUMENTS } from './people.ts'
import { openPerson, type Person } from './person.ts'
import { say } from './progress.ts'
import type { Records } from './records.ts'
import { submitDocument } from './requests.ts'
import type { Result } from './results.ts'
import { type BenchServer, startServer } from './servers/spawn.ts'

/** A server with somebody in front of it. */
interface Scene {
  server: BenchServer
  clients: BenchClients
  person: Person
  quick: boolean
}

type Figure = Omit<Result, 'name' | 'title' | 'server' | 'rounds'>

/** Launches of apps and sheets of patients, by requests as a browser and an app send them, in a record of either engine. */
export async function runPeople(
  measurements: readonly PeopleMeasurement[],
  records: Records,
  { scope, profiles }: Options,
): Promise<Result[]> {
  const results: Result[] = []
  if (measurements.length === 0) return results
  const clients = await newClients()
  try {
    for (const engine of ['sqlite', 'postgres'] satisfies Engine[]) {
      const dataset = await records.dataset(engine, scope.patients)
      const place = await records.writable(dataset)
      const server = await startServer('dcc', { ...settingsOf(place, 1), ...clients.settings }, profiles)
      const person = await openPerson(place, THEIR_PATIENT)
      try {
        for (const { name, title } of measurements) {
          say(`${name}: ${engine}`)
          const figure = await FIGURES[name]({ server, clients, person, quick: scope.quick })
          results.push({ name, title, server: engine, rounds: [], ...figure })
        }
      } finally {
        await person.close()
        await server.stop()
      }
    }
  } finally {
    await clients.remove()
  }
  return results
}

const FIGURES: Readonly<Record<PeopleMeasurement['name'], (scene: Scene) => Promise<Figure>>> = {
  launch: launchCpu,
  'launch/parallel': parallelLaunches,
  sheet: sheetTime,
  'sheet/size': sheetSize,
}

/** CPU of the server for each of several launches, one after the other. */
async function launchCpu(scene: Scene): Promise<Figure> {
  const count = scene.quick ? 5 : 100
  for (const warmUp of await prepared(scene, count)) await warmUp()
  const launches = await prepared(scene, count)
  const before = await scene.server.usage()
  const times: number[] = []
  for (const launch of launches) times.push(await timed(launch))
  const after = await scene.server.usage()
  const value = (after.cpu - before.cpu) / count / 1000
  return {
    value,
    unit: 'milliseconds',
    note: `four requests; p50 ${share(times, 0.5).toFixed(0)} ms, p95 ${share(times, 0.95).toFixed(0)} ms`,
    aim: { text: `< ${MOST.launch} ms`, met: value < MOST.launch },
  }
}

/** A refused launch rejects, and the whole run with it. */
async function parallelLaunches(scene: Scene): Promise<Figure> {
  const launches = await prepared(scene, 100)
  const times: number[] = []
  const startedAt = performance.now()
  const tokens = await Promise.all(
    launches.map(async (launch) => {
      const token = await launch()
      times.push(performance.now() - startedAt)
      return token
    }),
  )
  const seconds = (performance.now() - startedAt) / 1000
  const distinct = new Set(tokens).size
  const note = `${distinct} tokens, the last after ${Math.max(...times).toFixed(0)} ms`
  return { value: tokens.length / seconds, unit: 'per-second', note, aim: { text: 'no error', met: distinct === 100 } }
}

async function prepared(
  { server, clients: { app }, person }: Scene,
  count: number,
): Promise<(() => Promise<string>)[]> {
  const launches: (() => Promise<string>)[] = []
  for (let number = 0; number < count; number += 1) {
    const launch = await prepareLaunch(app, server.origin, await person.launch(app.registration.id))
    launches.push(() => sendLaunch(server.origin, person.cookie, launch))
  }
  return launches
}

async function sheetTime(scene: Scene): Promise<Figure> {
  await fillSheet(scene)
  for (let warmUp = 0; warmUp < 10; warmUp += 1) await sheet(scene)
  const before = await scene.server.usage()
  const times: number[] = []
  for (let turn = 0; turn < (scene.quick ? 10 : 100); turn += 1) times.push(await timed(() => sheet(scene)))
  const after = await scene.server.usage()
  const value = share(times, 0.95)
  const cpu = (after.cpu - before.cpu) / times.length / 1000
  return {
    value,
    unit: 'milliseconds',
    note: `p50 ${share(times, 0.5).toFixed(0)} ms, CPU ${cpu.toFixed(0)} ms`,
    aim: { text: `< ${MOST.sheet} ms`, met: value < MOST.sheet },
  }
}

/** All that a browser has to fetch to show it: the page, and the style sheets and scripts that it names. */
async function sheetSize(scene: Scene): Promise<Figure> {
  await fillSheet(scene)
  const page = await sheet(scene)
  const { origin } = scene.server
  const named = [...page.toString('utf8').matchAll(/<(?:link|script)\b[^>]*\s(?:href|src)="([^"]+)"/g)]
  const addresses = [...new Set(named.map(([, address = '']) => address))].filter((one) => !one.endsWith('.woff2'))
  let others = 0
  for (const path of addresses) {
    const { status, body } = await ask(origin, { method: 'GET', path })
    if (status !== 200) throw new Error(`${path} answered ${status}`)
    others += body.length
  }
  const value = page.length + others
  return {
    value,
    unit: 'kilobytes',
    note: `page ${kilobytes(page.length)}, ${addresses.length} files ${kilobytes(others)}, not compressed`,
    aim: { text: `< ${kilobytes(MOST.size)}`, met: value < MOST.size },
  }
}

/** Sends documents, as a hospital would, until the patient has as many as the aim says. */
async function fillSheet({ server: { origin }, clients: { backEnd } }: Scene): Promise<void> {
  const authorization = `Bearer ${await tokenOf(backEnd, origin)}`
  const found = await ask(origin, {
    method: 'GET',
    path: `/fhir/DocumentReference?patient=Patient/${THEIR_PATIENT}&_summary=count`,
    headers: { authorization },
  })
  const { total = documentCount(0) }: { total?: number } = JSON.parse(found.body.toString('utf8'))
  for (let number = total; number < SHEET_DOCUMENTS; number += 1) {
    const request = submitDocument(number, 1)
    const { status } = await ask(origin, { ...request, headers: { ...request.headers, authorization } })
    if (status !== 200) throw new Error(`a document was refused: ${status}`)
  }
}

async function sheet({ server: { origin }, person }: Scene): Promise<Buffer> {
  const path = `/patients/${THEIR_PATIENT}?contexte=${await person.page()}`
  const headers = { cookie: person.cookie, accept: 'text/html' }
  const { status, body } = await ask(origin, { method: 'GET', path, headers })
  if (status !== 200) throw new Error(`the sheet answered ${status}`)
  return body
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** The time that so large a share of all stays below, in milliseconds. */
function share(times: readonly number[], part: number): number {
  return times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`
}
