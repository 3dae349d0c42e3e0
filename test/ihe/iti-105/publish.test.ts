import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import type { DocumentReference } from '@medplum/fhirtypes'
import { toXml } from '../../../src/fhir/xml/to-xml.ts'
import { needsOfficial, officialJson } from '../../french/official.ts'
import {
  aBatch,
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  creating,
  INS_TEST,
  type PatientBuilder,
  uniqueOid,
} from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { sharedServer } from '../../support/server.ts'
import { attachmentOf, errorsOf, published, register, setsOf, simplified } from './documents.ts'

/** ITI-105 Simplified Publish, PDSm flows 09 and 10 (reference/ihe.md 2.8, documents-fr.md 1.3). */
const lenient = sharedServer()
const JSON_XML = [
  ['JSON', undefined],
  ['XML', 'application/fhir+xml'],
] as const

describe('a document that is published alone', () => {
  for (const [format, type] of JSON_XML) {
    test(`MHD-105-01 MHD-105-05 PDSM-60 P-27: in ${format}: 201, its address and the document as created`, async () => {
      const server = lenient()
      const sent = simplified(await register(server))
      const body = type === undefined ? sent : toXml(JSON.parse(JSON.stringify(sent)))
      const headers = type === undefined ? {} : { 'content-type': type, accept: type }
      const answer = await server.post('DocumentReference', body, headers)
      assert.equal(answer.status, 201, answer.text)
      assert.equal(answer.headers['content-type']?.split(';')[0], type ?? 'application/fhir+json')
      const [, id = ''] = /\/fhir\/DocumentReference\/([^/]+)\/_history\/1$/.exec(answer.headers.location ?? '') ?? []
      assert.equal(answer.headers.etag, 'W/"1"')
      const stored = (await server.get(`DocumentReference/${id}`)).resource('DocumentReference')
      if (type === undefined) assert.deepEqual(answer.json(), stored)
      else assert.equal(answer.text, (await server.get(`DocumentReference/${id}`, { accept: type })).text)
      assert.equal(stored.meta?.versionId, '1')
      assert.ok(stored.meta?.lastUpdated !== undefined)
    })
  }

  test('MHD-105-03 PDSM-61 P-01: its bytes are a Binary, at an absolute address; they are gone from the entry', async () => {
    const server = lenient()
    const content = aContent()
    const sent = aDocument(await register(server)).inline(content)
    const stored = published(await server.post('DocumentReference', sent.build(), { host: 'evil.example' }))
    const { url = '', data } = attachmentOf(stored)
    assert.equal(data, undefined)
    assert.match(url, /^https:\/\/dcc\.example\.test\/fhir\/Binary\/[^/]+$/)
    const answer = await server.get(url)
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'application/pdf'])
    assert.ok(answer.bytes.equals(content.bytes))
  })

  test('MHD-105-03: also when its bytes are many', async () => {
    const server = lenient()
    const content = aContent(Buffer.alloc(300_000, 'dcc'))
    const document = published(
      await server.post(
        'DocumentReference',
        aDocument(await register(server))
          .inline(content)
          .build(),
      ),
    )
    assert.ok((await server.get(attachmentOf(document).url ?? '')).bytes.equals(content.bytes))
    assert.equal((await setsOf(server, document)).length, 1)
  })

  test('PDSM-63 P-21: size and hash are filled in when they do not come', async () => {
    const server = lenient()
    const content = aContent()
    const { size: _size, hash: _hash, ...attachment } = attachmentOf(aDocument('Patient/x').inline(content).build())
    const sent = simplified(await register(server), { content: [{ attachment }] })
    const { size, hash } = attachmentOf(published(await server.post('DocumentReference', sent)))
    const sha1 = createHash('sha1').update(content.bytes).digest('base64')
    assert.deepEqual([size, hash], [content.size, sha1])
  })

  test('MHD-105-04: a submission set is derived from it, found by ITI-66 and valid by its profile', async () => {
    const server = lenient()
    const subject = await register(server)
    const document = published(await server.post('DocumentReference', simplified(subject)))
    const [set, ...others] = await setsOf(server, document)
    assert.ok(set !== undefined && others.length === 0)
    const value = (url: string) => set.extension?.find((extension) => extension.url?.endsWith(url))
    assert.equal(set.subject?.reference, subject)
    assert.deepEqual([set.status, set.mode, set.title], ['current', 'working', attachmentOf(document).title])
    assert.match(set.identifier?.find(({ use }) => use === 'usual')?.value ?? '', /^urn:oid:2\.25\.\d+$/)
    assert.match(set.identifier?.find(({ use }) => use === 'official')?.value ?? '', /^urn:uuid:/)
    assert.match(value('ihe-sourceId')?.valueIdentifier?.value ?? '', /^urn:oid:1\.2\.250\.1\.71\.4\.2\.2\.1\d{9}$/)
    assert.ok(value('ihe-designationType')?.valueCodeableConcept?.coding?.[0]?.code !== undefined)
    assert.equal(set.date, document.meta?.lastUpdated)
    assert.deepEqual(set.source, { reference: '#auteur' })
    const outcome = (await server.post('List/$validate', set)).resource('OperationOutcome')
    assert.deepEqual(errorsOf(outcome), [])
    const bySource = `List?patient=${subject}&code=submissionset&source.family=medecin-fictif&status=current`
    assert.equal((await server.get(bySource)).resource('Bundle').total, 1)
  })

  test('MHD-105-10: document, content and submission set come together, and the gateway is told', async () => {
    const server = lenient()
    const sent = simplified(await register(server))
    const before = await server.counts()
    published(await server.post('DocumentReference', sent))
    const after = await server.counts()
    const grown = ['document', 'content', 'list', 'outbox'].map((table) => (after[table] ?? 0) - (before[table] ?? 0))
    assert.deepEqual(grown, [1, 1, 1, 2])
  })

  test('P-09: the server gives it an entryUUID, and keeps one that comes', async () => {
    const server = lenient()
    const subject = await register(server)
    const ids = ({ identifier }: DocumentReference) => identifier?.map(({ use, value }) => `${use} ${value}`)
    const given = published(await server.post('DocumentReference', simplified(subject)))
    assert.match(ids(given)?.join() ?? '', /^official urn:uuid:[0-9a-f-]{36}$/)
    const sent = aDocument(subject).inline(aContent()).build()
    assert.deepEqual(ids(published(await server.post('DocumentReference', sent))), ids(sent))
    const byEntryUuid = new URLSearchParams({ identifier: `urn:ietf:rfc:3986|${given.identifier?.[0]?.value}` })
    assert.equal((await server.get(`DocumentReference?${byEntryUuid}`)).resource('Bundle').total, 1)
  })

  const subjects: readonly [
    id: string,
    of: (patient: string, person: PatientBuilder) => DocumentReference['subject'],
  ][] = [
    ['by reference', (reference) => ({ reference })],
    ['by the absolute address', (patient) => ({ reference: `https://dcc.example.test/fhir/${patient}` })],
    ['by INS', (_, { ins }) => ({ identifier: { system: INS_TEST, value: ins } })],
    ['by both', (reference, { ins }) => ({ reference, identifier: { system: INS_TEST, value: ins } })],
    ['by a search, as the DMP writes it', (_, { ins }) => ({ reference: `Patient?identifier=${INS_TEST}|${ins}` })],
  ]
  for (const [id, of] of subjects) {
    test(`MHD-105-09: of a patient who is named ${id}`, async () => {
      const server = lenient()
      const person = aPatient().qualified()
      const patient = await register(server, person)
      const subject = of(patient, person)
      assert.ok(subject !== undefined)
      const document = published(await server.post('DocumentReference', simplified(patient, { subject })))
      assert.equal(document.subject?.reference, patient)
    })
  }

  test('PDSM-64 P-06: what it replaces is superseded, by the server itself; only once', async () => {
    const server = lenient()
    const subject = await register(server)
    const old = published(await server.post('DocumentReference', simplified(subject)))
    const replacing = () => ({
      relatesTo: [{ code: 'replaces' as const, target: { reference: `DocumentReference/${old.id}` } }],
    })
    const successor = published(await server.post('DocumentReference', simplified(subject, replacing())))
    assert.deepEqual(
      [successor.status, (await server.get(`DocumentReference/${old.id}`)).resource('DocumentReference').status],
      ['current', 'superseded'],
    )
    const third = await server.post('DocumentReference', simplified(subject, replacing()))
    const issue = assertRefused(third, 409, 'document.replaced-not-current')
    assert.equal(issue.details?.coding?.[1]?.code, 'XDSReplaceFailed')
  })

  for (const code of ['transforms', 'appends', 'signs'] as const) {
    test(`MHD-105-08: a document that ${code} another keeps that relation: none is unsupported`, async () => {
      const server = lenient()
      const subject = await register(server)
      const { id } = published(await server.post('DocumentReference', simplified(subject)))
      const relatesTo = [{ code, target: { reference: `DocumentReference/${id}` } }]
      const document = published(await server.post('DocumentReference', simplified(subject, { relatesTo })))
      assert.deepEqual(document.relatesTo, relatesTo)
      const query = `DocumentReference?patient=${subject}&relatesto=DocumentReference/${id}&relation=${code}`
      assert.equal((await server.get(query)).resource('Bundle').total, 1)
    })
  }

  test('MHD-105-12: the CapabilityStatement says that document references can be created', async () => {
    const { rest } = (await lenient().get('metadata')).resource('CapabilityStatement')
    const { interaction } = rest?.[0]?.resource?.find(({ type }) => type === 'DocumentReference') ?? {}
    assert.ok(interaction?.some(({ code }) => code === 'create'))
  })

  test('MHD-105-10: in a batch as alone', async () => {
    const server = lenient()
    const entry = creating(simplified(await register(server)))
    const answer = (await server.post('/fhir', aBatch(entry))).resource('Bundle')
    assert.equal(answer.entry?.[0]?.response?.status, '201 Created')
    const id = answer.entry?.[0]?.response?.location?.split('/').at(-3) ?? ''
    assert.equal((await setsOf(server, { resourceType: 'DocumentReference', id } as DocumentReference)).length, 1)
  })
})

