import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import type { Bundle, BundleEntry } from '@medplum/fhirtypes'
import { toXml } from '../../../src/fhir/xml/to-xml.ts'
import { MHD } from '../../support/builders/urls.ts'
import {
  aContent,
  anOrganization,
  aPractitioner,
  aPublication,
  aWorkingList,
  creating,
  superseding,
  uniqueOid,
  urnUuid,
} from '../../support/builders.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../../support/server.ts'
import {
  accepted,
  aDraft,
  addressOf,
  aKnownPatient,
  aPublished,
  aSubmission,
  bundleOf,
  PROFILES,
  refused,
  stateOf,
  submit,
  told,
  warningsOf,
} from './samples.ts'

const server = sharedServer({ config: { validation: 'strict' } })

test('MHD-65-01 NIST-RM410_4 P-10: the profile of the bundle is known, a version behind it aside', async () => {
  const subject = await aKnownPatient(server())
  const draft = aDraft(subject)
  await accepted(server(), bundleOf({ ...draft, profile: `${PROFILES.pdsm}|3.1.1` }))
  const both = bundleOf(aDraft(subject))
  both.meta = { profile: ['https://example.org/StructureDefinition/own', PROFILES.comprehensive] }
  await accepted(server(), both)
})

for (const [name, profile] of [
  ['Missing_Profile', undefined],
  ['Bad_Profile', 'https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Other.ProvideBundle'],
  ['Bad_Profile of an older release', 'http://ihe.net/fhir/StructureDefinition/IHE_MHD_ProvideDocumentBundle_Minimal'],
] as const) {
  test(`MHD-65-01 NIST-RM410_4 P-10 MHD-65-12: ${name} is refused with 400`, async () => {
    const draft = aDraft(await aKnownPatient(server()))
    const issues = await refused(server(), bundleOf({ ...draft, profile }), 400)
    const key = profile === undefined ? 'mhd.profile-missing' : 'mhd.profile-unknown'
    assert.deepEqual(issues.map(told), [`${key} XDSRegistryMetadataError Bundle.meta.profile`])
    for (const url of Object.values(PROFILES)) assert.ok(issues[0]?.details?.text?.includes(url))
  })
}

test('P-10: a transaction without a submission set needs no profile, and its resources none of theirs', async () => {
  const subject = await aKnownPatient(server())
  const bundle = aPublication(subject)
  const asked: Bundle = { ...bundle, entry: [...bundle.entry, creating(aWorkingList(subject, []))] }
  const [first] = bundle.entry
  assert.ok(first?.resource?.resourceType === 'DocumentReference')
  const answer = await submit(server(), { ...asked, entry: asked.entry?.slice(-1) ?? [] })
  assert.equal(answer.status, 200, answer.text)
  const draft = aDraft(subject)
  delete draft.set.meta
  for (const { document } of draft.documents) delete document.meta
  await accepted(server(), bundleOf(draft))
})

test('P-08 P-28: the unique id of a set is told by its type, by its use, or by being an OID', async () => {
  const subject = await aKnownPatient(server())
  const type = { coding: [{ system: `${MHD}/CodeSystem/IHE.MHD.MHDIdentifierType`, code: 'uniqueId' }] }
  for (const said of [{ type }, { use: 'usual' as const }, {}]) {
    const draft = aDraft(subject, { profile: 'comprehensive' })
    delete draft.set.meta
    const value = uniqueOid()
    draft.set.identifier = [{ ...said, system: 'urn:ietf:rfc:3986', value }]
    const [set] = await accepted(server(), bundleOf(draft))
    const key = { system: 'urn:ietf:rfc:3986', value }
    assert.equal(`List/${await server().record.dcc.store.lookup('submission', key)}`, addressOf(set))
  }
})

test('MHD-65-10 NIST-RM4_1: a submission as a batch, of which a part could be lost, is refused', async () => {
  const bundle: Bundle = { ...aSubmission(await aKnownPatient(server())), type: 'batch' }
  const issues = await refused(server(), bundle, 400)
  assert.deepEqual(issues.map(told), ['mhd.not-transaction XDSRegistryMetadataError Bundle.type'])
})

