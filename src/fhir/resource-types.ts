import type { ReferenceType, SearchableType, StoredType } from '../store/store.ts'

/** Interactions of the FHIR REST API by the codes of `restful-interaction`, with our conditional ones. */
export type InteractionCode =
  | 'read'
  | 'vread'
  | 'history-instance'
  | 'history-type'
  | 'search-type'
  | 'create'
  | 'update'
  | 'patch'
  | 'delete'

/** What a resource type supports: the one table behind routes, refusals and CapabilityStatement. */
export interface ResourceType {
  interactions: readonly InteractionCode[]
  conditionalCreate: boolean
  conditionalUpdate: boolean
  conditionalDelete: 'not-supported' | 'single'
  /** Profiles that are accepted and served: the national ones, then those that the statements of IHE name. */
  supportedProfiles: readonly string[]
  /** What a reader of the CapabilityStatement must know. */
  documentation: string
}

const ALL: readonly InteractionCode[] = [
  'read',
  'vread',
  'history-instance',
  'history-type',
  'search-type',
  'create',
  'update',
  'patch',
  'delete',
]

const FR_CORE = 'https://hl7.fr/ig/fhir/core/StructureDefinition'
const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition'

const directory = (documentation: string, profile: string): ResourceType => ({
  interactions: ALL,
  conditionalCreate: true,
  conditionalUpdate: true,
  conditionalDelete: 'single',
  supportedProfiles: [profile],
  documentation,
})

const IHE = 'https://profiles.ihe.net/ITI'

/** Profiles of MHD by the end of their names. */
const mhd = (...names: string[]): string[] => names.map((name) => `${IHE}/MHD/StructureDefinition/IHE.MHD.${name}`)

/** The resource types that the server holds. */
export const RESOURCE_TYPES: Readonly<Record<StoredType, ResourceType>> = {
  Patient: {
    interactions: ALL,
    conditionalCreate: true,
    conditionalUpdate: true,
    conditionalDelete: 'single',
    supportedProfiles: [
      `${FR_CORE}/fr-core-patient`,
      `${FR_CORE}/fr-core-patient-ins`,
      `${IHE}/PDQm/StructureDefinition/IHE.PDQm.Patient`,
      `${IHE}/PIXm/StructureDefinition/IHE.PIXm.Patient`,
    ],
    documentation:
      'POST registers a patient for cancer care and opens an oncology pathway; a conditional update that creates ' +
      '(identity feed) does not, and such a patient stays invisible until a document of cancer care arrives. ' +
      'One patient per INS; strict traits of a qualified identity do not change. A duplicate is merged by an update with ' +
      'active false and link replaced-by, and separated by one with active true.',
  },
  DocumentReference: {
    interactions: ALL,
    conditionalCreate: true,
    conditionalUpdate: true,
    conditionalDelete: 'single',
    supportedProfiles: [
      `${PDSM}/pdsm-comprehensive-document-reference`,
      `${PDSM}/pdsm-simplified-publish`,
      ...mhd(
        'Minimal.DocumentReference',
        'UnContained.Comprehensive.DocumentReference',
        'Comprehensive.DocumentReference',
      ),
      ...mhd('SimplifiedPublish.DocumentReference'),
    ],
    documentation:
      'POST with attachment.data publishes one document (ITI-105): a submission set is derived, and the same document ' +
      'sent again answers 200. Content and identity never change: publish a new version with relatesTo.replaces. ' +
      'PATCH (PDSm flow 03) changes status, securityLabel and isArchived only. ' +
      'DELETE withdraws: the trace stays in the history, the content is gone.',
  },
  Binary: {
    interactions: ['read', 'vread', 'create'],
    conditionalCreate: false,
    conditionalUpdate: false,
    conditionalDelete: 'not-supported',
    supportedProfiles: [],
    documentation:
      'Native bytes unless FHIR is asked for by Accept; Range is supported. A Binary can be read once a visible ' +
      'DocumentReference refers to it; create needs securityContext or X-Security-Context.',
  },
  List: {
    interactions: ALL,
    conditionalCreate: true,
    conditionalUpdate: true,
    conditionalDelete: 'single',
    supportedProfiles: [
      `${PDSM}/pdsm-submissionset-comprehensive`,
      `${PDSM}/pdsm-folder-comprehensive`,
      ...mhd('List', 'Minimal.SubmissionSet', 'UnContained.Comprehensive.SubmissionSet', 'Comprehensive.SubmissionSet'),
      ...mhd('Minimal.Folder', 'Comprehensive.Folder'),
    ],
    documentation: 'Submission sets and folders; entries are documents and lists of the same patient.',
  },
  Practitioner: directory('Professionals, by RPPS.', `${FR_CORE}/fr-core-practitioner`),
  PractitionerRole: directory('Situations of exercise.', `${FR_CORE}/fr-core-practitioner-role`),
  Organization: directory('Structures, by FINESS or SIRET.', `${FR_CORE}/fr-core-organization`),
}

/** Whether a name from a URL is a type that the server holds. */
export function isStoredType(name: string | undefined): name is StoredType {
  return name !== undefined && Object.hasOwn(RESOURCE_TYPES, name)
}

/** Whether a type belongs to the directories that all patients share. */
export function isReferenceType(type: StoredType): type is ReferenceType {
  return type === 'Practitioner' || type === 'PractitionerRole' || type === 'Organization'
}

/** Whether a type can be searched: a Binary is only found through its DocumentReference. */
export function isSearchable(type: StoredType): type is SearchableType {
  return type !== 'Binary'
}
