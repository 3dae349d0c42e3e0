import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchApp, newApp } from './app.ts'
import { type BackEnd, newBackEnd } from './back-end.ts'

/** The clients of servers that want tokens. */
export interface BenchClients {
  backEnd: BackEnd
  app: BenchApp
  /** Settings that make a server want tokens, and know these clients. */
  settings: Readonly<Record<string, string>>
  remove(): Promise<void>
}

/** Makes the clients and the file that registers them (DCC_CLIENTS). */
export async function newClients(): Promise<BenchClients> {
  const folder = await mkdtemp(join(tmpdir(), 'dcc-bench-'))
  const file = join(folder, 'clients.json')
  const [backEnd, app] = [await newBackEnd(), await newApp()]
  await writeFile(file, JSON.stringify({ clients: [backEnd.registration, app.registration] }))
  return {
    backEnd,
    app,
    // Signing keys are kept where data are.
    settings: { DCC_AUTH: 'on', DCC_CLIENTS: file, DCC_DATA_DIR: folder },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
