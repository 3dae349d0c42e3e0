import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { aDocument, aPathway, aPatient } from '../../support/store-samples.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dcc-sqlite-'))
})
after(() => rm(folder, { recursive: true, force: true }))

const WRITER = fileURLToPath(new URL('./endless-writer.ts', import.meta.url))

/** Runs the writer of endless-writer.ts on a file. */
function startWriter(path: string, mode: 'endless' | 'once'): ChildProcess {
  return spawn(process.execPath, [WRITER, path, mode], { stdio: ['ignore', 'pipe', 'inherit'] })
}

test('when the device is full the commit is refused whole, what was stored stays readable', async () => {
  const store = await openSqliteStore(join(folder, 'full.sqlite'), { maxPages: 250 })
  const patient = aPatient()
  await store.commit([patient, aPathway(patient.id)])
  const large = () => aDocument(patient.id, { text: JSON.stringify({ note: 'x'.repeat(200_000) }) })
  let stored = 0
  await assert.rejects(
    async () => {
      for (; stored < 100; stored += 1) await store.commit([large()])
    },
    { key: 'store.full' },
  )
  assert.ok(stored > 0)
  const outcomes = await Promise.allSettled([store.commit([large()]), store.commit([large()])])
  assert.ok(outcomes.every(({ status }) => status === 'rejected'))
  assert.equal((await store.counts()).document, stored)
  assert.equal((await store.read('Patient', patient.id))?.text, patient.text)
  await store.close()
})

test('while another process keeps the file for itself, a commit is refused; then it is accepted', async () => {
  const path = join(folder, 'busy.sqlite')
  const store = await openSqliteStore(path, { busyTimeout: 50 })
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  await assert.rejects(store.commit([aPatient()]), { key: 'store.unavailable' })
  assert.equal((await store.counts()).patient, 0)
  other.exec('ROLLBACK')
  await store.commit([aPatient()])
  assert.equal((await store.counts()).patient, 1)
  other.close()
  await store.close()
})

test('a commit waits for another process that writes', async () => {
  const path = join(folder, 'waiting.sqlite')
  const store = await openSqliteStore(path)
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  const commit = store.commit([aPatient()])
  setTimeout(() => other.exec('ROLLBACK'), 100)
  await commit
  other.close()
  await store.close()
})

test('every commit that was acknowledged survives the death of the process', async () => {
  const path = join(folder, 'killed.sqlite')
  for (let round = 0; round < 3; round += 1) {
    const child = startWriter(path, 'endless')
    let acknowledged = ''
    child.stdout?.setEncoding('utf8')
    for await (const chunk of child.stdout ?? []) {
      acknowledged += chunk
      if (acknowledged.length > 4000) child.kill('SIGKILL')
    }
    const ids = acknowledged.split('\n').slice(0, -1)
    assert.ok(ids.length > 50)
    const store = await openSqliteStore(path)
    const read = await Promise.all(ids.map((id) => store.read('Patient', id)))
    assert.deepEqual(
      read.map((patient) => patient?.visible),
      ids.map(() => true),
    )
    await store.close()
  }
})

test('a process whose commit is under way waits for it, and ends by itself once the store is closed', async () => {
  const path = join(folder, 'once.sqlite')
  const child = startWriter(path, 'once')
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
  const store = await openSqliteStore(path)
  assert.equal((await store.counts()).patient, 1)
  await store.close()
  await assert.rejects(stat(`${path}-wal`), { code: 'ENOENT' })
})

test('a folder that is not there, and a file that is something else, are refused', async () => {
  await assert.rejects(openSqliteStore(join(folder, 'nowhere', 'dcc.sqlite')), { key: 'store.unavailable' })
  const letter = join(folder, 'letter.txt')
  await writeFile(letter, 'Dear colleague,\n'.repeat(500))
  await assert.rejects(openSqliteStore(letter), { key: 'store.unavailable' })
})
