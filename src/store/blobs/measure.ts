import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { StoreError } from '../errors.ts'
import type { BlobExpectation, BlobFacts } from './blobs.ts'

const PIECE = 256 * 1024

/** Facts of bytes that are at hand. Rejects as `measured` does. */
export function measureAtOnce(bytes: Uint8Array, expectation: BlobExpectation): BlobFacts {
  const meter = newMeter(expectation)
  meter.add(bytes)
  return meter.finish()
}

/**
 * Passes bytes on in pieces while it measures them; `onEnd` gets the facts after the last piece.
 * Throws `store.blob-too-large` or `store.blob-mismatch` as soon as it can be known, and whatever the stream throws.
 * The stream is then left paused, not destroyed: an HTTP request must stay open for its answer.
 */
export async function* measured(
  bytes: Readable | Uint8Array,
  expectation: BlobExpectation,
  onEnd: (facts: BlobFacts) => void,
): AsyncGenerator<Uint8Array> {
  const meter = newMeter(expectation)
  for await (const piece of piecesOf(bytes)) {
    meter.add(piece)
    yield piece
  }
  onEnd(meter.finish())
}

async function* piecesOf(bytes: Readable | Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes instanceof Uint8Array) {
    for (let start = 0; start < bytes.byteLength; start += PIECE) yield bytes.subarray(start, start + PIECE)
    return
  }
  // A stream that somebody else has read to its end would pass for empty content.
  if (bytes.readableEnded) throw new StoreError('store.invalid', 'the stream of a blob has already been read')
  for await (const piece of bytes.iterator({ destroyOnReturn: false })) {
    if (!(piece instanceof Uint8Array)) throw new StoreError('store.invalid', 'the stream of a blob must give bytes')
    yield piece
  }
}

function newMeter(expectation: BlobExpectation) {
  const { maxSize = Number.POSITIVE_INFINITY, size: announced } = expectation
  const sha256 = createHash('sha256')
  const sha1 = createHash('sha1')
  let size = 0
  if (announced !== undefined && announced > maxSize) throw tooLarge(maxSize)

  return {
    add(piece: Uint8Array): void {
      size += piece.byteLength
      if (size > maxSize) throw tooLarge(maxSize)
      if (announced !== undefined && size > announced) throw mismatch('size')
      sha256.update(piece)
      sha1.update(piece)
    },
    finish(): BlobFacts {
      const facts = { sha256: sha256.digest('hex'), sha1: sha1.digest('hex'), size }
      if (announced !== undefined && size !== announced) throw mismatch('size')
      if (expectation.sha1 !== undefined && facts.sha1 !== expectation.sha1.toLowerCase()) throw mismatch('sha1')
      return facts
    },
  }
}

function tooLarge(maxSize: number): StoreError {
  return new StoreError('store.blob-too-large', 'more bytes than allowed', { maxSize })
}

function mismatch(what: 'size' | 'sha1'): StoreError {
  return new StoreError('store.blob-mismatch', `the bytes differ from the announced ${what}`, { what })
}
