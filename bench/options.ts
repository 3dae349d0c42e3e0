import { parseArgs } from 'node:util'

/** How the bench was called. */
export interface Options {
  list: boolean
  /** Names or beginnings of names; empty: all. */
  only: readonly string[]
  json: string | undefined
  /** Folder for the CPU profiles of the servers. */
  profiles: string | undefined
  scope: Scope
}

/** How much is measured. Numbers of patients; times in seconds. */
export interface Scope {
  quick: boolean
  patients: number
  peerPatients: number
  /** The small and the large record of the scale measurements. */
  scale: readonly [number, number]
  rounds: number
  warmUp: number
  seconds: number
}

/** What `npm run bench` can be told. */
export const USAGE = `Usage: npm run bench -- [--list] [--only NAME]... [--json FILE] [--quick] [--profile FOLDER]
  --list            names the measurements
  --only NAME       runs those whose name is NAME or begins with it; may be repeated
  --json FILE       writes the figures too
  --patients N      a record of another size than 50,000 patients, in one round
  --quick           small records and short runs: for development, not for publication
  --profile FOLDER  writes a CPU profile of each server (the figures are then lower)`

const FULL: Scope = {
  quick: false,
  patients: 50_000,
  peerPatients: 100,
  scale: [2000, 100_000],
  rounds: 2,
  warmUp: 3,
  seconds: 5,
}

const QUICK: Scope = {
  quick: true,
  patients: 2000,
  peerPatients: 100,
  scale: [1000, 2000],
  rounds: 1,
  warmUp: 0.3,
  seconds: 1,
}

/** Reads the arguments; throws an error that says which one is not understood. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      list: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      patients: { type: 'string' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  })
  return {
    list: values.list,
    only: values.only,
    json: values.json,
    profiles: values.profile,
    scope: values.quick ? QUICK : scopeOf(values.patients),
  }
}

function scopeOf(patients: string | undefined): Scope {
  if (patients === undefined) return FULL
  const count = Number(patients)
  if (!Number.isInteger(count) || count < 100) throw new Error('--patients: a whole number, at least 100')
  return { ...FULL, patients: count, peerPatients: Math.min(count, FULL.peerPatients), rounds: 1 }
}
