import { readFileSync } from 'node:fs'
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

/** CPU time that everything on the machine has used, in microseconds; undefined where there is no /proc (proc(5), stat). */
export function busyTime(): number | undefined {
  let text: string
  try {
    text = readFileSync('/proc/stat', 'utf8')
  } catch {
    return undefined
  }
  const [user = 0, nice = 0, system = 0, _idle, _wait, interrupts = 0, soft = 0] = text
    .slice(0, text.indexOf('\n'))
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return (user + nice + system + interrupts + soft) * TICK
}

/** Microseconds in a tick of /proc (USER_HZ is 100 on every Linux that Node runs on). */
export const TICK = 10_000
