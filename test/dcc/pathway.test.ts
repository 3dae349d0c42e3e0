import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fileList } from '../../src/dcc/lists.ts'
import { openPathway } from '../../src/dcc/pathways.ts'
import { aSubmissionSet, type DocumentBuilder } from '../support/builders.ts'
import { sharedDomain } from '../support/domain.ts'
import { newId, published, registered, type Submission } from '../support/domain-samples.ts'

const domain = sharedDomain()

const CIM_10 = 'http://hl7.org/fhir/sid/icd-10'

const OPENING: [id: string, submission: Submission, status: string, topography: string | undefined][] = [
  ['a fiche RCP', {}, 'suspected', undefined],
  ['a pathology report', { as: typed('60568-3') }, 'suspected', undefined],
  ['a molecular genetics report', { as: typed('51969-4') }, 'suspected', undefined],
  ['a care programme', { as: typed('18776-5') }, 'suspected', undefined],
  ['a report by its format', { as: formatted('urn:asip:ci-sis:d2lm-fin:2017') }, 'suspected', undefined],
  ['a letter by its template', { as: ordinary, templateIds: ['1.2.250.1.213.1.1.1.27'] }, 'suspected', undefined],
  ['a consultation about a tumour', { as: about('C50.2') }, 'active', 'C50.2'],
  ['a consultation about a tumour in situ', { as: about('D05') }, 'active', 'D05'],
]

describe('a document of cancer care opens the oncology pathway', () => {
  for (const [id, submission, status, topography] of OPENING) {
    test(`${id} does: the patient is visible, the pathway ${status}`, async () => {
      const { patientId, document } = await domain().commit(async (unit) => {
        const patientId = await registered(unit)
        return { patientId, document: await published(unit, patientId, submission) }
      })
      const pathways = await domain().store.pathways(patientId)
      assert.deepEqual(
        pathways.map((pathway) => [pathway.status, pathway.topography, pathway.origin]),
        [[status, topography, document.id]],
      )
      assert.deepEqual(await seen(patientId), { patients: 1, documents: 1, lists: 0 })
    })
  }

  const LEAVING: [id: string, submission: Submission][] = [
    ['a consultation', { as: ordinary }],
    ['a consultation about a benign tumour', { as: about('D12.6') }],
    [
      'the plan of the elderly, although it has the type of a care programme',
      {
        as: (document) => formatted('urn:asip:ci-sis:pps-paerpa:2017')(typed('18776-5')(document)),
      },
    ],
  ]
  for (const [id, submission] of LEAVING) {
    test(`${id} does not: patient, document, list and content are kept and invisible`, async () => {
      const { patientId, document } = await domain().commit(async (unit) => {
        const patientId = await registered(unit)
        const document = await published(unit, patientId, submission)
        const set = aSubmissionSet(`Patient/${patientId}`, [`DocumentReference/${document.id}`])
        await fileList(unit, set, newId(patientId), patientId)
        return { patientId, document }
      })
      assert.deepEqual(await domain().store.pathways(patientId), [])
      assert.deepEqual(await seen(patientId), { patients: 0, documents: 0, lists: 0 })
      const stored = await domain().store.read('DocumentReference', document.id)
      assert.deepEqual([stored?.visible, stored?.deleted], [false, false])
      const contentId = (await domain().store.document(document.id))?.contentId ?? ''
      assert.equal((await domain().store.content(contentId))?.readable, false)
    })
  }
})

test('a later document of cancer care makes everything visible that came before', async () => {
  const patientId = await domain().commit(async (unit) => {
    const patientId = await registered(unit)
    const document = await published(unit, patientId, { as: ordinary })
    const set = aSubmissionSet(`Patient/${patientId}`, [`DocumentReference/${document.id}`])
    await fileList(unit, set, newId(patientId), patientId)
    return patientId
  })
  assert.deepEqual(await seen(patientId), { patients: 0, documents: 0, lists: 0 })
  await domain().commit((unit) => published(unit, patientId))
  assert.deepEqual(await seen(patientId), { patients: 1, documents: 2, lists: 1 })
  for (const id of await domain().found('DocumentReference', patientId)) {
    const contentId = (await domain().store.document(id))?.contentId ?? ''
    assert.equal((await domain().store.content(contentId))?.readable, true)
  }
})

test('a draft stays invisible in an open pathway', async () => {
  const patientId = await domain().commit((unit) => registered(unit, 'registration'))
  await domain().commit((unit) => published(unit, patientId, { as: (one) => one.with({ docStatus: 'preliminary' }) }))
  assert.deepEqual(await seen(patientId), { patients: 1, documents: 0, lists: 0 })
})

test('one pathway is opened, however many documents follow, in one unit or several', async () => {
  const patientId = await domain().commit(async (unit) => {
    const patientId = await registered(unit)
    await published(unit, patientId)
    await published(unit, patientId)
    return patientId
  })
  await domain().commit((unit) => published(unit, patientId, { as: about('C50.2') }))
  assert.equal((await domain().store.pathways(patientId)).length, 1)
  assert.equal(await domain().commit((unit) => openPathway(unit, patientId, 'test')), false)
})

test('a registration opens one, and a document of the same unit no second one', async () => {
  const patientId = await domain().commit(async (unit) => {
    const patientId = await registered(unit, 'registration')
    await published(unit, patientId)
    return patientId
  })
  assert.deepEqual(
    (await domain().store.pathways(patientId)).map(({ origin }) => origin),
    ['registration'],
  )
})

async function seen(patientId: string): Promise<{ patients: number; documents: number; lists: number }> {
  const [patients, documents, lists] = await Promise.all([
    domain().found('Patient', patientId),
    domain().found('DocumentReference', patientId),
    domain().found('List', patientId),
  ])
  return { patients: patients.length, documents: documents.length, lists: lists.length }
}

function typed(code: string) {
  return (document: DocumentBuilder) => document.with({ type: { coding: [{ system: 'http://loinc.org', code }] } })
}

function ordinary(document: DocumentBuilder): DocumentBuilder {
  return document.ordinary()
}

function formatted(code: string) {
  return (document: DocumentBuilder) => {
    const [content] = document.build().content ?? []
    return document
      .ordinary()
      .with({ content: [{ ...content, attachment: content?.attachment ?? {}, format: { code } }] })
  }
}

function about(code: string) {
  return (document: DocumentBuilder) => {
    const context = { ...document.build().context, event: [{ coding: [{ system: CIM_10, code }] }] }
    return document.ordinary().with({ context })
  }
}
