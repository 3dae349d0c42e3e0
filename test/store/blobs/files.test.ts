import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, type FileHandle, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { openFileBlobs } from '../../../src/store/blobs/files.ts'
import {
  bytesOf,
  factsOf,
  failsWith,
  HOUR,
  LARGE,
  MIB,
  SMALL,
  sha1,
  sha256,
  streamOf,
  useBlobFolder,
} from './blob-folder.ts'

const at = useBlobFolder()

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code, syscall: 'write' })
}

describe('writing', () => {
  const bodies = [
    { id: 'empty', bytes: Buffer.alloc(0) },
    { id: 'small', bytes: SMALL },
    { id: 'exactly 1 MiB', bytes: randomBytes(MIB) },
    { id: '1 MiB and a byte', bytes: randomBytes(MIB + 1) },
    { id: 'large', bytes: LARGE },
  ]
  for (const { id, bytes } of bodies) {
    for (const [form, given] of [
      ['bytes', () => new Uint8Array(bytes)],
      ['a stream', () => streamOf(bytes)],
    ] as const) {
      test(`${id} content given as ${form} is kept under its hash and read back`, async () => {
        const facts = await at.blobs.put(given())
        assert.deepEqual(facts, factsOf(bytes))
        assert.deepEqual(await at.names(), [facts.sha256])
        assert.ok((await readFile(at.pathOf(facts.sha256))).equals(bytes))
        assert.ok((await bytesOf(await at.blobs.get(facts.sha256, facts.size))).equals(bytes))
        assert.equal(await at.blobs.has(facts.sha256, facts.size), true)
        assert.equal(await at.blobs.has(facts.sha256, facts.size + 1), false)
      })
    }
  }

  test('content is readable by the service only', async () => {
    const { sha256: hash } = await at.blobs.put(SMALL)
    assert.equal((await stat(at.pathOf(hash))).mode & 0o077, 0)
    assert.equal((await stat(join(at.folder, hash.slice(0, 2)))).mode & 0o077, 0)
  })

  test('the same bytes twice are one blob', async () => {
    assert.deepEqual(await at.blobs.put(SMALL), await at.blobs.put(streamOf(SMALL)))
    assert.deepEqual(await at.names(), [sha256(SMALL)])
  })

  test('bytes stored again make their blob new, so that no sweep takes it', async () => {
    for (const bytes of [SMALL, LARGE]) {
      const { sha256: hash } = await at.blobs.put(bytes)
      await at.makeOld(hash)
      await at.blobs.put(bytes)
      assert.ok((await stat(at.pathOf(hash))).mtimeMs > Date.now() - HOUR)
    }
  })

  test('twenty puts of the same bytes at once, by two openings of the folder, make one blob', async () => {
    const other = await openFileBlobs(at.folder)
    const facts = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? at.blobs : other).put(n % 3 ? LARGE : streamOf(LARGE))),
    )
    for (const each of facts) assert.deepEqual(each, factsOf(LARGE))
    assert.deepEqual(await at.names(), [sha256(LARGE)])
    assert.ok((await bytesOf(await at.blobs.get(sha256(LARGE), LARGE.length))).equals(LARGE))
  })

  for (const { id, spoil } of [
    { id: 'altered', spoil: (hash: string) => at.damage(hash, 5) },
    { id: 'truncated', spoil: (hash: string) => truncate(at.pathOf(hash), 5) },
    { id: 'emptied', spoil: (hash: string) => truncate(at.pathOf(hash), 0) },
    { id: 'unreadable', spoil: (hash: string) => chmod(at.pathOf(hash), 0) },
  ]) {
    for (const bytes of [SMALL, LARGE]) {
      test(`an ${id} blob of ${bytes.length} bytes is replaced by good bytes`, async () => {
        const { sha256: hash, size } = await at.blobs.put(bytes)
        await spoil(hash)
        await at.blobs.put(bytes)
        assert.ok((await bytesOf(await at.blobs.get(hash, size))).equals(bytes))
        assert.deepEqual(await at.names(), [hash])
      })
    }
  }

  test('a folder that somebody removed is made again', async () => {
    const { sha256: hash } = await at.blobs.put(SMALL)
    await rm(join(at.folder, hash.slice(0, 2)), { recursive: true })
    await at.blobs.put(SMALL)
    assert.deepEqual(await at.names(), [hash])
  })

  test('a large file is synced before it gets its name, and its folder after', async (t) => {
    const calls: string[] = []
    for (const name of ['datasync', 'sync'] as const) {
      const original = at.fileHandle[name]
      t.mock.method(at.fileHandle, name, async function (this: FileHandle) {
        calls.push(`${name} ${(await at.names()).some((file) => file.endsWith('.part')) ? 'unnamed' : 'named'}`)
        return original.call(this)
      })
    }
    await at.blobs.put(LARGE)
    assert.deepEqual(calls, ['datasync unnamed', 'sync unnamed', 'sync unnamed', 'sync named'])
  })
})

