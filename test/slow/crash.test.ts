import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, describe, type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { BlobStore } from '../../src/store/blobs/blobs.ts'
import { openFileBlobs } from '../../src/store/blobs/files.ts'
import { isStoreError } from '../../src/store/errors.ts'
import { openStore } from '../../src/store/open.ts'
import type { DccStore, PagePosition } from '../../src/store/store.ts'
import { NO_POSTGRES, startPostgres } from '../support/postgres.ts'
import { textOf } from '../support/store-samples.ts'

const ROUNDS = 20
const SERVER_ROUNDS = 5
const SEED = 20_250_301
const CHILD = new URL('../support/crash-child.ts', import.meta.url).pathname

/** What the child printed after a commit had resolved. */
interface Acknowledged {
  documentId: string
  contentId: string
  sha256: string
  size: number
}

const postgres = await startPostgres()
const folder = await mkdtemp(join(tmpdir(), 'dcc-crash-'))
after(async () => {
  await rm(folder, { recursive: true, force: true })
  await postgres?.stop()
})

/** Acknowledged means durable (design.md section 6, rule 6). */
describe('a process killed while it writes loses nothing that it acknowledged', () => {
  test('sqlite', (t) => survives(t, `sqlite:${join(folder, 'dcc.sqlite')}`, ROUNDS))
  test('postgres', { skip: postgres === undefined && NO_POSTGRES }, async (t) =>
    survives(t, (await postgres?.createDatabase()) ?? '', ROUNDS),
  )

  /** PostgreSQL answers the violent death of one of its processes as it does a crash: it recovers from its log. */
  test('postgres, when its server crashes', { skip: cannotCrash() }, async (t) => {
    const address = (await postgres?.createDatabase()) ?? ''
    await survives(t, address, SERVER_ROUNDS, () => killBackend(address))
  })
})

function cannotCrash(): string | false {
  if (postgres === undefined) return NO_POSTGRES
  return process.env.DCC_TEST_POSTGRES ? 'the server of DCC_TEST_POSTGRES is not ours to crash' : false
}

async function survives(t: TestContext, address: string, rounds: number, crash?: () => Promise<void>): Promise<void> {
  const blobFolder = await mkdtemp(join(folder, 'blobs-'))
  const random = seeded(SEED)
  const acknowledged: Acknowledged[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const written = await killedAfter(50 + Math.floor(random() * 350), address, blobFolder, crash)
    assert.ok(written.length > 0, `round ${round} acknowledged nothing`)
    acknowledged.push(...written)
    await reopened(address, blobFolder, (store, blobs) => allThere(store, blobs, written))
  }
  await reopened(address, blobFolder, async (store, blobs) => {
    await allThere(store, blobs, acknowledged)
    const documents = await wholeDocuments(store, blobs)
    const { temporary, orphans } = await sweepAll(store, blobs)
    await allThere(store, blobs, acknowledged)
    t.diagnostic(
      `${rounds} kills (seed ${SEED}): ${acknowledged.length} documents acknowledged, 0 lost, ` +
        `${documents - acknowledged.length} committed but not acknowledged; ` +
        `left behind and swept: ${orphans} contents without a row, ${temporary} temporary files`,
    )
  })
}

/**
 * Runs the child and kills it some milliseconds after its first acknowledgement; resolves to all of them. With
 * `crash` the server is struck at that moment, and the child, which tries on, a while later.
 */
async function killedAfter(
  milliseconds: number,
  address: string,
  blobFolder: string,
  crash?: () => Promise<void>,
): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, [CHILD, address, blobFolder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  try {
    await Promise.race([once(child.stdout, 'data'), closed, delay(60_000, undefined, { ref: false })])
    await delay(milliseconds)
    if (crash !== undefined) await crash().then(() => delay(milliseconds))
  } finally {
    child.kill('SIGKILL')
  }
  const [, signal] = await closed
  assert.equal(signal, 'SIGKILL', 'the child ended by itself')
  return printed.split('\n').slice(0, -1).map(parseLine)
}

/** Kills the server process behind a connection of our own. */
async function killBackend(address: string): Promise<void> {
  const client = new pg.Client({ connectionString: address })
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query({ text: 'SELECT pg_backend_pid()', rowMode: 'array' })
  process.kill(Number(rows[0]?.[0]), 'SIGKILL')
  await new Promise((resolve) => client.once('end', resolve))
}

function parseLine(line: string): Acknowledged {
  const [documentId = '', contentId = '', sha256 = '', size = ''] = line.split(' ')
  return { documentId, contentId, sha256, size: Number(size) }
}

async function reopened(
  address: string,
  blobFolder: string,
  work: (store: DccStore, blobs: BlobStore) => Promise<void>,
): Promise<void> {
  const store = await recovered(address)
  try {
    await work(store, await openFileBlobs(blobFolder))
  } finally {
    await store.close()
  }
}

/** Opens the store; a server that has crashed refuses connections while it recovers. */
async function recovered(address: string): Promise<DccStore> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await openStore(address)
    } catch (error) {
      if (!isStoreError(error, 'store.unavailable') || attempt === 200) throw error
      await delay(100)
    }
  }
}

/** Document, content row and bytes of everything acknowledged are there and unchanged. */
async function allThere(store: DccStore, blobs: BlobStore, acknowledged: readonly Acknowledged[]): Promise<void> {
  for (const { documentId, contentId, sha256, size } of acknowledged) {
    const document = await store.read('DocumentReference', documentId)
    assert.ok(document?.visible, `acknowledged document ${documentId} is lost`)
    assert.equal(document.text, textOf('DocumentReference', documentId, 1))
    assert.equal((await store.document(documentId))?.contentId, contentId)
    const content = await store.content(contentId)
    assert.deepEqual([content?.sha256, content?.size, content?.readable], [sha256, size, true])
    assert.equal(await hashOf(blobs, sha256, size), sha256)
  }
}

async function hashOf(blobs: BlobStore, sha256: string, size: number): Promise<string> {
  const given = await blobs.get(sha256, size)
  const bytes = given instanceof Readable ? Buffer.concat(await given.toArray()) : given
  return createHash('sha256').update(bytes).digest('hex')
}

/** Every document found, acknowledged or not, is whole: patient, pathway, content, bytes and event. Answers how many. */
async function wholeDocuments(store: DccStore, blobs: BlobStore): Promise<number> {
  let found = 0
  let after: PagePosition | undefined
  do {
    const page = await store.search({
      type: 'DocumentReference',
      conditions: [],
      sort: { key: '_id', descending: false },
      limit: 500,
      ...(after === undefined ? {} : { after }),
    })
    for (const { id } of page) {
      const content = await store.content((await store.document(id))?.contentId ?? '')
      assert.ok(content !== undefined, `document ${id} has no content row`)
      assert.ok(await blobs.has(content.sha256, content.size), `document ${id} has no bytes`)
    }
    found += page.length
    const last = page.at(-1)
    after = last === undefined ? undefined : { value: last.sortValue, id: last.id }
  } while (after !== undefined)
  const { document, content, patient, care_pathway: pathways, outbox } = await store.counts()
  assert.deepEqual({ document, content, patient, pathways, outbox }, wholeCounts(found))
  return found
}

function wholeCounts(found: number) {
  return { document: found, content: found, patient: found, pathways: found, outbox: found }
}

function sweepAll(store: DccStore, blobs: BlobStore) {
  const inUse = (sha256: readonly string[]) => store.blobsInUse(sha256)
  return blobs.sweep({ olderThan: new Date(Date.now() + 3_600_000), inUse })
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
