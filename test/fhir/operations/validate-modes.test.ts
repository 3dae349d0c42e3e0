import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { OperationOutcomeIssue, Resource } from '@medplum/fhirtypes'
import { aContent, aDocument, anOrganization, aPatient, aPractitioner, aRole } from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { sharedServer } from '../../support/server.ts'

const server = sharedServer()

/** Keys of the errors of a $validate, which stores nothing. */
async function errorsOf(target: string, body?: object): Promise<string[]> {
  return keysOf((await issuesOf(target, body)).filter(({ severity }) => severity === 'error'))
}

const keysOf = (issues: readonly OperationOutcomeIssue[]) =>
  issues.map(({ details }) => details?.coding?.[0]?.code ?? '')

async function issuesOf(target: string, body?: object): Promise<OperationOutcomeIssue[]> {
  const before = await server().counts()
  const answer = await server().post(target, body)
  assert.equal(answer.status, 200, answer.text)
  assert.deepEqual(await server().counts(), before)
  return answer.resource('OperationOutcome').issue ?? []
}

const aStoredPatient = () => server().create(aPatient().qualified().build())

async function aStoredDocument() {
  const { id } = await aStoredPatient()
  return server().create(aDocument(`Patient/${id}`).inline(aContent()).build())
}

describe('mode=create tells what a creation would refuse', () => {
  test('nothing of a new patient', async () => {
    assert.deepEqual(await errorsOf('Patient/$validate?mode=create', aPatient().qualified().build()), [])
  })

  test('an identity that is known', async () => {
    const { id: _id, meta: _meta, ...same } = await aStoredPatient()
    assert.deepEqual(await errorsOf('Patient/$validate?mode=create', same), ['identity.known'])
  })

  test('a masterIdentifier that another document has', async () => {
    const { id: _id, masterIdentifier, subject } = await aStoredDocument()
    const other = aDocument(subject?.reference ?? '').at('https://example.test/document.pdf', aContent())
    const document = { ...other.build(), ...(masterIdentifier === undefined ? {} : { masterIdentifier }) }
    assert.deepEqual(await errorsOf('DocumentReference/$validate?mode=create', document), ['document.duplicate'])
  })

  test('a document of a patient whom nobody knows', async () => {
    const document = aDocument('Patient/unknown').at('https://example.test/document.pdf', aContent()).build()
    assert.deepEqual(await errorsOf('DocumentReference/$validate?mode=create', document), ['patient.unknown'])
  })

  test('a resource that this server does not keep', async () => {
    const basic = { resourceType: 'Basic', code: { text: 'x' } }
    assert.deepEqual(await errorsOf('Basic/$validate?mode=create', basic), ['resource.type-unknown'])
    assert.deepEqual(await errorsOf('Basic/$validate', basic), [])
  })

  test('what only the profiles of the record ask for', async () => {
    const { id } = await aStoredPatient()
    const whole = aDocument(`Patient/${id}`).at('https://example.test/document.pdf', aContent()).build()
    const { meta: _claims, authenticator: _authenticator, ...document } = whole
    const asked = async (target: string) => keysOf(await issuesOf(target, document)).includes('element.required')
    assert.equal(await asked('DocumentReference/$validate'), false)
    assert.equal(await asked('DocumentReference/$validate?mode=create'), true)
  })
})

describe('mode=update tells what an update would refuse', () => {
  test('nothing of what is stored', async () => {
    const patient = await aStoredPatient()
    assert.deepEqual(await errorsOf(`Patient/${patient.id}/$validate?mode=update`, patient), [])
    assert.deepEqual(await errorsOf(`Patient/${patient.id}/$validate?mode=update`), [])
    assert.deepEqual(await errorsOf('Patient/$validate?mode=update', patient), [])
  })

  test('an id that is not that of the address', async () => {
    const patient = await aStoredPatient()
    const other = { ...patient, id: 'another' }
    assert.deepEqual(await errorsOf(`Patient/${patient.id}/$validate?mode=update`, other), ['resource.id-of-address'])
  })

  test('an id that nobody has', async () => {
    const patient = { ...aPatient().qualified().build(), id: 'nobody' }
    assert.deepEqual(await errorsOf('Patient/nobody/$validate?mode=update', patient), ['resource.no-update-as-create'])
  })

  test('what never changes in a document', async () => {
    const document = await aStoredDocument()
    const changed = { ...document, masterIdentifier: { ...document.masterIdentifier, value: 'urn:oid:1.2.3' } }
    assert.deepEqual(await errorsOf(`DocumentReference/${document.id}/$validate?mode=update`, changed), [
      'document.immutable',
    ])
  })
})

describe('mode=delete tells what a deletion would refuse', () => {
  const deletionOf = ({ resourceType, id }: Resource) => errorsOf(`${resourceType}/${id}/$validate?mode=delete`)

  test('nothing of a patient without documents, who stays', async () => {
    const patient = await aStoredPatient()
    assert.deepEqual(await deletionOf(patient), [])
    assert.equal((await server().get(`Patient/${patient.id}`)).status, 200)
  })

  test('a patient with documents', async () => {
    const { subject } = await aStoredDocument()
    assert.deepEqual(await errorsOf(`${subject?.reference}/$validate?mode=delete`), ['patient.has-documents'])
  })

  test('an organization that a role names', async () => {
    const practitioner = await server().create(aPractitioner())
    const organization = await server().create(anOrganization())
    await server().create(aRole(`Practitioner/${practitioner.id}`, `Organization/${organization.id}`))
    assert.deepEqual(await deletionOf(organization), ['reference.in-use'])
  })

  test('what is not there is not found', async () => {
    assertRefused(await server().post('Patient/nobody/$validate?mode=delete'), 404, 'resource.unknown')
  })
})
