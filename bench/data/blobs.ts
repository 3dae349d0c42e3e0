import { createHash } from 'node:crypto'
import type { BlobFacts } from '../../src/store/blobs/blobs.ts'

/** Size of every content of the measurements: 100 KB. */
export const CONTENT_SIZE = 100 * 1024
/** Distinct contents besides the shared one, which is number 0. */
export const DISTINCT_CONTENTS = 200

/** The bytes of a content, which look like those of a PDF: a readable head, then what compression leaves. */
export function contentAt(number: number): Buffer {
  const bytes = noise(number)
  bytes.write(`%PDF-1.7\n% contenu fictif ${number}\n`, 0, 'latin1')
  bytes.write('\n%%EOF\n', bytes.length - 7, 'latin1')
  return bytes
}

/** What the store knows of a content. */
export function factsOf(bytes: Uint8Array): BlobFacts {
  const hash = (algorithm: string) => createHash(algorithm).update(bytes).digest('hex')
  return { sha256: hash('sha256'), sha1: hash('sha1'), size: bytes.length }
}

/** A xorshift generator: the same bytes in every run. */
function noise(seed: number): Buffer {
  const bytes = Buffer.alloc(CONTENT_SIZE)
  let state = (seed + 1) * 2654435761
  for (let offset = 0; offset < CONTENT_SIZE; offset += 4) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes.writeInt32LE(state | 0, offset)
  }
  return bytes
}
