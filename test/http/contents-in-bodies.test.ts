import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  aBinary,
  aContent,
  aDocument,
  aPatient,
  aSubmissionSet,
  aTransaction,
  creating,
  putting,
} from '../support/builders.ts'
import { assertRefused } from '../support/client.ts'
import { sharedServer } from '../support/server.ts'

const server = sharedServer()
const raw = { accept: '*/*' }

/** A content that is long enough to be set aside of the body it comes in (src/dcc/set-aside.ts). */
const large = () => aContent(randomBytes(200_001), 'application/octet-stream')

describe('contents inside FHIR bodies arrive byte for byte', () => {
  test('in a Binary, JSON and XML', async () => {
    const patient = await server().create(aPatient().build())
    const content = large()
    const { id } = await server().create(aBinary(content, `Patient/${patient.id}`))
    const xml = `<Binary xmlns="http://hl7.org/fhir"><contentType value="${content.contentType}"/><securityContext><reference value="Patient/${patient.id}"/></securityContext><data value="${content.bytes.toString('base64')}"/></Binary>`
    const posted = await server().post('Binary', xml, { 'content-type': 'application/fhir+xml' })
    assert.equal(posted.status, 201, posted.text)
    for (const binary of [id, posted.resource('Binary').id]) {
      const document = await server().create(aDocument(`Patient/${patient.id}`).at(`Binary/${binary}`, content).build())
      assert.equal(document.content?.[0]?.attachment?.size, content.size)
      const answer = await server().get(`Binary/${binary}`, raw)
      assert.ok(answer.bytes.equals(content.bytes))
    }
  })

  test('inside a DocumentReference', async () => {
    const patient = await server().create(aPatient().build())
    const content = large()
    const document = await server().create(aDocument(`Patient/${patient.id}`).inline(content).build())
    const attachment = document.content?.[0]?.attachment
    assert.equal(attachment?.data, undefined)
    assert.ok((await server().get(attachment?.url ?? '', raw)).bytes.equals(content.bytes))
  })

  test('several in a transaction and a batch', async () => {
    const patient = await server().create(aPatient().build())
    const subject = `Patient/${patient.id}`
    for (const type of ['transaction', 'batch'] as const) {
      const contents = [large(), large()]
      const binaries = contents.map((content) => creating(aBinary(content, subject)))
      const answer = await server().post('', { ...aTransaction(...binaries), type })
      assert.equal(answer.status, 200, answer.text)
      for (const [index, entry] of (answer.resource('Bundle').entry ?? []).entries()) {
        const url = (entry.response?.location ?? '').replace(/\/_history.*$/, '')
        const content = contents[index]
        assert.ok(content !== undefined)
        await server().create(aDocument(subject).at(url, content).build())
        assert.ok((await server().get(url, raw)).bytes.equals(content.bytes))
      }
    }
  })

  test('a hash that is not theirs is still refused', async () => {
    const patient = await server().create(aPatient().build())
    const wrong = { ...large(), hash: large().hash }
    const answer = await server().post('DocumentReference', aDocument(`Patient/${patient.id}`).inline(wrong).build())
    assertRefused(answer, 422, 'document.content-mismatch')
    const validated = await server().post('DocumentReference/$validate', aDocument('Patient/1').inline(wrong).build())
    assert.match(validated.text, /attachment\.hash/)
  })
})

describe('what is no document keeps its data in its own text', () => {
  const photo = randomBytes(90_000).toString('base64')

  test('the photograph of a patient', async () => {
    const sent = { ...aPatient().build(), photo: [{ contentType: 'image/jpeg', data: photo }] }
    const created = await server().create(sent)
    assert.equal(created.photo?.[0]?.data, photo)
    const { id, meta: _meta, ...rest } = created
    const bundle = aTransaction(
      putting(`Patient/${id}`, { ...rest, id, photo: [{ contentType: 'image/png', data: photo }] }),
    )
    assert.equal((await server().post('', bundle)).status, 200)
    const read = (await server().get(`Patient/${id}`)).resource('Patient')
    assert.deepEqual(read.photo, [{ contentType: 'image/png', data: photo }])
  })

  test('that of a contained resource, beside a document', async () => {
    const patient = await server().create(aPatient().build())
    const content = large()
    const built = aDocument(`Patient/${patient.id}`).inline(content).build()
    const contained = built.contained?.map((one) =>
      one.resourceType === 'Patient' ? { ...one, photo: [{ contentType: 'image/jpeg', data: photo }] } : one,
    )
    assert.ok(contained !== undefined)
    const document = await server().create({ ...built, contained })
    assert.ok(JSON.stringify(document).includes(photo))
    const read = await server().get(document.content?.[0]?.attachment?.url ?? '', raw)
    assert.ok(read.bytes.equals(content.bytes))
  })

  test('one that is megabytes is refused as before', async () => {
    const data = randomBytes(900_000).toString('base64')
    const sent = { ...aPatient().build(), photo: [{ contentType: 'image/jpeg', data }] }
    assertRefused(await server().post('Patient', sent), 413, 'resource.too-large')
    const extension = [{ url: 'https://exemple.fr/x', valueAttachment: { contentType: 'image/jpeg', data } }]
    const patient = await server().create(aPatient().build())
    const binary = { ...aBinary(large(), `Patient/${patient.id}`), meta: { extension } }
    assertRefused(await server().post('Binary', binary), 413, 'resource.too-large')
  })
})

test('a fault after a content is told at its own line and column', async () => {
  const data = randomBytes(60_000).toString('base64')
  const text = `{"resourceType":"Binary","data":"${data}",\n"contentType":"a/b" x}`
  const issue = assertRefused(
    await server().post('Binary', text, { 'content-type': 'application/fhir+json' }),
    400,
    'json.syntax',
  )
  assert.match(issue.details?.text ?? '', /2\D+21|21\D+2/)
  const inOneLine = text.replace('\n', '')
  const other = assertRefused(
    await server().post('Binary', inOneLine, { 'content-type': 'application/fhir+json' }),
    400,
    'json.syntax',
  )
  assert.match(other.details?.text ?? '', new RegExp(String(inOneLine.indexOf('x}') + 1)))
})

test('a submission of a large document is told apart from one whose bytes differ', async () => {
  const patient = await server().create(aPatient().build())
  const subject = `Patient/${patient.id}`
  const content = large()
  const binary = creating(aBinary({ ...content, bytes: randomBytes(200_001) }))
  const document = creating(
    aDocument(subject)
      .at(binary.fullUrl ?? '', content)
      .build(),
  )
  const bundle = aTransaction(creating(aSubmissionSet(subject, [document.fullUrl ?? ''])), document, binary)
  const profile = [
    'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-provide-document-bundle',
  ]
  assert.equal((await server().post('', { ...bundle, meta: { profile } })).status, 422)
})