const UNEXPECTED: readonly [string, (subject: string) => BundleEntry, string][] = [
  ['a professional', () => creating(aPractitioner()), 'mhd.entry'],
  ['an organisation', () => creating(anOrganization()), 'mhd.entry'],
  ['a list of another kind', (subject) => creating(aWorkingList(subject, [])), 'mhd.entry'],
  ['a deletion', () => ({ fullUrl: urnUuid(), request: { method: 'DELETE', url: 'List/x' } }), 'mhd.entry'],
  ['a search', () => ({ fullUrl: urnUuid(), request: { method: 'GET', url: 'List?patient=x' } }), 'mhd.entry'],
  [
    'a submission set that is put',
    (subject) => ({
      ...creating(aDraft(subject).set),
      request: { method: 'PUT', url: 'List/x' },
    }),
    'mhd.entry',
  ],
]

for (const [name, entry, key] of UNEXPECTED) {
  test(`MHD-65-02 MHD-65-12: ${name} belongs to no slice of the bundle`, async () => {
    const subject = await aKnownPatient(server())
    const draft = aDraft(subject)
    draft.others.push(entry(subject))
    const [issue] = await refused(server(), bundleOf(draft), 422)
    assert.equal(told(issue), `${key} XDSRegistryMetadataError Bundle.entry[3]`)
    assert.match(issue?.details?.text ?? '', /SubmissionSet POST.*Patient GET\|POST\|PUT/)
  })
}

test('MHD-65-16: a FHIR document as an entry is refused by name', async () => {
  const draft = aDraft(await aKnownPatient(server()))
  draft.others.push({
    fullUrl: urnUuid(),
    resource: { resourceType: 'Bundle', type: 'document' },
    request: { method: 'POST', url: 'Bundle' },
  })
  const issues = await refused(server(), bundleOf(draft), 422)
  assert.ok(issues.map(told).includes('mhd.fhir-document FHIRDocumentNotSupported Bundle.entry[3].resource'))
  assert.equal(issues[0]?.code, 'not-supported')
})

test('NIST-BR_1: what is created has a fullUrl, each its own', async () => {
  const subject = await aKnownPatient(server())
  const bundle = aSubmission(subject)
  const [set] = bundle.entry ?? []
  if (set !== undefined) delete set.fullUrl
  const [issue] = await refused(server(), bundle, 422)
  assert.equal(told(issue), 'mhd.full-url XDSRegistryMetadataError Bundle.entry[0]')
  const twice = aSubmission(subject)
  const [one, other] = twice.entry ?? []
  if (one?.fullUrl !== undefined && other !== undefined) other.fullUrl = one.fullUrl
  const answer = await submit(server(), twice)
  assert.ok(answer.status === 400 || answer.status === 422, answer.text)
})

test('NIST-BR_2: an entry without a request', async () => {
  const bundle = aSubmission(await aKnownPatient(server()))
  const [set] = bundle.entry ?? []
  if (set !== undefined) delete set.request
  const issues = await refused(server(), bundle, 422)
  assert.ok(issues.map(told).includes('mhd.entry XDSRegistryMetadataError Bundle.entry[0]'), issues.map(told).join())
})

test('NIST-BR_3: the address of a creation is its type', async () => {
  const subject = await aKnownPatient(server())
  for (const [url, status] of [
    ['DocumentReference', 200],
    ['/DocumentReference', 200],
    [`${PUBLIC_ORIGIN}/fhir/DocumentReference`, 200],
    ['List', 422],
    ['DocumentReference/x', 422],
    ['https://elsewhere.example/fhir/DocumentReference', 422],
  ] as const) {
    const bundle = aSubmission(subject)
    const request = bundle.entry?.[1]?.request ?? assert.fail()
    request.url = url
    const answer = await submit(server(), bundle)
    assert.equal(answer.status, status, `${url}: ${answer.text}`)
  }
})

