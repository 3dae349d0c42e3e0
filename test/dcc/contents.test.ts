import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { contentFacts, storeContent, storeRendition } from '../../src/dcc/contents.ts'
import { withdrawDocument } from '../../src/dcc/documents.ts'
import { UnitOfWork } from '../../src/dcc/unit-of-work.ts'
import { isStoreError } from '../../src/store/errors.ts'
import { sharedDomain } from '../support/domain.ts'
import { newId, published, registered } from '../support/domain-samples.ts'

const domain = sharedDomain()
const PDF = 'application/pdf'

test('bytes and their row are stored together, with hashes, size and media type', async () => {
  const { id, facts } = await domain().commit(async (unit) => {
    const id = newId(await registered(unit))
    return { id, facts: await storeContent(unit, id, PDF, Buffer.from('%PDF-1')) }
  })
  const sha1 = createHash('sha1').update('%PDF-1').digest('hex')
  assert.deepEqual([facts.id, facts.contentType, facts.size, facts.sha1], [id, PDF, 6, sha1])
  const content = await domain().store.content(id)
  assert.deepEqual([content?.sha256, content?.size, content?.contentType], [facts.sha256, 6, PDF])
  assert.equal(await text(facts.sha256, 6), '%PDF-1')
})

test('a stream is stored the same way', async () => {
  const facts = await domain().commit(async (unit) =>
    storeContent(unit, newId(await registered(unit)), PDF, Readable.from([Buffer.from('%PDF'), Buffer.from('-2')])),
  )
  assert.equal(await text(facts.sha256, facts.size), '%PDF-2')
})

test('a unit that is given up leaves neither row nor file of the bytes at hand', async () => {
  const before = await domain().state()
  const unit = new UnitOfWork(domain().context)
  const id = newId(await registered(unit))
  await storeContent(unit, id, PDF, Buffer.from('%PDF-given-up'))
  storeRendition(unit, id, 'text/plain', Buffer.from('given up'))
  assert.deepEqual(await domain().state(), before)
})

for (const [id, expectation, key] of [
  ['too many bytes', { maxSize: 3 }, 'store.blob-too-large'],
  ['another size', { size: 5 }, 'store.blob-mismatch'],
  ['another hash', { sha1: '0'.repeat(40) }, 'store.blob-mismatch'],
] as const) {
  for (const given of ['at hand', 'as a stream'] as const) {
    test(`${id}, ${given}: ${key}, and nothing is stored`, async () => {
      const before = await domain().state()
      const bytes = Buffer.from('%PDF')
      const unit = new UnitOfWork(domain().context)
      const patientId = await registered(unit)
      await assert.rejects(
        storeContent(unit, newId(patientId), PDF, given === 'at hand' ? bytes : Readable.from([bytes]), expectation),
        (error) => isStoreError(error, key),
      )
      assert.deepEqual(await domain().state(), before)
    })
  }
}

test('the same bytes for two patients are one file', async () => {
  const bytes = Buffer.from('the same bytes')
  const store = () => domain().commit(async (unit) => storeContent(unit, newId(await registered(unit)), PDF, bytes))
  const first = await store()
  const { files } = await domain().state()
  const second = await store()
  assert.equal(first.sha256, second.sha256)
  assert.deepEqual((await domain().state()).files, files)
})

test('the same document in another media type stands beside its content', async () => {
  const id = await domain().commit(async (unit) => {
    const id = newId(await registered(unit))
    await storeContent(unit, id, 'text/xml', Buffer.from('<ClinicalDocument/>'))
    storeRendition(unit, id, PDF, Buffer.from('%PDF-inside'))
    return id
  })
  const [rendition] = await domain().store.renditions(id)
  assert.equal(rendition?.contentType, PDF)
  assert.equal(await text(rendition?.sha256 ?? '', rendition?.size ?? 0), '%PDF-inside')
})

test('the facts of a content are known in its unit and afterwards, not once it is withdrawn', async () => {
  const unit = new UnitOfWork(domain().context)
  const patientId = await registered(unit, 'registration')
  const document = await published(unit, patientId)
  const [contentId = ''] = unit.contents.keys()
  const pending = await contentFacts(unit, contentId)
  await unit.commit()
  const later = new UnitOfWork(domain().context)
  const stored = await contentFacts(later, contentId)
  assert.deepEqual([stored?.sha256, stored?.size], [pending?.sha256, pending?.size])
  const state = await domain().store.document(document.id)
  assert.ok(state !== undefined)
  await domain().commit((withdrawing) => withdrawDocument(withdrawing, state))
  assert.equal(await contentFacts(later, contentId), undefined)
  assert.equal(await contentFacts(later, newId(patientId)), undefined)
})

async function text(sha256: string, size: number): Promise<string> {
  const bytes = await domain().context.blobs.get(sha256, size)
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString() : Buffer.concat(await bytes.toArray()).toString()
}
