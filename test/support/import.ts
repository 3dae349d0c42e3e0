import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ImportLine } from '../../src/commands/import/report.ts'
import { openStore } from '../../src/store/open.ts'
import type { DccStore } from '../../src/store/store.ts'
import { filesIn } from './domain.ts'

const MAIN = resolve(dirname(fileURLToPath(import.meta.url)), '../../src/main.ts')

/** A command that has ended. */
export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  milliseconds: number
}

/** Runs a command of the command line as a user would, with these settings and no other. */
export async function run(args: readonly string[], settings: Readonly<Record<string, string>>): Promise<Ended> {
  const { child, ended } = start(args, settings)
  const deadline = setTimeout(() => child.kill('SIGKILL'), 120_000)
  return ended.finally(() => clearTimeout(deadline))
}

/** Starts a command; for stories that end it before it does so itself. */
export function start(args: readonly string[], settings: Readonly<Record<string, string>>) {
  const env = { PATH: process.env.PATH, LANG: 'fr_FR.UTF-8', ...settings }
  const began = Date.now()
  const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = once(child, 'close').then(
    ([code, signal]): Ended => ({ code, signal, stdout, stderr, milliseconds: Date.now() - began }),
  )
  return { child, ended }
}

/** Imports paths into the record of a folder; the lines by path, in the order of the import. */
export async function runImport(
  folder: string,
  paths: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Ended & { lines: ImportLine[] }> {
  const ended = await run(['import', ...paths], { DCC_DATA_DIR: folder, ...settings })
  return { ...ended, lines: linesOf(ended.stdout) }
}

/** The whole lines that an import has printed. */
export function linesOf(stdout: string): ImportLine[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ImportLine)
}

/** Rows of each table and files of the contents of the record of a folder. */
export function stateOf(folder: string): Promise<{ counts: Record<string, number>; files: string[] }> {
  return withStore(folder, async (store) => ({
    counts: await store.counts(),
    files: await filesIn(join(folder, 'blobs')),
  }))
}

/** Opens the store of the record of a folder for a moment. */
export async function withStore<T>(folder: string, work: (store: DccStore) => Promise<T>): Promise<T> {
  const store = await openStore(`sqlite:${join(folder, 'dcc.sqlite')}`)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Writes files into a folder, which is made; gives their paths in the same order. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string[]> {
  const paths = Object.keys(files).map((name) => join(folder, name))
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), bytes)
  }
  return paths
}
