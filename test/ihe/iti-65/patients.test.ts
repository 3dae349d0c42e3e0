import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DocumentReference, Patient } from '@medplum/fhirtypes'
import { INS_TEST, IPP } from '../../support/builders/patients.ts'
import { aPatient, creating, putting, superseding, urnUuid } from '../../support/builders.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../../support/server.ts'
import { followed, merged } from '../iti-104/support.ts'
import {
  accepted,
  aDraft,
  addressOf,
  aKnownPatient,
  aSubmission,
  bundleOf,
  type Draft,
  read,
  refused,
  told,
} from './samples.ts'

const server = sharedServer({ config: { validation: 'lenient' } })

/** The patient of the first document of an answer. */
async function subjectOf(entry: Parameters<typeof addressOf>[0]): Promise<string | undefined> {
  return (await read<DocumentReference>(server(), addressOf(entry))).subject?.reference
}

/** Replaces the contained identity at the source. */
function withSource(draft: Draft, elements: Partial<Patient>): Draft {
  for (const { document } of draft.documents) {
    document.contained = (document.contained ?? []).map((one) =>
      one.resourceType === 'Patient' ? { resourceType: 'Patient', id: one.id ?? '', ...elements } : one,
    )
  }
  return draft
}

test('MHD-65-05 NIST-SUBJ4_2: a patient of the record by an absolute or relative reference', async () => {
  const subject = await aKnownPatient(server())
  for (const reference of [subject, `${PUBLIC_ORIGIN}/fhir/${subject}`]) {
    const [, document] = await accepted(server(), aSubmission(reference))
    assert.equal(await subjectOf(document), subject)
  }
})

test('MHD-65-05: a patient of the record by INS, without its address', async () => {
  const person = aPatient().qualified()
  const subject = await aKnownPatient(server(), person)
  const identifier = { system: INS_TEST, value: person.ins }
  const [, document] = await accepted(server(), aSubmission({ type: 'Patient', identifier }))
  assert.equal(await subjectOf(document), subject)
})

test('MHD-65-05: a patient who comes with the bundle, by POST', async () => {
  const toPatient = urnUuid()
  const draft = aDraft(toPatient)
  draft.others.push(creating(aPatient().qualified().build(), toPatient))
  const [, document, , patient] = await accepted(server(), bundleOf(draft))
  assert.equal(await subjectOf(document), addressOf(patient))
  assert.equal(patient?.response?.status, '201 Created')
})

test('MHD-65-05 P-26: a patient who is created unless known, or updated, by identifier', async () => {
  const person = aPatient().qualified()
  const subject = await aKnownPatient(server(), person)
  const criteria = `identifier=${INS_TEST}|${person.ins}`
  const toPatient = urnUuid()
  for (const entry of [
    creating(person.build(), toPatient, criteria),
    { ...putting(`Patient?${criteria}`, person.build()), fullUrl: toPatient },
  ]) {
    const draft = aDraft(toPatient)
    draft.others.push(entry)
    const [, document, , patient] = await accepted(server(), bundleOf(draft))
    assert.deepEqual([addressOf(patient), patient?.response?.status], [subject, '200 OK'])
    assert.equal(await subjectOf(document), subject)
  }
})

test('MHD-65-05 MHD-65-17 P-26: a patient who is only read, named by the fullUrl of that entry', async () => {
  const person = aPatient().qualified()
  const subject = await aKnownPatient(server(), person)
  for (const resource of [person.build(), undefined]) {
    const toPatient = urnUuid()
    const draft = aDraft(toPatient)
    draft.others.push({
      fullUrl: toPatient,
      ...(resource === undefined ? {} : { resource }),
      request: { method: 'GET', url: subject },
    })
    const [, document, , patient] = await accepted(server(), bundleOf(draft))
    assert.equal(await subjectOf(document), subject)
    assert.equal(patient?.response?.status, '200 OK')
    assert.match(patient?.response?.location ?? '', new RegExp(`^${PUBLIC_ORIGIN}/fhir/${subject}/_history/\\d+$`))
    assert.equal(patient?.resource?.id, subject.slice('Patient/'.length))
  }
})

test('MHD-65-05 MHD-65-12: a read Patient who is described as somebody else is refused', async () => {
  const subject = await aKnownPatient(server())
  const toPatient = urnUuid()
  const draft = aDraft(toPatient)
  const resource = aPatient().named('AUTRE-FICTIF').born('1950-02-03').build()
  draft.others.push({ fullUrl: toPatient, resource, request: { method: 'GET', url: subject } })
  const [issue] = await refused(server(), bundleOf(draft), 422)
  assert.equal(issue?.details?.coding?.[0]?.code, 'mhd.patient-traits')
  assert.doesNotMatch(issue?.details?.text ?? '', /AUTRE|1950/)
})

test('MHD-65-05: a Patient who is read beside documents of another one is refused', async () => {
  const [subject, other] = [await aKnownPatient(server()), await aKnownPatient(server())]
  const draft = aDraft(subject)
  draft.others.push({ fullUrl: urnUuid(), request: { method: 'GET', url: other } })
  const [issue] = await refused(server(), bundleOf(draft), 422)
  assert.equal(told(issue), 'bundle.several-patients XDSPatientIdDoesNotMatch Bundle.entry[3].request.url')
})

test('NIST-SUBJ4_2 MHD-65-12: a patient whom nobody knows', async () => {
  for (const subject of [
    'Patient/aaaaaaaaaaaaaaaaaaaa',
    { type: 'Patient' as const, identifier: { system: INS_TEST, value: '299123456789012' } },
  ]) {
    const [issue] = await refused(server(), aSubmission(subject), 422)
    assert.equal(told(issue), 'patient.unknown XDSUnknownPatientId Bundle.entry[0].resource.subject')
  }
})

