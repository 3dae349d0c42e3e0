import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Bundle, Patient, Resource } from '@medplum/fhirtypes'
import { DOMParser } from '@xmldom/xmldom'
import {
  aContent,
  aDocument,
  aPatient,
  aProvideBundle,
  INS_TEST,
  IPP,
  type PatientBuilder,
  uniqueOid,
} from '../support/builders.ts'
import { aCda, anIns } from '../support/cda-samples.ts'
import { type Answer, linkOf, resourcesOf } from '../support/client.ts'
import { sharedServer } from '../support/server.ts'

/** ITI TF-2 Appendix Z: what every mobile transaction shares (reference/ihe.md section 1). */
const server = sharedServer()
const FHIR = 'http://hl7.org/fhir'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** The name of the root element of an answer, read by a parser that is not ours. */
function rootOf(answer: Answer): string {
  const root = new DOMParser().parseFromString(answer.text, 'text/xml').documentElement
  assert.equal(root?.namespaceURI, FHIR)
  return root?.localName ?? ''
}

const isXml = (answer: Answer) => /^application\/fhir\+xml/.test(answer.headers['content-type'] ?? '')
const isJson = (answer: Answer) => /^application\/fhir\+json/.test(answer.headers['content-type'] ?? '')

const registered = async (person: PatientBuilder = aPatient()): Promise<Patient & { id: string }> =>
  server().create(person.build())

const found = async (query: string): Promise<Bundle> => (await server().get(query)).resource('Bundle')

describe('both formats, as asked for', () => {
  const XML_PATIENT = `<Patient xmlns="${FHIR}"><active value="true"/><name><use value="official"/><family value="TESTFICTIF"/><given value="ZOE"/></name><gender value="female"/><birthDate value="1970-01-15"/></Patient>`

  test('Z-01 P-27: a resource that comes in XML is answered, read and found in XML as in JSON', async () => {
    const xml = { 'content-type': 'application/fhir+xml', accept: 'application/fhir+xml' }
    const created = await server().post('Patient', XML_PATIENT, xml)
    assert.equal(created.status, 201, created.text)
    assert.deepEqual([isXml(created), rootOf(created)], [true, 'Patient'])
    const address = (created.headers.location ?? '').replace(/\/_history\/.*/, '')
    const read = await server().get(address, { accept: 'application/fhir+xml' })
    assert.deepEqual([read.status, isXml(read), rootOf(read)], [200, true, 'Patient'])
    const same = (await server().get(address)).resource('Patient')
    assert.deepEqual(same.name?.[0]?.given, ['ZOE'])
    const searched = await server().post('Patient/_search', `_id=${same.id}`, {
      ...FORM,
      accept: 'application/fhir+xml',
    })
    assert.deepEqual([searched.status, isXml(searched), rootOf(searched)], [200, true, 'Bundle'])
  })

  test('Z-01 P-27: every interaction that answers a resource answers it in XML', async () => {
    const patient = await registered()
    const document = await server().create(aDocument(`Patient/${patient.id}`).inline(aContent()).build())
    for (const [path, root] of [
      ['metadata', 'CapabilityStatement'],
      [`DocumentReference/${document.id}`, 'DocumentReference'],
      [`DocumentReference/${document.id}/_history/1`, 'DocumentReference'],
      [`DocumentReference/${document.id}/_history`, 'Bundle'],
      [`DocumentReference?patient=${patient.id}&status=current`, 'Bundle'],
      [`List?patient=${patient.id}&code=submissionset`, 'Bundle'],
      ['Patient/unknown', 'OperationOutcome'],
      ['Patient?birthdate=never', 'OperationOutcome'],
    ] as const) {
      const answer = await server().get(path, { accept: 'application/fhir+xml' })
      assert.deepEqual([isXml(answer), rootOf(answer)], [true, root], path)
    }
  })

  test('Z-02: Accept chooses; _format chooses over it, in every form', async () => {
    const { id } = await registered()
    for (const [format, accept, expected] of [
      [undefined, 'application/fhir+xml', 'xml'],
      [undefined, 'application/fhir+json', 'json'],
      ['json', 'application/fhir+xml', 'json'],
      ['xml', 'application/fhir+json', 'xml'],
      ['application/fhir+xml', 'application/fhir+json', 'xml'],
      ['application/fhir+json', undefined, 'json'],
      ['xml', undefined, 'xml'],
      ['text/xml', undefined, 'xml'],
    ] as const) {
      const query = format === undefined ? '' : `?_format=${encodeURIComponent(format)}`
      for (const path of [`Patient/${id}${query}`, `Patient${query === '' ? '?' : `${query}&`}_id=${id}`]) {
        const answer = await server().get(path, { accept })
        assert.equal(expected === 'xml' ? isXml(answer) : isJson(answer), true, `${path} ${accept}`)
      }
    }
  })

  test('Z-02: _format in a posted form chooses too', async () => {
    const answer = await server().post('Patient/_search', '_id=none&_format=xml', {
      ...FORM,
      accept: 'application/json',
    })
    assert.deepEqual([answer.status, isXml(answer)], [200, true])
    const unknown = await server().post('Patient/_search', '_id=none&_format=text/csv', FORM)
    assert.equal(unknown.status, 406)
    const byUrl = await server().post('Patient/_search?_format=json', '_id=none&_format=xml', FORM)
    assert.deepEqual([byUrl.status, isJson(byUrl)], [200, true])
  })
})

