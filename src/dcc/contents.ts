import type { Readable } from 'node:stream'
import type { BlobExpectation, BlobFacts } from '../store/blobs/blobs.ts'
import { measureAtOnce } from '../store/blobs/measure.ts'
import type { ContentFacts, UnitOfWork } from './unit-of-work.ts'

/**
 * Stores bytes as the Binary `id` of a unit: the blob first, its row with the unit, so that no row ever names missing
 * bytes. Bytes at hand wait for the commit, a stream is stored at once: a unit that fails after that leaves an orphan
 * blob, which the sweeper removes (storage.md section 4). Rejects as `BlobStore.put` when they are not those expected.
 */
export async function storeContent(
  unit: UnitOfWork,
  id: string,
  contentType: string,
  bytes: Readable | Uint8Array,
  expectation: BlobExpectation = {},
): Promise<ContentFacts> {
  const facts =
    bytes instanceof Uint8Array ? kept(unit, bytes, expectation) : await unit.context.blobs.put(bytes, expectation)
  const content = { id, contentType, ...facts }
  unit.add({
    kind: 'put-content',
    id,
    expectedVersion: undefined,
    updatedAt: unit.startedAt,
    method: 'POST',
    contentType,
    ...facts,
  })
  unit.contents.set(id, content)
  return content
}

/** Names stored bytes as the Binary `id` of the facts: the same blob has one more name. */
export function shareContent(unit: UnitOfWork, facts: ContentFacts): void {
  const { id, contentType, sha1, sha256, size } = facts
  unit.add({
    kind: 'put-content',
    id,
    expectedVersion: undefined,
    updatedAt: unit.startedAt,
    method: 'POST',
    contentType,
    sha1,
    sha256,
    size,
  })
  unit.contents.set(id, { id, contentType, sha1, sha256, size })
}

/** Stores the same document in another media type next to its content (the PDF inside a CDA level 1). */
export function storeRendition(unit: UnitOfWork, contentId: string, contentType: string, bytes: Uint8Array): void {
  unit.add({ kind: 'put-rendition', contentId, contentType, ...kept(unit, bytes) })
}

/** Facts of a Binary written earlier or in this unit; undefined when there is none. */
export async function contentFacts(unit: UnitOfWork, id: string): Promise<ContentFacts | undefined> {
  const pending = unit.contents.get(id)
  if (pending !== undefined) return pending
  const content = await unit.context.store.content(id)
  return content === undefined || content.deleted ? undefined : content
}

function kept(unit: UnitOfWork, bytes: Uint8Array, expectation: BlobExpectation = {}): BlobFacts {
  const facts = measureAtOnce(bytes, expectation)
  unit.keep(bytes, facts)
  return facts
}