describe('the examples of the guides', needsOfficial, () => {
  const EXAMPLES = [
    'ihe/mhd/examples/DocumentReference-ex-DocumentReferenceSimplifiedPublish.json',
    'pdsm/pdsm4dmp-0.1.0-ci/DocumentReference-example-td2-iti105-publication-simplifiee.json',
  ]
  for (const example of EXAMPLES) {
    test(`MHD-105-02 PDSM-60: ${example.split('/').at(-1)} is published, of a patient and a hospital that are known here`, async () => {
      const server = lenient()
      const { id: _id, context: _encounter, ...sent } = officialJson<DocumentReference>(example)
      const masterIdentifier = { ...sent.masterIdentifier, value: uniqueOid() }
      const subject = { reference: await register(server) }
      const hospital = await server.create(anOrganization())
      const custodian = { reference: `Organization/${hospital.id}` }
      const { identifier: _same, ...own } = { ...sent, masterIdentifier, subject, custodian }
      const document = published(await server.post('DocumentReference', own))
      assert.equal((await setsOf(server, document)).length, 1)
    })
  }

  test('MHD-105-06: the one of PDSm announces a size and a hash that are not those of its bytes', async () => {
    const server = lenient()
    const sent = officialJson<DocumentReference>('pdsm/ci-2026-06-30/DocumentReference-PDSmSimplifiedExample.json')
    const { id: _id, text: _text, ...example } = sent
    const own = { ...example, subject: { reference: await register(server) } }
    assertRefused(await server.post('DocumentReference', own), 422, 'document.content-mismatch')
  })
})
