import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { truncate, writeFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { fromXml } from '../../../src/fhir/xml/from-xml.ts'
import { aBatch, aBinary, aContent, aDocument, aPatient, type Content } from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { sharedServer } from '../../support/server.ts'

const server = sharedServer()

/** A document whose content can be read. */
async function published(content: Content = aContent()): Promise<{ address: string; patientId: string; id: string }> {
  const patient = await server().create(aPatient().build())
  const document = await server().create(aDocument(`Patient/${patient.id}`).inline(content).build())
  const url = document.content?.[0]?.attachment?.url ?? ''
  return { address: url, patientId: patient.id, id: url.slice(url.lastIndexOf('/') + 1) }
}

/** The file that holds a content, found by its name. */
async function fileOf({ bytes }: Content): Promise<string> {
  const name = createHash('sha256').update(bytes).digest('hex')
  const path = (await server().contentFiles()).find((candidate) => candidate.endsWith(name))
  assert.ok(path !== undefined)
  return path
}

describe('what a reader gets, by Accept', () => {
  const pdf = 'application/pdf'
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
  const rows: readonly [contentType: string, accept: string | undefined, type: string | 406][] = [
    [pdf, undefined, pdf],
    [pdf, '*/*', pdf],
    [pdf, pdf, pdf],
    [pdf, 'application/*', pdf],
    [pdf, browser, pdf],
    [pdf, 'application/pdf, application/fhir+json;q=0.9', pdf],
    [pdf, 'application/fhir+json', 'application/fhir+json; charset=utf-8'],
    [pdf, 'application/fhir+xml', 'application/fhir+xml; charset=utf-8'],
    [pdf, 'application/fhir+json, */*;q=0.1', 'application/fhir+json; charset=utf-8'],
    [pdf, 'application/json', 'application/fhir+json; charset=utf-8'],
    [pdf, 'application/xml', 'application/fhir+xml; charset=utf-8'],
    [pdf, 'image/png', 406],
    [pdf, 'text/*', 406],
    ['text/xml', undefined, 'text/xml'],
    ['text/xml', 'text/xml', 'text/xml'],
    ['text/xml', 'text/*', 'text/xml'],
    ['text/xml', browser, 'text/xml'],
    ['text/xml', 'application/fhir+xml', 'application/fhir+xml; charset=utf-8'],
    ['text/xml', 'application/pdf', 406],
    ['application/json', 'application/json', 'application/json'],
    ['application/json', 'application/fhir+json', 'application/fhir+json; charset=utf-8'],
  ]
  for (const [contentType, accept, expected] of rows) {
    test(`${contentType} for ${accept ?? 'no Accept'}: ${expected}`, async () => {
      const content = aContent(undefined, contentType)
      const { address } = await published(content)
      const answer = await server().get(address, { accept })
      if (expected === 406) {
        const issue = assertRefused(answer, 406, 'http.not-acceptable')
        assert.ok(issue.details?.text?.includes(contentType))
        return
      }
      assert.equal(answer.status, 200)
      assert.equal(answer.headers['content-type'], expected)
      assert.equal(answer.headers.etag, 'W/"1"')
      assert.match(answer.headers.vary ?? '', /Accept/)
      if (!expected.startsWith('application/fhir+')) assert.deepEqual(answer.bytes, content.bytes)
    })
  }

  test('_format asks for the resource whatever Accept says', async () => {
    const content = aContent()
    const { address, patientId } = await published(content)
    const answer = await server().get(`${address}?_format=json`, { accept: 'application/pdf' })
    const binary = answer.resource('Binary')
    assert.equal(binary.data, content.bytes.toString('base64'))
    assert.equal(binary.contentType, 'application/pdf')
    assert.equal(binary.securityContext?.reference, `Patient/${patientId}`)
  })
})

test('a document goes out as a file that no browser runs', async () => {
  const rows = [
    ['application/pdf', 'inline', 'pdf'],
    ['text/plain', 'inline', 'txt'],
    ['image/jpeg', 'inline', 'jpg'],
    ['text/xml', 'attachment', 'xml'],
    ['text/html', 'attachment', 'bin'],
    ['image/svg+xml', 'attachment', 'bin'],
    ['application/dicom', 'attachment', 'bin'],
  ] as const
  for (const [contentType, way, extension] of rows) {
    const { address, id } = await published(aContent(`${contentType} ${way}`, contentType))
    const { headers } = await server().get(address)
    assert.equal(headers['content-disposition'], `${way}; filename="${id}.${extension}"`)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.match(headers['content-security-policy'] ?? '', /default-src 'none'.*sandbox/)
  }
})

test('a document is never compressed on the way: its length and ranges are its own', async () => {
  const content = aContent('a'.repeat(10_000), 'text/plain')
  const { address } = await published(content)
  const answer = await server().get(address, { 'accept-encoding': 'gzip' })
  assert.equal(answer.headers['content-encoding'], undefined)
  assert.equal(answer.headers['content-length'], '10000')
})

describe('a part of a document', () => {
  const content = aContent('0123456789')
  const rows: readonly [range: string, status: number, part: string, contentRange?: string][] = [
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=4-6', 206, '456', 'bytes 4-6/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-20', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=5-500', 206, '56789', 'bytes 5-9/10'],
    ['bytes=9-9', 206, '9', 'bytes 9-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=10-12', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=6-4', 200, '0123456789'],
    ['bytes=0-1,4-5', 200, '0123456789'],
    ['bytes=-', 200, '0123456789'],
    ['pages=1-2', 200, '0123456789'],
    ['bytes=99999999999999999-', 200, '0123456789'],
  ]
  for (const [range, status, part, contentRange] of rows) {
    test(`${range}: ${status}`, async () => {
      const { address } = await published(content)
      const answer = await server().get(address, { range })
      assert.equal(answer.headers['content-range'], contentRange)
      if (status === 416) {
        assertRefused(answer, 416, 'http.range')
        return
      }
      assert.equal(answer.status, status)
      assert.equal(answer.text, part)
      assert.equal(answer.headers['content-length'], String(part.length))
      assert.equal(answer.headers['accept-ranges'], 'bytes')
      assert.equal(answer.headers['content-type'], 'application/pdf')
    })
  }

  test('If-Range with a version: the whole, since versions are weak tags', async () => {
    const { address } = await published(content)
    const answer = await server().get(address, { range: 'bytes=0-3', 'if-range': 'W/"1"' })
    assert.equal(answer.status, 200)
    assert.equal(answer.text, '0123456789')
  })

  test('of a large document', async () => {
    const bytes = Buffer.alloc(3 * 1024 * 1024)
    for (let index = 0; index < bytes.length; index += 4) bytes.writeUInt32BE(index, index)
    const { address } = await published(aContent(bytes, 'application/dicom'))
    const answer = await server().get(address, { range: 'bytes=1500000-2800000' })
    assert.equal(answer.status, 206)
    assert.deepEqual(answer.bytes, bytes.subarray(1_500_000, 2_800_001))
    assert.deepEqual((await server().get(address)).bytes, bytes)
  })

  test('of an empty document', async () => {
    const patient = await server().create(aPatient().build())
    const nothing = aContent('', 'text/plain')
    const binary = { resourceType: 'Binary', contentType: 'text/plain' } as const
    const { id } = await server().create({ ...binary, securityContext: { reference: `Patient/${patient.id}` } })
    const address = `Binary/${id}`
    const document = await server().create(aDocument(`Patient/${patient.id}`).at(address, nothing).build())
    assert.equal(document.content?.[0]?.attachment?.hash, '2jmj7l5rSw0yVb/vlWAYkK/YBwk=')
    assert.equal((await server().get(address)).headers['content-length'], '0')
    assertRefused(await server().get(address, { range: 'bytes=0-' }), 416, 'http.range')
  })
})

test('HEAD says all that GET says and sends nothing', async () => {
  for (const content of [aContent(), aContent(Buffer.alloc(2 * 1024 * 1024, 7), 'application/dicom')]) {
    const { address } = await published(content)
    const [got, head] = await Promise.all([server().get(address), server().head(address)])
    assert.equal(head.status, 200)
    assert.equal(head.bytes.length, 0)
    for (const name of ['content-type', 'content-length', 'content-disposition', 'etag', 'accept-ranges']) {
      assert.equal(head.headers[name], got.headers[name], name)
    }
    const part = await server().head(address, { range: 'bytes=1-2' })
    assert.equal(part.status, 206)
    assert.equal(part.headers['content-length'], '2')
  }
})

test('a large document as a resource is the same, in JSON, in XML and in a Bundle', async () => {
  for (const size of [1024 * 1024 + 1, 1024 * 1024 + 2, 1_500_000]) {
    const bytes = Buffer.alloc(size)
    for (let index = 0; index < size; index += 1) bytes[index] = (index * 7 + size) % 256
    const content = aContent(bytes, 'application/dicom')
    const { address, patientId } = await published(content)
    const json = await server().get(address, { accept: 'application/fhir+json' })
    const binary = json.resource('Binary')
    assert.deepEqual(Buffer.from(binary.data ?? '', 'base64'), bytes)
    assert.deepEqual(
      [binary.contentType, binary.securityContext?.reference],
      ['application/dicom', `Patient/${patientId}`],
    )
    assert.equal(json.headers['content-length'], String(json.bytes.length))
    const xml = await server().get(`${address}?_format=xml&_pretty=true`)
    assert.deepEqual(fromXml(xml.bytes, { maxDepth: 10 }), binary)
    const head = await server().head(address, { accept: 'application/fhir+json' })
    assert.equal(head.headers['content-length'], json.headers['content-length'])
    const batch = await server().post('/fhir', aBatch({ request: { method: 'GET', url: address } }))
    assert.deepEqual(batch.resource('Bundle').entry?.[0]?.resource, binary)
  }
})

test('a reader that has the document already is answered 304', async () => {
  const { address } = await published()
  const answer = await server().get(address, { 'if-none-match': 'W/"1"' })
  assert.equal(answer.status, 304)
  assert.equal(answer.bytes.length, 0)
  assert.equal((await server().get(address, { 'if-none-match': 'W/"11"' })).status, 200)
  const told = answer.headers['last-modified']
  assert.equal((await server().get(address, { 'if-modified-since': told })).status, 304)
})

test('the first version of a Binary is the only one', async () => {
  const content = aContent()
  const { address } = await published(content)
  assert.deepEqual((await server().get(`${address}/_history/1`)).bytes, content.bytes)
  assertRefused(await server().get(`${address}/_history/2`), 404, 'resource.unknown')
})

describe('who may read a Binary', () => {
  test('nobody before a visible document refers to it', async () => {
    const patient = await server().create(aPatient().build())
    const content = aContent()
    const binary = await server().create(aBinary(content, `Patient/${patient.id}`))
    const address = `Binary/${binary.id}`
    for (const headers of [{}, { accept: 'application/fhir+json' }, { range: 'bytes=0-1' }]) {
      assertRefused(await server().get(address, headers), 404, 'resource.unknown')
      assertRefused(await server().get(`${address}/_history/1`, headers), 404, 'resource.unknown')
    }
    const draft = aDocument(`Patient/${patient.id}`).at(address, content)
    await server().create(draft.with({ docStatus: 'preliminary' }).build())
    assertRefused(await server().get(address), 404, 'resource.unknown')
    await server().create(aDocument(`Patient/${patient.id}`).at(address, content).build())
    assert.deepEqual((await server().get(address)).bytes, content.bytes)
  })

  test('nobody while the patient has no oncology pathway', async () => {
    const person = aPatient()
    const fed = await server().put(
      `Patient?identifier=${person.build().identifier?.[0]?.system}|${person.ipp}`,
      person.build(),
    )
    const subject = `Patient/${fed.resource('Patient').id}`
    const document = await server().create(aDocument(subject).ordinary().inline(aContent()).build())
    const address = document.content?.[0]?.attachment?.url ?? ''
    assertRefused(await server().get(address), 404, 'resource.unknown')
    await server().create(aDocument(subject).inline(aContent()).build())
    assert.equal((await server().get(address)).status, 200)
  })
})

describe('a content that is no longer what was stored is never served as good', () => {
  const large = 2 * 1024 * 1024 + 7

  test('altered: a small one is refused, a large one breaks off, a part is refused', async () => {
    for (const size of [1000, large]) {
      const content = aContent(Buffer.alloc(size, size % 251), 'application/dicom')
      const { address } = await published(content)
      const file = await fileOf(content)
      const altered = Buffer.from(content.bytes)
      altered.writeUInt8((content.bytes.at(-1) ?? 0) ^ 1, size - 1)
      await writeFile(file, altered)
      const logged = server().logs.length
      const answer = await server()
        .get(address)
        .catch((error: Error) => error)
      if (answer instanceof Error) assert.equal(size, large)
      else assertRefused(answer, 500, 'store.blob-corrupt')
      const refused = server().get(address, { range: 'bytes=0-10' })
      assertRefused(await refused, 500, 'store.blob-corrupt')
      const resource = await server()
        .get(address, { accept: 'application/fhir+json' })
        .catch((error: Error) => error)
      if (resource instanceof Error) assert.equal(size, large)
      else assertRefused(resource, 500, 'store.blob-corrupt')
      const noted = server()
        .logs.slice(logged)
        .filter((line) => line.includes('"defect"'))
      assert.ok(noted.length >= 2 && noted.every((line) => line.includes('store.blob-corrupt')), noted.join('\n'))
    }
  })

  test('truncated or gone: refused, and no header of the document is left on the refusal', async () => {
    for (const size of [1000, large]) {
      const content = aContent(Buffer.alloc(size, size % 241), 'application/dicom')
      const { address } = await published(content)
      await truncate(await fileOf(content), size - 1)
      const answer = await server().get(address)
      assertRefused(answer, 500, 'store.blob-corrupt')
      for (const name of ['content-disposition', 'accept-ranges', 'etag', 'content-range']) {
        assert.equal(answer.headers[name], undefined, name)
      }
    }
  })

  test('the right bytes sent again heal it', async () => {
    const content = aContent(Buffer.alloc(900, 3), 'application/dicom')
    const { address } = await published(content)
    await writeFile(await fileOf(content), Buffer.alloc(900, 4))
    assertRefused(await server().get(address), 500, 'store.blob-corrupt')
    await published(content)
    assert.deepEqual((await server().get(address)).bytes, content.bytes)
  })
})
