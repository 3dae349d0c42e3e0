import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import type { BlobFacts, BlobStore } from '../../src/store/blobs/blobs.ts'
import { openFileBlobs } from '../../src/store/blobs/files.ts'

const MIB = 1024 * 1024
const SIZE = 200 * MIB
const ALLOWED_GROWTH = 64 * MIB

let folder: string
let blobs: BlobStore
let facts: BlobFacts

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dcc-blobs-memory-'))
  blobs = await openFileBlobs(folder)
})
after(() => rm(folder, { recursive: true, force: true }))

/** Growth of the resident memory of this process (the test runner gives each file its own) during some work. */
async function growthDuring(work: () => Promise<void>): Promise<number> {
  const atFirst = process.memoryUsage.rss()
  let highest = atFirst
  const sample = () => {
    highest = Math.max(highest, process.memoryUsage.rss())
  }
  const timer = setInterval(sample, 5)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  sample()
  return highest - atFirst
}

async function* body(): AsyncGenerator<Uint8Array> {
  const piece = 64 * 1024
  for (let sent = 0; sent < SIZE; sent += piece) yield Buffer.alloc(piece, sent / piece)
}

async function drain(given: Uint8Array | Readable): Promise<number> {
  assert.ok(given instanceof Readable)
  let received = 0
  for await (const piece of given) received += piece.length
  return received
}

test('storing 200 MiB takes constant memory', async (t) => {
  const growth = await growthDuring(async () => {
    facts = await blobs.put(Readable.from(body(), { objectMode: false }))
  })
  t.diagnostic(`grew by ${Math.round(growth / MIB)} MiB`)
  assert.equal(facts.size, SIZE)
  assert.ok(growth < ALLOWED_GROWTH)
})

test('storing it again, where the existing blob is verified, takes constant memory', async (t) => {
  const growth = await growthDuring(async () => {
    assert.deepEqual(await blobs.put(Readable.from(body(), { objectMode: false })), facts)
  })
  t.diagnostic(`grew by ${Math.round(growth / MIB)} MiB`)
  assert.ok(growth < ALLOWED_GROWTH)
})

test('reading 200 MiB, whole and all but a byte, takes constant memory', async (t) => {
  const growth = await growthDuring(async () => {
    assert.equal(await drain(await blobs.get(facts.sha256, SIZE)), SIZE)
    assert.equal(await drain(await blobs.get(facts.sha256, SIZE, { start: 1, end: SIZE - 1 })), SIZE - 1)
  })
  t.diagnostic(`grew by ${Math.round(growth / MIB)} MiB`)
  assert.ok(growth < ALLOWED_GROWTH)
})