test('NIST-SUBJ4_1: a subject that is no patient', async () => {
  const group = { reference: 'Practitioner/aaaaaaaaaaaaaaaaaaaa' }
  const [issue] = await refused(server(), aSubmission(group as { reference: string }), 422)
  assert.equal(issue?.details?.coding?.[0]?.code, 'patient.unknown')
})

test('NIST-SUBJ4_3 NIST-MINMETA4_2 MHD-65-05: Bad_Patient_Link: the list or a document names another patient', async () => {
  const [one, other] = [await aKnownPatient(server()), await aKnownPatient(server())]
  const drafts: [Draft, string][] = [
    [aDraft(one), 'Bundle.entry[1].resource.subject'],
    [aDraft(one, { count: 2 }), 'Bundle.entry[2].resource.subject'],
  ]
  const [[inList, listPlace], [inDocument, documentPlace]] = drafts as [[Draft, string], [Draft, string]]
  inList.set.subject = { reference: other }
  assert.ok(inDocument.documents[1] !== undefined)
  inDocument.documents[1].document.subject = { reference: other }
  for (const [draft, place] of [
    [inList, listPlace],
    [inDocument, documentPlace],
  ] as const) {
    const [issue] = await refused(server(), bundleOf(draft), 422)
    assert.equal(told(issue), `bundle.several-patients XDSPatientIdDoesNotMatch ${place}`)
  }
})

test('MHD-65-02 MHD-65-05: a bundle with two patients', async () => {
  const draft = aDraft(await aKnownPatient(server()))
  draft.others.push(creating(aPatient().qualified().build()), creating(aPatient().qualified().build()))
  const [issue] = await refused(server(), bundleOf(draft), 422)
  assert.equal(told(issue), 'mhd.patient-count XDSRegistryMetadataError Bundle.entry[4]')
})

test('MHD-65-05: a Patient entry beside documents of another one', async () => {
  const draft = aDraft(await aKnownPatient(server()))
  draft.others.push(creating(aPatient().qualified().build()))
  const [issue] = await refused(server(), bundleOf(draft), 422)
  assert.equal(issue?.details?.coding?.[0]?.code, 'bundle.several-patients')
})

test('MHD-65-06 MHD-65-12: an identity at the source that contradicts the patient', async () => {
  const subject = await aKnownPatient(server())
  const place = 'Bundle.entry[1].resource.context.sourcePatientInfo'
  const rows: [Partial<Patient>, string][] = [
    [{ name: [{ family: 'AUTRE-FICTIF', given: ['LUCIE'] }] }, 'birthFamily'],
    [{ name: [{ family: 'TESTFICTIF', given: ['PAULE'] }] }, 'firstGiven'],
    [{ name: [{ use: 'official', family: 'AUTRE', given: ['LUCIE'] }] }, 'birthFamily'],
    [{ gender: 'male', name: [{ family: 'TESTFICTIF' }] }, 'gender'],
    [{ birthDate: '1999-09-09', name: [{ family: 'TESTFICTIF' }] }, 'birthDate'],
  ]
  for (const [elements, trait] of rows) {
    const [issue] = await refused(server(), bundleOf(withSource(aDraft(subject), elements)), 422)
    assert.equal(told(issue), `mhd.source-traits XDSPatientIdDoesNotMatch ${place}`)
    assert.ok(issue?.details?.text?.includes(trait), issue?.details?.text)
    assert.doesNotMatch(issue?.details?.text ?? '', /AUTRE|PAULE|1999/)
  }
})

test('MHD-65-06: an identity at the source that says the same in its own way is no contradiction', async () => {
  const person = aPatient().qualified()
  const subject = await aKnownPatient(server(), person)
  for (const elements of [
    { name: [{ family: 'Testfictif', given: ['Lucie', 'Anne'] }] },
    { name: [{ family: 'DUPONT ESSAI', given: ['Lulu'] }] },
    { identifier: [{ system: IPP, value: person.ipp }], gender: 'unknown' as const },
  ]) {
    await accepted(server(), bundleOf(withSource(aDraft(subject), elements)))
  }
})

test('MHD-65-05 MHD-65-06: an identity at the source that has an identifier of somebody else', async () => {
  const other = aPatient().qualified()
  await aKnownPatient(server(), other)
  const draft = withSource(aDraft(await aKnownPatient(server())), { identifier: [{ system: IPP, value: other.ipp }] })
  const [issue] = await refused(server(), bundleOf(draft), 422)
  assert.equal(
    told(issue),
    'patient.several XDSPatientIdDoesNotMatch Bundle.entry[1].resource.contained[3].identifier[0]',
  )
})

test('MHD-65-05: a subject whose identifier is that of somebody else', async () => {
  const other = aPatient().qualified()
  await aKnownPatient(server(), other)
  const subject = { reference: await aKnownPatient(server()), identifier: { system: INS_TEST, value: other.ins } }
  const [issue] = await refused(server(), aSubmission(subject), 422)
  assert.equal(issue?.details?.coding?.[0]?.code, 'patient.several')
})

test('MHD-65-05 MHD-65-07: after a merge, what names the duplicate is filed with the survivor, and replaces its documents', async () => {
  const [duplicate, survivor] = [await followed(server()), await followed(server())]
  await merged(server(), duplicate, survivor)
  const draft = aDraft(duplicate.reference, { as: (document) => document.replacing(duplicate.document) })
  draft.others.push(superseding(duplicate.document))
  const [, document, , patched] = await accepted(server(), bundleOf(draft))
  assert.equal(await subjectOf(document), survivor.reference)
  assert.equal(addressOf(patched), duplicate.document)
  const old = await read<DocumentReference>(server(), duplicate.document)
  assert.equal(old.status, 'superseded')
})
