import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, mkdtemp, open, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, beforeEach } from 'node:test'
import type { BlobFacts, BlobStore } from '../../../src/store/blobs/blobs.ts'
import { openFileBlobs } from '../../../src/store/blobs/files.ts'
import { isStoreError, type StoreErrorKey } from '../../../src/store/errors.ts'

export const MIB = 1024 * 1024
export const HOUR = 3_600_000
export const SMALL = Buffer.from('compte rendu fictif')
export const LARGE = randomBytes(2 * MIB + 77)

/** A new content store for every test of a file. */
export interface BlobFolder {
  readonly base: string
  readonly folder: string
  readonly blobs: BlobStore
  /** Prototype of all file handles, to watch them or make them fail. */
  readonly fileHandle: FileHandle
  pathOf(hash: string): string
  /** Names of all files below the folder. */
  names(): Promise<string[]>
  /** Flips one bit. */
  damage(hash: string, position: number): Promise<void>
  /** Sets a blob's time back by two hours. */
  makeOld(hash: string): Promise<void>
}

/** Registers the hooks that make and remove the folders; the properties are there once a test runs. */
export function useBlobFolder(): BlobFolder {
  let base = ''
  let folder = ''
  let blobs: BlobStore | undefined
  let fileHandle: FileHandle | undefined
  const pathOf = (hash: string) => join(folder, hash.slice(0, 2), hash.slice(2, 4), hash)

  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'dcc-blobs-'))
    const handle = await open(join(base, 'probe'), 'w')
    fileHandle = Object.getPrototypeOf(handle)
    await handle.close()
  })
  beforeEach(async () => {
    folder = await mkdtemp(join(base, 'store-'))
    blobs = await openFileBlobs(folder)
  })
  after(() => rm(base, { recursive: true, force: true }))

  return {
    get base() {
      return base
    },
    get folder() {
      return folder
    },
    get blobs() {
      return there(blobs)
    },
    get fileHandle() {
      return there(fileHandle)
    },
    pathOf,
    async names() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
    },
    async damage(hash, position) {
      const handle = await open(pathOf(hash), 'r+')
      const byte = Buffer.alloc(1)
      await handle.read(byte, 0, 1, position)
      await handle.write(Buffer.from([byte.readUInt8(0) ^ 1]), 0, 1, position)
      await handle.close()
    },
    async makeOld(hash) {
      const old = new Date(Date.now() - 2 * HOUR)
      await utimes(pathOf(hash), old, old)
    },
  }
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
export const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex')

export function factsOf(bytes: Uint8Array): BlobFacts {
  return { sha256: sha256(bytes), sha1: sha1(bytes), size: bytes.byteLength }
}

export function streamOf(bytes: Uint8Array, piece = 10_000): Readable {
  const pieces: Uint8Array[] = []
  for (let start = 0; start < bytes.byteLength; start += piece) pieces.push(bytes.subarray(start, start + piece))
  return Readable.from(pieces, { objectMode: false })
}

export async function bytesOf(given: Uint8Array | Readable): Promise<Buffer> {
  return given instanceof Uint8Array ? Buffer.from(given) : Buffer.concat(await given.toArray())
}

export function failsWith(key: StoreErrorKey): (error: unknown) => boolean {
  return (error) => isStoreError(error, key)
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('used outside of a test')
  return value
}
