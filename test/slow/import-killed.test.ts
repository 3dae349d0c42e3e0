import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { generateRegion } from '../../src/commands/demo/region/region.ts'
import type { ImportLine } from '../../src/commands/import/report.ts'
import { openFileBlobs } from '../../src/store/blobs/files.ts'
import { linesOf, runImport, start, stateOf, withStore, writeFiles } from '../support/import.ts'

const FILES = 200
/** After how many printed lines each import is killed; the last one runs to its end. */
const KILLS = [1, 5, 17, 30, 41, 60]

let root = ''
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'dcc-killed-'))
})
after(() => rm(root, { recursive: true, force: true }))

test('an import killed again and again, then run to its end: everything is there exactly once', async (t) => {
  const input = join(root, 'in')
  const names = await writeRegion(input)
  const data = join(root, 'killed')
  const acknowledged = new Map<string, ImportLine>()
  for (const lines of KILLS) {
    for (const line of await killedAfter(lines, data, input)) {
      assert.equal(line.ok, true, JSON.stringify(line))
      const before = acknowledged.get(line.file)
      assert.ok(before === undefined || before.documentReference === line.documentReference, line.file)
      acknowledged.set(line.file, line)
    }
  }
  const last = await runImport(data, [input])
  assert.deepEqual([last.code, last.stderr], [0, ''])
  assert.deepEqual(
    last.lines.map(({ file }) => file),
    names.map((name) => join(input, name)),
  )
  for (const { file, outcome, documentReference } of last.lines) {
    const before = acknowledged.get(file)
    if (before === undefined) continue
    assert.deepEqual([outcome, documentReference], ['unchanged', before.documentReference], file)
  }

  const whole = join(root, 'whole')
  assert.equal((await runImport(whole, [input])).code, 0)
  assert.deepEqual((await stateOf(data)).counts, (await stateOf(whole)).counts)
  assert.deepEqual(await statusesOf(data), await statusesOf(whole))
  t.diagnostic(
    `${KILLS.length} kills, ${acknowledged.size} of ${names.length} documents acknowledged before the last run`,
  )

  // What a kill left between a content and its row is swept; then the contents are the same too.
  const left = (await stateOf(data)).files.length - (await stateOf(whole)).files.length
  await withStore(data, async (store) => {
    const blobs = await openFileBlobs(join(data, 'blobs'))
    const olderThan = new Date(Date.now() + 3_600_000)
    const swept = await blobs.sweep({ olderThan, inUse: (sha256) => store.blobsInUse(sha256) })
    assert.equal(swept.orphans + swept.temporary, left)
  })
  assert.deepEqual((await stateOf(data)).files, (await stateOf(whole)).files)
})

async function writeRegion(folder: string): Promise<string[]> {
  const { patients } = generateRegion({ patients: FILES, seed: 11, today: '2026-07-01' })
  const files: [string, Uint8Array][] = []
  for (const { documents } of patients) {
    files.push(...documents.map(({ fileName, bytes }): [string, Uint8Array] => [fileName, bytes]))
    if (files.length >= FILES) break
  }
  await writeFiles(folder, Object.fromEntries(files))
  return files.map(([name]) => name)
}

/** Starts an import, kills it once it has printed so many new lines, and gives every line that it printed. */
async function killedAfter(imported: number, data: string, input: string): Promise<ImportLine[]> {
  const { child, ended } = start(['import', input], { DCC_DATA_DIR: data })
  let printed = ''
  child.stdout.on('data', (text: string) => {
    printed += text
    const fresh = linesOf(printed).filter(({ outcome }) => outcome !== 'unchanged')
    if (fresh.length >= imported) child.kill('SIGKILL')
  })
  const { signal, stdout } = await ended
  assert.equal(signal, 'SIGKILL', 'the import ended by itself')
  return linesOf(stdout)
}

/** How many documents, lists and events of each kind there are. */
async function statusesOf(data: string): Promise<Record<string, number>> {
  return withStore(data, async (store) => {
    const counts: Record<string, number> = {}
    for (const code of ['current', 'superseded']) {
      const conditions = [{ kind: 'token' as const, param: 'status', anyOf: [{ code }] }]
      counts[code] = await store.count({ type: 'DocumentReference', conditions })
    }
    for (const { eventType } of await store.pendingEvents(100_000, new Date().toISOString())) {
      counts[eventType] = (counts[eventType] ?? 0) + 1
    }
    return counts
  })
}
