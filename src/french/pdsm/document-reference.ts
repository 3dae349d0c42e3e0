import type { DocumentReference, Meta, Patient } from '@medplum/fhirtypes'
import { CdaError } from '../cda/errors.ts'
import type { CdaHeader } from '../cda/header.ts'
import { classOf, type DocumentMetadata, formatOf, typeOf } from '../cda/metadata.ts'
import { isInProgress } from '../cda/status.ts'
import { dateTimeOf } from '../cda/time.ts'
import { CONFIDENTIALITY_CODES, FACILITY_TYPES, PRACTICE_SETTINGS } from '../document-codes.ts'
import { type PatientOptions, patientOfHeader } from '../fr-core/patient.ts'
import { uniqueIdOf } from '../oids.ts'
import { present } from '../present.ts'
import { conceptIn, eventConcepts } from './codings.ts'
import { ContainedParticipants } from './contained.ts'
import { encounterReferences, relatedReferences, relations } from './references.ts'

/** Profile of a document entry (PDSm, comprehensive metadata). */
export const PDSM_DOCUMENT_REFERENCE =
  'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference'

/** Tag of a document that its author has not finished: PDSm forbids docStatus. */
export const IN_PROGRESS_TAG = { system: 'urn:dcc:document-state', code: 'in-progress' } as const

/** What a document entry is made of. */
export type DocumentReferenceInput = PatientOptions & {
  readonly header: CdaHeader
  readonly metadata: Pick<DocumentMetadata, 'title' | 'language' | 'uniqueId'>
  /** The stored file: media type, size in bytes, SHA-1 in hexadecimal. */
  readonly facts: { readonly contentType: string; readonly size: number; readonly sha1: string }
  /** Reference to the patient of the record: `Patient/…`. */
  readonly patientRef: string
  /** Where the file is read. */
  readonly contentUrl: string
  /** Instant of the entry. */
  readonly date: string
}

/**
 * PDSm DocumentReference of a CDA document. It satisfies both the release 3.1.1 and the build of 2026-06-30: authenticator, custodian
 * and date are always there. Every participant is contained. Documents to replace are named by unique id (`relatesTo.target.identifier`).
 * Throws CdaError for an unknown type, format or incomplete strict traits. Source: reference/documents-fr.md 1.2, 1.8, 1.11, 3.1.
 */
export function documentReferenceOf(input: DocumentReferenceInput): DocumentReference {
  const { header, metadata, facts, patientRef, contentUrl, date } = input
  const participants = new ContainedParticipants()
  const authors = header.authors.map((author) => participants.author(author))
  const authenticator = participants.professional(header.legalAuthenticator)
  const custodian = participants.organization(header.custodian)
  const attachment = {
    contentType: facts.contentType,
    language: metadata.language,
    url: contentUrl,
    size: facts.size,
    hash: Buffer.from(facts.sha1, 'hex').toString('base64'),
    title: metadata.title,
    creation: dateTime(header.effectiveTime, 'ClinicalDocument/effectiveTime/@value'),
  }
  return {
    resourceType: 'DocumentReference',
    meta: meta(header),
    contained: [...participants.resources(), sourcePatient(input)],
    masterIdentifier: { use: 'usual', type: UNIQUE_ID_TYPE, ...metadata.uniqueId },
    identifier: [{ use: 'secondary', ...uniqueIdOf(header.setId) }],
    status: 'current',
    type: { coding: [typeOf(header)] },
    category: [{ coding: [classOf(header)] }],
    subject: { reference: patientRef },
    date,
    author: authors,
    authenticator,
    ...present({ custodian, relatesTo: relations(header) }),
    securityLabel: [conceptIn(CONFIDENTIALITY_CODES, header.confidentiality)],
    content: [{ attachment, format: formatOf(header) }],
    context: context(header),
  }
}

const PATIENT_ID = 'patient'

/** MHD tells a unique id by its use until 4.2.3 and by this type since: the entry carries both. */
const UNIQUE_ID_TYPE = {
  coding: [{ system: 'https://profiles.ihe.net/ITI/MHD/CodeSystem/IHE.MHD.MHDIdentifierType', code: 'uniqueId' }],
}

function meta(header: CdaHeader): Meta {
  const profile = [PDSM_DOCUMENT_REFERENCE]
  return isInProgress(header) ? { profile, tag: [{ ...IN_PROGRESS_TAG }] } : { profile }
}

/** The patient as the document states it: identifiers and traits, neither address nor telephone. */
function sourcePatient({ header, frCore }: DocumentReferenceInput): Patient {
  const { meta: _profile, telecom: _telecom, address: _address, ...patient } = patientOfHeader(header, { frCore })
  return { ...patient, id: PATIENT_ID }
}

function context(header: CdaHeader): NonNullable<DocumentReference['context']> {
  const path = 'ClinicalDocument/documentationOf/serviceEvent/effectiveTime'
  const { start, end, practiceSetting } = header.service
  return {
    ...present({
      encounter: encounterReferences(header),
      event: eventConcepts(header.events),
      related: relatedReferences(header),
    }),
    period: present({
      start: dateTime(start, `${path}/low/@value`),
      end: end === undefined ? undefined : dateTime(end, `${path}/high/@value`),
    }),
    facilityType: conceptIn(FACILITY_TYPES, header.encounter.facilityType),
    practiceSetting: conceptIn(PRACTICE_SETTINGS, practiceSetting),
    sourcePatientInfo: { reference: `#${PATIENT_ID}` },
  }
}

function dateTime(timestamp: string, path: string): string {
  const value = dateTimeOf(timestamp)
  if (value === undefined) throw new CdaError('cda.invalid', { path })
  return value
}
