import { TRE_R13 } from '../../../french/oids.ts'
import { code, coding, date, dateTime, humanName, identifier, reference, string } from '../datatypes.ts'
import { extensionAt, extensions } from '../elements.ts'
import type { SearchParameter, Selector } from '../model.ts'
import { addresses } from './address.ts'
import { BOOLEAN, CONTACTS, hl7, own } from './common.ts'

const FR_CORE = 'https://hl7.fr/ig/fhir/core/StructureDefinition'

const deceased: Selector = (resource, visit) => {
  const dead = resource.deceasedBoolean === true || typeof resource.deceasedDateTime === 'string'
  visit(dead)
}

const birthPlaceCog: Selector = (resource, visit) =>
  extensions(resource, 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace', ({ valueAddress }) =>
    extensions(valueAddress, `${FR_CORE}/fr-core-address-insee-code`, ({ valueCoding }) => visit(valueCoding)),
  )

const identityStatus: Selector = (resource, visit) =>
  extensions(resource, `${FR_CORE}/fr-core-identity-reliability`, (reliability) =>
    extensions(reliability, 'identityStatus', ({ valueCoding }) => visit(valueCoding)),
  )

const birthGivenList = extensionAt('name', `${FR_CORE}/fr-core-patient-birth-list-given-name`, 'valueString')

/** The list of given names as a whole, and each name of it, so that the second one is found too. */
const birthGivenNames: Selector = (resource, visit) =>
  birthGivenList(resource, (names) => {
    visit(names)
    if (typeof names !== 'string') return
    for (const name of names.split(/\s+/)) if (name !== '') visit(name)
  })

/** Patient: PDQm ITI-78 (ihe.md 3.1), R4, and the French traits (identity-fr.md 3). */
export const PATIENT: readonly SearchParameter[] = [
  {
    name: 'active',
    type: 'token',
    definition: hl7('Patient-active'),
    from: 'active',
    as: code,
    codeSystem: BOOLEAN,
    whenAbsent: 'true',
    fr: 'Fiche en usage ; absent vaut vrai.',
    en: 'Whether the record is in use; absent counts as true.',
  },
  {
    name: 'identifier',
    type: 'token',
    definition: hl7('Patient-identifier'),
    from: 'identifier',
    as: identifier,
    fr: 'Identifiant (INS, IPP…) ; « système| » seul restreint les domaines rendus (PDQm).',
    en: 'Identifier (INS, hospital id…); `system|` alone restricts the domains returned (PDQm).',
  },
  {
    name: 'family',
    type: 'string',
    definition: hl7('individual-family'),
    from: 'name.family',
    as: string,
    sortKey: 'family',
    fr: 'Nom de naissance ou utilisé, sans égard aux accents, à la casse ni aux traits d’union.',
    en: 'Birth or used family name, whatever the accents, case and hyphens.',
  },
  {
    name: 'given',
    type: 'string',
    definition: hl7('individual-given'),
    from: 'name.given',
    as: string,
    fr: 'Prénom.',
    en: 'Given name.',
  },
  {
    name: 'name',
    type: 'string',
    definition: hl7('Patient-name'),
    from: 'name',
    as: humanName,
    fr: 'Une partie quelconque du nom.',
    en: 'Any part of the name.',
  },
  {
    name: 'birth-given-list',
    type: 'string',
    definition: own('Patient-birth-given-list'),
    from: birthGivenNames,
    as: string,
    fr: 'Liste des prénoms de naissance, ou l’un d’eux.',
    en: 'List of birth given names, or one of them.',
  },
  {
    name: 'birthdate',
    type: 'date',
    definition: hl7('individual-birthdate'),
    from: 'birthDate',
    as: date,
    zoneless: 'utc',
    sortKey: 'birthdate',
    fr: 'Date de naissance.',
    en: 'Date of birth.',
  },
  {
    name: 'birthplace-cog',
    type: 'token',
    definition: own('Patient-birthplace-cog'),
    from: birthPlaceCog,
    as: coding,
    systemAliases: { 'https://mos.esante.gouv.fr/NOS/TRE_R13-Commune/FHIR/TRE-R13-Commune': TRE_R13 },
    fr: 'Code officiel géographique du lieu de naissance.',
    en: 'Official geographic code of the birth place.',
  },
  {
    name: 'gender',
    type: 'token',
    definition: hl7('individual-gender'),
    from: 'gender',
    as: code,
    codeSystem: 'http://hl7.org/fhir/administrative-gender',
    fr: 'Sexe.',
    en: 'Gender.',
  },
  {
    name: 'identity-status',
    type: 'token',
    definition: own('Patient-identity-status'),
    from: identityStatus,
    as: coding,
    fr: 'Statut de l’identité (PROV, RECUP, VALI, QUAL).',
    en: 'Identity status (PROV, RECUP, VALI, QUAL).',
  },
  {
    name: 'mothersMaidenName',
    type: 'string',
    definition: hl7('patient-extensions-Patient-mothersMaidenName'),
    from: extensionAt('', 'http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName', 'valueString'),
    as: string,
    fr: 'Nom de naissance de la mère.',
    en: 'Mother’s maiden name.',
  },
  ...CONTACTS,
  ...addresses('individual'),
  {
    name: 'deceased',
    type: 'token',
    definition: hl7('Patient-deceased'),
    from: deceased,
    as: code,
    codeSystem: BOOLEAN,
    fr: 'Décès connu.',
    en: 'Whether a death is known.',
  },
  {
    name: 'death-date',
    type: 'date',
    definition: hl7('Patient-death-date'),
    from: 'deceasedDateTime',
    as: dateTime,
    fr: 'Date de décès.',
    en: 'Date of death.',
  },
  {
    name: 'general-practitioner',
    type: 'reference',
    definition: hl7('Patient-general-practitioner'),
    from: 'generalPractitioner',
    as: reference,
    targets: ['Practitioner', 'PractitionerRole', 'Organization'],
    fr: 'Médecin traitant.',
    en: 'General practitioner.',
  },
  {
    name: 'organization',
    type: 'reference',
    definition: hl7('Patient-organization'),
    from: 'managingOrganization',
    as: reference,
    targets: ['Organization'],
    fr: 'Structure qui tient la fiche.',
    en: 'Organisation that keeps the record.',
  },
  {
    name: 'link',
    type: 'reference',
    definition: hl7('Patient-link'),
    from: 'link.other',
    as: reference,
    targets: ['Patient', 'RelatedPerson'],
    fr: 'Fiche liée (fusion).',
    en: 'Linked record (merge).',
  },
]
