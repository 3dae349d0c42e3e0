import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StoreError } from '../errors.ts'
import type { BlobFacts, BlobStore, ByteRange } from './blobs.ts'
import { type Folders, isSha256, makeFolders, syncFolder } from './folders.ts'
import { errorCode, ifThere, io, ioFailure } from './io.ts'
import { measureAtOnce, measured } from './measure.ts'
import { corrupt, newVerifiedFiles, readRange, streamRange, type VerifiedFiles } from './reading.ts'
import { writeSmallBlob } from './small-writer-client.ts'
import { restoreMovedAside, sweep } from './sweep.ts'

/** A pipe in the place of a blob must not wait for somebody to write: what is no file is damage like any other. */
const READING = constants.O_RDONLY | constants.O_NONBLOCK

/** Up to this size bytes are hashed, read and given in one piece. */
const AT_ONCE = 1024 * 1024

/** How the store behaves; the defaults suit a server. */
export interface FileBlobsOptions {
  /** How many large blobs found intact are remembered, so that a range request need not read them whole. */
  rememberVerified?: number
}

/**
 * Opens the content store of a folder, made when it is missing: one file a blob, `aa/bb/<sha256>`, written to `tmp/`,
 * synced and renamed (reference/storage.md section 4). Several processes may use the same folder.
 *
 * A stream whose `put` rejects with a StoreError is left paused, not destroyed: its owner answers, then ends it.
 * A stream that `get` gives must be read or destroyed by its receiver: it holds a file open.
 * Rejects with `store.unavailable` or `store.full` when the folder cannot be made.
 */
export async function openFileBlobs(folder: string, options: FileBlobsOptions = {}): Promise<BlobStore> {
  const folders = await io(makeFolders(folder))
  await io(restoreMovedAside(folders))
  const verified = newVerifiedFiles(options.rememberVerified ?? 256)

  return {
    async put(bytes, { facts: known, ...expectation } = {}) {
      if (bytes instanceof Uint8Array && bytes.byteLength <= AT_ONCE) {
        const facts = known ?? measureAtOnce(bytes, expectation)
        await writeSmallBlob({ root: folders.root, sha256: facts.sha256, bytes })
        return facts
      }
      // A stream that fails before it is read, while its file is being opened, must not end the process: it is told then.
      if (!(bytes instanceof Uint8Array)) bytes.on('error', () => {})
      let facts: BlobFacts | undefined
      const pieces = measured(bytes, expectation, (measuredFacts) => {
        facts = measuredFacts
      })
      await viaTemporary(folders, pieces, async (path) => {
        if (facts !== undefined) await place(folders, path, facts.sha256)
      })
      if (facts === undefined) throw new StoreError('store.invalid', 'a blob was written without being measured')
      return facts
    },

    async get(sha256, size, range) {
      if (range !== undefined) checkRange(range, size)
      const handle = await openBlob(folders, sha256)
      let streaming = false
      try {
        const stats = await io(handle.stat())
        if (!stats.isFile() || stats.size !== size) throw corrupt(sha256)
        if (size <= AT_ONCE) return await readSmall(handle, sha256, size, range)
        const bytes = await readLarge(handle, sha256, stats, range, verified)
        streaming = !(bytes instanceof Uint8Array)
        return bytes
      } finally {
        if (!streaming) await handle.close()
      }
    },

    async has(sha256, size) {
      if (!isSha256(sha256)) return false
      const stats = await io(ifThere(stat(folders.blob(sha256))))
      if (stats === undefined) await checkMounted(folders)
      return stats?.isFile() === true && stats.size === size
    },

    sweep: (sweepOptions) => io(sweep(folders, sweepOptions)),

    ping: () => viaTemporary(folders, [Buffer.from('ping')], (path) => io(unlink(path))),
  }
}

/** Writes a temporary file, synced, and has it moved away; leaves nothing of it behind when that fails. */
async function viaTemporary(
  folders: Folders,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  moveAway: (path: string) => Promise<void>,
): Promise<void> {
  const path = folders.newTemporary()
  const handle = await io(open(path, 'wx', 0o600))
  try {
    try {
      for await (const piece of pieces) await io(handle.appendFile(piece))
      await io(handle.datasync())
    } finally {
      await io(handle.close())
    }
    await moveAway(path)
  } catch (error) {
    // What cannot be removed now is swept later; it must not hide the error that led here.
    await unlink(path).catch(() => {})
    throw error
  }
}

/**
 * Gives a synced temporary file its final name, durably. A blob of that name is replaced atomically: the bytes are the
 * same, and their time is now, so that a sweep leaves them alone; a damaged one is healed.
 */
async function place(folders: Folders, temporary: string, sha256: string): Promise<void> {
  const path = folders.blob(sha256)
  await io(folders.prepare(sha256))
  try {
    await rename(temporary, path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw ioFailure(error)
    // Somebody removed the folder since it was prepared.
    folders.forget(sha256)
    await io(folders.prepare(sha256))
    await io(rename(temporary, path))
  }
  await io(syncFolder(dirname(path)))
}

async function openBlob(folders: Folders, sha256: string): Promise<FileHandle> {
  const handle = isSha256(sha256) ? await io(ifThere(open(folders.blob(sha256), READING))) : undefined
  if (handle !== undefined) return handle
  await checkMounted(folders)
  throw new StoreError('store.blob-missing', 'no content under this hash')
}

/** Without its folder (not mounted) the store cannot say that content is missing: `store.unavailable`. */
async function checkMounted(folders: Folders): Promise<void> {
  await io(stat(folders.temporary))
}

async function readSmall(
  handle: FileHandle,
  sha256: string,
  size: number,
  range: ByteRange | undefined,
): Promise<Uint8Array> {
  const bytes = await readRange(handle, sha256, { start: 0, end: size - 1 })
  if (measureAtOnce(bytes, {}).sha256 !== sha256) throw corrupt(sha256)
  return range === undefined ? bytes : bytes.subarray(range.start, range.end + 1)
}

async function readLarge(
  handle: FileHandle,
  sha256: string,
  stats: Stats,
  range: ByteRange | undefined,
  verified: VerifiedFiles,
) {
  if (range === undefined) {
    const onVerified = () => verified.remember(sha256, stats)
    return streamRange(handle, sha256, { start: 0, end: stats.size - 1 }, { onVerified })
  }
  await verified.ensure(handle, sha256, stats)
  const length = range.end - range.start + 1
  return length <= AT_ONCE ? readRange(handle, sha256, range) : streamRange(handle, sha256, range)
}

function checkRange({ start, end }: ByteRange, size: number): void {
  const valid = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end && end < size
  if (!valid) throw new StoreError('store.invalid', 'a range outside of the blob', { start, end, size })
}
