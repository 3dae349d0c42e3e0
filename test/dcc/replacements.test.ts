import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DocumentReference, DocumentReferenceRelatesTo } from '@medplum/fhirtypes'
import { reviseDocument, withdrawDocument } from '../../src/dcc/documents.ts'
import { uniqueOid } from '../support/builders.ts'
import { sharedDomain } from '../support/domain.ts'
import { newId, published, registered, type Submission } from '../support/domain-samples.ts'

const domain = sharedDomain()
const URI = 'urn:ietf:rfc:3986'

test('a replacement supersedes what it replaces, in the same transaction, and both are found', async () => {
  const patientId = await aPatientOfTheRecord()
  const first = await publish(patientId)
  const second = await publish(patientId, relatedTo({ reference: `DocumentReference/${first.id}` }))
  assert.deepEqual(await statuses(first.id, second.id), ['superseded', 'current'])
  assert.equal((await documentOf(first.id)).meta?.versionId, '2')
  assert.equal((await domain().events(patientId)).at(-1), 'document.replaced DocumentReference 1')
  assert.deepEqual(await domain().found('DocumentReference', patientId), [first.id, second.id].sort())
})

test('what is replaced keeps its content and its other metadata', async () => {
  const patientId = await aPatientOfTheRecord()
  const { id } = await publish(patientId)
  const before = await documentOf(id)
  await publish(patientId, relatedTo({ reference: `DocumentReference/${id}` }))
  const { meta, ...after } = await documentOf(id)
  assert.deepEqual({ ...after, meta: before.meta, status: 'current' }, before)
  assert.equal(meta?.versionId, '2')
  const { contentId = '' } = (await domain().store.document(id)) ?? {}
  assert.equal((await domain().store.content(contentId))?.readable, true)
})

test('a document may name what it replaces by masterIdentifier, and then refers to it', async () => {
  const patientId = await aPatientOfTheRecord()
  const first = await publish(patientId)
  const { system = '', value = '' } = (await documentOf(first.id)).masterIdentifier ?? {}
  const second = await publish(patientId, relatedTo({ identifier: { system, value } }))
  assert.deepEqual(await statuses(first.id, second.id), ['superseded', 'current'])
  const [relation] = (await documentOf(second.id)).relatesTo ?? []
  assert.deepEqual(relation?.target, { identifier: { system, value }, reference: `DocumentReference/${first.id}` })
})

test('in a chain only the last version is current', async () => {
  const patientId = await aPatientOfTheRecord()
  const ids = [(await publish(patientId)).id]
  for (const _version of [2, 3, 4]) {
    ids.push((await publish(patientId, relatedTo({ reference: `DocumentReference/${ids.at(-1)}` }))).id)
  }
  assert.deepEqual(await statuses(...ids), ['superseded', 'superseded', 'superseded', 'current'])
})

test('versions that arrive in the wrong order end in the same state', async () => {
  const patientId = await aPatientOfTheRecord()
  const [v1, v2, v3] = [master(), master(), master()]
  const third = await publish(patientId, { ...of(v3, v2), unknownTarget: 'keep' })
  const first = await publish(patientId, { ...of(v1), unknownTarget: 'keep' })
  assert.deepEqual(await statuses(first.id, third.id), ['current', 'current'])
  const second = await publish(patientId, { ...of(v2, v1), unknownTarget: 'keep' })
  assert.deepEqual(await statuses(first.id, second.id, third.id), ['superseded', 'superseded', 'current'])
})

test('a completion that came first does not supersede the document that it completes', async () => {
  const patientId = await aPatientOfTheRecord()
  const identifier = master()
  await publish(patientId, { ...relatedTo({ identifier }, 'appends'), unknownTarget: 'keep' })
  const completed = await publish(patientId, of(identifier))
  assert.deepEqual(await statuses(completed.id), ['current'])
})

test('a replacement that was withdrawn does not supersede what arrives later', async () => {
  const patientId = await aPatientOfTheRecord()
  const [v1, v2] = [master(), master()]
  const replacement = await publish(patientId, { ...of(v2, v1), unknownTarget: 'keep' })
  await withdraw(replacement.id)
  const first = await publish(patientId, of(v1))
  assert.deepEqual(await statuses(first.id), ['current'])
})

test('a client cannot replace what nobody has', async () => {
  const patientId = await aPatientOfTheRecord()
  const withdrawn = await publish(patientId)
  await withdraw(withdrawn.id)
  for (const target of [
    { reference: `DocumentReference/${newId(patientId)}` },
    { reference: `DocumentReference/${withdrawn.id}` },
    { identifier: master() },
    { display: 'le précédent' },
  ]) {
    const error = await domain().refuses('document.replaced-unknown', (unit) =>
      published(unit, patientId, relatedTo(target)),
    )
    assert.equal(error.expression, 'DocumentReference.relatesTo[0].target')
  }
})

test('a document never replaces one of another patient, nor completes it', async () => {
  const foreign = await publish(await aPatientOfTheRecord())
  const patientId = await aPatientOfTheRecord()
  for (const code of ['replaces', 'appends', 'transforms'] as const) {
    for (const unknownTarget of ['refuse', 'keep'] as const) {
      await domain().refuses('document.replaced-other-patient', (unit) =>
        published(unit, patientId, {
          ...relatedTo({ reference: `DocumentReference/${foreign.id}` }, code),
          unknownTarget,
        }),
      )
    }
  }
  assert.deepEqual(await statuses(foreign.id), ['current'])
})

