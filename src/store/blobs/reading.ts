import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { StoreError } from '../errors.ts'
import type { ByteRange } from './blobs.ts'
import { io } from './io.ts'

const PIECE = 256 * 1024
/** File times advance in steps of a few milliseconds: a younger file may change again without showing it. */
const SETTLED_AFTER_MS = 100

/** The error of content that is no longer what was stored. */
export function corrupt(sha256: string): StoreError {
  return new StoreError('store.blob-corrupt', 'stored content no longer matches its hash', { sha256 })
}

/** Reads exactly the bytes of a range, both ends inclusive; `store.blob-corrupt` when the file is shorter. */
export async function readRange(handle: FileHandle, sha256: string, range: ByteRange): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(range.end - range.start + 1)
  await fill(handle, sha256, bytes, range.start)
  return bytes
}

/** Whether the first `size` bytes of a file have this hash. Constant memory. */
export async function matches(handle: FileHandle, sha256: string, size: number): Promise<boolean> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(Math.min(size, PIECE))
  for (let position = 0; position < size; position += PIECE) {
    const piece = buffer.subarray(0, Math.min(PIECE, size - position))
    await fill(handle, sha256, piece, position)
    hash.update(piece)
  }
  return hash.digest('hex') === sha256
}

/**
 * Streams a range of a file and closes it afterwards. With `verify` the range must be the whole blob: it is hashed on
 * the way and the last piece is given only when the hash is right; otherwise the stream fails with
 * `store.blob-corrupt`.
 */
export function streamRange(
  handle: FileHandle,
  sha256: string,
  range: ByteRange,
  verify?: { onVerified: () => void },
): Readable {
  const hash = verify === undefined ? undefined : createHash('sha256')
  let position = range.start

  async function nextPiece(): Promise<Uint8Array | null> {
    if (position > range.end) return null
    const end = Math.min(position + PIECE - 1, range.end)
    const piece = await readRange(handle, sha256, { start: position, end })
    position = end + 1
    hash?.update(piece)
    if (position > range.end && verify !== undefined) {
      if (hash?.digest('hex') !== sha256) throw corrupt(sha256)
      verify.onVerified()
    }
    return piece
  }

  return new Readable({
    highWaterMark: PIECE,
    read() {
      nextPiece().then(
        (piece) => this.destroyed || this.push(piece),
        (error: Error) => this.destroy(error),
      )
    },
    destroy(error, done) {
      handle.close().then(
        () => done(error),
        () => done(error),
      )
    },
  })
}

/** Remembers which files were found intact, so that a range request need not read a large file again. */
export interface VerifiedFiles {
  /** Rejects with `store.blob-corrupt`. Reads the file unless this very file was verified before, or is just now. */
  ensure(handle: FileHandle, sha256: string, stats: Stats): Promise<void>
  /** Notes that a file, whose stats were taken before it was read, is intact. */
  remember(sha256: string, stats: Stats): void
}

/** A memory of at most `limit` verified files, the least recently used forgotten first. */
export function newVerifiedFiles(limit: number): VerifiedFiles {
  const known = new Map<string, string>()
  const running = new Map<string, Promise<void>>()

  function remember(sha256: string, stats: Stats): void {
    known.delete(sha256)
    if (Date.now() - Math.max(stats.ctimeMs, stats.mtimeMs) < SETTLED_AFTER_MS) return
    known.set(sha256, identity(stats))
    const [oldest] = known.keys()
    if (known.size > limit && oldest !== undefined) known.delete(oldest)
  }

  async function verify(handle: FileHandle, sha256: string, stats: Stats): Promise<void> {
    if (!(await matches(handle, sha256, stats.size))) throw corrupt(sha256)
    remember(sha256, stats)
  }

  return {
    remember,
    async ensure(handle, sha256, stats) {
      const file = identity(stats)
      if (known.get(sha256) === file) {
        known.delete(sha256)
        known.set(sha256, file)
        return
      }
      const key = `${sha256} ${file}`
      const work = running.get(key) ?? verify(handle, sha256, stats).finally(() => running.delete(key))
      running.set(key, work)
      await work
    },
  }
}

/** What changes when a file is replaced or written to; ctime also tells when its mtime was set back. */
function identity(stats: Stats): string {
  return `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`
}

async function fill(handle: FileHandle, sha256: string, buffer: Uint8Array, position: number): Promise<void> {
  let filled = 0
  while (filled < buffer.byteLength) {
    const { bytesRead } = await io(handle.read(buffer, filled, buffer.byteLength - filled, position + filled))
    if (bytesRead === 0) throw corrupt(sha256)
    filled += bytesRead
  }
}
