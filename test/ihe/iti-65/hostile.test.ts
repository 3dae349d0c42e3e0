import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Patient } from '@medplum/fhirtypes'
import { MHD } from '../../support/builders/urls.ts'
import { aContent, aPatient, INS_TEST, IPP, uniqueOid, urnUuid } from '../../support/builders.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../../support/server.ts'
import { accepted, aDraft, addressOf, aKnownPatient, aSubmission, bundleOf, refused, submit, told } from './samples.ts'

const server = sharedServer()

test('MHD-65-15: recipients whose roles name each other are looked for once, not for ever', async () => {
  const draft = aDraft(await aKnownPatient(server()))
  const { contained = [], extension = [] } = draft.set
  const role = (id: string, other: string) => ({
    resourceType: 'PractitionerRole' as const,
    id,
    practitioner: { reference: `#${other}` },
    organization: { reference: `#${other}` },
  })
  contained.push(role('one', 'other'), role('other', 'one'))
  extension.push({
    url: `${MHD}/StructureDefinition/ihe-intendedRecipient`,
    valueReference: { reference: '#one' },
  })
  const issues = await refused(server(), bundleOf(draft), 422)
  assert.ok(issues.every((issue) => told(issue).startsWith('reference.type XDSRegistryMetadataError')))
})

test('MHD-65-17: an empty content without data, sent again, is answered the same', async () => {
  const bundle = aSubmission(await aKnownPatient(server()), { content: () => aContent('') })
  for (const { resource } of bundle.entry ?? []) if (resource?.resourceType === 'Binary') delete resource.data
  const [first, again] = [await submit(server(), bundle), await submit(server(), bundle)]
  assert.equal(first.status, 200, first.text)
  assert.equal(again.text, first.text)
})

test('MHD-65-12: of submissions that bring one masterIdentifier at once, one is taken and the others told who holds it', async () => {
  const patient = await aKnownPatient(server())
  const value = uniqueOid()
  const bundles = Array.from({ length: 4 }, () => {
    const draft = aDraft(patient)
    for (const { document } of draft.documents) document.masterIdentifier = { ...document.masterIdentifier, value }
    return bundleOf(draft)
  })
  const answers = await Promise.all(bundles.map((bundle) => submit(server(), bundle)))
  const taken = answers.filter(({ status }) => status === 200)
  assert.equal(taken.length, 1)
  for (const answer of answers.filter(({ status }) => status !== 200)) {
    assert.equal(answer.status, 409, answer.text)
    const [issue] = answer.resource('OperationOutcome').issue ?? []
    assert.equal(told(issue), 'document.duplicate XDSNonIdenticalHash Bundle.entry[1].resource.masterIdentifier')
  }
})

test('MHD-65-05: a patient who is described with a number of somebody else is nobody to file with', async () => {
  const [one, other] = [aPatient().qualified(), aPatient().qualified()]
  const address = await aKnownPatient(server(), one)
  await aKnownPatient(server(), other)
  const described = withNumber(one.build(), other.ipp)

  const created = urnUuid()
  const draft = aDraft(created)
  const request = { method: 'POST' as const, url: 'Patient', ifNoneExist: `identifier=${INS_TEST}|${one.ins}` }
  draft.others.push({ fullUrl: created, resource: described, request })
  assert.deepEqual((await refused(server(), bundleOf(draft), 409)).map(told), [
    'identity.identifier-taken Bundle.entry[3].resource.identifier[1]',
  ])

  const read = aDraft(address)
  const fullUrl = `${PUBLIC_ORIGIN}/fhir/${address}`
  read.others.push({ fullUrl, resource: described, request: { method: 'GET', url: address } })
  assert.deepEqual((await refused(server(), bundleOf(read), 422)).map(told), [
    'patient.several XDSPatientIdDoesNotMatch Bundle.entry[3].resource.identifier[1]',
  ])
})

test('MHD-65-05: homonyms of two matricules are two persons, whatever local number names them', async () => {
  const [one, other] = [aPatient().qualified(), aPatient().qualified()]
  const address = await aKnownPatient(server(), one)
  const fullUrl = urnUuid()
  const draft = aDraft(fullUrl)
  const request = { method: 'POST' as const, url: 'Patient', ifNoneExist: `identifier=${IPP}|${one.ipp}` }
  draft.others.push({ fullUrl, resource: withNumber(other.build(), one.ipp), request })
  assert.deepEqual((await refused(server(), bundleOf(draft), 409)).map(told), [
    'identity.conflict Bundle.entry[3].resource.identifier',
  ])
  const [, document] = await accepted(server(), aSubmission(address))
  assert.match(addressOf(document), /^DocumentReference\//)
})

/** A patient whose hospital number is `value`. */
function withNumber(patient: Patient, value: string): Patient {
  const identifier = (patient.identifier ?? []).map((one) => (one.system === IPP ? { ...one, value } : one))
  return { ...patient, identifier }
}

test('MHD-65-06: of two contained patients of one id nobody can say which is the one at the source', async () => {
  const draft = aDraft(await aKnownPatient(server()))
  for (const { document } of draft.documents) {
    document.contained?.push({ resourceType: 'Patient', id: 'patient', name: [{ family: 'AUTREFICTIF' }] })
  }
  const issues = await refused(server(), bundleOf(draft), 422)
  assert.ok(issues.map(told).includes('patient.several XDSPatientIdDoesNotMatch Bundle.entry[1].resource.contained[4]'))
})

test('MHD-65-05: a Patient that is read by a number of somebody else is not the one of the documents', async () => {
  const [one, other] = [aPatient().qualified(), aPatient().qualified()]
  const address = await aKnownPatient(server(), one)
  await aKnownPatient(server(), other)
  const reading = (value: string) => {
    const draft = aDraft(address)
    draft.others.push({ request: { method: 'GET', url: `Patient?identifier=${INS_TEST}|${value}` } })
    return bundleOf(draft)
  }
  assert.deepEqual((await refused(server(), reading(other.ins), 422)).map(told), [
    'bundle.several-patients XDSPatientIdDoesNotMatch Bundle.entry[3].request.url',
  ])
  assert.equal((await accepted(server(), reading(one.ins))).length, 4)
})
