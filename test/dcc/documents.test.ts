import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Attachment, DocumentReference } from '@medplum/fhirtypes'
import { publishDocument, reviseDocument, withdrawDocument } from '../../src/dcc/documents.ts'
import type { UnitOfWork } from '../../src/dcc/unit-of-work.ts'
import { isStoreError } from '../../src/store/errors.ts'
import { newPatientId } from '../../src/store/ids.ts'
import { aContent, aDocument, type DocumentBuilder, uniqueOid } from '../support/builders.ts'
import { sharedDomain } from '../support/domain.ts'
import { newId, published, registered, type Submission } from '../support/domain-samples.ts'

const domain = sharedDomain()
const ATTACHMENT = 'DocumentReference.content[0].attachment'

describe('publishing a document', () => {
  test('it is stored with its content, found by its patient, held by its masterIdentifier, told to the gateway', async () => {
    const patientId = await aPatientOfTheRecord()
    const content = aContent()
    const written = await publish(patientId, { content })
    const document = await documentOf(written.id)
    assert.equal(document.subject?.reference, `Patient/${patientId}`)
    const { size, hash, contentType, url } = attachmentOf(document)
    assert.deepEqual([size, hash, contentType], [content.size, content.hash, content.contentType])
    const facts = await domain().store.content(url?.slice('Binary/'.length) ?? '')
    assert.deepEqual([facts?.size, facts?.readable], [content.size, true])
    assert.deepEqual(await domain().found('DocumentReference', patientId), [written.id])
    assert.equal(await holderOf(document), written.id)
    assert.deepEqual((await domain().events(patientId)).slice(1), ['document.published DocumentReference 1'])
  })

  test('size and hash that the sender left out are filled in', async () => {
    const patientId = await aPatientOfTheRecord()
    const content = aContent()
    const written = await publish(patientId, {
      content,
      as: (one) => attached(one, { size: undefined, hash: undefined }),
    })
    const { size, hash } = attachmentOf(await documentOf(written.id))
    assert.deepEqual([size, hash], [content.size, content.hash])
  })

  test('inline data becomes a Binary', async () => {
    const patientId = await aPatientOfTheRecord()
    const content = aContent()
    const sent = aDocument(`Patient/${patientId}`).inline(content).build()
    const written = await domain().commit((unit) => publishing(unit, patientId, sent))
    const { data, url, size, hash } = attachmentOf(await documentOf(written.id))
    assert.deepEqual([data, size, hash], [undefined, content.size, content.hash])
    const facts = await domain().store.content(url?.slice('Binary/'.length) ?? '')
    assert.deepEqual([facts?.contentType, facts?.size], [content.contentType, content.size])
  })

  test('content that is hosted elsewhere stays where it is', async () => {
    const patientId = await aPatientOfTheRecord()
    const url = 'https://imagerie.example.test/etude/1'
    const sent = aDocument(`Patient/${patientId}`).at(url).build()
    const written = await domain().commit((unit) => publishing(unit, patientId, sent))
    assert.equal(attachmentOf(await documentOf(written.id)).url, url)
    assert.equal((await domain().store.document(written.id))?.contentId, undefined)
  })

  const MISMATCHES: [element: string, value: Partial<Attachment>][] = [
    ['contentType', { contentType: 'text/plain' }],
    ['size', { size: 1 }],
    ['hash', { hash: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }],
  ]
  for (const [element, value] of MISMATCHES) {
    test(`another ${element} than that of the bytes is refused, naming it`, async () => {
      const patientId = await aPatientOfTheRecord()
      const error = await domain().refuses('document.content-mismatch', (unit) =>
        published(unit, patientId, { as: (one) => attached(one, value) }),
      )
      assert.equal(error.expression, `${ATTACHMENT}.${element}`)
    })
  }

  for (const [element, value] of MISMATCHES.filter(([name]) => name !== 'contentType')) {
    test(`another ${element} than that of inline data is refused`, async () => {
      const patientId = await aPatientOfTheRecord()
      const sent = attached(aDocument(`Patient/${patientId}`).inline(aContent()), value).build()
      await domain().refuses('document.content-mismatch', (unit) => publishing(unit, patientId, sent))
    })
  }

  test('a Binary that is not there, or is another patient’s, is refused', async () => {
    const patientId = await aPatientOfTheRecord()
    const others = await publish(await aPatientOfTheRecord())
    const foreign = attachmentOf(await documentOf(others.id)).url ?? ''
    for (const url of [`Binary/${newId(patientId)}`, 'Binary/unknown', foreign]) {
      const error = await domain().refuses('document.content-missing', (unit) =>
        published(unit, patientId, { as: (one) => attached(one, { url }) }),
      )
      assert.equal(error.expression, `${ATTACHMENT}.url`)
    }
  })

  test('two contents in one document are refused', async () => {
    const patientId = await aPatientOfTheRecord()
    await domain().refuses('document.content-single', (unit) =>
      published(unit, patientId, {
        as: (one) => {
          const [content] = one.build().content ?? []
          return one.with({ content: content === undefined ? [] : [content, content] })
        },
      }),
    )
  })

  test('a masterIdentifier is given once, whoever the patient is', async () => {
    const masterIdentifier = { system: 'urn:ietf:rfc:3986', value: uniqueOid() }
    const first = await publish(await aPatientOfTheRecord(), { as: (one) => one.with({ masterIdentifier }) })
    const patientId = await aPatientOfTheRecord()
    const error = await domain().refuses('document.duplicate', (unit) =>
      published(unit, patientId, { as: (one) => one.with({ masterIdentifier }) }),
    )
    assert.equal(error.detail.existing, `DocumentReference/${first.id}`)
  })

  test('the same masterIdentifier sent ten times at once is stored once', async () => {
    const patientId = await aPatientOfTheRecord()
    const masterIdentifier = { system: 'urn:ietf:rfc:3986', value: uniqueOid() }
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => publish(patientId, { as: (one) => one.with({ masterIdentifier }) })),
    )
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    assert.equal((await domain().found('DocumentReference', patientId)).length, 1)
  })

  test('a patient whom nobody knows gets no document', async () => {
    const before = await domain().state()
    await assert.rejects(publish(newPatientId()), (error) => isStoreError(error, 'store.patient-not-current'))
    assert.deepEqual((await domain().state()).counts, before.counts)
  })
})

