import { cpus, loadavg, totalmem } from 'node:os'

/** What the figures depend on besides the code. */
export interface Machine {
  cpu: string
  cores: number
  /** In bytes. */
  memory: number
  node: string
  /** Of the last minute, before the measurements: others at work on the machine. */
  loadAverage: number
}

/** The machine as it is now. */
export function machine(): Machine {
  const all = cpus()
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memory: totalmem(),
    node: process.versions.node,
    loadAverage: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}