describe('a refused write leaves nothing', () => {
  const right = factsOf(SMALL)
  const refused = [
    { id: 'one byte too large', expectation: { maxSize: right.size - 1 }, key: 'store.blob-too-large' },
    { id: 'announced too large', expectation: { maxSize: 10, size: 11 }, key: 'store.blob-too-large' },
    { id: 'shorter than announced', expectation: { size: right.size + 1 }, key: 'store.blob-mismatch' },
    { id: 'longer than announced', expectation: { size: right.size - 1 }, key: 'store.blob-mismatch' },
    { id: 'other sha1', expectation: { sha1: sha1(LARGE) }, key: 'store.blob-mismatch' },
    { id: 'empty sha1', expectation: { sha1: '' }, key: 'store.blob-mismatch' },
  ] as const
  for (const { id, expectation, key } of refused) {
    for (const form of ['bytes', 'stream']) {
      test(`${id}, ${form}`, async () => {
        const given = form === 'bytes' ? SMALL : streamOf(SMALL, 4)
        await assert.rejects(at.blobs.put(given, expectation), failsWith(key))
        assert.deepEqual(await at.names(), [])
      })
    }
  }

  test('what was announced rightly is accepted, hash in either case', async () => {
    const expectation = { maxSize: right.size, size: right.size, sha1: right.sha1.toUpperCase() }
    assert.deepEqual(await at.blobs.put(streamOf(SMALL), expectation), right)
  })

  test('too large is known while streaming: the rest is not read, and the stream stays open for its owner', async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(10_000))
      },
    })
    await assert.rejects(at.blobs.put(endless, { maxSize: 50_000 }), failsWith('store.blob-too-large'))
    assert.equal(endless.destroyed, false)
    endless.destroy()
  })

  const broken = [
    { id: 'aborted in the middle', end: (input: PassThrough) => input.destroy(new Error('client went away')) },
    { id: 'closed without an end', end: (input: PassThrough) => input.destroy() },
  ]
  for (const { id, end } of broken) {
    test(`a stream ${id}`, async () => {
      const input = new PassThrough()
      input.write(LARGE.subarray(0, 100_000))
      const put = at.blobs.put(input)
      put.catch(() => {})
      while ((await at.names()).length === 0) await wait(1)
      end(input)
      await assert.rejects(put)
      assert.deepEqual(await at.names(), [])
    })
  }

  test('a stream that fails before anything of it is read ends the put, not the process', async () => {
    const failure = new Error('client went away')
    const input = new PassThrough()
    const put = at.blobs.put(input)
    input.destroy(failure)
    await assert.rejects(put, (error) => error === failure)
    assert.deepEqual(await at.names(), [])
  })

  test('the error of the input stream is given as it is', async () => {
    const failure = systemError('ENOSPC')
    const input = new Readable({ read: () => input.destroy(failure) })
    await assert.rejects(at.blobs.put(input), (error) => error === failure)
  })

  test('a stream that was already read does not pass for empty content', async () => {
    const input = streamOf(SMALL)
    await input.toArray()
    await assert.rejects(at.blobs.put(input), failsWith('store.invalid'))
    assert.deepEqual(await at.names(), [])
  })

  test('a stream destroyed before it was given', async () => {
    const input = new PassThrough()
    input.destroy()
    await assert.rejects(at.blobs.put(input))
    assert.deepEqual(await at.names(), [])
  })

  test('a stream of text is refused', async () => {
    const input = streamOf(SMALL).setEncoding('utf8')
    await assert.rejects(at.blobs.put(input), failsWith('store.invalid'))
    assert.deepEqual(await at.names(), [])
  })

  const failing = [
    { code: 'ENOSPC', key: 'store.full' },
    { code: 'EDQUOT', key: 'store.full' },
    { code: 'EIO', key: 'store.unavailable' },
    { code: 'EROFS', key: 'store.unavailable' },
  ] as const
  for (const { code, key } of failing) {
    for (const operation of ['appendFile', 'datasync'] as const) {
      test(`${code} on ${operation} is ${key}`, async (t: TestContext) => {
        const mocked = t.mock.method(at.fileHandle, operation, () => Promise.reject(systemError(code)))
        await assert.rejects(at.blobs.put(streamOf(LARGE)), failsWith(key))
        await assert.rejects(at.blobs.ping(), failsWith(key))
        mocked.mock.restore()
        assert.deepEqual(await at.names(), [])
      })
    }
  }

  test('a missing store folder is store.unavailable for every operation', async () => {
    const { sha256: hash, size } = await at.blobs.put(SMALL)
    await rename(at.folder, `${at.folder}-away`)
    const olderThan = new Date()
    await assert.rejects(at.blobs.put(LARGE), failsWith('store.unavailable'))
    await assert.rejects(at.blobs.put(SMALL), failsWith('store.unavailable'))
    await assert.rejects(at.blobs.get(hash, size), failsWith('store.unavailable'))
    await assert.rejects(at.blobs.has(hash, size), failsWith('store.unavailable'))
    await assert.rejects(at.blobs.ping(), failsWith('store.unavailable'))
    await assert.rejects(at.blobs.sweep({ olderThan, inUse: async () => new Set() }), failsWith('store.unavailable'))
  })

  test('a folder that cannot be made is store.unavailable', async () => {
    await assert.rejects(openFileBlobs(join(at.base, 'probe', 'below-a-file')), failsWith('store.unavailable'))
  })
})

test('ping writes and leaves nothing', async () => {
  await at.blobs.ping()
  assert.deepEqual(await at.names(), [])
})

test('a file can be stored from its own stream', async () => {
  const path = join(at.base, 'document.pdf')
  await writeFile(path, LARGE)
  assert.deepEqual(await at.blobs.put(createReadStream(path)), factsOf(LARGE))
})