test('Z-03: the CapabilityStatement is at /metadata, for anybody, in both formats', async () => {
  const json = await server().get('metadata')
  assert.equal(json.status, 200)
  const { kind, fhirVersion, format, rest } = json.resource('CapabilityStatement')
  assert.deepEqual([kind, fhirVersion, rest?.[0]?.mode], ['instance', '4.0.1', 'server'])
  assert.deepEqual(format, ['application/fhir+json', 'application/fhir+xml'])
  assert.equal(rootOf(await server().get('metadata?_format=xml')), 'CapabilityStatement')
})

test('Z-04: whatever is refused has an error status and an OperationOutcome', async () => {
  const json = { 'content-type': 'application/fhir+json' }
  const patient = await registered()
  const stranger = await registered()
  const twoPatients = aProvideBundle(`Patient/${patient.id}`)
  const [list] = twoPatients.entry ?? []
  assert.ok(list?.resource?.resourceType === 'List')
  list.resource.subject = { reference: `Patient/${stranger.id}` }
  const attempts: [string, Promise<Answer>][] = [
    ['an unknown resource', server().get('Patient/unknown')],
    ['an unknown type', server().get('Nothing/1')],
    ['a value that no parameter takes', server().get('DocumentReference?date=never')],
    ['no JSON', server().post('Patient', '{', json)],
    ['another type', server().post('Patient', { resourceType: 'List' })],
    ['a media type of nobody', server().post('Patient', 'x', { 'content-type': 'text/csv' })],
    ['a format of nobody', server().get('Patient?_id=1', { accept: 'text/csv' })],
    [
      'a document of nobody',
      server().post('DocumentReference', aDocument('Patient/unknown').inline(aContent()).build()),
    ],
    ['a submission of two patients', server().post('', twoPatients)],
    ['an update of nothing', server().put('Patient/unknown', { ...aPatient().build(), id: 'unknown' })],
    ['an interaction that does not exist', server().delete('Patient')],
  ]
  for (const [name, attempt] of attempts) {
    const answer = await attempt
    assert.ok(answer.status >= 400 && answer.status < 500, `${name}: ${answer.status}`)
    const [issue] = answer.resource('OperationOutcome').issue ?? []
    assert.match(issue?.severity ?? '', /^(error|fatal)$/, name)
    assert.ok(issue?.code !== undefined, name)
  }
})

