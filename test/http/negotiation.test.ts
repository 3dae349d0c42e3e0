import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { Resource } from '@medplum/fhirtypes'
import { fromXml } from '../../src/fhir/xml/from-xml.ts'
import {
  aBinary,
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  aPractitioner,
  aRole,
  aSubmissionSet,
} from '../support/builders.ts'
import { assertRefused, resourcesOf } from '../support/client.ts'
import { sharedServer } from '../support/server.ts'

const JSON_TYPE = 'application/fhir+json; charset=utf-8'
const XML_TYPE = 'application/fhir+xml; charset=utf-8'

const server = sharedServer()

describe('what a client asks for by Accept and _format', () => {
  const rows: readonly [id: string, accept: string | undefined, format: string | undefined, type: string | 406][] = [
    ['no Accept', undefined, undefined, JSON_TYPE],
    ['anything', '*/*', undefined, JSON_TYPE],
    ['FHIR JSON', 'application/fhir+json', undefined, JSON_TYPE],
    ['FHIR XML', 'application/fhir+xml', undefined, XML_TYPE],
    ['plain JSON', 'application/json', undefined, JSON_TYPE],
    ['plain XML', 'application/xml', undefined, XML_TYPE],
    ['text/xml', 'text/xml', undefined, XML_TYPE],
    ['the names of DSTU2', 'application/xml+fhir', undefined, XML_TYPE],
    ['case does not matter', 'Application/FHIR+XML', undefined, XML_TYPE],
    ['the better one', 'application/fhir+json;q=0.5, application/fhir+xml;q=0.9', undefined, XML_TYPE],
    ['the first of equals', 'application/fhir+xml, application/fhir+json', undefined, XML_TYPE],
    ['what is known among others', 'text/html, application/fhir+xml;q=0.8', undefined, XML_TYPE],
    ['not what has q=0', 'application/fhir+xml;q=0, */*', undefined, JSON_TYPE],
    ['with charset', 'application/fhir+xml; charset=utf-8', undefined, XML_TYPE],
    ['our release', 'application/fhir+xml; fhirVersion=4.0', undefined, XML_TYPE],
    ['another release', 'application/fhir+json; fhirVersion=5.0', undefined, 406],
    ['HTML only', 'text/html', undefined, 406],
    ['a PDF', 'application/pdf', undefined, 406],
    ['_format=json', undefined, 'json', JSON_TYPE],
    ['_format=xml', undefined, 'xml', XML_TYPE],
    ['_format wins over Accept', 'application/fhir+json', 'xml', XML_TYPE],
    ['_format saves an Accept that nobody can serve', 'text/html', 'json', JSON_TYPE],
    ['_format with a MIME type', undefined, 'application/fhir%2Bxml', XML_TYPE],
    ['_format whose plus sign was not encoded', undefined, 'application/fhir+xml', XML_TYPE],
    ['_format unknown', 'application/fhir+json', 'turtle', 406],
  ]
  for (const [id, accept, format, expected] of rows) {
    test(`${id}: ${expected}`, async () => {
      const answer = await server().get(`metadata${format === undefined ? '' : `?_format=${format}`}`, { accept })
      if (expected === 406) {
        const issue = assertRefused(answer, 406, 'http.not-acceptable')
        assert.match(issue.details?.text ?? '', /application\/fhir\+json, application\/fhir\+xml/)
        return
      }
      assert.equal(answer.status, 200)
      assert.equal(answer.headers['content-type'], expected)
      assert.match(answer.headers.vary ?? '', /Accept/)
      const statement = expected === XML_TYPE ? fromXml(answer.bytes, { maxDepth: 100 }) : answer.json()
      assert.equal((statement as Resource).resourceType, 'CapabilityStatement')
    })
  }
})

test('errors come in the format that was asked for', async () => {
  const answer = await server().get('Patient/unknown', { accept: 'application/fhir+xml' })
  assert.equal(answer.status, 404)
  assert.equal(answer.headers['content-type'], XML_TYPE)
  assert.match(answer.text, /^<\?xml|^<OperationOutcome xmlns="http:\/\/hl7.org\/fhir"/)
})

