import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  type FileHandle,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { openFileBlobs } from '../../../src/store/blobs/files.ts'
import { bytesOf, failsWith, LARGE, MIB, SMALL, sha256, useBlobFolder } from './blob-folder.ts'

const at = useBlobFolder()

describe('reading', () => {
  test('what was never stored is missing', async () => {
    await assert.rejects(at.blobs.get(sha256(SMALL), SMALL.length), failsWith('store.blob-missing'))
    assert.equal(await at.blobs.has(sha256(SMALL), SMALL.length), false)
  })

  for (const bytes of [SMALL, LARGE]) {
    test(`a truncated file of ${bytes.length} bytes is corrupt before the first byte`, async () => {
      const { sha256: hash, size } = await at.blobs.put(bytes)
      await truncate(at.pathOf(hash), size - 1)
      await assert.rejects(at.blobs.get(hash, size), failsWith('store.blob-corrupt'))
      await assert.rejects(at.blobs.get(hash, size, { start: 0, end: 0 }), failsWith('store.blob-corrupt'))
      await assert.rejects(at.blobs.get(hash, size - 1, { start: 0, end: 0 }), failsWith('store.blob-corrupt'))
    })

    test(`a row that tells another size than the file of ${bytes.length} bytes is corrupt`, async () => {
      const { sha256: hash, size } = await at.blobs.put(bytes)
      await assert.rejects(at.blobs.get(hash, size + 1), failsWith('store.blob-corrupt'))
      await assert.rejects(at.blobs.get(hash, Number.NaN), failsWith('store.blob-corrupt'))
    })
  }

  test('an altered byte in a small file is found before the first byte', async () => {
    const { sha256: hash, size } = await at.blobs.put(SMALL)
    await at.damage(hash, size - 1)
    await assert.rejects(at.blobs.get(hash, size), failsWith('store.blob-corrupt'))
    await assert.rejects(at.blobs.get(hash, size, { start: 0, end: 0 }), failsWith('store.blob-corrupt'))
  })

  for (const { id, position } of [
    { id: 'first', position: 0 },
    { id: 'last', position: LARGE.length - 1 },
  ]) {
    test(`a large file whose ${id} byte is altered never arrives complete`, async () => {
      const { sha256: hash, size } = await at.blobs.put(LARGE)
      await at.damage(hash, position)
      const given = await at.blobs.get(hash, size)
      assert.ok(given instanceof Readable)
      let received = 0
      await assert.rejects(async () => {
        for await (const piece of given) received += piece.length
      }, failsWith('store.blob-corrupt'))
      assert.ok(received < size)
    })
  }

  test('a large file cut while it streams fails', async () => {
    const bytes = randomBytes(20 * MIB)
    const { sha256: hash, size } = await at.blobs.put(bytes)
    const given = await at.blobs.get(hash, size)
    await truncate(at.pathOf(hash), 100)
    await assert.rejects(bytesOf(given), failsWith('store.blob-corrupt'))
  })

  test('a stream that nobody reads to its end closes its file', async () => {
    const { sha256: hash, size } = await at.blobs.put(LARGE)
    const openFiles = async () => (await readdir('/proc/self/fd')).length
    const atFirst = await openFiles()
    for (let round = 0; round < 20; round += 1) {
      const untouched = await at.blobs.get(hash, size)
      const begun = await at.blobs.get(hash, size)
      assert.ok(untouched instanceof Readable && begun instanceof Readable)
      begun.once('data', () => begun.destroy())
      untouched.destroy()
      await Promise.all([untouched, begun].map((each) => new Promise((done) => each.once('close', done))))
      await assert.rejects(at.blobs.get(hash, size + 1))
    }
    assert.ok((await openFiles()) <= atFirst + 1)
  })

  for (const bytes of [SMALL, LARGE]) {
    const last = bytes.length - 1
    const ranges = [
      { id: 'first byte', start: 0, end: 0 },
      { id: 'last byte', start: last, end: last },
      { id: 'suffix of 10', start: last - 9, end: last },
      { id: 'all', start: 0, end: last },
      { id: 'all but the ends', start: 1, end: last - 1 },
    ]
    for (const { id, start, end } of ranges) {
      test(`range of ${bytes.length} bytes: ${id}`, async () => {
        const { sha256: hash, size } = await at.blobs.put(bytes)
        const given = await bytesOf(await at.blobs.get(hash, size, { start, end }))
        assert.ok(given.equals(bytes.subarray(start, end + 1)))
      })
    }
  }

  for (const [start, end] of [
    [0, SMALL.length],
    [SMALL.length, SMALL.length],
    [-1, 3],
    [3, 2],
    [0.5, 2],
    [0, Number.NaN],
    [Number.NEGATIVE_INFINITY, 3],
  ] as const) {
    test(`range ${start}-${end} of ${SMALL.length} bytes is refused`, async () => {
      const { sha256: hash, size } = await at.blobs.put(SMALL)
      await assert.rejects(at.blobs.get(hash, size, { start, end }), failsWith('store.invalid'))
    })
  }

  test('a range of a damaged large file is refused although its own bytes are good', async () => {
    const { sha256: hash, size } = await at.blobs.put(LARGE)
    await at.damage(hash, size - 1)
    await assert.rejects(at.blobs.get(hash, size, { start: 0, end: 9 }), failsWith('store.blob-corrupt'))
    await assert.rejects(at.blobs.get(hash, size, { start: 0, end: size - 2 }), failsWith('store.blob-corrupt'))
  })

  describe('a large file verified before', () => {
    async function bytesRead(t: TestContext, work: () => Promise<unknown>): Promise<number> {
      let total = 0
      type Read = (buffer: Buffer, offset: number, length: number, position: number) => Promise<{ bytesRead: number }>
      const original: Read = at.fileHandle.read
      const mocked = t.mock.method(
        at.fileHandle,
        'read',
        async function (this: FileHandle, buffer: Buffer, offset: number, length: number, position: number) {
          const result = await original.call(this, buffer, offset, length, position)
          total += result.bytesRead
          return result
        },
      )
      await work()
      mocked.mock.restore()
      return total
    }
    const firstTen = { start: 0, end: 9 }

    test('is not read again for every range, until it changes', async (t) => {
      const { sha256: hash, size } = await at.blobs.put(LARGE)
      await wait(150)
      const range = () => at.blobs.get(hash, size, firstTen)
      assert.equal(await bytesRead(t, range), size + 10)
      assert.equal(await bytesRead(t, range), 10)
      const { atime, mtime } = await stat(at.pathOf(hash))
      await at.damage(hash, size - 1)
      await utimes(at.pathOf(hash), atime, mtime)
      await assert.rejects(range(), failsWith('store.blob-corrupt'))
    })

    test('is read once for many ranges at the same time', async (t) => {
      const { sha256: hash, size } = await at.blobs.put(LARGE)
      const ranges = () => Promise.all(Array.from({ length: 10 }, () => at.blobs.get(hash, size, firstTen)))
      assert.equal(await bytesRead(t, ranges), size + 100)
    })

    test('is known after it was streamed whole', async (t) => {
      const { sha256: hash, size } = await at.blobs.put(LARGE)
      await wait(150)
      await bytesOf(await at.blobs.get(hash, size))
      assert.equal(await bytesRead(t, () => at.blobs.get(hash, size, firstTen)), 10)
    })

    test('is forgotten when others were used since', async (t) => {
      const few = await openFileBlobs(at.folder, { rememberVerified: 2 })
      const stored = await Promise.all([1, 2, 3].map((n) => few.put(Buffer.concat([LARGE, Buffer.from([n])]))))
      await wait(150)
      const size = LARGE.length + 1
      for (const { sha256: hash } of stored) await few.get(hash, size, firstTen)
      const readAgain = (n: number) => bytesRead(t, () => few.get(stored[n]?.sha256 ?? '', size, firstTen))
      assert.equal(await readAgain(2), 10)
      assert.equal(await readAgain(1), 10)
      assert.equal(await readAgain(0), size + 10)
      assert.equal(await readAgain(2), size + 10)
    })
  })
})

