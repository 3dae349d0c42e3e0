import assert from 'node:assert/strict'
import type { Attachment, DocumentReference, List, OperationOutcome } from '@medplum/fhirtypes'
import { PDSM } from '../../support/builders/urls.ts'
import { aContent, aDocument, aPatient, type PatientBuilder } from '../../support/builders.ts'
import type { Answer } from '../../support/client.ts'
import type { TestServer } from '../../support/server.ts'

/** The profiles of a simplified publish. */
export const MHD_SIMPLIFIED =
  'https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.SimplifiedPublish.DocumentReference'
export const PDSM_SIMPLIFIED = `${PDSM}/StructureDefinition/pdsm-simplified-publish`
/** Registers a patient; `Patient/…`. */
export async function register(server: TestServer, person: PatientBuilder = aPatient().qualified()): Promise<string> {
  return `Patient/${(await server.create(person.build())).id}`
}

/** What PDSm asks of a simplified publish at least. */
export function simplified(subject: string, changes: Partial<DocumentReference> = {}): DocumentReference {
  const { meta: _meta, identifier: _ids, ...document } = aDocument(subject).inline(aContent()).build()
  return { ...document, meta: { profile: [PDSM_SIMPLIFIED] }, ...changes }
}

/** The document that an answer of 201 or 200 holds. */
export function published(answer: Answer, status = 201): DocumentReference {
  assert.equal(answer.status, status, answer.text)
  return answer.resource('DocumentReference')
}

/** The submission sets that list a document. */
export async function setsOf(server: TestServer, { id }: DocumentReference): Promise<List[]> {
  const bundle = (await server.get(`List?item=DocumentReference/${id}&code=submissionset`)).resource('Bundle')
  return (bundle.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === 'List' ? [resource] : []))
}

/** The attachment of a document. */
export const attachmentOf = (document: DocumentReference): Attachment => document.content?.[0]?.attachment ?? {}

/** Rows and files of a server: what a refusal must leave as they were. */
export const stateOf = async (server: TestServer) => [await server.counts(), await server.contentFiles()]

/** A document with changes of its attachment; what is undefined goes away. */
export function attached(
  document: DocumentReference,
  changes: { [K in keyof Attachment]: Attachment[K] | undefined },
): DocumentReference {
  const [content] = document.content ?? []
  return JSON.parse(
    JSON.stringify({ ...document, content: [{ ...content, attachment: { ...content?.attachment, ...changes } }] }),
  )
}

/** What an attachment says of these bytes. */
export function facts(bytes: string): Attachment {
  const { size, hash } = aContent(bytes)
  return { data: Buffer.from(bytes).toString('base64'), size, hash }
}

/** The texts of the errors of an outcome. */
export function errorsOf({ issue }: OperationOutcome): string[] {
  const errors = issue?.filter(({ severity }) => severity === 'error' || severity === 'fatal') ?? []
  return errors.map(({ details }) => details?.text ?? '')
}
