import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { before, describe, test } from 'node:test'
import type { Bundle, DocumentReference, List, Parameters, Resource } from '@medplum/fhirtypes'
import { matchPatient } from '../../src/dcc/match-patient.ts'
import { UnitOfWork } from '../../src/dcc/unit-of-work.ts'
import { toXml } from '../../src/fhir/xml/to-xml.ts'
import { readHeader } from '../../src/french/cda/header.ts'
import { parseCda } from '../../src/french/cda/parse.ts'
import { patientOfHeader } from '../../src/french/fr-core/patient.ts'
import { insAuthority } from '../../src/french/ins.ts'
import { needsOfficial, officialBytes, officialCdaFiles, officialJson } from '../french/official.ts'
import { aPatient, uniqueOid } from '../support/builders.ts'
import { aCda, anIns, type CdaValues } from '../support/cda-samples.ts'
import { type Answer, assertRefused } from '../support/client.ts'
import { type Expected, metadataOf, translations, wanted } from '../support/expected-metadata.ts'
import { sharedServer } from '../support/server.ts'

/** ITI-106 Generate Metadata (reference/ihe.md 2.9). */
const server = sharedServer()
const ADDRESS = 'DocumentReference/$generate-metadata'
let last = 0

/** The patient of a document becomes known, as an identity feed or an earlier document would have made it. */
async function known(bytes: Uint8Array, hasNumbers = true): Promise<string> {
  const { dcc } = server().record
  const unit = new UnitOfWork(dcc)
  const { identifier = [], ...person } = patientOfHeader(readHeader(parseCda(bytes)), { frCore: dcc.frCore })
  const kept = identifier.filter(({ system = '' }) => hasNumbers || insAuthority(system) !== undefined)
  const id = await matchPatient(unit, { ...person, identifier: kept }, 'register')
  await unit.commit()
  return id
}

/** A fictitious person who is nobody else's. */
function someone(): CdaValues {
  last += 1
  const { value, born } = anIns(4000 + last)
  return { ins: { value }, born, ipp: `IPP-G-${last}` }
}

const requestOf = (bytes: Uint8Array, contentType = 'text/xml', more: object = {}): Parameters => ({
  resourceType: 'Parameters',
  parameter: [
    {
      name: 'document',
      resource: { resourceType: 'Binary', contentType, ...more, data: Buffer.from(bytes).toString('base64') },
    },
  ],
})

const generate = (bytes: Uint8Array, contentType?: string, more?: object) =>
  server().post(ADDRESS, requestOf(bytes, contentType, more))

/** The document that an answer refers to. */
async function documentOf(answer: Answer): Promise<DocumentReference> {
  assert.equal(answer.status, 200, answer.text)
  const [parameter, ...others] = answer.resource('Parameters').parameter ?? []
  assert.deepEqual([parameter?.name, others.length], ['DocumentReference', 0])
  const { reference = '' } = parameter?.valueReference ?? {}
  assert.match(reference, /^DocumentReference\/[^/]+$/)
  return (await server().get(reference)).resource('DocumentReference')
}

async function setsOf({ id }: DocumentReference): Promise<List[]> {
  const found = (await server().get(`List?item=DocumentReference/${id}&code=submissionset`)).resource('Bundle')
  return (found.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === 'List' ? [resource] : []))
}

/** XDS codes of refusals (ihe.md 2.4); those of the metadata that a document states are one. */
const XDS: Readonly<Record<string, string>> = {
  'document.fhir-document': 'FHIRDocumentNotSupported',
  'document.not-structured': 'XDSRegistryMetadataError',
  'document.duplicate': 'XDSNonIdenticalHash',
  'patient.unknown': 'XDSUnknownPatientId',
  'patient.several': 'XDSPatientIdDoesNotMatch',
  ...Object.fromEntries(
    ['cda.not-xml', 'cda.not-cda', 'cda.doctype', 'cda.missing', 'cda.type-unknown'].map((key) => [
      key,
      'XDSRegistryMetadataError',
    ]),
  ),
}

