import type { CodeableConcept, Coding, Identifier, List, Reference, Resource } from '@medplum/fhirtypes'
import type { CdaHeader } from '../cda/header.ts'
import { findCode } from '../code-table.ts'
import { FACILITY_TYPES } from '../document-codes.ts'
import {
  type InstanceIdentifier,
  isUniquelyIdentifying,
  SYSTEM_OF_OID,
  systemOfOid,
  URI_SYSTEM,
  uniqueIdOf,
} from '../oids.ts'
import { present } from '../present.ts'
import { ContainedParticipants } from './contained.ts'

/** Profile of a submission set (PDSm, comprehensive metadata). */
export const PDSM_SUBMISSION_SET =
  'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-submissionset-comprehensive'

/** What a submission set is made of. */
export type SubmissionSetInput = {
  /** Header of the one document that is submitted. */
  readonly header: CdaHeader
  /** Names the set: its uniqueId is this UUID as an OID, its entryUUID the UUID itself. */
  readonly uuid: string
  /** Reference to the patient of the record: `Patient/…`. */
  readonly patientRef: string
  /** Reference to the document: `DocumentReference/…`. */
  readonly documentRef: string
  /** Instant of the submission. */
  readonly date: string
}

/**
 * PDSm submission set of one document, derived from its header as a Document Recipient does (MHD ITI-105). Its source
 * is the first author of the document, contained. Source: reference/documents-fr.md 1.4, 3.1.
 */
export function submissionSetOf({ header, ...named }: SubmissionSetInput): List {
  const participants = new ContainedParticipants()
  const [source] = header.authors.slice(0, 1).map((author) => participants.author(author))
  return newSubmissionSet({
    ...named,
    title: header.title,
    contained: participants.resources(),
    source,
    designationType: designationType(header),
    sourceId: sourceIdOf(header.custodian.ids),
  })
}

/** What a submission set of one document says; what is undefined is left out. */
export type SubmissionSetParts = Omit<SubmissionSetInput, 'header'> & {
  readonly title: string | undefined
  readonly contained: readonly Resource[]
  readonly source: List['source'] | undefined
  readonly designationType: CodeableConcept
  readonly sourceId: Identifier
}

/** PDSm submission set of one document, from what is known of it. It names the profile when it has a contained source. */
export function newSubmissionSet(parts: SubmissionSetParts): List {
  const { uuid, patientRef, documentRef, date, title, contained, source } = parts
  return {
    resourceType: 'List',
    ...present({ meta: source?.reference?.startsWith('#') === true ? { profile: [PDSM_SUBMISSION_SET] } : undefined }),
    ...present({ contained: [...contained] }),
    extension: [
      { url: `${MHD}/StructureDefinition/ihe-designationType`, valueCodeableConcept: parts.designationType },
      { url: `${MHD}/StructureDefinition/ihe-sourceId`, valueIdentifier: parts.sourceId },
    ],
    identifier: [
      { use: 'usual', type: identifierType('uniqueId'), system: URI_SYSTEM, value: uuidOid(uuid) },
      entryUuid(uuid),
    ],
    status: 'current',
    mode: 'working',
    ...present({ title }),
    code: { coding: [{ system: `${MHD}/CodeSystem/MHDlistTypes`, code: 'submissionset' }] },
    subject: { reference: patientRef },
    date,
    ...present({ source }),
    entry: [{ item: { reference: documentRef } }],
  }
}

/** Reference to the organisation that authored a submission set, on its source (MHD extension ihe-authorOrg). */
export function authorOrganization(organization: Reference): NonNullable<Reference['extension']>[number] {
  return { url: `${MHD}/StructureDefinition/ihe-authorOrg`, valueReference: organization }
}

/** The id of an entry in the registry (XDS entryUUID). */
export function entryUuid(uuid: string): Identifier {
  return {
    use: 'official',
    type: identifierType('entryUUID'),
    system: URI_SYSTEM,
    value: `urn:uuid:${uuid.toLowerCase()}`,
  }
}

