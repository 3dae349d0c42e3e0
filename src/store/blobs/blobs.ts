import type { Readable } from 'node:stream'

/** What is known of bytes once they are stored. Hashes are hexadecimal, size is in bytes. */
export interface BlobFacts {
  sha256: string
  sha1: string
  size: number
}

/** Limits and expectations of a write; a violated one rejects and leaves nothing behind. */
export interface BlobExpectation {
  /** `store.blob-too-large` as soon as more bytes than this arrive. */
  maxSize?: number
  /** `store.blob-mismatch` when the bytes differ from what was announced. */
  size?: number
  sha1?: string
}

/** How bytes are written. */
export interface BlobWriting extends BlobExpectation {
  /** What `measureAtOnce` said of these very bytes: they need not be measured again. */
  facts?: BlobFacts
}

/** A part of a blob: first and last byte, both inclusive. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * The port of the content store: immutable bytes under their SHA-256 (storage.md section 4).
 * A blob is written before the row that names it, so a row never points at nothing; what no row names is swept later.
 */
export interface BlobStore {
  /** Stores a stream durably (synced before the promise resolves); the same bytes twice are one blob. */
  put(bytes: Readable | Uint8Array, writing?: BlobWriting): Promise<BlobFacts>
  /**
   * The bytes, verified: `store.blob-missing`, or `store.blob-corrupt` before the first byte is given for a blob of
   * at most 1 MiB or for a range; larger whole blobs are verified while they stream and the stream fails before its
   * last chunk when the hash does not match, so a damaged document never arrives complete.
   */
  get(sha256: string, size: number, range?: ByteRange): Promise<Uint8Array | Readable>
  /** Whether a blob is there with that size (not verified). */
  has(sha256: string, size: number): Promise<boolean>
  /** Removes temporary files and unreferenced blobs older than `olderThan`; answers how many of each. */
  sweep(options: {
    olderThan: Date
    inUse: (sha256: readonly string[]) => Promise<Set<string>>
  }): Promise<{ temporary: number; orphans: number }>
  /** Rejects with `store.unavailable` or `store.full` when nothing could be written now. */
  ping(): Promise<void>
}
