import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Place } from './data/dataset.ts'
import { freePort } from './servers/spawn.ts'

/** What a start of the production command costs. */
export interface StartUp {
  /** From the start of the process to the first good answer of /readyz. */
  seconds: number
  /** Resident memory a moment later, in bytes. */
  rss: number
}

/** Starts `serve`, as npm start does, over an existing record, and stops it again. */
export async function measureStartUp({ store, blobs }: Place): Promise<StartUp> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const env = {
    HOST: '127.0.0.1',
    PORT: String(port),
    DCC_BASE_URL: origin,
    DCC_STORE: store,
    DCC_BLOBS: blobs,
    DCC_INS_DOMAIN: 'test',
    DCC_SIGNING_KEY: 'only for the measurements, signs nothing that lasts',
    LOG_LEVEL: 'warn',
  }
  const startedAt = performance.now()
  const child = spawn(process.execPath, ['launch.mjs', 'src/main.ts', 'serve'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = once(child, 'exit')
  try {
    await ready(`${origin}/readyz`, () => child.exitCode !== null)
    const seconds = (performance.now() - startedAt) / 1000
    await delay(2000)
    return { seconds, rss: await residentMemory(child.pid) }
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

async function ready(url: string, over: () => boolean): Promise<void> {
  for (;;) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (ok) return
    if (over()) throw new Error('the server did not start')
    await delay(5)
  }
}

/** VmRSS of proc(5). */
async function residentMemory(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}