describe('hostile names', () => {
  const hash = sha256(SMALL)
  const names = [
    '',
    '.',
    '..',
    '../../../../../../etc/passwd',
    `../${hash}`,
    `${hash}/`,
    `${hash}\n`,
    `${hash}\0`,
    hash.toUpperCase(),
    hash.slice(1),
    `${hash}0`,
    `..${hash.slice(2)}`,
    `${hash.slice(0, 2)}/..${hash.slice(5)}`,
    'é'.repeat(64),
    '__proto__',
    'tmp',
  ]
  for (const name of names) {
    test(`${JSON.stringify(name)} names no blob`, async () => {
      await at.blobs.put(SMALL)
      await assert.rejects(at.blobs.get(name, SMALL.length), failsWith('store.blob-missing'))
      assert.equal(await at.blobs.has(name, SMALL.length), false)
    })
  }

  test('a folder in the place of a blob is corrupt, not read', async () => {
    await mkdir(at.pathOf(hash), { recursive: true })
    const { size } = await stat(at.pathOf(hash))
    await assert.rejects(at.blobs.get(hash, size), failsWith('store.blob-corrupt'))
    assert.equal(await at.blobs.has(hash, size), false)
  })

  test('a link in the place of a blob cannot lend other content its name', async () => {
    const { size } = await at.blobs.put(SMALL)
    const other = Buffer.alloc(size, 'x')
    await writeFile(join(at.folder, 'other'), other)
    await rm(at.pathOf(hash))
    await symlink(join(at.folder, 'other'), at.pathOf(hash))
    await assert.rejects(at.blobs.get(hash, size), failsWith('store.blob-corrupt'))
    await at.blobs.put(SMALL)
    assert.ok((await readFile(join(at.folder, 'other'))).equals(other))
    assert.ok((await bytesOf(await at.blobs.get(hash, size))).equals(SMALL))
  })
})
