import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DocumentReference } from '@medplum/fhirtypes'
import { aContent, aDocument, aPatient } from '../support/builders.ts'
import { assertRefused } from '../support/client.ts'
import { overBothEngines } from '../support/server.ts'

/** What a client may not do to a document that others have read (design.md section 6, rule 3), tried over HTTP. */
await overBothEngines((server) => {
  const registered = async () => (await server().create(aPatient().build())).id
  const published = async (patientId: string) =>
    server().create(aDocument(`Patient/${patientId}`).inline(aContent()).build())
  const relating = (code: 'replaces' | 'appends', { id }: { id: string }): Partial<DocumentReference> => ({
    relatesTo: [{ code, target: { reference: `DocumentReference/${id}` } }],
  })

  test('a document cannot be made to replace a document of another patient afterwards', async () => {
    const [own, foreign] = [await published(await registered()), await published(await registered())]
    const answer = await server().put(`DocumentReference/${own.id}`, { ...own, ...relating('replaces', foreign) })
    const issue = assertRefused(answer, 422, 'document.immutable')
    assert.deepEqual(issue.expression, ['DocumentReference.relatesTo'])
    const appended = { ...own, ...relating('appends', foreign) }
    assertRefused(await server().put(`DocumentReference/${own.id}`, appended), 422, 'document.immutable')
  })

  test('what a document was filed with may be sent back as it was read', async () => {
    const patientId = await registered()
    const first = await published(patientId)
    const second = aDocument(`Patient/${patientId}`).inline(aContent()).build()
    const filed = await server().create({ ...second, ...relating('replaces', first) })
    const answer = await server().put(`DocumentReference/${filed.id}`, { ...filed, description: 'corrected' })
    assert.equal(answer.status, 200, answer.text)
  })

  test('a relation without target changes nothing of this', async () => {
    const document = await published(await registered())
    const related = { ...document, relatesTo: [{ code: 'appends' }] }
    assertRefused(await server().put(`DocumentReference/${document.id}`, related), 422, 'document.immutable')
  })

  test('other bytes cannot be slipped in beside the content', async () => {
    const document = await published(await registered())
    const [content] = document.content ?? []
    const slipped = { ...document, content: [{ ...content, attachment: { ...content?.attachment, data: 'QUJD' } }] }
    const answer = await server().put(`DocumentReference/${document.id}`, slipped)
    const issue = assertRefused(answer, 422, 'document.immutable')
    assert.deepEqual(issue.expression, ['DocumentReference.content[0].attachment.data'])
  })

  test('what is published cannot be made a draft again: nobody could find it any more', async () => {
    const document = await published(await registered())
    for (const docStatus of ['preliminary', 'entered-in-error']) {
      const draft = { ...document, docStatus }
      assertRefused(await server().put(`DocumentReference/${document.id}`, draft), 422, 'document.immutable')
    }
    assert.equal((await server().get(`DocumentReference/${document.id}`)).status, 200)
    const amended = { ...document, docStatus: 'amended' }
    assert.equal((await server().put(`DocumentReference/${document.id}`, amended)).status, 200)
  })

  test('no document is published on a content that is withdrawn at the same moment', async () => {
    const patientId = await registered()
    for (let round = 0; round < 8; round += 1) {
      const first = await published(patientId)
      const attachment = first.content?.[0]?.attachment
      const second = {
        ...aDocument(`Patient/${patientId}`).inline(aContent()).build(),
        content: [{ attachment: { contentType: attachment?.contentType ?? '', url: attachment?.url ?? '' } }],
      }
      const [, filed] = await Promise.all([
        server().delete(`DocumentReference/${first.id}`),
        server().post('DocumentReference', second),
      ])
      if (filed.status !== 201) continue
      assert.equal((await server().get(attachment?.url ?? '')).status, 200, 'a published document has its content')
    }
  })
})