/** Every Identifier in a resource: what has a value and no other sign of being another type. */
function identifiersIn(value: unknown, inIdentifier = false): { system?: unknown; value?: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((item) => identifiersIn(item, inIdentifier))
  if (typeof value !== 'object' || value === null) return []
  const own = inIdentifier ? [value] : []
  return [
    ...own,
    ...Object.entries(value).flatMap(([name, child]) =>
      identifiersIn(child, ['identifier', 'masterIdentifier', 'valueIdentifier'].includes(name)),
    ),
  ]
}

test('Z-05: identifiers go out with system and value; globally unique ones under urn:ietf:rfc:3986', async () => {
  const person = aPatient().qualified()
  const patient = await registered(person)
  const answer = await server().post('', aProvideBundle(`Patient/${patient.id}`))
  assert.equal(answer.status, 200, answer.text)
  const out: Resource[] = []
  for (const query of [
    `Patient?_id=${patient.id}`,
    `DocumentReference?patient=${patient.id}`,
    `List?patient=${patient.id}`,
  ])
    out.push(...resourcesOf(await found(query)))
  assert.deepEqual([...new Set(out.map(({ resourceType }) => resourceType))], ['Patient', 'DocumentReference', 'List'])
  const identifiers = identifiersIn(out)
  assert.ok(identifiers.length >= 6, String(identifiers.length))
  for (const { system, value } of identifiers) {
    assert.ok(typeof system === 'string' && typeof value === 'string', JSON.stringify({ system, value }))
    if (/^urn:(oid|uuid):/.test(value)) assert.equal(system, 'urn:ietf:rfc:3986')
    else assert.match(system, /^(urn:oid:|https?:)/)
  }
})

