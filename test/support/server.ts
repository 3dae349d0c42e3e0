import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Writable } from 'node:stream'
import { after, before, describe } from 'node:test'
import { pino } from 'pino'
import { buildApp, listen, type OpenRecord, openRecord, stop } from '../../src/app.ts'
import { type Config, loadConfig } from '../../src/config.ts'
import { type Client, newClient } from './client.ts'
import { NO_POSTGRES, startPostgres, type TestPostgres } from './postgres.ts'

/** How a server for tests is started; everything has a default. */
export interface ServerOptions {
  engine?: 'sqlite' | 'postgres'
  config?: Partial<Config>
  /** The clock of the record, for stories in which time passes. */
  now?: () => Date
  /** Changes the open record before the server is built on it: a store that is slow or fails. */
  withRecord?: (record: OpenRecord) => OpenRecord
}

/** A real server over a fresh record, on a free loopback port. */
export interface TestServer extends Client {
  readonly config: Config
  readonly record: OpenRecord
  /** The port that it listens on; the public address is another one, as behind a proxy. */
  readonly port: number
  /** What was logged, one JSON line each. */
  readonly logs: readonly string[]
  /** Rows of each table. */
  counts(): Promise<Record<string, number>>
  /** Paths of the stored contents, temporary files included. */
  contentFiles(): Promise<string[]>
  /** Stops gracefully and removes the record; a second call does nothing. */
  stop(): Promise<void>
}

/** The public origin: no address of a test server says where it really listens. */
export const PUBLIC_ORIGIN = 'https://dcc.example.test'

/**
 * Starts the server that `npm run demo` would start, over an empty record, open to everybody: most stories are about
 * what is asked, not about who asks (`config: { auth: 'on' }` closes it).
 */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'dcc-server-'))
  const store = options.engine === 'postgres' ? await newDatabase() : `sqlite:${join(folder, 'dcc.sqlite')}`
  const env = {
    DCC_BASE_URL: PUBLIC_ORIGIN,
    DCC_DATA_DIR: folder,
    DCC_STORE: store,
    DCC_VALIDATION: 'lenient',
    DCC_AUTH: 'off',
  }
  // Compiled once for all tests, not in the folder of each.
  const rules = resolve('.cache/rules')
  await mkdir(rules, { recursive: true })
  await symlink(rules, join(folder, 'rules'))
  const config: Config = { ...loadConfig({ env, mode: 'demo' }), port: 0, ...options.config }
  const opened = await openRecord(config)
  const timed = { ...opened, dcc: { ...opened.dcc, now: options.now ?? opened.dcc.now } }
  const record = options.withRecord?.(timed) ?? timed
  const logs: string[] = []
  const logger = pino({ level: 'info', base: null }, lines(logs))
  const server = await listen(buildApp(config, record, logger), config)
  const { port } = server.address() as AddressInfo
  let stopped: Promise<void> | undefined
  return {
    config,
    record,
    port,
    logs,
    ...newClient({ port, publicOrigin: config.baseUrl }),
    counts: () => opened.dcc.store.counts(),
    contentFiles: async () => {
      const blobs = config.blobs.slice('file:'.length)
      const entries = existsSync(blobs) ? await readdir(blobs, { recursive: true, withFileTypes: true }) : []
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    },
    stop: () => {
      stopped ??= stop(server, record).finally(() => rm(folder, { recursive: true, force: true }))
      return stopped
    },
  }
}

/** A server that the stories of a file share; it is there while they run. */
export function sharedServer(options: ServerOptions = {}): () => TestServer {
  let server: TestServer | undefined
  before(async () => {
    server = await startServer(options)
  })
  after(() => server?.stop())
  return () => {
    assert.ok(server !== undefined, 'The server is there only while stories run')
    return server
  }
}

/** Tells the same stories over both engines; PostgreSQL is left out, with the reason, where there is none. */
export async function overBothEngines(
  stories: (server: () => TestServer) => void,
  options: ServerOptions = {},
): Promise<void> {
  cluster ??= startPostgres()
  const skip = (await cluster) === undefined ? NO_POSTGRES : false
  describe('on the embedded store', () => stories(sharedServer({ ...options, engine: 'sqlite' })))
  describe('on PostgreSQL', { skip }, () => stories(sharedServer({ ...options, engine: 'postgres' })))
}

/** One cluster a test process; it ends with the process. */
let cluster: Promise<TestPostgres | undefined> | undefined

async function newDatabase(): Promise<string> {
  cluster ??= startPostgres()
  const postgres = await cluster
  assert.ok(postgres !== undefined, NO_POSTGRES)
  return postgres.createDatabase()
}

function lines(into: string[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      into.push(String(chunk).trimEnd())
      done()
    },
  })
}
