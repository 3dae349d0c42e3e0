import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { openFileBlobs } from '../../../src/store/blobs/files.ts'

test('a pipe in the place of a blob is damage, and nobody waits for it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dcc-pipe-'))
  try {
    const blobs = await openFileBlobs(folder)
    const { sha256, size } = await blobs.put(Buffer.from('content'))
    const path = join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
    await rm(path)
    await promisify(execFile)('mkfifo', [path])
    await assert.rejects(blobs.get(sha256, size), { key: 'store.blob-corrupt' })
    await blobs.put(Buffer.from('content'))
    assert.equal(Buffer.from((await blobs.get(sha256, size)) as Uint8Array).toString(), 'content')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
