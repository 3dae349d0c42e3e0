import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Attachment, DocumentReference, List, OperationOutcome } from '@medplum/fhirtypes'
import { toXml } from '../../src/fhir/xml/to-xml.ts'
import { submissionSetOfDocument } from '../../src/ihe/iti-105-set.ts'
import { needsOfficial, officialJson } from '../french/official.ts'
import { PDSM } from '../support/builders/urls.ts'
import {
  aBatch,
  aContent,
  aDocument,
  aPatient,
  creating,
  type DocumentBuilder,
  INS_TEST,
  type PatientBuilder,
  uniqueOid,
} from '../support/builders.ts'
import { type Answer, assertRefused } from '../support/client.ts'
import { sharedServer, type TestServer } from '../support/server.ts'

/** ITI-105 Simplified Publish, PDSm flows 09 and 10 (reference/ihe.md 2.8, documents-fr.md 1.3). */
const lenient = sharedServer()
const strict = sharedServer({ config: { validation: 'strict' } })

const MHD_SIMPLIFIED =
  'https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.SimplifiedPublish.DocumentReference'
const PDSM_SIMPLIFIED = `${PDSM}/StructureDefinition/pdsm-simplified-publish`
const JSON_XML = [
  ['JSON', undefined],
  ['XML', 'application/fhir+xml'],
] as const

async function register(server: TestServer, person: PatientBuilder = aPatient().qualified()): Promise<string> {
  return `Patient/${(await server.create(person.build())).id}`
}

/** What PDSm asks of a simplified publish at least. */
function simplified(subject: string, changes: Partial<DocumentReference> = {}): DocumentReference {
  const { meta: _meta, identifier: _ids, ...document } = aDocument(subject).inline(aContent()).build()
  return { ...document, meta: { profile: [PDSM_SIMPLIFIED] }, ...changes }
}

/** The document that an answer of 201 or 200 holds. */
function published(answer: Answer, status = 201): DocumentReference {
  assert.equal(answer.status, status, answer.text)
  return answer.resource('DocumentReference')
}

async function setsOf(server: TestServer, { id }: DocumentReference): Promise<List[]> {
  const bundle = (await server.get(`List?item=DocumentReference/${id}&code=submissionset`)).resource('Bundle')
  return (bundle.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === 'List' ? [resource] : []))
}

const attachmentOf = (document: DocumentReference): Attachment => document.content?.[0]?.attachment ?? {}

/** Rows and files of a server: what a refusal must leave as they were. */
const stateOf = async (server: TestServer) => [await server.counts(), await server.contentFiles()]

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

