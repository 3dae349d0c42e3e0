import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DocumentReference, List, Patient, Reference } from '@medplum/fhirtypes'
import {
  aContent,
  aDocument,
  aPatient,
  aSubmissionSet,
  aTransaction,
  creating,
  withoutUnnamed,
} from '../support/builders.ts'
import { assertRefused } from '../support/client.ts'
import { sharedServer } from '../support/server.ts'

/** One resource must not speak of two patients: a reader could file it with either. Tried over HTTP. */
const server = sharedServer()

interface Person {
  id: string
  reference: string
  /** The INS of a qualified identity. */
  ins: { system: string; value: string }
  document: DocumentReference & { id: string }
}

async function person(): Promise<Person> {
  const patient = await server().create(aPatient().qualified().build())
  const reference = `Patient/${patient.id}`
  const document = await server().create(aDocument(reference).inline(aContent()).build())
  const { system = '', value = '' } = patient.identifier?.[0] ?? {}
  return { id: patient.id, reference, ins: { system, value }, document }
}

const stranger = { system: 'urn:oid:1.2.250.1.213.1.4.10', value: '164077511599955' }

test('a document names its patient by reference and identifier, both of the same person', async () => {
  const [own, other] = [await person(), await person()]
  const about = (identifier: Reference['identifier']) =>
    aDocument({ reference: own.reference, ...(identifier === undefined ? {} : { identifier }) })
      .inline(aContent())
      .build()
  assert.equal((await server().post('DocumentReference', about(own.ins))).status, 201)
  for (const wrong of [other.ins, stranger]) {
    const issue = assertRefused(await server().post('DocumentReference', about(wrong)), 422, 'patient.several')
    assert.deepEqual(issue.expression, ['DocumentReference.subject.identifier'])
  }
})

test('a stored document cannot be given the identifier of somebody else', async () => {
  const [own, other] = [await person(), await person()]
  const subject = { ...own.document.subject, identifier: other.ins }
  const put = { ...own.document, subject }
  assertRefused(await server().put(`DocumentReference/${own.document.id}`, put), 422, 'patient.several')
  const patch = [{ op: 'add', path: '/subject/identifier', value: other.ins }]
  assertRefused(await server().patch(`DocumentReference/${own.document.id}`, patch), 405, 'document.metadata-only')
})

test('the identity at the source is the same person, referenced, by identifier or contained', async () => {
  const [own, other] = [await person(), await person()]
  const filed = (sourcePatientInfo: Reference<Patient>, contained?: Patient) => {
    const document = aDocument(own.reference).inline(aContent()).build()
    const kept = (document.contained ?? []).filter(({ id }) => id !== contained?.id)
    const sent = {
      ...document,
      contained: contained === undefined ? kept : [...kept, contained],
      context: { ...document.context, sourcePatientInfo },
    }
    return server().post('DocumentReference', withoutUnnamed(sent))
  }
  const source = (identifier: Patient['identifier']): Patient => ({
    resourceType: 'Patient',
    id: 'patient',
    ...(identifier === undefined ? {} : { identifier }),
    name: [{ family: 'TESTFICTIF' }],
  })
  assert.equal((await filed({ reference: own.reference })).status, 201)
  assert.equal((await filed({ reference: '#patient' }, source([own.ins]))).status, 201)
  const local = { system: 'urn:oid:1.2.3', value: 'IPP-of-the-source' }
  assert.equal((await filed({ reference: '#patient' }, source([local]))).status, 201)
  assertRefused(await filed({ reference: other.reference }), 422, 'patient.several')
  assertRefused(await filed({ reference: own.reference, identifier: other.ins }), 422, 'patient.several')
  assertRefused(await filed({ reference: '#patient' }, source([own.ins, other.ins])), 422, 'patient.several')
  assertRefused(await filed({ reference: '#patient' }, source([stranger])), 422, 'patient.several')
})

test('a list holds nothing of somebody else, however it is named', async () => {
  const [own, other] = [await person(), await person()]
  const holding = (item: Reference): List => ({
    ...aSubmissionSet(own.reference, [`DocumentReference/${own.document.id}`]),
    entry: [{ item }],
  })
  const master = ({ document }: Person) => {
    const { system = '', value = '' } = document.masterIdentifier ?? {}
    return { identifier: { system, value } }
  }
  const binary = (of: Person) => {
    const url = of.document.content?.[0]?.attachment?.url ?? ''
    return { reference: url.slice(url.indexOf('Binary/')) }
  }
  for (const item of [{ reference: own.reference }, master(own), binary(own)]) {
    assert.equal((await server().post('List', holding(item))).status, 201)
  }
  for (const item of [{ reference: other.reference }, master(other), binary(other)]) {
    assertRefused(await server().post('List', holding(item)), 422, 'list.item-unknown')
  }
})

test('in a transaction a new patient may be named by the identifier that comes with it', async () => {
  const patient = aPatient().qualified().build()
  const entry = creating(patient)
  const { system = '', value = '' } = patient.identifier?.[0] ?? {}
  const subject = { reference: entry.fullUrl ?? '', identifier: { system, value } }
  const bundle = aTransaction(entry, creating(aDocument(subject).inline(aContent()).build()))
  const answer = await server().post('/fhir', bundle)
  assert.equal(answer.status, 200, answer.text)
})

test('a merge that is told in no legal way is refused, a mere link is kept', async () => {
  const [own, other] = [await person(), await person()]
  const link = (type: string) => [
    { op: 'add', path: '/link', value: [{ type, other: { reference: other.reference } }] },
  ]
  const refusals = { 'replaced-by': 'Patient.active', replaces: 'Patient.link[0]' }
  for (const [type, expression] of Object.entries(refusals)) {
    const issue = assertRefused(await server().patch(own.reference, link(type)), 422, 'patient.merge')
    assert.deepEqual(issue.expression, [expression])
  }
  assert.equal((await server().patch(own.reference, link('seealso'))).status, 200)
})
