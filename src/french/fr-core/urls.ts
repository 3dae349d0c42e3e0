const FR_CORE = 'https://hl7.fr/ig/fhir/core'

/** Profile of any patient. */
export const FR_CORE_PATIENT = `${FR_CORE}/StructureDefinition/fr-core-patient`
/** Profile of a patient whose INS is qualified. */
export const FR_CORE_PATIENT_INS = `${FR_CORE}/StructureDefinition/fr-core-patient-ins`
/** Extension of Patient: status of the identity and how it was checked. */
export const IDENTITY_RELIABILITY = `${FR_CORE}/StructureDefinition/fr-core-identity-reliability`
/** Extension of the official name: all given names of the birth record. */
export const BIRTH_GIVEN_LIST = `${FR_CORE}/StructureDefinition/fr-core-patient-birth-list-given-name`
/** Extension of an address: COG code of the commune or country. */
export const INSEE_CODE = `${FR_CORE}/StructureDefinition/fr-core-address-insee-code`
/** Extension of Patient: place of birth (HL7). */
export const BIRTH_PLACE = 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace'
/** Statuses and attributes of an identity in the published releases. */
export const STATUS_0445 = `${FR_CORE}/CodeSystem/fr-core-cs-v2-0445`
/** The four statuses of the RNIV, in the release to come. */
export const STATUS_RNIV = `${FR_CORE}/CodeSystem/fr-core-cs-identity-status`
/** Attributes of an identity, in the release to come. */
export const STATUS_COMMENT = `${FR_CORE}/CodeSystem/fr-core-cs-identity-status-comment`
/** French types of identifiers. */
export const IDENTIFIER_TYPES = `${FR_CORE}/CodeSystem/fr-core-cs-v2-0203`
/** International types of identifiers. */
export const HL7_IDENTIFIER_TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0203'