describe('the same document sent again', () => {
  const again = async (change: (sent: DocumentReference) => DocumentReference) => {
    const server = lenient()
    const sent = simplified(await register(server))
    const first = published(await server.post('DocumentReference', sent))
    const before = await stateOf(server)
    const answer = await server.post('DocumentReference', change(structuredClone(sent)))
    assert.deepEqual(await stateOf(server), before)
    return { first, answer }
  }

  test('MHD-105-10: is found: 200 with what is there, and nothing is stored', async () => {
    const { first, answer } = await again((sent) => sent)
    assert.deepEqual(published(answer, 200), first)
    assert.ok(answer.headers.location?.endsWith(`/DocumentReference/${first.id}/_history/1`))
  })

  const same: readonly [id: string, change: (sent: DocumentReference) => DocumentReference][] = [
    ['without the size and hash that it had', (sent) => attached(sent, { size: undefined, hash: undefined })],
    ['with another profile', (sent) => ({ ...sent, meta: { profile: [MHD_SIMPLIFIED] } })],
  ]
  for (const [id, change] of same) {
    test(`MHD-105-10: ${id}: 200`, async () => {
      const { first, answer } = await again(change)
      assert.equal(published(answer, 200).id, first.id)
    })
  }

  const others: readonly [id: string, xds: string, change: (sent: DocumentReference) => DocumentReference][] = [
    ['with other bytes', 'XDSNonIdenticalHash', (sent) => attached(sent, { ...facts('autre') })],
    ['with another title', 'XDSDuplicateUniqueIdInRegistry', (sent) => attached(sent, { title: 'Autre' })],
    ['with another type', 'XDSDuplicateUniqueIdInRegistry', (sent) => ({ ...sent, type: { text: 'autre' } })],
    [
      'with another label',
      'XDSDuplicateUniqueIdInRegistry',
      (sent) => ({ ...sent, securityLabel: [...(sent.securityLabel ?? []), { text: 'autre' }] }),
    ],
    [
      'with an entryUUID',
      'XDSDuplicateUniqueIdInRegistry',
      (sent) => ({
        ...sent,
        identifier: [
          { use: 'official', system: 'urn:ietf:rfc:3986', value: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0' },
        ],
      }),
    ],
  ]
  for (const [id, xds, change] of others) {
    test(`MHD-105-07: ${id}: 409, naming the document that is there`, async () => {
      const { first, answer } = await again(change)
      const issue = assertRefused(answer, 409, 'document.duplicate')
      assert.match(issue.details?.text ?? '', new RegExp(`DocumentReference/${first.id}`))
      assert.equal(issue.details?.coding?.[1]?.code, xds)
    })
  }

  test('MHD-105-07: of another patient: 409', async () => {
    const server = lenient()
    const sent = simplified(await register(server))
    published(await server.post('DocumentReference', sent))
    const subject = { reference: await register(server) }
    assertRefused(await server.post('DocumentReference', { ...sent, subject }), 409, 'document.duplicate')
  })

  test('MHD-105-07: after it was withdrawn: 409, it does not come back', async () => {
    const server = lenient()
    const sent = simplified(await register(server))
    const { id } = published(await server.post('DocumentReference', sent))
    assert.equal((await server.delete(`DocumentReference/${id}`)).status, 204)
    assertRefused(await server.post('DocumentReference', sent), 409, 'document.duplicate')
  })

  test('MHD-105-10: a replacement sent again answers the same, though its target is superseded by now', async () => {
    const server = lenient()
    const subject = await register(server)
    const old = published(await server.post('DocumentReference', simplified(subject)))
    const target = {
      identifier: { system: old.masterIdentifier?.system ?? '', value: old.masterIdentifier?.value ?? '' },
    }
    const sent = simplified(subject, { relatesTo: [{ code: 'replaces', target }] })
    const first = published(await server.post('DocumentReference', sent))
    assert.deepEqual(published(await server.post('DocumentReference', sent), 200), first)
  })

  test('MHD-105-10: ten times at once it is stored once', async () => {
    const server = lenient()
    const subject = await register(server)
    const sent = simplified(subject)
    const answers = await Promise.all(Array.from({ length: 10 }, () => server.post('DocumentReference', sent)))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array.from({ length: 9 }, () => 200), 201])
    assert.equal(new Set(answers.map((answer) => answer.resource('DocumentReference').id)).size, 1)
    assert.equal((await server.get(`List?patient=${subject}`)).resource('Bundle').total, 1)
  })
})