test('Z-05 Z-06: ids of a CDA document, root alone or root and extension, become identifiers by the rules', async () => {
  const { value, born } = anIns(7301)
  const id = uniqueOid().slice('urn:oid:'.length)
  const cda = aCda({ id, ins: { value }, born, ipp: 'IPP-Z-6' })
  const person = aPatient()
    .born(`${born.slice(0, 4)}-${born.slice(4, 6)}-${born.slice(6)}`)
    .named('TESTFICTIF', 'LUCIE')
  const given = [
    {
      system: INS_TEST,
      value,
      use: 'official' as const,
      type: { coding: [{ system: 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', code: 'INS-NIR-TEST' }] },
    },
    { system: 'urn:oid:1.2.250.1.999.77.1', value: 'IPP-Z-6' },
  ]
  const known = await registered(person.qualified().with({ identifier: given }))
  const generated = await server().post('DocumentReference/$generate-metadata', {
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'document',
        resource: { resourceType: 'Binary', contentType: 'text/xml', data: Buffer.from(cda).toString('base64') },
      },
    ],
  })
  assert.equal(generated.status, 200, generated.text)
  const [document, ...others] = resourcesOf(await found(`DocumentReference?patient=${known.id}`))
  assert.ok(document?.resourceType === 'DocumentReference' && others.length === 0)
  // A root alone is a value of its own; a root with an extension is the system of the extension.
  const { system, value: unique } = document.masterIdentifier ?? {}
  assert.deepEqual([system, unique], ['urn:ietf:rfc:3986', `urn:oid:${id}`])
  const related = document.context?.related?.map(({ identifier }) => identifier)
  assert.deepEqual(
    related?.map((identifier) => [identifier?.type?.coding?.[0], identifier?.system, identifier?.value]),
    [
      [{ system: 'urn:ietf:rfc:3986', code: 'urn:ihe:iti:xds:2013:order' }, 'urn:oid:1.2.250.1.999.8', 'ORD-1'],
      [{ system: 'urn:ietf:rfc:3986', code: 'urn:ihe:iti:xds:2013:accession' }, 'urn:oid:1.2.250.1.999.9', 'ACC-1'],
    ],
  )
  const byCxi = await found('DocumentReference?related:identifier=urn:oid:1.2.250.1.999.9%7CACC-1')
  assert.deepEqual(
    resourcesOf(byCxi).map(({ id: found }) => found),
    [document.id],
  )
})

test('Z-08: text without case and accents, from its beginning; codes exactly', async () => {
  const person = aPatient().named('ÉLÉONORE-ZACHÈRE', 'Chloé')
  const { id } = await registered(person)
  const matches = async (query: string) => resourcesOf(await found(`Patient?_id=${id}&${query}`)).length
  for (const family of ['eleonore', 'ELEO', 'Éléonore-zachère', 'éléonore-zachere'])
    assert.equal(await matches(`family=${encodeURIComponent(family)}`), 1, family)
  assert.equal(await matches('family=nore'), 0)
  assert.equal(await matches('given=chloe'), 1)
  const exactly = (value: string) => matches(`identifier=${encodeURIComponent(`${IPP}|${value}`)}`)
  assert.equal(await exactly(person.ipp), 1)
  assert.equal(await exactly(person.ipp.slice(0, -1)), 0)
  assert.equal(await exactly(person.ipp.toLowerCase()), 0)
})

test('Z-09: what a profile marks as must-support is refused neither when it is there nor when it is not', async () => {
  const patient = await registered()
  const full = aDocument(`Patient/${patient.id}`)
    .inline(aContent())
    .with({ meta: { profile: [] }, description: 'Commentaire', language: 'fr' })
    .build()
  const { description: _description, authenticator: _authenticator, ...less } = full
  const { meta: _meta, ...bare } = less
  const other = { ...bare, masterIdentifier: { ...full.masterIdentifier, value: uniqueOid() }, identifier: [] }
  const { meta: _none, identifier: _identifier, ...withEverything } = full
  for (const resource of [withEverything, (({ identifier: _gone, ...rest }) => rest)(other)]) {
    const answer = await server().post('DocumentReference', resource)
    assert.equal(answer.status, 201, answer.text)
  }
  const { telecom: _telecom, ...silent } = aPatient().build()
  assert.equal((await server().post('Patient', silent)).status, 201)
})

test('Z-10: a search by identity can be posted, and neither form leaves it in the log', async () => {
  const person = aPatient().qualified()
  await registered(person)
  const asked = `identifier=${encodeURIComponent(`${INS_TEST}|${person.ins}`)}`
  const [byGet, byPost] = [await server().get(`Patient?${asked}`), await server().post('Patient/_search', asked, FORM)]
  assert.deepEqual(
    [byGet, byPost].map((answer) => answer.resource('Bundle').total),
    [1, 1],
  )
  const documents = await server().post('DocumentReference/_search', `patient.${asked}&status=current`, FORM)
  assert.equal(documents.status, 200)
  const logged = server().logs.join('\n')
  assert.ok(!logged.includes(person.ins) && !logged.includes(encodeURIComponent(person.ins)))
  assert.ok(!(await server().get('/metrics')).text.includes(person.ins))
})

test('Z-11: unknown parameters are ignored and missing from the self link, or refused in strict handling', async () => {
  for (const [type, known] of [
    ['Patient', 'family=x'],
    ['DocumentReference', 'status=current'],
    ['List', 'code=submissionset'],
  ] as const) {
    const lenient = await server().get(`${type}?${known}&sans-objet=1`)
    assert.equal(lenient.status, 200)
    const self = new URL(linkOf(lenient.resource('Bundle'), 'self') ?? '')
    assert.deepEqual([...self.searchParams.keys()], [known.split('=')[0]])
    const strict = await server().get(`${type}?${known}&sans-objet=1`, { prefer: 'handling=strict' })
    assert.equal(strict.status, 400)
    assert.equal(strict.resource('OperationOutcome').issue?.[0]?.severity, 'error')
  }
})
