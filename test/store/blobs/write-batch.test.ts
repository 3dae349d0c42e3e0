import assert from 'node:assert/strict'
import fs from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { makeFolders } from '../../../src/store/blobs/folders.ts'
import type { SmallBlob } from '../../../src/store/blobs/messages.ts'
import { writeBatch } from '../../../src/store/blobs/write-batch.ts'
import { sha256, useBlobFolder } from './blob-folder.ts'

const at = useBlobFolder()
const blobOf = (text: string): SmallBlob => {
  const bytes = Buffer.from(text)
  return { root: at.folder, sha256: sha256(bytes), bytes }
}
const blobsOf = (count: number) => Array.from({ length: count }, (_, n) => blobOf(`contenu fictif ${n}`))

/** Makes a system call fail, for the paths that `when` accepts, until the test ends. */
function failing(t: TestContext, call: 'openSync' | 'renameSync', when: (path: string) => boolean, code: string) {
  const original = fs[call] as (...args: unknown[]) => unknown
  t.mock.method(fs, call, (...args: unknown[]) => {
    if (when(String(args.at(call === 'renameSync' ? 1 : 0))))
      throw Object.assign(new Error(code), { code, syscall: call })
    return original.apply(fs, args)
  })
}

test('a batch is written whole, each blob under its hash', async () => {
  const blobs = blobsOf(20)
  assert.deepEqual(
    writeBatch(blobs, new Set()),
    blobs.map(() => ({})),
  )
  assert.deepEqual((await at.names()).toSorted(), blobs.map((blob) => blob.sha256).toSorted())
  for (const { sha256: hash, bytes } of blobs) assert.deepEqual(fs.readFileSync(at.pathOf(hash)), Buffer.from(bytes))
})

test('every file is synced before it gets its name, and every folder after, once', (t) => {
  const calls: string[] = []
  for (const name of ['fdatasyncSync', 'renameSync', 'fsyncSync', 'mkdirSync'] as const) {
    const original = fs[name] as (...args: unknown[]) => unknown
    t.mock.method(fs, name, (...args: unknown[]) => {
      calls.push(name)
      return original.apply(fs, args)
    })
  }
  writeBatch([...blobsOf(3), ...blobsOf(3)], new Set())
  const last = (name: string) => calls.lastIndexOf(name)
  assert.ok(last('fdatasyncSync') < calls.indexOf('renameSync'))
  assert.ok(last('renameSync') < calls.indexOf('fsyncSync'))
  assert.equal(calls.filter((name) => name === 'fdatasyncSync').length, 6)
  // The root, and the two levels of each of three blobs.
  assert.equal(calls.filter((name) => name === 'fsyncSync').length, 7)
})

test('a folder that is known is made no more, and made anew when it has gone', async () => {
  const known = new Set<string>()
  const [blob] = blobsOf(1)
  assert.ok(blob !== undefined)
  writeBatch([blob], known)
  assert.equal(known.size, 2)
  await rm(dirname(dirname(at.pathOf(blob.sha256))), { recursive: true })
  assert.deepEqual(writeBatch([blob], known), [{}])
  assert.deepEqual(await at.names(), [blob.sha256])
})

describe('a blob that fails leaves the others alone and nothing behind', () => {
  const [first, second, third] = ['un', 'deux', 'trois'] as const
  const outcomes = () => writeBatch([first, second, third].map(blobOf), new Set())
  const remaining = (texts: readonly string[]) => texts.map((text) => blobOf(text).sha256).toSorted()

  test('when its name cannot be given', async (t) => {
    const { sha256: hash } = blobOf(second)
    failing(t, 'renameSync', (path) => path.endsWith(hash), 'ENOSPC')
    assert.deepEqual(outcomes(), [{}, { code: 'ENOSPC' }, {}])
    assert.deepEqual((await at.names()).toSorted(), remaining([first, third]))
  })

  test('when its folder cannot be synced', async (t) => {
    const folder = dirname(at.pathOf(blobOf(third).sha256))
    failing(t, 'openSync', (path) => path === folder, 'EIO')
    assert.deepEqual(outcomes(), [{}, {}, { code: 'EIO' }])
  })

  test('when no file can be made: all of them', async (t) => {
    failing(t, 'openSync', (path) => path.endsWith('.part'), 'EDQUOT')
    assert.deepEqual(outcomes(), [{ code: 'EDQUOT' }, { code: 'EDQUOT' }, { code: 'EDQUOT' }])
    assert.deepEqual(await at.names(), [])
  })

  test('when its hash is none', async () => {
    const hostile = { ...blobOf(second), sha256: '../../outside' }
    assert.deepEqual(writeBatch([blobOf(first), hostile], new Set()), [{}, { code: '' }])
    assert.deepEqual(await at.names(), remaining([first]))
  })
})

test('a folder is not known before it is synced', async (t) => {
  const known = new Set<string>()
  failing(t, 'openSync', (path) => path === at.folder, 'EIO')
  assert.deepEqual(writeBatch(blobsOf(1), known), [{ code: 'EIO' }])
  assert.equal(known.size, 0)
})

test('two stores in one batch keep apart', async () => {
  const other = join(at.base, 'other')
  await makeFolders(other)
  const blob = blobOf('partagé')
  assert.deepEqual(writeBatch([blob, { ...blob, root: other }], new Set()), [{}, {}])
  assert.deepEqual(await at.names(), [blob.sha256])
  assert.ok(fs.existsSync(join(other, blob.sha256.slice(0, 2), blob.sha256.slice(2, 4), blob.sha256)))
})

test('content is readable by the service only', async () => {
  const [blob] = blobsOf(1)
  assert.ok(blob !== undefined)
  writeBatch([blob], new Set())
  const path = at.pathOf(blob.sha256)
  for (const each of [path, dirname(path), dirname(dirname(path))]) assert.equal(fs.statSync(each).mode & 0o077, 0)
})