describe('what is refused, with nothing stored', () => {
  const rows: readonly [
    ids: string,
    change: (sent: DocumentReference) => object,
    status: number,
    key: string,
    xds?: string,
  ][] = [
    [
      'MHD-105-06 PDSM-63: a size that is not that of the bytes',
      (sent) => attached(sent, { size: 1 }),
      422,
      'document.content-mismatch',
      'XDSNonIdenticalHash',
    ],
    [
      'MHD-105-06 PDSM-63: the hash of other bytes',
      (sent) => attached(sent, { hash: '2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }),
      422,
      'document.content-mismatch',
      'XDSNonIdenticalHash',
    ],
    [
      'MHD-105-06 P-21: the hash in hexadecimal, as base64',
      (sent) =>
        attached(sent, {
          hash: Buffer.from(Buffer.from(attachmentOf(sent).hash ?? '', 'base64').toString('hex')).toString('base64'),
        }),
      422,
      'document.content-mismatch',
      'XDSNonIdenticalHash',
    ],
    [
      'MHD-105-02: several contents',
      (sent) => ({ ...sent, content: [...(sent.content ?? []), ...(sent.content ?? [])] }),
      422,
      'document.content-single',
      'XDSRegistryMetadataError',
    ],
    [
      'MHD-105-02 PDSM-62: an address beside the bytes',
      (sent) => attached(sent, { url: 'https://example.test/document' }),
      422,
      'simplified.url',
      'XDSRegistryMetadataError',
    ],
    [
      'MHD-105-02 PDSM-62: no bytes, on demand',
      (sent) => attached(sent, { data: undefined, size: undefined, hash: undefined }),
      422,
      'simplified.content-missing',
      'XDSMissingDocument',
    ],
    [
      'MHD-105-02: no bytes yet, delayed assembly',
      (sent) => attached(sent, { data: undefined, size: 0, hash: '2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }),
      422,
      'simplified.content-missing',
      'XDSMissingDocument',
    ],
    [
      'MHD-105-02: recipients',
      (sent) => ({
        ...sent,
        extension: [
          {
            url: 'https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-intendedRecipient',
            valueReference: { reference: 'Organization/x' },
          },
        ],
      }),
      422,
      'simplified.recipient',
      'XDSRegistryMetadataError',
    ],
    [
      'PDSM-62: a document that is superseded at birth',
      (sent) => ({ ...sent, status: 'superseded' }),
      422,
      'simplified.status',
      'XDSRegistryMetadataError',
    ],
    [
      'P-29: a modifier extension',
      (sent) => ({ ...sent, modifierExtension: [{ url: 'urn:x', valueBoolean: true }] }),
      400,
      'mhd.modifier-extension',
      'XDSRegistryMetadataError',
    ],
    [
      'MHD-105-09: no patient',
      (sent) => ({ ...sent, subject: undefined }),
      422,
      'patient.missing',
      'XDSRegistryMetadataError',
    ],
    [
      'MHD-105-09: an unknown patient',
      (sent) => ({ ...sent, subject: { reference: 'Patient/unknown' } }),
      422,
      'patient.unknown',
      'XDSUnknownPatientId',
    ],
    [
      'MHD-105-09: a search that finds nobody',
      (sent) => ({ ...sent, subject: { reference: `Patient?identifier=${INS_TEST}|299999999999999` } }),
      422,
      'patient.unknown',
      'XDSUnknownPatientId',
    ],
    [
      'MHD-105-09: a group',
      (sent) => ({ ...sent, subject: { reference: 'Group/x' } }),
      422,
      'patient.unknown',
      'XDSUnknownPatientId',
    ],
    [
      'MHD-105-08: a document to replace that is not there',
      (sent) => ({ ...sent, relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/unknown' } }] }),
      422,
      'document.replaced-unknown',
      'XDSReplaceFailed',
    ],
    [
      'PDSM-65: an element that R4 does not have',
      (sent) => ({ ...sent, colour: 'red' }),
      400,
      'structure.unknown-element',
    ],
    ['PDSM-65: bytes that are no base64', (sent) => attached(sent, { data: 'é' }), 400, 'structure.value'],
  ]
  for (const [row, change, status, key, xds] of rows) {
    const [ids, story] = row.split(': ')
    test(`${ids} MHD-105-07: ${story}: ${status} ${key}`, async () => {
      const server = lenient()
      const sent = simplified(await register(server))
      const before = await stateOf(server)
      const issue = assertRefused(await server.post('DocumentReference', change(sent)), status, key)
      assert.equal(issue.details?.coding?.[1]?.code, xds)
      assert.deepEqual(await stateOf(server), before)
    })
  }

  test('MHD-105-09: somebody else’s identity at the source: 422', async () => {
    const server = lenient()
    const [sent, other] = [simplified(await register(server)), aPatient().qualified()]
    await register(server, other)
    const subject = { ...sent.subject, identifier: { system: INS_TEST, value: other.ins } }
    const before = await stateOf(server)
    assertRefused(await server.post('DocumentReference', { ...sent, subject }), 422, 'patient.several')
    assert.deepEqual(await stateOf(server), before)
  })

  test('MHD-105-08 P-06: a document to replace that is another patient’s: 422', async () => {
    const server = lenient()
    const foreign = published(await server.post('DocumentReference', simplified(await register(server))))
    const relatesTo = [{ code: 'replaces' as const, target: { reference: `DocumentReference/${foreign.id}` } }]
    const sent = simplified(await register(server), { relatesTo })
    const before = await stateOf(server)
    assertRefused(await server.post('DocumentReference', sent), 422, 'document.replaced-other-patient')
    assert.deepEqual(await stateOf(server), before)
  })
})

describe('what it is held to', () => {
  /** Nothing that the profiles do not ask for. */
  const least = (subject: string): DocumentReference => {
    const document = aDocument(subject).inline(aContent()).build()
    const { masterIdentifier, contained, date, author, custodian, securityLabel, content } = document
    const kept = contained?.filter(({ resourceType }) => resourceType !== 'Patient')
    return {
      resourceType: 'DocumentReference',
      meta: { profile: [PDSM_SIMPLIFIED] },
      ...(kept === undefined ? {} : { contained: kept }),
      ...(masterIdentifier === undefined ? {} : { masterIdentifier }),
      status: 'current',
      subject: { reference: subject },
      ...(date === undefined ? {} : { date }),
      ...(author === undefined ? {} : { author }),
      ...(custodian === undefined ? {} : { custodian }),
      ...(securityLabel === undefined ? {} : { securityLabel }),
      content: content?.map(({ attachment }) => ({ attachment })) ?? [],
    } as DocumentReference
  }

  test('MHD-105-02 MHD-105-11 PDSM-62: strict: a document that names the profile needs no more than it asks', async () => {
    const server = strict()
    for (const profile of [PDSM_SIMPLIFIED, `${PDSM_SIMPLIFIED}|3.1.1`, MHD_SIMPLIFIED]) {
      const sent = { ...least(await register(server)), meta: { profile: [profile] } }
      const document = published(await server.post('DocumentReference', sent))
      assert.equal(document.meta?.profile, undefined)
      assert.equal((await setsOf(server, document)).length, 1)
    }
  })

  test('MHD-105-04 MHD-105-11: strict: what is short of PDSm is published, its set names no profile', async () => {
    const server = strict()
    const { contained: _professionals, custodian: _hospital, ...sent } = least(await register(server))
    const author = [{ display: 'Aidant fictif', type: 'RelatedPerson' as const }]
    const meta = { profile: [MHD_SIMPLIFIED] }
    const document = published(await server.post('DocumentReference', { ...sent, author, meta }))
    const [set] = await setsOf(server, document)
    assert.deepEqual([set?.status, set?.meta?.profile, set?.source], ['current', undefined, undefined])
  })

  test('PDSM-37 PDSM-38: strict: it can be archived afterwards', async () => {
    const server = strict()
    const document = published(await server.post('DocumentReference', least(await register(server))))
    const url = `${PDSM}/StructureDefinition/pdsm-ext-is-archived`
    const archive = [{ op: 'add', path: '/extension', value: [{ url, valueBoolean: true }] }]
    const answer = await server.patch(`DocumentReference/${document.id}`, archive)
    assert.equal(answer.status, 200, answer.text)
  })

  const missing: readonly [id: string, change: (sent: DocumentReference) => object][] = [
    ['no unique id', ({ masterIdentifier: _, ...sent }) => sent],
    ['no author', ({ author: _, contained: __, custodian: ___, ...sent }) => sent],
    ['no title', (sent) => attached(sent, { title: undefined })],
    ['no content type', (sent) => attached(sent, { contentType: undefined })],
    [
      'an identifier, which the server gives',
      (sent) => ({
        ...sent,
        identifier: [{ use: 'official', system: 'urn:ietf:rfc:3986', value: `urn:uuid:${crypto.randomUUID()}` }],
      }),
    ],
    ['a draft', (sent) => ({ ...sent, docStatus: 'final' })],
  ]
  for (const [id, change] of missing) {
    test(`MHD-105-02 PDSM-62 PDSM-65: strict: ${id}: 422, told what is wrong, nothing stored`, async () => {
      const server = strict()
      const sent = change(least(await register(server)))
      const before = await stateOf(server)
      const answer = await server.post('DocumentReference', sent)
      assert.equal(answer.status, 422, answer.text)
      assert.ok(errorsOf(answer.resource('OperationOutcome')).length > 0)
      assert.deepEqual(await stateOf(server), before)
    })
  }

  test('MHD-105-11: lenient: what only the profile misses is told', async () => {
    const server = lenient()
    const sent = attached(least(await register(server)), { title: undefined })
    const answer = await server.post('DocumentReference', sent, { prefer: 'return=OperationOutcome' })
    assert.equal(answer.status, 201, answer.text)
    const { issue } = answer.resource('OperationOutcome')
    assert.ok(
      issue?.some(({ severity, expression }) => severity === 'warning' && /attachment/.test(expression?.[0] ?? '')),
    )
  })

  test('MHD-105-11: strict: one that does not name the profile is held to comprehensive metadata', async () => {
    const server = strict()
    const { meta: _meta, ...sent } = least(await register(server))
    assert.equal((await server.post('DocumentReference', sent)).status, 422)
    const whole = aDocument(await register(server)).inline(aContent())
    published(await server.post('DocumentReference', whole.build()))
  })
})

describe('the submission set that a document says', () => {
  const names = {
    uuid: '0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0',
    patientRef: 'Patient/p',
    documentRef: 'DocumentReference/p.d',
    date: '2026-03-01T10:00:00.000Z',
  }
  const base = aDocument('Patient/p').inline(aContent())
  const setOf = (builder: DocumentBuilder) => submissionSetOfDocument(builder.build(), names)
  const kinds = ({ contained }: List) => contained?.map(({ resourceType }) => resourceType).sort()

  test('MHD-105-04: the author and what the author refers to are contained, nobody else', () => {
    assert.deepEqual(kinds(setOf(base)), ['Organization', 'Practitioner', 'PractitionerRole'])
  })

  test('MHD-105-04: a bare professional becomes a role, since PDSm takes no other source', () => {
    const set = setOf(base.with({ author: [{ reference: '#praticien' }] }))
    assert.deepEqual([set.source, kinds(set)], [{ reference: '#source' }, ['Practitioner', 'PractitionerRole']])
  })

  test('MHD-105-04: an organisation is the authorOrg of the source', () => {
    const set = setOf(base.with({ author: [{ reference: '#etablissement' }] }))
    assert.equal(set.source?.extension?.[0]?.valueReference?.reference, '#etablissement')
    assert.deepEqual(kinds(set), ['Organization', 'PractitionerRole'])
  })

  test('MHD-105-04: a professional of the directory is referred to by a contained role', () => {
    const set = setOf(base.with({ author: [{ reference: 'Practitioner/p1' }] }))
    const [role] = set.contained ?? []
    assert.ok(role?.resourceType === 'PractitionerRole')
    assert.deepEqual(role.practitioner, { reference: 'Practitioner/p1' })
  })

  test('MHD-105-04: without author the custodian has submitted; without both nobody is named', () => {
    const byCustodian = setOf(base.with({ author: [] }))
    assert.equal(byCustodian.source?.extension?.[0]?.valueReference?.reference, '#etablissement')
    const { custodian: _left, ...nobody } = base.with({ author: [] }).build()
    assert.equal(submissionSetOfDocument(nobody, names).source, undefined)
  })

  const sources: readonly [id: string, change: (builder: DocumentBuilder) => DocumentReference, sourceId: RegExp][] = [
    ['a FINESS', (builder) => builder.build(), /^urn:oid:1\.2\.250\.1\.71\.4\.2\.2\.199\d{7}$/],
    [
      'a SIRET by logical reference',
      (builder) =>
        builder
          .with({ author: [], custodian: { identifier: { system: 'https://sirene.fr', value: '26750045200011' } } })
          .build(),
      /^urn:oid:1\.2\.250\.1\.71\.4\.2\.2\.326750045200011$/,
    ],
    [
      'nothing: the arc of the unique id',
      (builder) => ({
        ...builder
          .with({ author: [], masterIdentifier: { system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.3.4' } })
          .build(),
        custodian: { display: 'x' },
        contained: [],
      }),
      /^urn:oid:1\.2\.3$/,
    ],
    [
      'nothing but a UUID',
      (builder) => ({
        ...builder
          .with({
            author: [],
            masterIdentifier: { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0' },
          })
          .build(),
        custodian: { display: 'x' },
        contained: [],
      }),
      /^urn:oid:2\.25\.\d+$/,
    ],
  ]
  for (const [id, change, expected] of sources) {
    test(`MHD-105-04 P-28: sourceId is an OID, from ${id}`, () => {
      const set = submissionSetOfDocument(change(base), names)
      assert.match(set.extension?.[1]?.valueIdentifier?.value ?? '', expected)
    })
  }
})

describe('the examples of the guides', needsOfficial, () => {
  const EXAMPLES = [
    'ihe/mhd/examples/DocumentReference-ex-DocumentReferenceSimplifiedPublish.json',
    'pdsm/pdsm4dmp-0.1.0-ci/DocumentReference-example-td2-iti105-publication-simplifiee.json',
  ]
  for (const example of EXAMPLES) {
    test(`MHD-105-02 PDSM-60: ${example.split('/').at(-1)} is published, of a patient who is known here`, async () => {
      const server = lenient()
      const { id: _id, context: _encounter, ...sent } = officialJson<DocumentReference>(example)
      const masterIdentifier = { ...sent.masterIdentifier, value: uniqueOid() }
      const subject = { reference: await register(server) }
      const { identifier: _same, ...own } = { ...sent, masterIdentifier, subject }
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

/** A document with changes of its attachment; what is undefined goes away. */
function attached(
  document: DocumentReference,
  changes: { [K in keyof Attachment]: Attachment[K] | undefined },
): DocumentReference {
  const [content] = document.content ?? []
  return JSON.parse(
    JSON.stringify({ ...document, content: [{ ...content, attachment: { ...content?.attachment, ...changes } }] }),
  )
}

function facts(bytes: string): Attachment {
  const { size, hash } = aContent(bytes)
  return { data: Buffer.from(bytes).toString('base64'), size, hash }
}

function errorsOf({ issue }: OperationOutcome): string[] {
  const errors = issue?.filter(({ severity }) => severity === 'error' || severity === 'fatal') ?? []
  return errors.map(({ details }) => details?.text ?? '')
}
