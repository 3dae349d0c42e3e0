/** Header of the documents: what every French document carries (template 1.2.250.1.213.1.1.1.1, documents-fr.md 3.2). */
import type { Day } from '../calendar.ts'
import type { PlannedDocument } from '../course.ts'
import { type Hospital, NETWORK } from '../hospitals.ts'
import { INS_TEST_OID, type PatientIdentity } from '../identity.ts'
import type { Professional } from '../professionals.ts'
import type { Coded } from './codes.ts'
import { coded, id, instant, title } from './datatypes.ts'
import {
  address,
  assigned,
  associated,
  brieflyAssigned,
  organizationContent,
  recordTarget,
  structureId,
} from './people.ts'
import { element, fragment, NOTHING, solid, text, type Xml, xmlDocument } from './xml.ts'

/** What a kind of document adds to the common header. */
export interface Header {
  readonly patient: PatientIdentity
  readonly planned: PlannedDocument
  /** Template of the document, with its version when it has one. */
  readonly template: { readonly root: string; readonly extension?: string }
  readonly code: Coded
  readonly title: string
  readonly author: Professional
  /** Signs the document. */
  readonly signatory: Professional
  readonly informants?: Xml
  readonly participants?: Xml
  readonly order?: Xml
  /** `documentationOf` elements, the main act first. */
  readonly acts: Xml
  readonly encounter: Xml
  /** `structuredBody` or `nonXMLBody`. */
  readonly body: Xml
}

/** Why nobody should take the document for a real one; every document says it in its title and its text. */
export const FICTION = 'DOCUMENT FICTIF'

const CONFIDENTIALITIES: Readonly<Record<PlannedDocument['confidentiality'], string>> = {
  N: 'Normal',
  R: 'Restreint',
  V: 'Très restreint',
}

/** A whole clinical document, in UTF-8. */
export function clinicalDocument(header: Header): Uint8Array {
  const { planned, author, signatory } = header
  return xmlDocument(
    element(
      'ClinicalDocument',
      { xmlns: 'urn:hl7-org:v3', 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance' },
      PREAMBLE,
      element('templateId', header.template),
      id(planned.id),
      coded('code', header.code),
      title(`${header.title} [${FICTION}]`),
      instant('effectiveTime', planned.day, planned.minutes),
      coded('confidentialityCode', {
        system: 'CONFIDENTIALITY',
        code: planned.confidentiality,
        display: CONFIDENTIALITIES[planned.confidentiality],
      }),
      LANGUAGE,
      element('setId', { root: planned.setId }),
      element('versionNumber', { value: planned.version }),
      recordTarget(header.patient, INS_TEST_OID, planned.ipp),
      element(
        'author',
        {},
        instant('time', planned.day, planned.minutes),
        element('assignedAuthor', {}, assigned(author)),
      ),
      header.informants ?? NOTHING,
      CUSTODIAN,
      element(
        'legalAuthenticator',
        {},
        instant('time', planned.day, planned.minutes),
        SIGNATURE,
        element('assignedEntity', {}, brieflyAssigned(signatory)),
      ),
      header.participants ?? NOTHING,
      header.order ?? NOTHING,
      header.acts,
      planned.replaces === undefined ? NOTHING : replaces(planned.replaces),
      header.encounter,
      element('component', {}, header.body),
    ),
  )
}

/** `participant` who is a professional, with the role that `function` states. */
export function participant(typeCode: string, functionCode: Xml, professional: Professional): Xml {
  return element(
    'participant',
    { typeCode },
    functionCode,
    UNKNOWN_TIME,
    element('associatedEntity', { classCode: 'PROV' }, associated(professional)),
  )
}

/** `participant` that is an organisation. */
export function participantOrganization(typeCode: string, functionCode: Xml, organization: Xml): Xml {
  return element(
    'participant',
    { typeCode },
    functionCode,
    UNKNOWN_TIME,
    element('associatedEntity', { classCode: 'PROV' }, element('scopingOrganization', {}, organization)),
  )
}

/** `functionCode` in plain words. */
export function functionInWords(words: string): Xml {
  return element('functionCode', { nullFlavor: 'NA' }, element('originalText', {}, text(words)))
}

/** `functionCode` coded, with a comment and, for care programmes, the place in the pathway. */
export function functionCoded(value: Coded, words: string, translation?: Coded): Xml {
  return coded(
    'functionCode',
    value,
    {},
    element('originalText', {}, text(words)),
    translation === undefined ? NOTHING : coded('translation', translation),
  )
}

/** `documentationOf` of the main act: its code when the document type has one, its start and who did it. */
export function mainAct(start: { day: Day; minutes: number }, performer: Professional, code?: Xml): Xml {
  return element(
    'documentationOf',
    {},
    element(
      'serviceEvent',
      { classCode: 'ACT' },
      code ?? NOTHING,
      element('effectiveTime', {}, instant('low', start.day, start.minutes)),
      element('performer', { typeCode: 'PRF' }, element('assignedEntity', {}, assigned(performer))),
    ),
  )
}

/** `documentationOf` that only codes something: the topography of the tumour. */
export function codedAct(value: Coded): Xml {
  return element('documentationOf', {}, element('serviceEvent', { classCode: 'ACT' }, coded('code', value)))
}

/** `componentOf` of an encounter in a hospital. */
export function encounter(ids: Xml, code: Xml, time: Xml, hospital: Hospital): Xml {
  return element(
    'componentOf',
    {},
    element(
      'encompassingEncounter',
      {},
      ids,
      code,
      time,
      element(
        'location',
        {},
        element(
          'healthCareFacility',
          {},
          structureId(hospital),
          coded('code', { system: 'FACILITY_TYPE', ...hospital.facilityType }),
          element('location', {}, element('name', {}, text(hospital.name)), address(hospital)),
        ),
      ),
    ),
  )
}

const PREAMBLE = solid(
  fragment([
    element('realmCode', { code: 'FR' }),
    element('typeId', { root: '2.16.840.1.113883.1.3', extension: 'POCD_HD000040' }),
    element('templateId', { root: '2.16.840.1.113883.2.8.2.1' }),
    element('templateId', { root: '1.2.250.1.213.1.1.1.1' }),
  ]),
)
const LANGUAGE = element('languageCode', { code: 'fr-FR' })
const SIGNATURE = element('signatureCode', { code: 'S' })
const UNKNOWN_TIME = element('time', { nullFlavor: 'UNK' })
const CUSTODIAN = solid(
  element(
    'custodian',
    {},
    element(
      'assignedCustodian',
      {},
      element('representedCustodianOrganization', {}, organizationContent(NETWORK, false)),
    ),
  ),
)

function replaces(documentId: string): Xml {
  return element('relatedDocument', { typeCode: 'RPLC' }, element('parentDocument', {}, id(documentId)))
}

/** Roles in a pathway (value set JDV_J47). */
export const CARE_TEAM_MEMBER: Coded = { system: 'CARE_TEAM', code: '353', display: "Membre de l'équipe de soins" }
export const CORRESPONDENT: Coded = { system: 'CORRESPONDENT', code: 'CORRE', display: 'Correspondant' }
export const TREATING_PHYSICIAN: Coded = {
  system: 'PARTICIPATION_FUNCTION',
  code: 'PCP',
  display: 'Médecin traitant',
}