/** The request is refused and leaves rows and files as they were. */
async function refused(answer: () => Promise<Answer>, status: number, key: string) {
  const state = async () => [await server().counts(), await server().contentFiles()]
  const unchanged = await state()
  const issue = assertRefused(await answer(), status, key)
  assert.equal(issue.details?.coding?.[1]?.code, XDS[key])
  assert.deepEqual(await state(), unchanged)
  return issue
}

describe('a document of a known patient', () => {
  test('MHD-106-05 MHD-106-06 MHD-106-08: is filed with its submission set, and the answer refers to it', async () => {
    const bytes = aCda(someone())
    const patient = await known(bytes)
    const document = await documentOf(await generate(bytes))
    assert.equal(document.subject?.reference, `Patient/${patient}`)
    assert.equal(document.status, 'current')
    const [set, ...others] = await setsOf(document)
    assert.ok(set !== undefined && others.length === 0)
    assert.equal(set.subject?.reference, `Patient/${patient}`)
    assert.match(set.identifier?.find(({ use }) => use === 'usual')?.value ?? '', /^urn:oid:2\.25\.\d+$/)
  })

  test('MHD-106-04: its bytes come back as they were sent, with hash and size of them', async () => {
    const bytes = aCda(someone())
    await known(bytes)
    const document = await documentOf(await generate(bytes))
    const { url = '', hash, size, contentType } = document.content?.[0]?.attachment ?? {}
    const answer = await server().get(url)
    assert.ok(answer.bytes.equals(Buffer.from(bytes)))
    const sha1 = createHash('sha1').update(bytes).digest('base64')
    assert.deepEqual(
      [hash, size, contentType, answer.headers['content-type']],
      [sha1, bytes.length, 'text/xml', 'text/xml'],
    )
  })

  test('MHD-106-01 P-27: in XML as in JSON', async () => {
    const bytes = aCda(someone())
    await known(bytes)
    const headers = { 'content-type': 'application/fhir+xml', accept: 'application/fhir+xml' }
    const answer = await server().post(ADDRESS, toXml(JSON.parse(JSON.stringify(requestOf(bytes)))), headers)
    assert.equal(answer.status, 200, answer.text)
    const reference = /<reference value="([^"]*)"\/>/.exec(answer.text)?.[1] ?? ''
    const again = await documentOf(await generate(bytes))
    assert.equal(reference, `DocumentReference/${again.id}`)
  })

  test('MHD-106-05: sent again it is found, and nothing is stored twice', async () => {
    const bytes = aCda(someone())
    await known(bytes)
    const first = await documentOf(await generate(bytes))
    const state = await server().counts()
    const again = await documentOf(await generate(bytes))
    assert.deepEqual([again, await server().counts()], [first, state])
    const answers = await Promise.all([1, 2, 3].map(() => generate(bytes)))
    for (const answer of answers) assert.equal((await documentOf(answer)).id, first.id)
  })

  test('MHD-106-07 MHD-106-05: document and submission set hold to their comprehensive profiles', async () => {
    const bytes = aCda(someone())
    await known(bytes)
    const document = await documentOf(await generate(bytes))
    const [set] = await setsOf(document)
    for (const resource of [document, set]) {
      assert.match(resource?.meta?.profile?.[0] ?? '', /comprehensive/)
      const outcome = (await server().post(`${resource?.resourceType}/$validate`, resource)).resource(
        'OperationOutcome',
      )
      const errors = outcome.issue?.filter(({ severity }) => severity === 'error' || severity === 'fatal')
      assert.deepEqual(errors, [])
    }
  })

  test('MHD-106-04: under every name of XML, and for the patient whom the sender names', async () => {
    for (const contentType of ['application/xml', 'application/hl7-cda+xml', 'text/xml; charset=utf-8']) {
      const bytes = aCda(someone())
      const securityContext = { reference: `Patient/${await known(bytes)}` }
      await documentOf(await generate(bytes, contentType, { securityContext }))
    }
  })

  test('MHD-106-10: the CapabilityStatement says that the operation exists', async () => {
    const { rest } = (await server().get('metadata')).resource('CapabilityStatement')
    const declared = rest?.[0]?.resource?.find(({ type }) => type === 'DocumentReference')?.operation
    assert.equal(
      declared?.find(({ name }) => name === 'generate-metadata')?.definition,
      'https://profiles.ihe.net/ITI/MHD/OperationDefinition/generate-metadata',
    )
  })
})

