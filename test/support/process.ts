import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { OpenRecord } from '../../src/app.ts'
import { type Config, loadConfig } from '../../src/config.ts'
import { freePort } from './browser.ts'
import { newClient } from './client.ts'
import { PUBLIC_ORIGIN, type TestServer } from './server.ts'

/** A server in a process of its own, as an operator runs it in production. */
export interface ServerProcess extends TestServer {
  pid: number
  /** What it wrote to standard error so far. */
  readonly logs: string[]
  /** As a power cut would. */
  kill(): Promise<void>
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<void>
  exitCode(): number | null
}

/** The settings of production over a store; `DCC_BASE_URL` is the public origin of all tests. */
export function productionEnv(store: string, dataDir: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env
  return {
    PATH,
    HOME,
    HOST: '127.0.0.1',
    DCC_BASE_URL: PUBLIC_ORIGIN,
    DCC_DATA_DIR: dataDir,
    DCC_STORE: store,
    DCC_INS_DOMAIN: 'test',
    DCC_VALIDATION: 'lenient',
    DCC_SIGNING_KEY: 'a key of thirty-two characters .',
    LOG_LEVEL: 'warn',
    ...more,
  }
}

/** Starts `npm start` with these settings on a free port; `record` is the same record, opened by the test. */
export async function startProcess(env: NodeJS.ProcessEnv, record: OpenRecord): Promise<ServerProcess> {
  const port = await freePort()
  const child = spawn(process.execPath, ['launch.mjs', 'src/main.ts', 'serve'], {
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const logs: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => logs.push(...text.split('\n').filter(Boolean)))
  await ready(child, port, logs)
  const ended = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
  return {
    pid: child.pid ?? 0,
    config: configOf(env),
    record,
    port,
    logs,
    ...newClient({ port, publicOrigin: PUBLIC_ORIGIN }),
    counts: () => record.dcc.store.counts(),
    contentFiles: async () => [],
    kill: () => ended('SIGKILL'),
    stop: () => ended('SIGTERM'),
    exitCode: () => child.exitCode,
  }
}

/** The settings as the process reads them. */
export function configOf(env: NodeJS.ProcessEnv): Config {
  return loadConfig({ env, mode: 'serve' })
}

async function ready(child: ChildProcess, port: number, logs: readonly string[]): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    assert.equal(child.exitCode, null, `the server ended: ${logs.join('\n')}`)
    await delay(50)
  }
  throw new Error('the server did not start')
}
