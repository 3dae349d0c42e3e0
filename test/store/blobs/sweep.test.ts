import assert from 'node:assert/strict'
import fs, { mkdir, rename, utimes, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { openFileBlobs } from '../../../src/store/blobs/files.ts'
import { bytesOf, HOUR, SMALL, sha256, streamOf, useBlobFolder } from './blob-folder.ts'

const at = useBlobFolder()

describe('sweeping', () => {
  const olderThan = new Date(Date.now() - HOUR)
  const nothingInUse = async () => new Set<string>()

  test('removes old blobs that nothing uses, keeps used and young ones', async () => {
    const [used, orphan, young] = await Promise.all(
      ['used', 'orphan', 'young'].map((text) => at.blobs.put(Buffer.from(text))),
    )
    assert.ok(used !== undefined && orphan !== undefined && young !== undefined)
    await at.makeOld(used.sha256)
    await at.makeOld(orphan.sha256)
    const asked: string[] = []
    const swept = await at.blobs.sweep({
      olderThan,
      inUse: async (hashes) => {
        asked.push(...hashes)
        return new Set([used.sha256])
      },
    })
    assert.deepEqual(swept, { temporary: 0, orphans: 1 })
    assert.deepEqual(asked.sort(), [used.sha256, orphan.sha256].sort())
    assert.deepEqual((await at.names()).sort(), [used.sha256, young.sha256].sort())
  })

  test('asks in batches of at most 500', async () => {
    const hashes = Array.from({ length: 1001 }, (_, n) => sha256(Buffer.from(String(n))))
    for (const hash of hashes) {
      await mkdir(join(at.pathOf(hash), '..'), { recursive: true })
      await writeFile(at.pathOf(hash), '')
      await at.makeOld(hash)
    }
    const sizes: number[] = []
    const swept = await at.blobs.sweep({
      olderThan,
      inUse: async (batch) => {
        sizes.push(batch.length)
        return new Set(batch.filter((hash) => hash === hashes[7]))
      },
    })
    assert.deepEqual(sizes, [500, 500, 1])
    assert.equal(swept.orphans, 1000)
    assert.deepEqual(await at.names(), [hashes[7]])
  })

  test('removes old temporary files only', async () => {
    await writeFile(join(at.folder, 'tmp', 'old.part'), 'x')
    await utimes(join(at.folder, 'tmp', 'old.part'), olderThan, new Date(Date.now() - 2 * HOUR))
    await writeFile(join(at.folder, 'tmp', 'young.part'), 'x')
    assert.deepEqual(await at.blobs.sweep({ olderThan, inUse: nothingInUse }), { temporary: 1, orphans: 0 })
    assert.deepEqual(await at.names(), ['young.part'])
  })

  test('touches nothing that is not a blob in its place', async () => {
    const hash = sha256(SMALL)
    const strange = ['README', 'ab', `cd/ef/${hash}`, `${hash.slice(0, 2)}/${hash.slice(2, 4)}/note.txt`, 'zz/zz/zz']
    for (const name of strange) {
      const path = join(at.folder, name)
      await mkdir(join(path, '..'), { recursive: true })
      await writeFile(path, 'kept')
      await utimes(path, 0, 0)
    }
    assert.deepEqual(await at.blobs.sweep({ olderThan, inUse: nothingInUse }), { temporary: 0, orphans: 0 })
    assert.equal((await at.names()).length, strange.length)
  })

  test('removes nothing when it cannot be told what is in use', async () => {
    const { sha256: hash } = await at.blobs.put(SMALL)
    await at.makeOld(hash)
    const failure = new Error('no database')
    const inUse = () => Promise.reject(failure)
    await assert.rejects(at.blobs.sweep({ olderThan, inUse }), (error) => error === failure)
    assert.deepEqual(await at.names(), [hash])
  })

  test('removes nothing for an invalid date', async () => {
    const { sha256: hash } = await at.blobs.put(SMALL)
    const invalid = new Date(Number.NaN)
    assert.deepEqual(await at.blobs.sweep({ olderThan: invalid, inUse: nothingInUse }), { temporary: 0, orphans: 0 })
    assert.deepEqual(await at.names(), [hash])
  })

  test('keeps a blob that a put of the same bytes made new while the sweep asked', async () => {
    const { sha256: hash, size } = await at.blobs.put(SMALL)
    await at.makeOld(hash)
    const swept = await at.blobs.sweep({
      olderThan,
      inUse: async () => {
        await at.blobs.put(SMALL)
        return new Set()
      },
    })
    assert.deepEqual(swept, { temporary: 0, orphans: 0 })
    assert.ok((await bytesOf(await at.blobs.get(hash, size))).equals(SMALL))
  })

  test('gives back a blob that a put made new in the instant before it is moved aside', async (t) => {
    const { sha256: hash, size } = await at.blobs.put(SMALL)
    await at.makeOld(hash)
    const original = fs.rename
    const mocked = t.mock.method(fs, 'rename', async (from: string, to: string) => {
      if (to.endsWith('.removing')) await at.blobs.put(SMALL)
      await original(from, to)
    })
    syncBuiltinESMExports()
    const swept = await at.blobs.sweep({ olderThan, inUse: nothingInUse })
    mocked.mock.restore()
    syncBuiltinESMExports()
    assert.equal(mocked.mock.callCount(), 1)
    assert.deepEqual(swept, { temporary: 0, orphans: 0 })
    assert.ok((await bytesOf(await at.blobs.get(hash, size))).equals(SMALL))
    assert.deepEqual(await at.names(), [hash])
  })

  test('never takes a blob from puts that run at the same time, in this or another opening', async () => {
    const other = await openFileBlobs(at.folder)
    const bodies = Array.from({ length: 8 }, (_, n) => Buffer.alloc(50_000, String(n)))
    for (let round = 0; round < 15; round += 1) {
      for (const body of bodies) {
        const { sha256: hash } = await at.blobs.put(body)
        await at.makeOld(hash)
      }
      const sweeps = [at.blobs, other].map((each) => each.sweep({ olderThan, inUse: nothingInUse }))
      const puts = bodies.map(async (body, n) => {
        await wait(n / 2)
        return (n % 2 ? at.blobs : other).put(streamOf(body))
      })
      const facts = await Promise.all(puts)
      await Promise.all(sweeps)
      for (const { sha256: hash, size } of facts) assert.equal(await at.blobs.has(hash, size), true)
    }
  })

  for (const { id, again } of [
    { id: 'when the store is opened', again: () => openFileBlobs(at.folder) },
    { id: 'by the next sweep', again: () => at.blobs.sweep({ olderThan, inUse: nothingInUse }) },
  ]) {
    test(`a blob that a killed sweep had moved aside is put back ${id}`, async () => {
      const { sha256: hash, size } = await at.blobs.put(SMALL)
      await rename(at.pathOf(hash), join(at.folder, 'tmp', `${hash}.removing`))
      await again()
      assert.ok((await bytesOf(await at.blobs.get(hash, size))).equals(SMALL))
      assert.deepEqual(await at.names(), [hash])
    })
  }

  test('what was moved aside never replaces a blob written since', async () => {
    const { sha256: hash, size } = await at.blobs.put(SMALL)
    await writeFile(join(at.folder, 'tmp', `${hash}.removing`), 'damaged')
    await openFileBlobs(at.folder)
    assert.ok((await bytesOf(await at.blobs.get(hash, size))).equals(SMALL))
    assert.deepEqual(await at.names(), [hash])
  })
})
