import type { DocumentReference } from '@medplum/fhirtypes'
import { storeContent } from '../../src/dcc/contents.ts'
import type { Publication } from '../../src/dcc/document-version.ts'
import { publishDocument } from '../../src/dcc/documents.ts'
import { registerPatient } from '../../src/dcc/patients.ts'
import type { UnitOfWork, Written } from '../../src/dcc/unit-of-work.ts'
import { clinicalId, newLocalId, newPatientId } from '../../src/store/ids.ts'
import { aContent, aDocument, aPatient, type Content, type DocumentBuilder } from './builders.ts'

/** Registers a fictitious patient in a unit; visible when a `pathwayOrigin` is given. */
export async function registered(unit: UnitOfWork, pathwayOrigin?: string): Promise<string> {
  const id = newPatientId()
  await registerPatient(unit, aPatient().build(), { id, pathwayOrigin, takenIdentifier: 'refuse' })
  return id
}

/** A new id of a clinical resource of a patient. */
export function newId(patientId: string): string {
  return clinicalId(patientId, newLocalId(Date.now()))
}

/** A document with its content in the same unit, and how it is published. */
export interface Submission extends Partial<Omit<Publication, 'patientId'>> {
  content?: Content
  /** Changes the document before it is published. */
  as?: (document: DocumentBuilder) => DocumentBuilder
}

/** Publishes a fiche RCP of a patient with a content of its own, unless the submission says otherwise. */
export async function published(unit: UnitOfWork, patientId: string, submission: Submission = {}): Promise<Written> {
  const { content = aContent(), as = (document) => document, ...publication } = submission
  const contentId = newId(patientId)
  await storeContent(unit, contentId, content.contentType, content.bytes)
  const document: DocumentReference = as(aDocument(`Patient/${patientId}`).at(`Binary/${contentId}`, content)).build()
  return publishDocument(unit, document, {
    id: newId(patientId),
    patientId,
    unknownTarget: 'refuse',
    ...publication,
  })
}
