import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Binary, DocumentReference } from '@medplum/fhirtypes'
import { importCda } from '../../src/dcc/import-cda.ts'
import { fromXml } from '../../src/fhir/xml/from-xml.ts'
import {
  aBinary,
  aContent,
  aDocument,
  aPatient,
  aProvideBundle,
  aStatusPatch,
  type Content,
  INS_TEST,
} from '../support/builders.ts'
import { aCda, anIns } from '../support/cda-samples.ts'
import { assertRefused } from '../support/client.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../support/server.ts'

/** ITI-68 Retrieve Document, PDSm flows 07 and 08 (reference/ihe.md 2.7). */
const server = sharedServer()

/** A document of a new patient, as ITI-67 finds it: the address of its content is used as it is. */
async function published(content: Content = aContent()) {
  const patient = await server().create(aPatient().build())
  const subject = `Patient/${patient.id}`
  const { id } = await server().create(aDocument(subject).inline(content).build())
  const bundle = (await server().get(`DocumentReference?patient=${subject}`)).resource('Bundle')
  const document = bundle.entry?.[0]?.resource
  assert.ok(document?.resourceType === 'DocumentReference' && document.id === id)
  return { subject, content, document, address: `DocumentReference/${id}`, ...attachmentOf(document) }
}

function attachmentOf(document: DocumentReference) {
  const { url = '', contentType, size, hash } = document.content?.[0]?.attachment ?? {}
  assert.ok(url.startsWith(`${PUBLIC_ORIGIN}/fhir/`))
  return { url, contentType, size, hash }
}

describe('what is found', () => {
  for (const contentType of [
    'application/pdf',
    'text/xml',
    'image/jpeg',
    'text/plain',
    'application/dicom',
    'text/rtf',
  ]) {
    test(`MHD-68-01 MHD-68-04 MHD-68-06 PDSM-50 P-02: ${contentType}: its bytes, their type, hash and size`, async () => {
      const { url, content, size, hash } = await published(aContent(`octets de ${contentType}`, contentType))
      for (const accept of [undefined, '*/*', contentType, `${contentType}, application/fhir+json;q=0.5`]) {
        const answer = await server().get(url, { accept })
        assert.deepEqual([answer.status, answer.headers['content-type']], [200, contentType])
        assert.ok(answer.bytes.equals(content.bytes))
        const sha1 = createHash('sha1').update(answer.bytes).digest('base64')
        assert.deepEqual([answer.bytes.length, sha1], [size, hash])
        assert.equal(answer.headers['content-length'], String(size))
      }
    })
  }

  test('MHD-68-02 P-02 P-04 PDSM-51: a FHIR type gives the Binary resource, in JSON and XML', async () => {
    const { url, content, subject } = await published()
    const json = await server().get(url, { accept: 'application/fhir+json' })
    const binary = json.resource('Binary')
    const xml = await server().get(url, { accept: 'application/fhir+xml' })
    assert.equal(xml.headers['content-type'], 'application/fhir+xml; charset=utf-8')
    const fromXmlBinary: Binary = JSON.parse(JSON.stringify(fromXml(xml.bytes, { maxDepth: 100 })))
    for (const found of [binary, fromXmlBinary]) {
      assert.deepEqual([found.contentType, found.data], ['application/pdf', content.bytes.toString('base64')])
      assert.equal(found.securityContext?.reference, subject)
    }
    assert.equal((await server().get(`${url}?_format=json`)).resource('Binary').data, binary.data)
  })

  test('P-04: a document that is FHIR itself is given as it is, not in a Binary', async () => {
    const text = JSON.stringify({ resourceType: 'Basic', code: { text: 'document' } })
    const { url } = await published(aContent(text, 'application/fhir+json; charset=utf-8'))
    for (const accept of [undefined, 'application/fhir+json', '*/*']) {
      assert.equal((await server().get(url, { accept })).bytes.toString(), text)
    }
  })

  test('MHD-68-02: a CDA of level 1 also gives the PDF that it holds', async () => {
    const { value, born } = anIns(6001)
    const bytes = aCda({ ins: { value }, born, ipp: 'IPP-68' })
    const { documentReference } = await importCda(server().record.dcc, bytes)
    const { url } = attachmentOf((await server().get(documentReference)).resource('DocumentReference'))
    assert.ok((await server().get(url)).bytes.equals(Buffer.from(bytes)))
    const pdf = await server().get(url, { accept: 'application/pdf' })
    assert.deepEqual([pdf.status, pdf.headers['content-type']], [200, 'application/pdf'])
  })

  test('MHD-68-06: by the address of a document that came in a submission (ITI-65), too', async () => {
    const patient = await server().create(aPatient().build())
    const bundle = aProvideBundle(`Patient/${patient.id}`)
    assert.equal((await server().post('/fhir', bundle)).status, 200)
    const found = (await server().get(`DocumentReference?patient=${patient.id}`)).resource('Bundle')
    const document = found.entry?.[0]?.resource
    assert.ok(document?.resourceType === 'DocumentReference')
    const { url, hash } = attachmentOf(document)
    assert.equal(
      createHash('sha1')
        .update((await server().get(url)).bytes)
        .digest('base64'),
      hash,
    )
  })

  test('MHD-68-06: HEAD tells the same without the bytes', async () => {
    const { url } = await published()
    const [get, head] = [await server().get(url), await server().head(url)]
    assert.deepEqual([head.status, head.bytes.length], [200, 0])
    for (const name of ['content-type', 'content-length', 'etag', 'accept-ranges', 'content-disposition']) {
      assert.equal(head.headers[name], get.headers[name], name)
    }
  })

  const ranges: readonly [range: string, from: number, to: number][] = [
    ['bytes=0-3', 0, 3],
    ['bytes=4-', 4, 19],
    ['bytes=-5', 15, 19],
    ['bytes=10-99', 10, 19],
  ]
  for (const [range, from, to] of ranges) {
    test(`MHD-68-06: ${range} of 20 bytes: 206`, async () => {
      const { url, content } = await published(aContent('01234567890123456789'))
      const answer = await server().get(url, { range })
      assert.deepEqual([answer.status, answer.headers['content-range']], [206, `bytes ${from}-${to}/20`])
      assert.deepEqual(answer.bytes, content.bytes.subarray(from, to + 1))
    })
  }

  test('MHD-68-06: a range that is not there: 416; several: the whole', async () => {
    const { url, content } = await published(aContent('01234567890123456789'))
    const issue = await server().get(url, { range: 'bytes=20-30' })
    assert.deepEqual([issue.status, issue.headers['content-range']], [416, 'bytes */20'])
    assert.deepEqual((await server().get(url, { range: 'bytes=0-1,4-5' })).bytes, content.bytes)
  })

  test('MHD-68-06: what the client has already is not sent again: 304', async () => {
    const { url } = await published()
    const { headers } = await server().get(url)
    assert.equal((await server().get(url, { 'if-none-match': headers.etag })).status, 304)
  })

  test('P-05: a superseded document can still be read', async () => {
    const { url, content, address, subject } = await published()
    await server().create(aDocument(subject).inline(aContent()).replacing(address).build())
    const listed = (await server().get(`DocumentReference?patient=${subject}&status=superseded`)).resource('Bundle')
    assert.equal(listed.total, 1)
    const answer = await server().get(url)
    assert.equal(answer.status, 200)
    assert.ok(answer.bytes.equals(content.bytes))
  })

  test('MHD-68-05: the CapabilityStatement says that Binary can be read', async () => {
    const { rest } = (await server().get('metadata')).resource('CapabilityStatement')
    const { interaction } = rest?.[0]?.resource?.find(({ type }) => type === 'Binary') ?? {}
    assert.ok(interaction?.some(({ code }) => code === 'read'))
  })
})

