import { AUTHORIZED_MEASUREMENTS } from './authorized.ts'
import type { Engine } from './data/dataset.ts'
import {
  LOAD_MEASUREMENTS,
  type LoadMeasurement,
  SCALED,
  type ServerName,
  SINGLE_MEASUREMENTS,
  VALIDATION_MEASUREMENTS,
} from './measurements.ts'
import type { Options } from './options.ts'
import { PEOPLE_MEASUREMENTS } from './people.ts'
import { say } from './progress.ts'
import { Records } from './records.ts'
import { bestOf, judged, type Result, type Round } from './results.ts'
import { runAuthorized } from './run-authorized.ts'
import { type Counter, runOn } from './run-load.ts'
import { runPeople } from './run-people.ts'
import { runScale } from './run-scale.ts'
import { runSingles } from './run-singles.ts'
import { runValidation } from './run-validation.ts'
import { ceiling, oursOver, peer, type Target } from './targets.ts'

/** Runs what the options ask for; the servers take turns, one at a time, and the rounds are interleaved. */
export async function measure(options: Options): Promise<Result[]> {
  const chosen = (name: string) => options.only.length === 0 || options.only.some((wanted) => name.startsWith(wanted))
  const loads = LOAD_MEASUREMENTS.filter(({ name }) => chosen(name))
  const authorized = AUTHORIZED_MEASUREMENTS.filter(({ name }) => chosen(name))
  const people = PEOPLE_MEASUREMENTS.filter(({ name }) => chosen(name))
  const singles = SINGLE_MEASUREMENTS.filter(({ name }) => chosen(name))
  const scaled = SCALED.filter(({ name }) => chosen(`scale/${name}`))
  const records = new Records()
  try {
    return [
      ...(await runLoads(withCeiling(loads), records, options)),
      ...(await runAuthorized(authorized, records, options)),
      ...(await runPeople(people, records, options)),
      ...(await runSingles(singles, records, options)),
      ...(await runScale(scaled, records, options)),
      ...runValidation(VALIDATION_MEASUREMENTS.filter(({ name }) => chosen(name))),
    ]
  } finally {
    await records.close()
  }
}

/** Requests a second of the Express ceiling, when it was measured. */
export function expressOf(results: readonly Result[]): number | undefined {
  return results.find(({ name, server }) => name === 'ceiling' && server === 'express')?.value
}

/** Nothing under load can be judged without the ceilings. */
function withCeiling(chosen: readonly LoadMeasurement[]): LoadMeasurement[] {
  if (chosen.length === 0) return []
  return LOAD_MEASUREMENTS.filter((one) => one.name === 'ceiling' || chosen.includes(one))
}

async function runLoads(
  measurements: readonly LoadMeasurement[],
  records: Records,
  options: Options,
): Promise<Result[]> {
  const { scope } = options
  const servers = [...new Set(measurements.flatMap((measurement) => measurement.servers))]
  const rounds = new Map<string, Round[]>()
  const counter: Counter = { next: 0 }
  for (let round = 1; round <= scope.rounds; round += 1) {
    for (const server of servers) {
      for (const writes of [false, true]) {
        const now = measurements.filter((one) => one.writes === writes && one.servers.includes(server))
        if (now.length === 0) continue
        say(`round ${round} of ${scope.rounds}: ${server}, ${now.map(({ name }) => name).join(', ')}`)
        const target = await targetOf(server, writes, records, scope.patients, scope.peerPatients)
        for (const [{ name }, figures] of await runOn(target, now, counter, options)) {
          rounds.set(`${name} ${server}`, [...(rounds.get(`${name} ${server}`) ?? []), figures])
        }
      }
    }
  }
  return resultsOf(measurements, rounds, options)
}

async function targetOf(
  server: ServerName,
  writes: boolean,
  records: Records,
  patients: number,
  peerPatients: number,
): Promise<Target> {
  if (server === 'node:http' || server === 'express') return ceiling(server)
  if (server === 'medplum') return peer(peerPatients)
  const dataset = await records.dataset(server satisfies Engine, patients)
  return oursOver(dataset, writes ? await records.writable(dataset) : dataset, records.postgres)
}

function resultsOf(
  measurements: readonly LoadMeasurement[],
  rounds: ReadonlyMap<string, readonly Round[]>,
  { scope }: Options,
): Result[] {
  const express = rounds.get('ceiling express')
  const expressPerSecond = express === undefined ? undefined : bestOf(express).perSecond
  return measurements.flatMap(({ name, title, servers, aims }) =>
    servers.map((server) => {
      const own = rounds.get(`${name} ${server}`) ?? []
      const { perSecond } = bestOf(own)
      const aim = judged(aims[server], perSecond, expressPerSecond)
      const note = server === 'medplum' ? `${scope.peerPatients} patients in memory` : undefined
      return {
        name,
        title,
        server,
        value: perSecond,
        unit: 'per-second',
        rounds: own,
        ...(note === undefined ? {} : { note }),
        ...(aim === undefined ? {} : { aim }),
      }
    }),
  )
}