test('P-29 MHD-65-12: a modifierExtension anywhere in metadata is refused with 400', async () => {
  const subject = await aKnownPatient(server())
  const modifierExtension = [{ url: 'https://example.org/not', valueBoolean: true }]
  const draft = aDraft(subject)
  const [first] = draft.documents
  const [content] = first?.document.content ?? []
  if (content !== undefined) Object.assign(content, { modifierExtension })
  Object.assign(draft.set, { modifierExtension })
  const issues = await refused(server(), bundleOf(draft), 400)
  assert.deepEqual(issues.map(told), [
    'mhd.modifier-extension XDSRegistryMetadataError Bundle.entry[0].resource.modifierExtension',
    'mhd.modifier-extension XDSRegistryMetadataError Bundle.entry[1].resource.content[0].modifierExtension',
  ])
})

test('MHD-65-04 P-21: size and hash are those of the bytes; hexadecimal, of base64 or wrong ones are refused', async () => {
  const subject = await aKnownPatient(server())
  const content = aContent()
  const hex = Buffer.from(content.hash, 'base64').toString('hex')
  const place = 'Bundle.entry[1].resource.content[0].attachment'
  for (const [element, value] of [
    ['size', content.size + 1],
    ['size', Math.ceil(content.size / 3) * 4],
    ['hash', hex],
    ['hash', Buffer.from(hex).toString('base64')],
    ['hash', aContent().hash],
  ] as const) {
    const draft = aDraft(subject, { content: () => content })
    Object.assign(draft.documents[0]?.document.content?.[0]?.attachment ?? {}, { [element]: value })
    const [issue] = await refused(server(), bundleOf(draft), 422)
    assert.equal(told(issue), `document.content-mismatch XDSNonIdenticalHash ${place}.${element}`)
  }
})

test('MHD-65-04 P-21: size and hash that are left out are filled in; an empty file has those that IHE gives', async () => {
  const subject = await aKnownPatient(server())
  for (const [bytes, size, hash] of [
    ['x', 1, 'EfatjsUqKYSrqv18O1FlA3hcIHI='],
    ['', 0, '2jmj7l5rSw0yVb/vlWAYkK/YBwk='],
  ] as const) {
    const draft = aDraft(subject, { profile: 'comprehensive', content: () => aContent(bytes) })
    const [first] = draft.documents
    const attachment = first?.document.content?.[0]?.attachment ?? assert.fail()
    delete attachment.hash
    delete attachment.size
    if (size === 0) delete first?.binary.data
    const [, document] = await accepted(server(), bundleOf(draft))
    const stored = (await server().get(addressOf(document))).resource('DocumentReference').content?.[0]?.attachment
    assert.deepEqual([stored?.size, stored?.hash], [size, hash])
  }
})

test('MHD-65-11 MHD-65-04: a content that is hosted elsewhere is not fetched, and its sender is told', async () => {
  const draft = aDraft(await aKnownPatient(server()))
  const attachment = draft.documents[0]?.document.content?.[0]?.attachment ?? assert.fail()
  attachment.url = 'https://documents.example/1'
  draft.inline = true
  const [, document] = await accepted(server(), bundleOf(draft))
  const place = 'DocumentReference.content[0].attachment.url'
  assert.ok(warningsOf(document).includes(`mhd.content-elsewhere XDSRegistryMetadataError ${place}`))
})

test('MHD-65-03 MHD-65-12: a Binary that two documents or none describe', async () => {
  const subject = await aKnownPatient(server())
  const draft = aDraft(subject, { count: 2 })
  const [first, second] = draft.documents
  const attachment = second?.document.content?.[0]?.attachment ?? assert.fail()
  attachment.url = first?.binaryUrl ?? ''
  const issues = await refused(server(), bundleOf(draft), 422)
  assert.deepEqual(issues.map(told), [
    'mhd.binary-twice XDSRegistryMetadataError Bundle.entry[3]',
    'mhd.binary-undescribed XDSMissingDocumentMetadata Bundle.entry[4]',
  ])
})

