import { type Dataset, type Place, settingsOf } from './data/dataset.ts'
import type { ServerName } from './measurements.ts'
import type { BenchPostgres } from './postgres.ts'
import { type BenchServer, startServer } from './servers/spawn.ts'

/** A server that can be started for a measurement, with what is behind it. */
export interface Target {
  server: ServerName
  /** Patients in its record; 0 for a ceiling. */
  patients: number
  start(profiles: string | undefined): Promise<BenchServer>
  /** CPU time of its database server, when that is a process of its own. */
  databaseCpu(): number | undefined
}

/** Our server over a record. */
export function oursOver(dataset: Dataset, place: Place, postgres: BenchPostgres | undefined): Target {
  return {
    server: dataset.engine,
    patients: dataset.patients,
    start: (profiles) => startServer('dcc', settingsOf(place, 1), profiles),
    databaseCpu: () => (dataset.engine === 'postgres' ? postgres?.cpu() : undefined),
  }
}

/** A ceiling: a fixed text over HTTP. */
export function ceiling(server: 'node:http' | 'express'): Target {
  const script = server === 'express' ? 'express' : 'node-http'
  return { server, patients: 0, start: (profiles) => startServer(script, {}, profiles), databaseCpu: () => undefined }
}

/** The peer, filled with as many patients as its memory search can bear. */
export function peer(patients: number): Target {
  return {
    server: 'medplum',
    patients,
    start: (profiles) => startServer('medplum', { PEER_PATIENTS: String(patients) }, profiles),
    databaseCpu: () => undefined,
  }
}