test('_pretty indents JSON and XML, and changes nothing else', async () => {
  const { id } = await server().create(anOrganization())
  for (const format of ['json', 'xml']) {
    const [dense, pretty] = await Promise.all([
      server().get(`Organization/${id}?_format=${format}`),
      server().get(`Organization/${id}?_format=${format}&_pretty=true`),
    ])
    assert.ok(pretty.text.split('\n').length > 10)
    const read = (text: string) =>
      format === 'json' ? JSON.parse(text) : fromXml(Buffer.from(text), { maxDepth: 100 })
    assert.deepEqual(read(pretty.text), read(dense.text))
  }
})

describe('what a client may send', () => {
  const json = JSON.stringify(aPractitioner())
  const rows: readonly [id: string, type: string | undefined, status: number, key?: string][] = [
    ['FHIR JSON', 'application/fhir+json', 201],
    ['with charset', 'application/fhir+json; charset=UTF-8', 201],
    ['with a quoted charset', 'application/fhir+json;charset="utf-8"', 201],
    ['our release', 'application/fhir+json; fhirVersion=4.0', 201],
    ['plain JSON', 'application/json', 201],
    ['another charset', 'application/fhir+json; charset=iso-8859-1', 415, 'http.charset'],
    ['another release', 'application/fhir+json; fhirVersion=5.0', 415, 'http.media-type'],
    ['a form', 'application/x-www-form-urlencoded', 415, 'http.media-type'],
    ['text', 'text/plain', 415, 'http.media-type'],
    ['any type', '*/*', 415, 'http.media-type'],
    ['no type', undefined, 415, 'http.media-type'],
    ['JSON Patch without PATCH', 'application/json-patch+json', 415, 'http.media-type'],
    ['JSON that says it is XML', 'application/fhir+xml', 400, 'xml.syntax'],
  ]
  for (const [id, type, status, key] of rows) {
    test(`${id}: ${status}`, async () => {
      const body = json.replace(/"9900\d+"/, `"99${Math.random().toString().slice(2, 11)}"`)
      const answer = await server().post('Practitioner', body, { 'content-type': type })
      if (key === undefined) assert.equal(answer.status, status, answer.text)
      else assertRefused(answer, status, key)
      if (key === 'http.media-type') assert.match(answer.headers.accept ?? '', /application\/fhir\+json/)
    })
  }

  test('XML that says it is JSON: 400', async () => {
    const answer = await server().post('Patient', '<Patient xmlns="http://hl7.org/fhir"/>', {
      'content-type': 'application/fhir+json',
    })
    assertRefused(answer, 400, 'json.syntax')
  })

  test('a body that is not there: 400', async () => {
    for (const [method, target] of [
      ['POST', 'Patient'],
      ['PUT', 'Patient/x'],
      ['PATCH', 'Patient/x'],
    ] as const) {
      assertRefused(await server().send(method, target), 400, 'http.body-missing')
    }
    const chunked = { 'transfer-encoding': 'chunked', 'content-type': 'application/fhir+json' }
    assertRefused(await server().post('Patient', '', chunked), 400, 'http.body-missing')
  })
})