describe('what is refused, with nothing stored', () => {
  const binary = (more: object): Parameters => ({
    resourceType: 'Parameters',
    parameter: [{ name: 'document', resource: { resourceType: 'Binary', contentType: 'text/xml', ...more } }],
  })
  const fhirDocument: Bundle = {
    resourceType: 'Bundle',
    type: 'document',
    identifier: { system: 'urn:ietf:rfc:3986', value: uniqueOid() },
    timestamp: '2026-03-01T10:00:00.000Z',
    entry: [
      {
        fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0',
        resource: {
          resourceType: 'Composition',
          status: 'final',
          type: { text: 'x' },
          date: '2026-03-01',
          author: [{ display: 'x' }],
          title: 'x',
        },
      },
    ],
  }
  const asDocument = (resource: Resource): Parameters => ({
    resourceType: 'Parameters',
    parameter: [{ name: 'document', resource }],
  })
  const text = (value: string) => Buffer.from(value).toString('base64')
  const cda = Buffer.from(aCda(someone()))
  const changed = (from: string | RegExp, to: string) => text(cda.toString().replace(from, to))
  const rows: readonly [ids: string, body: object, status: number, key: string][] = [
    ['MHD-106-02: a FHIR document', asDocument(fhirDocument), 422, 'document.fhir-document'],
    [
      'MHD-106-02: a FHIR document in a Binary',
      binary({ contentType: 'application/fhir+json', data: text(JSON.stringify(fhirDocument)) }),
      422,
      'document.fhir-document',
    ],
    ['MHD-106-02: another resource', asDocument(aPatient().build()), 422, 'document.not-structured'],
    ['MHD-106-02: no document', { resourceType: 'Parameters' }, 400, 'operation.parameter-missing'],
    [
      'MHD-106-02: two documents',
      {
        resourceType: 'Parameters',
        parameter: [...(requestOf(cda).parameter ?? []), ...(requestOf(cda).parameter ?? [])],
      },
      400,
      'operation.parameter-repeated',
    ],
    [
      'MHD-106-02: a parameter more',
      {
        resourceType: 'Parameters',
        parameter: [...(requestOf(cda).parameter ?? []), { name: 'other', valueString: 'x' }],
      },
      400,
      'operation.parameter-unknown',
    ],
    [
      'MHD-106-02: a value in the place of a resource',
      { resourceType: 'Parameters', parameter: [{ name: 'document', valueString: 'x' }] },
      400,
      'operation.parameter-type',
    ],
    [
      'MHD-106-02: a bare Binary',
      { resourceType: 'Binary', contentType: 'text/xml', data: text('<a/>') },
      400,
      'operation.body',
    ],
    ['MHD-106-03: a Binary without bytes', binary({}), 422, 'document.not-structured'],
    [
      'MHD-106-03: a PDF',
      binary({ contentType: 'application/pdf', data: text('%PDF-1.7') }),
      422,
      'document.not-structured',
    ],
    [
      'MHD-106-03: a text',
      binary({ contentType: 'text/plain', data: 'SGVsbG8gV29ybGQ=' }),
      422,
      'document.not-structured',
    ],
    ['MHD-106-03: XML that is none', binary({ data: text('<ClinicalDocument') }), 422, 'cda.not-xml'],
    ['MHD-106-03: XML that is no CDA', binary({ data: text('<html/>') }), 422, 'cda.not-cda'],
    ['MHD-106-03: a DOCTYPE', binary({ data: text('<!DOCTYPE x><x/>') }), 422, 'cda.doctype'],
    [
      'MHD-106-03: a CDA without date',
      binary({ data: changed(/<effectiveTime value="[^"]*"\/>/, '') }),
      422,
      'cda.missing',
    ],
    [
      'MHD-106-03: a CDA of no known type',
      binary({ data: changed('code="34794-8"', 'code="99999-9"') }),
      422,
      'cda.type-unknown',
    ],
    [
      'MHD-106-03: a CDA of a type in another system',
      binary({ data: changed(/<code code="34794-8" codeSystem="[^"]*"/, '<code code="34794-8" codeSystem="1.2.3"') }),
      422,
      'cda.type-unknown',
    ],
  ]
  for (const [id, body, status, key] of rows) {
    const [ids, story] = id.split(': ')
    test(`${ids} MHD-106-09: ${story}: ${status} ${key}`, async () => {
      await refused(() => server().post(ADDRESS, body), status, key)
    })
  }

  test('MHD-106-09: a patient whom nobody has registered: 422', async () => {
    await refused(() => generate(aCda(someone())), 422, 'patient.unknown')
  })

  test('MHD-106-09: the INS of somebody with another name: 409, and the trait is told', async () => {
    const person = someone()
    await known(aCda(person))
    const issue = await refused(() => generate(aCda({ ...person, family: 'AUTRE' })), 409, 'identity.conflict')
    assert.match(issue.details?.text ?? '', /birthFamily/)
    assert.doesNotMatch(issue.details?.text ?? '', /AUTRE/)
  })

  test('MHD-106-09: the INS of one patient and the hospital number of another: 422', async () => {
    const [one, other] = [someone(), someone()]
    await known(aCda(one))
    await known(aCda(other))
    await refused(() => generate(aCda({ ...one, ipp: other.ipp ?? null })), 422, 'patient.several')
  })

  test('MHD-106-05: the record of the patient stays as it is: a document teaches no new number', async () => {
    const person = someone()
    const id = await known(aCda(person))
    const before = (await server().record.dcc.store.patient(id))?.text
    await documentOf(await generate(aCda({ ...person, ipp: `${person.ipp}-B` })))
    assert.equal((await server().record.dcc.store.patient(id))?.text, before)
  })

  test('MHD-106-09: a document of somebody else than the sender says: 422, sent again too', async () => {
    const [bytes, other] = [aCda(someone()), aCda(someone())]
    const stranger = { securityContext: { reference: `Patient/${await known(other)}` } }
    await known(bytes)
    await refused(() => generate(bytes, 'text/xml', stranger), 422, 'patient.several')
    await documentOf(await generate(bytes))
    await refused(() => generate(bytes, 'text/xml', stranger), 422, 'patient.several')
  })

  test('MHD-106-09: other bytes under a unique id that is taken: 409, naming the document', async () => {
    const values = { ...someone(), id: uniqueOid().slice('urn:oid:'.length) }
    await known(aCda(values))
    const document = await documentOf(await generate(aCda(values)))
    const issue = await refused(() => generate(aCda({ ...values, body: 'autre' })), 409, 'document.duplicate')
    assert.ok(issue.details?.text?.includes(`DocumentReference/${document.id}`))
  })

  test('MHD-106-02: a GET: 405', async () => {
    assertRefused(await server().get(ADDRESS), 405, 'http.method')
  })
})

describe('the documents of the national agency', needsOfficial, () => {
  const expected =
    needsOfficial.skip === undefined ? officialJson<Record<string, Expected>>('cda/expected-metadata.json') : {}
  before(async () => {
    // All of them first: a report that is no cancer care is hidden until its patient has a document that is.
    for (const { path } of officialCdaFiles()) {
      const bytes = officialBytes(path)
      // By INS only: the samples give the same hospital number to several people.
      await known(bytes, false)
      assert.equal((await generate(bytes)).status, 200)
    }
  })
  for (const { name, path } of officialCdaFiles()) {
    test(`MHD-106-03 MHD-106-05: ${name}: the metadata are those expected`, async () => {
      const bytes = officialBytes(path)
      const document = await documentOf(await generate(bytes, expected[name]?.mimeType))
      const state = await server().record.dcc.store.document(document.id ?? '')
      const { events, ...metadata } = metadataOf(document, state?.versionNumber)
      const { events: wantedEvents, ...wantedMetadata } = wanted(expected[name])
      assert.deepEqual(metadata, wantedMetadata)
      const aspects = translations(Buffer.from(bytes).toString())
      assert.deepEqual(
        events.filter((event) => wantedEvents.includes(event) || !aspects.has(event.split('|')[1] ?? '')),
        wantedEvents,
      )
      assert.equal((await setsOf(document)).length, 1)
      const answer = await server().get(document.content?.[0]?.attachment?.url ?? '')
      assert.ok(answer.bytes.equals(Buffer.from(bytes)))
    })
  }
})