const MHD = 'https://profiles.ihe.net/ITI/MHD'

/** MHD tells these identifiers by their use until 4.2.3 and by this type since: the set carries both. */
function identifierType(code: 'uniqueId' | 'entryUUID'): CodeableConcept {
  return { coding: [{ system: `${MHD}/CodeSystem/IHE.MHD.MHDIdentifierType`, code }] }
}

/**
 * Kind of activity of a submission, in JDV_J03. The class of the encounter decides, as the ANS derives it from PV1-2
 * for documents that travel by HL7 v2 (inpatient 03, outpatient and emergency 07); an encounter without the patient (VR,
 * a multidisciplinary meeting) is undifferentiated. Without a class the kind of facility stands for the activity, unless
 * JDV_J03 lacks it: hospitals, of which an activity is expected. Source: reference/documents-fr.md 3.1.
 */
function designationType({ encounter: { code, facilityType } }: CdaHeader): CodeableConcept {
  const activity = code?.codeSystem === ACT_CODE_OID ? ACTIVITY_OF_CLASS[code.code] : undefined
  if (activity !== undefined) return activityConcept(activity)
  return activityOfFacility({ system: systemOfOid(facilityType.codeSystem), code: facilityType.code })
}

/** Kind of activity that a kind of facility (JDV_J02) stands for; undifferentiated when it is none or unknown. */
export function activityOfFacility({ system, code }: Coding): CodeableConcept {
  const facility = findCode(FACILITY_TYPES, code ?? '', system ?? '')
  if (facility === undefined || WITHOUT_ACTIVITY.includes(facility.code)) return activityConcept('97')
  return { coding: [facility] }
}

/** System of the classes of encounters (v3-ActCode). */
const ACT_CODE_OID = '2.16.840.1.113883.5.4'

/** The codes of TRE_R209 that are used, with their displays in JDV_J03 (OID 1.2.250.1.213.1.1.5.464), version 20260223120000. */
const ACTIVITIES = {
  '03': 'Hospitalisation complète (non compris hospitalisation de semaine)',
  '07': 'Consultations soins externes',
  '97': "Type d'activité indifférencié",
} as const

const ACTIVITY_OF_CLASS: Readonly<Record<string, keyof typeof ACTIVITIES>> = {
  IMP: '03',
  ACUTE: '03',
  NONAC: '03',
  AMB: '07',
  EMER: '07',
  VR: '97',
}

/** Facility types (JDV_J02) that are no kind of activity in JDV_J03: hospitals, and digital services. */
const WITHOUT_ACTIVITY: readonly string[] = ['SA01', 'SA02', 'SA03', 'SA04', 'SNR']

function activityConcept(code: keyof typeof ACTIVITIES): CodeableConcept {
  return { coding: [{ system: SYSTEM_OF_OID['1.2.250.1.213.2.2'], code, display: ACTIVITIES[code] }] }
}

/**
 * OID of the system that submits. A document does not name its system; the custodian is the structure whose system
 * keeps it, and a national structure id is the last arc of its own OID (reference/identity-fr.md 1.5). An id that is no
 * OID arc leaves the OID of its register.
 */
export function sourceIdOf(structureIds: readonly InstanceIdentifier[]): Identifier {
  const id = structureIds.find(isUniquelyIdentifying) ?? structureIds[0]
  const { value } = uniqueIdOf({ root: id?.root ?? '', extension: id?.extension })
  return { system: URI_SYSTEM, value: value.startsWith('urn:uuid:') ? uuidOid(value.slice('urn:uuid:'.length)) : value }
}

/** A UUID as an OID (arc 2.25, ITU-T X.667): a submission set must be named by an OID. */
function uuidOid(uuid: string): string {
  return `urn:oid:2.25.${BigInt(`0x${uuid.replaceAll('-', '')}`)}`
}