describe('JSON and XML are two forms of one resource', () => {
  const resources: Record<string, () => Promise<Resource>> = {
    Patient: async () => aPatient().qualified().build(),
    Practitioner: async () => aPractitioner(),
    Organization: async () => anOrganization(),
    PractitionerRole: async () => {
      const practitioner = await server().create(aPractitioner())
      const organization = await server().create(anOrganization())
      return aRole(`Practitioner/${practitioner.id}`, `Organization/${organization.id}`)
    },
    DocumentReference: async () => {
      const patient = await server().create(aPatient().qualified().build())
      return aDocument(`Patient/${patient.id}`).inline(aContent()).build()
    },
    List: async () => {
      const patient = await server().create(aPatient().build())
      return aSubmissionSet(`Patient/${patient.id}`, [])
    },
  }
  for (const [type, resource] of Object.entries(resources)) {
    test(`${type}: stored as JSON, read as XML, put back as XML, read as JSON`, async () => {
      const stored = await server().create(await resource())
      const address = `${type}/${stored.id}`
      const xml = await server().get(address, { accept: 'application/fhir+xml' })
      assert.equal(xml.headers['content-type'], XML_TYPE)
      assert.deepEqual(fromXml(xml.bytes, { maxDepth: 100 }), stored)
      const put = await server().put(address, xml.bytes, {
        'content-type': 'application/fhir+xml',
        accept: 'application/fhir+xml',
      })
      assert.equal(put.status, 200, put.text)
      assert.equal(put.headers['content-type'], XML_TYPE)
      const after = (await server().get(address)).json() as Resource
      assert.equal(after.meta?.versionId, '2')
      assert.deepEqual({ ...after, meta: undefined }, { ...stored, meta: undefined })
      assert.deepEqual(after.meta?.profile, stored.meta?.profile)
    })
  }

  test('Binary: created as XML, read as XML and as JSON', async () => {
    const patient = await server().create(aPatient().build())
    const content = aContent('octets é')
    const sent = aBinary(content, `Patient/${patient.id}`)
    const xml = `<Binary xmlns="http://hl7.org/fhir"><contentType value="application/pdf"/><securityContext><reference value="${sent.securityContext?.reference}"/></securityContext><data value="${sent.data}"/></Binary>`
    const created = await server().post('Binary', xml, { 'content-type': 'application/fhir+xml' })
    assert.equal(created.status, 201, created.text)
    const { id } = created.resource('Binary')
    await server().create(aDocument(`Patient/${patient.id}`).at(`Binary/${id}`, content).build())
    const asJson = await server().get(`Binary/${id}`, { accept: 'application/fhir+json' })
    assert.equal(asJson.resource('Binary').data, sent.data)
    const asXml = await server().get(`Binary/${id}`, { accept: 'application/fhir+xml' })
    assert.deepEqual(fromXml(asXml.bytes, { maxDepth: 100 }), asJson.json())
  })
})

test('search results and outcomes come as XML too', async () => {
  const { id } = await server().create(aPatient().qualified().named('XML-FICTIF').build())
  const found = await server().get('Patient?family=xml-fictif&_format=xml')
  assert.equal(found.headers['content-type'], XML_TYPE)
  const asJson = await server().get('Patient?family=xml-fictif')
  assert.deepEqual(
    resourcesOf(asJson.resource('Bundle')).map((resource) => resource.id),
    [id],
  )
  const inXml = fromXml(found.bytes, { maxDepth: 100 })
  assert.deepEqual(inXml.entry, asJson.resource('Bundle').entry)
})

test('HEAD says what GET would say, without the body', async () => {
  const { id } = await server().create(aPractitioner())
  for (const target of [`Practitioner/${id}`, `Practitioner?_id=${id}`, 'metadata', 'Practitioner/unknown']) {
    const [got, head] = await Promise.all([server().get(target), server().head(target)])
    assert.equal(head.status, got.status, target)
    assert.equal(head.bytes.length, 0)
    for (const name of ['content-type', 'etag', 'last-modified']) assert.equal(head.headers[name], got.headers[name])
    assert.equal(head.headers['content-length'], String(got.bytes.length))
  }
})

test('a long answer is compressed for a client that accepts it, a short one is not', async () => {
  const [plain, zipped] = await Promise.all([
    server().get('metadata'),
    server().get('metadata', { 'accept-encoding': 'gzip' }),
  ])
  assert.equal(plain.headers['content-encoding'], undefined)
  assert.equal(zipped.headers['content-encoding'], 'gzip')
  assert.ok(zipped.bytes.length < plain.bytes.length / 2)
  assert.deepEqual(JSON.parse(gunzipSync(zipped.bytes).toString()), plain.json())
  const short = await server().get('Patient/unknown', { 'accept-encoding': 'gzip' })
  assert.equal(short.headers['content-encoding'], undefined)
})

test('every answer forbids caches, sniffing and frames', async () => {
  for (const target of ['metadata', 'Patient/unknown', '/healthz', '/nowhere']) {
    const { headers } = await server().get(target)
    assert.equal(headers['cache-control'], 'no-store', target)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.match(headers['content-security-policy'] ?? '', /default-src 'none'/)
    assert.equal(headers['x-powered-by'], undefined)
  }
})
