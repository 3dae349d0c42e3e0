import type { Readable } from 'node:stream'
import type { BlobExpectation } from '../store/blobs/blobs.ts'
import type { ContentFacts, UnitOfWork } from './unit-of-work.ts'

/**
 * Stores bytes as the Binary `id` of a unit: the blob first, its row with the unit, so that no row ever names missing
 * bytes; a unit that fails leaves an orphan blob, which the sweeper removes (storage.md section 4).
 */
export async function storeContent(
  unit: UnitOfWork,
  id: string,
  contentType: string,
  bytes: Readable | Uint8Array,
  expectation: BlobExpectation = {},
): Promise<ContentFacts> {
  const facts = await unit.context.blobs.put(bytes, expectation)
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

/** Stores the same document in another media type next to its content (the PDF inside a CDA level 1). */
export async function storeRendition(
  unit: UnitOfWork,
  contentId: string,
  contentType: string,
  bytes: Uint8Array,
): Promise<void> {
  const facts = await unit.context.blobs.put(bytes)
  unit.add({ kind: 'put-rendition', contentId, contentType, ...facts })
}

/** Facts of a Binary written earlier or in this unit; undefined when there is none. */
export async function contentFacts(unit: UnitOfWork, id: string): Promise<ContentFacts | undefined> {
  const pending = unit.contents.get(id)
  if (pending !== undefined) return pending
  const content = await unit.context.store.content(id)
  return content === undefined || content.deleted ? undefined : content
}