describe('what is not', () => {
  test('MHD-68-07 MHD-68-03 PDSM-52: an unknown address: 404, with a text in the language that is asked for', async () => {
    const { url } = await published()
    const unknown = [
      `${url}x`,
      `${PUBLIC_ORIGIN}/fhir/Binary/unknown`,
      `${PUBLIC_ORIGIN}/fhir/Binary/${'0'.repeat(47)}`,
    ]
    for (const address of unknown) {
      const french = assertRefused(await server().get(address), 404, 'resource.unknown')
      const english = await server().get(address, { 'accept-language': 'en' })
      assert.match(french.details?.text ?? '', /inconnue/)
      assert.match(assertRefused(english, 404, 'resource.unknown').details?.text ?? '', /Unknown/)
    }
  })

  test('PDSM-53 P-03: a content without document, or of a patient without pathway: 404 as an unknown one', async () => {
    const patient = await server().create(aPatient().build())
    const orphan = await server().create(aBinary(aContent(), `Patient/${patient.id}`))
    const person = aPatient().qualified()
    const fed = await server().put(`Patient?identifier=${INS_TEST}|${person.ins}`, person.build())
    const hidden = await server().create(
      aDocument(`Patient/${fed.resource('Patient').id}`)
        .ordinary()
        .inline(aContent())
        .build(),
    )
    for (const address of [`Binary/${orphan.id}`, attachmentOf(hidden).url]) {
      for (const accept of [undefined, 'application/fhir+json']) {
        assertRefused(await server().get(address, { accept }), 404, 'resource.unknown')
      }
    }
  })

  const withdrawals: readonly [id: string, withdraw: (address: string) => Promise<{ status: number }>][] = [
    ['withdrawn', (address) => server().delete(address)],
    ['declared entered in error', (address) => server().patch(address, aStatusPatch('entered-in-error'))],
  ]
  for (const [id, withdraw] of withdrawals) {
    test(`MHD-68-08 MHD-68-03 P-05 PDSM-53: ${id}: 410, whatever type is asked for`, async () => {
      const { url, address } = await published()
      assert.ok((await withdraw(address)).status < 300)
      for (const accept of [undefined, 'application/pdf', 'application/fhir+json']) {
        const issue = assertRefused(await server().get(url, { accept }), 410, 'resource.deleted')
        assert.ok((issue.details?.text ?? '').length > 10)
      }
    })
  }

  test('MHD-68-09 MHD-68-03 PDSM-52: a type that cannot be given: 406, and the ones that can are told', async () => {
    const { url } = await published()
    for (const accept of ['image/png', 'text/*', 'text/html;q=0.9']) {
      const issue = assertRefused(await server().get(url, { accept }), 406, 'http.not-acceptable')
      assert.match(issue.details?.text ?? '', /application\/pdf, application\/fhir\+json/)
    }
  })

  test('MHD-68-10: other requests on that address are refused, and change nothing', async () => {
    const { url, content } = await published()
    const before = [await server().counts(), await server().contentFiles()]
    const binary = { ...aBinary(aContent()), id: url.split('/').at(-1) }
    const answers = [
      await server().post(url, binary),
      await server().put(url, binary),
      await server().patch(url, [{ op: 'remove', path: '/data' }]),
      await server().delete(url),
    ]
    for (const answer of answers) assert.equal(answer.status, 405, answer.text)
    for (const answer of answers) assert.match(answer.headers.allow ?? '', /GET, HEAD/)
    assert.deepEqual([await server().counts(), await server().contentFiles()], before)
    assert.ok((await server().get(url)).bytes.equals(content.bytes))
  })
})
