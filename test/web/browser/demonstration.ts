import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before } from 'node:test'
import type { Page } from 'playwright-core'
import type { Credentials } from '../../../src/commands/demo/credentials.ts'
import { freePort } from '../../support/browser.ts'

/** The demonstration as a newcomer starts it, in a process of its own. */
export interface Demonstration {
  origin: string
  dataDir: string
  credentials: Credentials
  /** What it printed so far. */
  printed(): string
}

/** Patients of the region: enough for every case that can be clicked. */
const PATIENTS = '8'
/** Longest start, in milliseconds: the region is made and the rules may have to be compiled. */
const PATIENCE = 90_000

/** One demonstration for the stories of a file, over a fresh region; it is there while they run. */
export function sharedDemonstration(): () => Demonstration {
  let running: (Demonstration & { stop(): Promise<void> }) | undefined
  before(async () => {
    running = await startDemonstration()
  })
  after(() => running?.stop())
  return () => {
    assert.ok(running !== undefined, 'The demonstration is there only while stories run')
    return running
  }
}

async function startDemonstration() {
  const folder = await mkdtemp(join(tmpdir(), 'dcc-browser-'))
  // Compiled once for all tests, not in the folder of each.
  const rules = resolve('.cache/rules')
  await mkdir(rules, { recursive: true })
  await symlink(rules, join(folder, 'rules'))
  const port = await freePort()
  const env = { ...withoutSettings(process.env), PORT: String(port), DCC_DATA_DIR: folder, LOG_LEVEL: 'warn' }
  const child = spawn(process.execPath, ['launch.mjs', 'src/main.ts', 'demo', '--patients', PATIENTS], { env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await ready(child, () => output)
  } catch (error) {
    await stop()
    throw error
  }
  const credentials: Credentials = JSON.parse(readFileSync(join(folder, 'demo', 'credentials.json'), 'utf8'))
  return { origin: `http://127.0.0.1:${port}`, dataDir: folder, credentials, printed: () => output, stop }
}

async function ready(child: ChildProcess, output: () => string): Promise<void> {
  const until = Date.now() + PATIENCE
  while (!output().includes('Ctrl-C')) {
    assert.ok(child.exitCode === null && Date.now() < until, `the demonstration did not start:\n${output()}`)
    await new Promise((done) => setTimeout(done, 100))
  }
}

/** The environment without settings of ours: a developer's own must not change what is shown. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(DCC_|PORT$|HOST$|NODE_TEST_CONTEXT$)/.test(name)),
  )
}

/** Keeps a picture of a page for whoever looks at the stories: in the folder that SCREENSHOTS names, else not at all. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (folder === undefined || folder === '') return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}