test('MHD-65-02 MHD-65-12: a reference to an entry that is not there', async () => {
  const draft = aDraft(await aKnownPatient(server()))
  const [first] = draft.documents
  if (first?.document.context !== undefined) first.document.context.related = [{ reference: urnUuid() }]
  const issues = await refused(server(), bundleOf(draft), 422)
  assert.equal(told(issues[0]), 'bundle.unresolved UnresolvedReferenceException Bundle.entry[1].resource')
})

test('MHD-65-15: each intended recipient is looked for, and the sender told what becomes of him', async () => {
  const subject = await aKnownPatient(server())
  const professional = await server().create(aPractitioner())
  const draft = aDraft(subject, { profile: 'comprehensive' })
  const url = 'https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-intendedRecipient'
  const [identifier] = professional.identifier ?? []
  draft.set.contained?.push(
    { resourceType: 'Practitioner', id: 'connu', identifier: identifier === undefined ? [] : [identifier] },
    { resourceType: 'Practitioner', id: 'inconnu', telecom: [{ system: 'email', value: 'qui@example.org' }] },
  )
  const recipients = [
    '#connu',
    '#inconnu',
    `Practitioner/${professional.id}`,
    'https://elsewhere.example/Practitioner/1',
  ]
  const extensions = draft.set.extension ?? []
  draft.set.extension = [...extensions, ...recipients.map((reference) => ({ url, valueReference: { reference } }))]
  const [set] = await accepted(server(), bundleOf(draft))
  assert.deepEqual(
    warningsOf(set).filter((text) => text.startsWith('mhd.')),
    [
      'mhd.recipient-unavailable UnavailableRecipient List.extension[2].value',
      'mhd.recipient-unknown UnknownRecipient List.extension[3].value',
      'mhd.recipient-unavailable UnavailableRecipient List.extension[4].value',
      'mhd.recipient-unknown UnknownRecipient List.extension[5].value',
    ],
  )
})

test('MHD-65-17 NIST-Two_Documents NIST-TR_1 NIST-TR_2 NIST-TR_3 NIST-TR_4 NIST-TR_5 NIST-TR_6 NIST-TR_7 NIST-TR_9 P-26: the answer', async () => {
  const subject = await aKnownPatient(server())
  const old = await aPublished(server(), subject)
  const draft = aDraft(subject, {
    count: 2,
    as: (document, index) => (index === 0 ? document.replacing(old) : document),
  })
  const bundle = bundleOf(draft)
  const sent = [superseding(old), ...(bundle.entry ?? [])].reverse()
  const answer = await submit(server(), { ...bundle, entry: sent })
  assert.equal(answer.status, 200, answer.text)
  const { type, entry = [] } = answer.resource('Bundle')
  assert.equal(type, 'transaction-response')
  assert.equal(entry.length, sent.length)
  for (const [index, { response }] of entry.entries()) {
    const { method, url } = sent[index]?.request ?? {}
    assert.equal(response?.status, method === 'POST' ? '201 Created' : '200 OK')
    const address = response?.location?.slice(`${PUBLIC_ORIGIN}/fhir/`.length) ?? ''
    assert.ok(address.startsWith(`${url}/`), `${url} ${address}`)
    assert.match(response?.etag ?? '', /^W\/"\d+"$/)
    assert.match(response?.lastModified ?? '', /^\d{4}-\d{2}-\d{2}T.*Z$/)
    assert.equal((await server().get(response?.location ?? '')).status, 200)
  }
})

test('NIST-SDR_1 NIST-SDR_2 NIST-SDR_3 NIST-SDR_4 NIST-RM4_1 P-01: what was published is found', async () => {
  const subject = await aKnownPatient(server())
  const [, first, second] = await accepted(server(), aSubmission(subject, { count: 2 }))
  const answer = await server().get(`DocumentReference?patient=${subject}&status=current`)
  assert.equal(answer.status, 200)
  const { total, entry = [] } = answer.resource('Bundle')
  assert.equal(total, 2)
  const found = entry.map(({ fullUrl, resource }) => [
    fullUrl,
    `${PUBLIC_ORIGIN}/fhir/DocumentReference/${resource?.id}`,
  ])
  for (const [fullUrl, address] of found) assert.equal(fullUrl, address)
  assert.deepEqual(
    entry.map(({ resource }) => `${resource?.resourceType}/${resource?.id}`).sort(),
    [addressOf(first), addressOf(second)].sort(),
  )
})

