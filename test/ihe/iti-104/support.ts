import assert from 'node:assert/strict'
import type { Identifier, Patient } from '@medplum/fhirtypes'
import { aContent, aDocument, aPatient, IPP, type PatientBuilder } from '../../support/builders.ts'
import type { Answer } from '../../support/client.ts'
import type { TestServer } from '../../support/server.ts'

/** The domain of another hospital. */
export const OTHER = 'urn:oid:1.2.250.1.71.4.2.2.990000005'

/** The address of a patient by one identifier. */
export function byNumber(value: string, system = IPP): string {
  return `Patient?${new URLSearchParams({ identifier: `${system}|${value}` })}`
}

/** A message of an identity source about the patient of a number. */
export function feed(server: TestServer, value: string, patient: Patient, system = IPP): Promise<Answer> {
  return server.put(byNumber(value, system), patient)
}

/** The message by which a source tells that a patient is another one: inactive, replaced by the other's number. */
export function duplicateOf(patient: Patient, survivor: Identifier): Patient {
  const { system = '', value = '' } = survivor
  const link = [{ other: { identifier: { system, value } }, type: 'replaced-by' as const }]
  return { ...patient, active: false, link }
}

/** A patient of the hospital who is followed for cancer, with a document. */
export interface Followed {
  person: PatientBuilder
  id: string
  reference: string
  document: string
}

/** Registers a patient with one document. */
export async function followed(server: TestServer, person = aPatient()): Promise<Followed> {
  const { id } = await server.create(person.build())
  const reference = `Patient/${id}`
  const document = await server.create(aDocument(reference).inline(aContent()).build())
  return { person, id, reference, document: `DocumentReference/${document.id}` }
}

/** Merges one patient into another as their hospital tells it. */
export async function merged(server: TestServer, subsumed: Followed, survivor: Followed): Promise<Answer> {
  const { person } = subsumed
  const message = duplicateOf(person.build(), { system: IPP, value: survivor.person.ipp })
  const answer = await feed(server, person.ipp, message)
  assert.equal(answer.status, 200, answer.text)
  return answer
}

/** The resources that a search finds, as `Type/id` in order. */
export async function found(server: TestServer, search: string): Promise<string[]> {
  const answer = await server.get(search)
  assert.equal(answer.status, 200, answer.text)
  const bundle = answer.resource('Bundle')
  const entries = bundle.entry ?? []
  if (bundle.total !== undefined)
    assert.equal(bundle.total, entries.filter(({ search }) => search?.mode === 'match').length)
  return entries.map(({ resource }) => `${resource?.resourceType}/${resource?.id}`).sort()
}