test('a document is replaced once; the refusal names the one that has done it', async () => {
  const patientId = await aPatientOfTheRecord()
  const first = await publish(patientId)
  const target = { reference: `DocumentReference/${first.id}` }
  const second = await publish(patientId, relatedTo(target))
  const error = await domain().refuses('document.replaced-not-current', (unit) =>
    published(unit, patientId, relatedTo(target)),
  )
  assert.equal(error.detail.existing, `DocumentReference/${second.id}`)
})

test('nor twice in one unit', async () => {
  const patientId = await aPatientOfTheRecord()
  const first = await publish(patientId)
  const target = { reference: `DocumentReference/${first.id}` }
  await domain().refuses('document.replaced-not-current', async (unit) => {
    await published(unit, patientId, relatedTo(target))
    await published(unit, patientId, relatedTo(target))
  })
  assert.deepEqual(await statuses(first.id), ['current'])
})

test('imported files may hold two successors of one document: both stay current', async () => {
  const patientId = await aPatientOfTheRecord()
  const first = await publish(patientId)
  const target = { reference: `DocumentReference/${first.id}` }
  const second = await publish(patientId, { ...relatedTo(target), unknownTarget: 'keep' })
  const other = await publish(patientId, { ...relatedTo(target), unknownTarget: 'keep' })
  assert.deepEqual(await statuses(first.id, second.id, other.id), ['superseded', 'current', 'current'])
})

test('two replacements at once: one of them wins', async () => {
  const patientId = await aPatientOfTheRecord()
  const first = await publish(patientId)
  const target = { reference: `DocumentReference/${first.id}` }
  const results = await Promise.allSettled([1, 2, 3].map(() => publish(patientId, relatedTo(target))))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal((await domain().found('DocumentReference', patientId)).length, 2)
})

function aPatientOfTheRecord(): Promise<string> {
  return domain().commit((unit) => registered(unit, 'registration'))
}

function publish(patientId: string, submission?: Submission) {
  return domain().commit((unit) => published(unit, patientId, submission))
}

async function withdraw(id: string): Promise<void> {
  const state = await domain().store.document(id)
  assert.ok(state !== undefined)
  await domain().commit((unit) => withdrawDocument(unit, state))
}

function relatedTo(
  target: DocumentReferenceRelatesTo['target'],
  code: DocumentReferenceRelatesTo['code'] = 'replaces',
): Submission {
  return { as: (document) => document.with({ relatesTo: [{ code, target }] }) }
}

/** A document under that masterIdentifier, which replaces the one under another. */
function of(masterIdentifier: ReturnType<typeof master>, replaced?: ReturnType<typeof master>): Submission {
  return {
    as: (document) => {
      const relatesTo = [{ code: 'replaces' as const, target: { identifier: replaced ?? {} } }]
      return document.with({ masterIdentifier, ...(replaced === undefined ? {} : { relatesTo }) })
    },
  }
}

function master(): { system: string; value: string } {
  return { system: URI, value: uniqueOid() }
}

async function documentOf(id: string): Promise<DocumentReference> {
  return JSON.parse((await domain().store.document(id))?.text ?? '')
}

async function statuses(...ids: string[]): Promise<(string | undefined)[]> {
  return Promise.all(ids.map(async (id) => (await documentOf(id)).status))
}

test('a draft replaces nothing until it is finished', async () => {
  const patientId = await domain().commit((unit) => registered(unit, 'registration'))
  const first = await domain().commit((unit) => published(unit, patientId))
  const draft = await domain().commit((unit) =>
    published(unit, patientId, {
      as: (it) => it.replacing(`DocumentReference/${first.id}`).with({ docStatus: 'preliminary' }),
    }),
  )
  assert.equal((await domain().store.document(first.id))?.status, 'current')
  const state = await domain().store.document(draft.id)
  assert.ok(state !== undefined)
  const { docStatus: _draft, ...finished }: DocumentReference = JSON.parse(state.text)
  await domain().commit((unit) => reviseDocument(unit, state, finished))
  assert.equal((await domain().store.document(first.id))?.status, 'superseded')
})

test('a content that two documents share goes with the last of them', async () => {
  const patientId = await domain().commit((unit) => registered(unit, 'registration'))
  const first = await domain().commit((unit) => published(unit, patientId))
  const contentId = (await domain().store.document(first.id))?.contentId ?? ''
  const second = await domain().commit((unit) =>
    published(unit, patientId, {
      as: (it) => {
        const [content] = it.build().content ?? []
        const attachment = { ...content?.attachment, url: `Binary/${contentId}` }
        delete attachment.hash
        delete attachment.size
        return it.with({ content: [{ ...content, attachment }] })
      },
    }),
  )
  for (const [id, deleted] of [
    [first.id, false],
    [second.id, true],
  ] as const) {
    const state = await domain().store.document(id)
    assert.ok(state !== undefined)
    await domain().commit((unit) => withdrawDocument(unit, state))
    assert.equal((await domain().store.content(contentId))?.deleted, deleted)
  }
})

test('a replaced document does not become current again beside its successor', async () => {
  const patientId = await domain().commit((unit) => registered(unit, 'registration'))
  const first = await domain().commit((unit) => published(unit, patientId))
  const second = await domain().commit((unit) =>
    published(unit, patientId, { as: (it) => it.replacing(`DocumentReference/${first.id}`) }),
  )
  const revive = async (unit: Parameters<typeof reviseDocument>[0]) => {
    const state = await domain().store.document(first.id)
    assert.ok(state !== undefined)
    return reviseDocument(unit, state, { ...JSON.parse(state.text), status: 'current' })
  }
  await domain().refuses('document.immutable', revive)
  const successor = await domain().store.document(second.id)
  assert.ok(successor !== undefined)
  await domain().commit((unit) => withdrawDocument(unit, successor))
  await domain().commit(revive)
  assert.equal((await domain().store.document(first.id))?.status, 'current')
})
