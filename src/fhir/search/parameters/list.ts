import { URI_SYSTEM } from '../../../french/oids.ts'
import { actorParameters } from '../actors.ts'
import { code, codeableConcept, dateTime, identifier, ownPatient, reference, string } from '../datatypes.ts'
import { allOf, containedTarget, extensionAt, listOf } from '../elements.ts'
import type { SearchParameter, Selector } from '../model.ts'
import { BOOLEAN, hl7, mhd, mhdExtension, own, pdsm, pdsmExtension } from './common.ts'

/** PDSm examples print the system of list types with http: (documents-fr.md 1.10). */
const LIST_TYPES = {
  'http://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes': 'https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes',
}

/** MHD examples leave out the system of a sourceId, whose value is an OID (ihe.md P-28): it is found with and without. */
const SOURCE_ID_SYSTEMS = { '': URI_SYSTEM }

/** The organisation that authored a set is contained in it as PDSm has it: it is found by its identifiers. */
const authorReferences = allOf(
  extensionAt('source', mhdExtension('ihe-authorOrg'), 'valueReference'),
  extensionAt('', mhdExtension('ihe-authorOrg'), 'valueReference'),
)
const authorOrganizations: Selector = (resource, visit) =>
  authorReferences(resource, (value) => {
    visit(value)
    for (const identifier of listOf(containedTarget(resource, value)?.identifier)) visit({ identifier })
  })

/** List (submission sets and folders): MHD ITI-66 (ihe.md 2.5), PDSm (documents-fr.md 1.10) and R4. */
export const LIST: readonly SearchParameter[] = [
  {
    name: 'patient',
    type: 'reference',
    definition: hl7('clinical-patient'),
    from: 'subject',
    as: ownPatient,
    targets: ['Patient'],
    fr: 'Patient.',
    en: 'Patient.',
  },
  {
    name: 'patient.identifier',
    type: 'token',
    definition: undefined,
    chain: { via: 'patient', direct: 'patient:identifier', steps: [{ type: 'Patient', parameter: 'identifier' }] },
    fr: 'Identifiant du patient (INS, IPP…).',
    en: 'Identifier of the patient (INS, hospital id…).',
  },
  {
    name: 'subject',
    type: 'reference',
    definition: hl7('List-subject'),
    from: 'subject',
    as: ownPatient,
    targets: ['Patient', 'Group', 'Device', 'Location'],
    fr: 'Sujet de la liste.',
    en: 'Subject of the list.',
  },
  {
    name: 'subject.identifier',
    type: 'token',
    definition: undefined,
    chain: { via: 'subject', direct: 'subject:identifier', steps: [{ type: 'Patient', parameter: 'identifier' }] },
    fr: 'Identifiant du sujet de la liste.',
    en: 'Identifier of the subject of the list.',
  },
  {
    name: 'code',
    type: 'token',
    definition: hl7('clinical-code'),
    from: 'code',
    as: codeableConcept,
    systemAliases: LIST_TYPES,
    fr: 'Nature : submissionset (lot de soumission) ou folder (classeur).',
    en: 'Kind: submissionset or folder.',
  },
  {
    name: 'status',
    type: 'token',
    definition: hl7('List-status'),
    from: 'status',
    as: code,
    codeSystem: 'http://hl7.org/fhir/list-status',
    codeAliases: { superseded: 'retired' },
    fr: 'Statut : current ou retired (superseded de MHD est compris comme retired).',
    en: 'Status: current or retired (superseded, as MHD prints it, means retired).',
  },
  {
    name: 'date',
    type: 'date',
    definition: hl7('clinical-date'),
    from: 'date',
    as: dateTime,
    sortKey: 'date',
    fr: 'Date de soumission.',
    en: 'Date of submission.',
  },
  {
    name: 'designationType',
    type: 'token',
    definition: mhd('List-DesignationType'),
    from: extensionAt('', mhdExtension('ihe-designationType'), 'valueCodeableConcept'),
    as: codeableConcept,
    fr: 'Type d’activité associé au lot.',
    en: 'Kind of clinical activity of the submission.',
  },
  {
    name: 'sourceId',
    type: 'token',
    definition: mhd('List-SourceId'),
    from: extensionAt('', mhdExtension('ihe-sourceId'), 'valueIdentifier'),
    as: identifier,
    systemAliases: SOURCE_ID_SYSTEMS,
    fr: 'Identifiant du système émetteur.',
    en: 'Identifier of the sending system.',
  },
  {
    name: 'identifier',
    type: 'token',
    definition: hl7('clinical-identifier'),
    from: 'identifier',
    as: identifier,
    fr: 'uniqueId ou entryUUID.',
    en: 'uniqueId or entryUUID.',
  },
  {
    name: 'isArchived',
    type: 'token',
    definition: pdsm('PDSm-isArchived'),
    from: extensionAt('', pdsmExtension('pdsm-ext-is-archived'), 'valueBoolean'),
    as: code,
    codeSystem: BOOLEAN,
    whenAbsent: 'false',
    fr: 'Lot ou classeur archivé ; absent vaut faux.',
    en: 'Whether the list is archived; absent counts as false.',
  },
  {
    name: 'title',
    type: 'string',
    definition: hl7('List-title'),
    from: 'title',
    as: string,
    fr: 'Titre.',
    en: 'Title.',
  },
  {
    name: 'item',
    type: 'reference',
    definition: hl7('List-item'),
    from: 'entry.item',
    as: reference,
    targets: ['DocumentReference', 'List'],
    fr: 'Document ou classeur contenu.',
    en: 'Document or folder of the list.',
  },
  {
    name: 'source',
    type: 'reference',
    definition: hl7('List-source'),
    from: 'source',
    as: reference,
    targets: ['Practitioner', 'PractitionerRole', 'Patient', 'Device'],
    fr: 'Auteur référencé (voir source.family pour un auteur contenu).',
    en: 'Referenced author (see source.family for a contained one).',
  },
  ...actorParameters('source'),
  {
    name: 'authorOrg',
    type: 'reference',
    definition: pdsm('PDSm-List-authorOrg'),
    from: authorOrganizations,
    as: reference,
    targets: ['Organization'],
    fr: 'Structure auteur du lot ; contenue, par identifiant avec authorOrg:identifier.',
    en: 'Organisation that authored the list; a contained one by identifier, with authorOrg:identifier.',
  },
  {
    name: 'intendedRecipient',
    type: 'reference',
    definition: own('List-intendedRecipient'),
    from: allOf(
      extensionAt('', mhdExtension('ihe-intendedRecipient'), 'valueReference'),
      extensionAt('', pdsmExtension('pdsm-ext-intended-recipient'), 'valueReference'),
    ),
    as: reference,
    targets: ['Practitioner', 'PractitionerRole', 'Organization', 'Patient', 'RelatedPerson'],
    fr: 'Destinataire prévu.',
    en: 'Intended recipient.',
  },
]
