import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { Change } from '../../../src/store/store.ts'
import { AT, aContent, aDocument, aPathway, aPatient, at } from '../../support/store-samples.ts'
import type { Setting } from './setting.ts'

let numbers = 0

/** Hashes that no other story uses. */
function newBlob(): { sha256: string; sha1: string; size: number } {
  numbers += 1
  const seed = `${process.pid}-${numbers}`
  return {
    sha256: createHash('sha256').update(seed).digest('hex'),
    sha1: createHash('sha1').update(seed).digest('hex'),
    size: 100 + numbers,
  }
}

function aRendition(
  contentId: string,
  contentType: string,
  blob = newBlob(),
): Extract<Change, { kind: 'put-rendition' }> {
  return { kind: 'put-rendition', contentId, contentType, ...blob }
}

const remove = (id: string, expectedVersion: number): Change => ({
  kind: 'delete',
  type: 'Binary',
  id,
  expectedVersion,
  updatedAt: at(9),
})

export function contentStories({ store }: Setting): void {
  test('the facts of a content are kept with it', async () => {
    const patient = aPatient()
    const blob = newBlob()
    const content = aContent(patient.id, blob)
    await store().commit([patient, content])
    assert.deepEqual(await store().content(content.id), {
      id: content.id,
      version: 1,
      updatedAt: AT,
      contentType: 'application/pdf',
      ...blob,
      readable: false,
      deleted: false,
    })
  })

  test('a content is readable exactly as long as a visible document refers to it', async () => {
    const patient = aPatient()
    const content = aContent(patient.id, newBlob())
    const document = aDocument(patient.id, { contentId: content.id })
    const readable = async () => {
      const { visible } = (await store().read('Binary', content.id)) ?? {}
      const facts = await store().content(content.id)
      assert.equal(visible, facts?.readable)
      return visible
    }
    await store().commit([patient, content])
    assert.equal(await readable(), false, 'before any document')
    await store().commit([document])
    assert.equal(await readable(), false, 'before the pathway')
    await store().commit([aPathway(patient.id)])
    assert.equal(await readable(), true)
    await store().commit([{ ...document, expectedVersion: 1, published: false }])
    assert.equal(await readable(), false, 'as a draft')
    await store().commit([{ ...document, expectedVersion: 2 }])
    assert.equal(await readable(), true)
    const { contentId: _none, ...other } = document
    await store().commit([{ ...other, expectedVersion: 3 }])
    assert.equal(await readable(), false, 'when the document no longer names it')
    await store().commit([{ ...document, expectedVersion: 4 }])
    const { id } = document
    await store().commit([{ kind: 'delete', type: 'DocumentReference', id, expectedVersion: 5, updatedAt: at(1) }])
    assert.equal(await readable(), false, 'when the document is deleted')
  })

  test('a content that a document of another patient names is not readable through it', async () => {
    const [patient, other] = [aPatient(), aPatient()]
    const content = aContent(patient.id, newBlob())
    await store().commit([patient, other, aPathway(patient.id), aPathway(other.id), content])
    const foreign = aDocument(other.id, { contentId: content.id })
    await assert.rejects(store().commit([foreign]), { key: 'store.invalid' })
    assert.equal((await store().content(content.id))?.readable, false)
  })

  test('an earlier version of a content keeps its own facts', async () => {
    const patient = aPatient()
    const [before, after] = [newBlob(), newBlob()]
    const content = aContent(patient.id, before)
    await store().commit([patient, content])
    await store().commit([
      { ...content, ...after, expectedVersion: 1, updatedAt: at(1), method: 'PUT', contentType: 'text/xml' },
    ])
    const [first, second] = [await store().content(content.id, 1), await store().content(content.id, 2)]
    assert.deepEqual([first?.sha256, first?.contentType, first?.version], [before.sha256, 'application/pdf', 1])
    assert.deepEqual([second?.sha256, second?.contentType, second?.version], [after.sha256, 'text/xml', 2])
    assert.deepEqual(await store().content(content.id), second)
    assert.equal(await store().content(content.id, 3), undefined)
  })

  test('renditions are listed by type; a type has one; a new version of the content drops them', async () => {
    const patient = aPatient()
    const content = aContent(patient.id, newBlob())
    const pdf = aRendition(content.id, 'application/pdf')
    const png = aRendition(content.id, 'image/png')
    await store().commit([patient, content, png, pdf])
    const listed = async () => (await store().renditions(content.id)).map(({ sha256 }) => sha256)
    assert.deepEqual(await listed(), [pdf.sha256, png.sha256])
    const again = aRendition(content.id, 'application/pdf')
    await store().commit([again])
    assert.deepEqual(await listed(), [again.sha256, png.sha256])
    const { kind: _kind, ...facts } = again
    assert.deepEqual((await store().renditions(content.id))[0], facts)
    await store().commit([{ ...content, ...newBlob(), expectedVersion: 1 }])
    assert.deepEqual(await listed(), [])
    assert.deepEqual(await store().renditions('x'), [])
  })

  test('a deleted content keeps its trace and lives without blob', async () => {
    const patient = aPatient()
    const [before, after] = [newBlob(), newBlob()]
    const content = aContent(patient.id, before)
    await store().commit([patient, content])
    await store().commit([{ ...content, ...after, expectedVersion: 1 }, aRendition(content.id, 'image/png')])
    await store().commit([remove(content.id, 2)])
    const gone = await store().content(content.id)
    assert.deepEqual([gone?.deleted, gone?.sha256, gone?.sha1, gone?.version], [true, '', after.sha1, 3])
    const first = await store().content(content.id, 1)
    assert.deepEqual([first?.deleted, first?.sha256, first?.sha1], [true, '', before.sha1])
    assert.deepEqual(await store().renditions(content.id), [])
  })

  test('a blob is in use while a content, an earlier version or a rendition names it', async () => {
    const patient = aPatient()
    const [current, earlier, rendition, unused] = [newBlob(), newBlob(), newBlob(), newBlob()]
    const content = aContent(patient.id, earlier)
    await store().commit([patient, content])
    await store().commit([
      { ...content, ...current, expectedVersion: 1 },
      aRendition(content.id, 'application/pdf', rendition),
    ])
    const all = [current, earlier, rendition, unused].map(({ sha256 }) => sha256)
    assert.deepEqual(await store().blobsInUse(all), new Set(all.slice(0, 3)))
    await store().commit([remove(content.id, 2)])
    assert.deepEqual(await store().blobsInUse(all), new Set())
  })

  test('a blob that two contents share is in use until both are gone', async () => {
    const patient = aPatient()
    const blob = newBlob()
    const [first, second] = [aContent(patient.id, blob), aContent(patient.id, blob)]
    await store().commit([patient, first, second])
    await store().commit([remove(first.id, 1)])
    assert.deepEqual(await store().blobsInUse([blob.sha256]), new Set([blob.sha256]))
    await store().commit([remove(second.id, 1)])
    assert.deepEqual(await store().blobsInUse([blob.sha256]), new Set())
  })

  test('any number of blobs can be asked about', async () => {
    const patient = aPatient()
    const blob = newBlob()
    await store().commit([patient, aContent(patient.id, blob)])
    const many = Array.from({ length: 2500 }, () => newBlob().sha256)
    assert.deepEqual(await store().blobsInUse([...many, blob.sha256]), new Set([blob.sha256]))
    assert.deepEqual(await store().blobsInUse([]), new Set())
  })

  test('a content goes with the last document that names it', async () => {
    const patient = aPatient()
    const content = aContent(patient.id, newBlob())
    const [first, second] = [content, content].map(({ id }) => aDocument(patient.id, { contentId: id }))
    assert.ok(first !== undefined && second !== undefined)
    const withdraw = ({ id }: { id: string }): Change => ({
      kind: 'delete',
      type: 'DocumentReference',
      id,
      expectedVersion: 1,
      updatedAt: at(9),
    })
    await store().commit([patient, content, first, second])
    await assert.rejects(store().commit([withdraw(first), remove(content.id, 1)]), { key: 'store.version-conflict' })
    assert.equal((await store().document(first.id))?.deleted, false, 'nothing of the list is kept')
    await store().commit([withdraw(first)])
    await store().commit([withdraw(second), remove(content.id, 1)])
    assert.equal((await store().content(content.id))?.deleted, true)
  })

  test('a content that has just been withdrawn can be required no more', async () => {
    const patient = aPatient()
    const content = aContent(patient.id, newBlob())
    const required: Change = { kind: 'require-content', id: content.id }
    await store().commit([patient])
    await assert.rejects(store().commit([required]), { key: 'store.version-conflict' })
    await store().commit([content, required])
    await store().commit([remove(content.id, 1)])
    await assert.rejects(store().commit([required]), { key: 'store.version-conflict' })
  })

  test('a content is never withdrawn while another writer files a document that names it', async () => {
    const patient = aPatient()
    await store().commit([patient])
    for (let round = 0; round < 10; round += 1) {
      const content = aContent(patient.id, newBlob())
      const document = aDocument(patient.id, { contentId: content.id })
      await store().commit([content])
      await Promise.allSettled([
        store().commit([remove(content.id, 1)]),
        store().commit([{ kind: 'require-content', id: content.id }, document]),
      ])
      const [stored, facts] = [await store().document(document.id), await store().content(content.id)]
      assert.equal(stored === undefined, facts?.deleted, 'one of them came first')
    }
  })
}