test('MHD-65-08 P-27 MHD-65-17: in XML, answered in XML, refused in XML', async () => {
  const subject = await aKnownPatient(server())
  const xml = { 'content-type': 'application/fhir+xml', accept: 'application/fhir+xml' }
  const asXml = (bundle: Bundle) => server().post('/fhir', toXml(JSON.parse(JSON.stringify(bundle))), xml)
  const answer = await asXml(aSubmission(subject))
  assert.equal(answer.status, 200, answer.text)
  assert.match(answer.headers['content-type'] ?? '', /^application\/fhir\+xml/)
  assert.match(answer.text, /<type value="transaction-response"\/>/)
  assert.equal(answer.text.match(/<location value="https:/g)?.length, 3)
  const before = await stateOf(server())
  const draft = aDraft(subject)
  delete draft.set.date
  const refusal = await asXml(bundleOf(draft))
  assert.equal(refusal.status, 422)
  assert.match(refusal.text, /^(<\?xml[^>]*>)?\s*<OperationOutcome.*XDSRegistryMetadataError/s)
  assert.deepEqual(await stateOf(server()), before)
})

test('MHD-65-10 MHD-65-18 NIST-TR_8 NIST-PDBFailsMain: an entry that fails at the end leaves nothing behind', async () => {
  const subject = await aKnownPatient(server())
  const draft = aDraft(subject, { count: 8, content: () => aContent('x'.repeat(40_000) + urnUuid()) })
  const last = draft.documents.at(-1)?.document.content?.[0]?.attachment ?? assert.fail()
  last.size = 7
  const [issue] = await refused(server(), bundleOf(draft), 422)
  assert.equal(issue?.details?.coding?.[0]?.code, 'document.content-mismatch')
  const found = await server().get(`DocumentReference?patient=${subject}`)
  assert.equal(found.resource('Bundle').total, 0)
})

test('MHD-65-12: 1,001 entries are refused with 413', async () => {
  const draft = aDraft(await aKnownPatient(server()), { count: 500 })
  assert.equal(bundleOf(draft).entry?.length, 1001)
  const [issue] = await refused(server(), bundleOf(draft), 413)
  assert.equal(issue?.details?.coding?.[0]?.code, 'bundle.too-many-entries')
})

test('MHD-65-10: a connection that is cut in the body leaves nothing behind', async () => {
  const body = Buffer.from(JSON.stringify(aSubmission(await aKnownPatient(server()), { count: 3 })))
  const before = await stateOf(server())
  for (const sent of [1, Math.floor(body.length / 2), body.length - 1]) {
    const socket = connect(server().port, '127.0.0.1')
    const head = `POST /fhir HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\nContent-Length: ${body.length}\r\n\r\n`
    await new Promise<void>((resolve) => {
      socket.write(head)
      socket.write(body.subarray(0, sent), () => resolve())
    })
    socket.destroy()
  }
  // The server still answers, and has stored nothing of what broke off.
  assert.equal((await server().get('metadata')).status, 200)
  assert.deepEqual(await stateOf(server()), before)
})

test('MHD-65-25: what came in by the rules of MHD can be archived later, though it is not what PDSm asks for', async () => {
  const draft = aDraft(await aKnownPatient(server()), { profile: 'comprehensive' })
  for (const { document } of draft.documents) {
    delete document.meta
    delete document.custodian
  }
  const [, document] = await accepted(server(), bundleOf(draft))
  const patch = [{ op: 'replace', path: '/securityLabel/0/coding/0/code', value: 'R' }]
  const answer = await server().patch(addressOf(document), patch)
  assert.equal(answer.status, 200, answer.text)
  const worse = await server().put(addressOf(document), {
    ...answer.resource('DocumentReference'),
    securityLabel: [{ text: 'sans code' }],
  })
  assert.equal(worse.status, 422, worse.text)
})