describe('revising a document', () => {
  test('metadata change, the content stays, the gateway is told', async () => {
    const patientId = await aPatientOfTheRecord()
    const { id } = await publish(patientId)
    const before = await documentOf(id)
    await revise(id, { ...before, description: 'Relu' })
    const after = await documentOf(id)
    assert.deepEqual([after.description, after.meta?.versionId], ['Relu', '2'])
    assert.deepEqual(after.content, before.content)
    assert.equal((await domain().events(patientId)).at(-1), 'document.updated DocumentReference 2')
  })

  test('size and hash may be left out: they come back from the stored version', async () => {
    const { id } = await publish(await aPatientOfTheRecord())
    const before = await documentOf(id)
    await revise(id, withAttachment(before, { size: undefined, hash: undefined }))
    assert.deepEqual(attachmentOf(await documentOf(id)), attachmentOf(before))
  })

  const IMMUTABLE: [expression: string, change: (document: DocumentReference) => DocumentReference][] = [
    ['DocumentReference.subject', (one) => ({ ...one, subject: { reference: `Patient/${newPatientId()}` } })],
    ['DocumentReference.masterIdentifier', (one) => ({ ...one, masterIdentifier: { value: uniqueOid() } })],
    ['DocumentReference.masterIdentifier', ({ masterIdentifier: _dropped, ...one }) => one],
    ['DocumentReference.content', ({ content = [], ...one }) => ({ ...one, content: [...content, ...content] })],
    [`${ATTACHMENT}.url`, (one) => withAttachment(one, { url: 'Binary/other' })],
    [`${ATTACHMENT}.url`, (one) => withAttachment(one, { url: undefined })],
    [`${ATTACHMENT}.contentType`, (one) => withAttachment(one, { contentType: 'text/plain' })],
    [`${ATTACHMENT}.hash`, (one) => withAttachment(one, { hash: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' })],
    [`${ATTACHMENT}.size`, (one) => withAttachment(one, { size: 1 })],
  ]
  for (const [index, [expression, change]] of IMMUTABLE.entries()) {
    test(`row ${index + 1}: ${expression} never changes`, async () => {
      const { id } = await publish(await aPatientOfTheRecord())
      const changed = change(await documentOf(id))
      const error = await domain().refuses('document.immutable', (unit) => revising(unit, id, changed))
      assert.equal(error.expression, expression)
    })
  }

  test('a version that has been replaced meanwhile is not overwritten', async () => {
    const { id } = await publish(await aPatientOfTheRecord())
    const stale = await stateOf(id)
    const document = await documentOf(id)
    await revise(id, document)
    const before = await domain().state()
    await assert.rejects(
      domain().commit((unit) => reviseDocument(unit, stale, document)),
      (error) => isStoreError(error, 'store.version-conflict'),
    )
    assert.deepEqual(await domain().state(), before)
  })
})

describe('withdrawing a document', () => {
  test('the content is gone, the trace stays in the history, the masterIdentifier is never given again', async () => {
    const patientId = await aPatientOfTheRecord()
    const { id } = await publish(patientId)
    const document = await documentOf(id)
    const { contentId = '' } = await stateOf(id)
    const sha256 = (await domain().store.content(contentId))?.sha256 ?? ''
    await domain().commit(async (unit) => withdrawDocument(unit, await stateOf(id)))
    assert.deepEqual(await domain().found('DocumentReference', patientId), [])
    assert.deepEqual(await historyOf(id), ['2 DELETE', '1 POST'])
    const content = await domain().store.content(contentId)
    assert.deepEqual([content?.deleted, content?.sha256], [true, ''])
    assert.equal((await domain().store.blobsInUse([sha256])).size, 0)
    assert.equal((await domain().events(patientId)).at(-1), 'document.withdrawn DocumentReference 2')
    await domain().refuses('document.duplicate', (unit) =>
      published(unit, patientId, { as: (one) => one.with({ masterIdentifier: document.masterIdentifier ?? {} }) }),
    )
  })

  test('declaring it entered in error withdraws it for good', async () => {
    const patientId = await aPatientOfTheRecord()
    const { id } = await publish(patientId)
    const document = await documentOf(id)
    const { contentId = '' } = await stateOf(id)
    await revise(id, { ...document, status: 'entered-in-error' })
    assert.equal((await domain().store.content(contentId))?.deleted, true)
    assert.deepEqual(await historyOf(id), ['2 PUT', '1 POST'])
    assert.equal((await domain().events(patientId)).at(-1), 'document.withdrawn DocumentReference 2')
    const error = await domain().refuses('document.immutable', (unit) => revising(unit, id, document))
    assert.equal(error.expression, 'DocumentReference.status')
    await domain().commit(async (unit) => withdrawDocument(unit, await stateOf(id)))
    assert.deepEqual(await historyOf(id), ['3 DELETE', '2 PUT', '1 POST'])
  })
})

async function publish(patientId: string, submission?: Submission) {
  return domain().commit((unit) => published(unit, patientId, submission))
}

function publishing(unit: UnitOfWork, patientId: string, document: DocumentReference) {
  return publishDocument(unit, document, { id: newId(patientId), patientId, unknownTarget: 'refuse' })
}

async function revising(unit: UnitOfWork, id: string, document: DocumentReference) {
  return reviseDocument(unit, await stateOf(id), document)
}

function revise(id: string, document: DocumentReference) {
  return domain().commit((unit) => revising(unit, id, document))
}

function aPatientOfTheRecord(): Promise<string> {
  return domain().commit((unit) => registered(unit, 'registration'))
}

async function stateOf(id: string) {
  const state = await domain().store.document(id)
  assert.ok(state !== undefined)
  return state
}

async function documentOf(id: string): Promise<DocumentReference> {
  return JSON.parse((await stateOf(id)).text)
}

async function historyOf(id: string): Promise<string[]> {
  const history = await domain().store.history({ type: 'DocumentReference', id, limit: 10 })
  return history.map(({ version, method }) => `${version} ${method}`)
}

function holderOf({ masterIdentifier }: DocumentReference): Promise<string | undefined> {
  const { system = '', value = '' } = masterIdentifier ?? {}
  return domain().store.lookup('document', { system, value })
}

function attachmentOf(document: DocumentReference): Attachment {
  return document.content?.[0]?.attachment ?? {}
}

/** Changes the attachment; `undefined` removes an element. */
function withAttachment(
  document: DocumentReference,
  change: { [K in keyof Attachment]?: Attachment[K] | undefined },
): DocumentReference {
  const [content] = document.content ?? []
  const attachment: Attachment = JSON.parse(JSON.stringify({ ...content?.attachment, ...change }))
  return { ...document, content: [{ ...content, attachment }] }
}

function attached(one: DocumentBuilder, change: Parameters<typeof withAttachment>[1]): DocumentBuilder {
  return one.with(withAttachment(one.build(), change))
}
