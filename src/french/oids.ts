/** LOINC. */
export const LOINC = 'http://loinc.org'
/** SNOMED CT. */
export const SNOMED_CT = 'http://snomed.info/sct'
/** CIM-10 (ICD-10). */
export const CIM_10 = 'http://hl7.org/fhir/sid/icd-10'
/** CCAM, the French classification of medical acts (system of the ANS terminology server). */
export const CCAM = 'https://smt.esante.gouv.fr/terminologie-ccam'
/** Producers of documents other than professionals. */
export const TRE_A00 = 'https://mos.esante.gouv.fr/NOS/TRE_A00-ProducteurDocNonPS/FHIR/TRE-A00-ProducteurDocNonPS'
/** Practice settings. */
export const TRE_A01 = 'https://mos.esante.gouv.fr/NOS/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice'
/** Professions with their specialty (authorSpecialty). */
export const TRE_A02 =
  'https://mos.esante.gouv.fr/NOS/TRE_A02-ProfessionSavFaire-CISIS/FHIR/TRE-A02-ProfessionSavFaire-CISIS'
/** Classes of documents. */
export const TRE_A03 = 'https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument'
/** Types of documents that LOINC lacks. */
export const TRE_A05 = 'https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire'
/** Formats of the ANS. */
export const TRE_A06 =
  'https://mos.esante.gouv.fr/NOS/TRE_A06-FormatCodeComplementaire/FHIR/TRE-A06-FormatCodeComplementaire'
/** Visibility of a document. */
export const TRE_A07 =
  'https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument'
/** Confidentiality of a document. */
export const TRE_A08 = 'https://mos.esante.gouv.fr/NOS/TRE_A08-HL7Confidentiality/FHIR/TRE-A08-HL7Confidentiality'
/** Formats of DICOM objects. */
export const TRE_A09 = 'https://mos.esante.gouv.fr/NOS/TRE_A09-DICOMuidRegistry/FHIR/TRE-A09-DICOMuidRegistry'
/** Codes that are themselves URNs. */
export const TRE_A10 = 'https://mos.esante.gouv.fr/NOS/TRE_A10-NomenclatureURN/FHIR/TRE-A10-NomenclatureURN'
/** Formats of IHE. */
export const TRE_A11 = 'https://mos.esante.gouv.fr/NOS/TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode'
/** ASTM types of documents. */
export const TRE_A12 = 'https://mos.esante.gouv.fr/NOS/TRE_A12-NomenclatureASTM/FHIR/TRE-A12-NomenclatureASTM'
/** Sectors of activity (facility types). */
export const TRE_R02 = 'https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite'
/** Communes of the COG, overseas included: birth places in France. */
export const TRE_R13 = 'https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM'
/** Countries of the COG (99xxx): birth places abroad. */
export const TRE_R20 = 'https://mos.esante.gouv.fr/NOS/TRE_R20-Pays/FHIR/TRE-R20-Pays'
/** The FHIR system of identifiers that are URIs. */
export const URI_SYSTEM = 'urn:ietf:rfc:3986'

/** OID of the national identifiers of professionals (PS_IdNat). */
export const PROFESSIONALS_OID = '1.2.250.1.71.4.2.1'
/** OID of the national identifiers of structures (Struct_IdNat). */
export const STRUCTURES_OID = '1.2.250.1.71.4.2.2'
/** OID of CIM-10. */
export const CIM_10_OID = '2.16.840.1.113883.6.3'
/** OID of CIM-O (ICD-O-3), whose topography codes look like CIM-10. */
export const CIM_O_OID = '2.16.840.1.113883.6.43.1'

/**
 * FHIR system URL by OID, for the code systems whose URL is certain. The OIDs not listed (TA_ASIP, CIM-O, TNM, INS, RPPS, hospital
 * namespaces) are expressed as `urn:oid:`. Sources: PDSm profile texts, ANS terminology guide, HL7 terminology, CDA examples of the ANS.
 */
export const SYSTEM_OF_OID = {
  '2.16.840.1.113883.6.1': LOINC,
  '2.16.840.1.113883.6.96': SNOMED_CT,
  [CIM_10_OID]: CIM_10,
  '1.2.250.1.213.2.5': CCAM,
  '1.2.250.1.215.300.1': CCAM,
  '2.16.840.1.113883.3.26.1.1': 'http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl',
  '1.2.840.10008.2.16.4': 'http://dicom.nema.org/resources/ontology/DCM',
  '2.16.840.1.113883.5.1': 'http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender',
  '2.16.840.1.113883.5.4': 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  '2.16.840.1.113883.5.88': 'http://terminology.hl7.org/CodeSystem/v3-ParticipationFunction',
  '2.16.840.1.113883.5.111': 'http://terminology.hl7.org/CodeSystem/v3-RoleCode',
  '2.16.840.1.113883.5.25': TRE_A08,
  '1.2.250.1.213.1.1.4.6': TRE_A00,
  '1.2.250.1.213.1.1.4.9': TRE_A01,
  '1.2.250.1.213.1.1.4.5': TRE_A02,
  '1.2.250.1.213.1.1.4.1': TRE_A03,
  '1.2.250.1.213.1.1.4.12': TRE_A05,
  '1.2.250.1.213.1.1.4.2.282': TRE_A06,
  '1.2.250.1.213.1.1.4.13': TRE_A07,
  '1.2.840.10008.2.6.1': TRE_A09,
  '1.3.6.1.4.1.19376.1.2.3': TRE_A11,
  '1.2.250.1.71.4.2.4': TRE_R02,
  '1.2.250.1.213.1.6.1.107': 'https://mos.esante.gouv.fr/NOS/TRE_R85-RolePriseCharge/FHIR/TRE-R85-RolePriseCharge',
  '1.2.250.1.213.2.2': 'https://mos.esante.gouv.fr/NOS/TRE_R209-TypeActivite/FHIR/TRE-R209-TypeActivite',
  '1.2.250.1.213.3.3.13': 'https://mos.esante.gouv.fr/NOS/TRE_R213-ModePriseEnCharge/FHIR/TRE-R213-ModePriseEnCharge',
  URN: TRE_A10,
  ASTM: TRE_A12,
} as const satisfies Readonly<Record<string, string>>

/** An identifier as CDA writes it (data type II). */
export type InstanceIdentifier = { readonly root: string; readonly extension: string | null }

/** FHIR system of an OID (bare or `urn:oid:`): the known URL, else `urn:oid:<oid>`. */
export function systemOfOid(oid: string): string {
  const bare = oid.startsWith('urn:oid:') ? oid.slice('urn:oid:'.length) : oid
  const systems: Readonly<Record<string, string>> = SYSTEM_OF_OID
  return (Object.hasOwn(systems, bare) ? systems[bare] : undefined) ?? `urn:oid:${bare}`
}

/** Whether a text is a well-formed OID. */
export function isOid(text: string): boolean {
  return /^[0-2](\.(0|[1-9]\d*))+$/.test(text)
}

/** Whether a text is a UUID, in either case. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}

/** FHIR identifier of a whole document: always a URI. */
export type UniqueId = { readonly system: typeof URI_SYSTEM; readonly value: string }

/**
 * Unique id of a document (XDS uniqueId, FHIR masterIdentifier) from a CDA id: `urn:uuid:` in lower case for a UUID root, else
 * `urn:oid:` and the root, with the extension as last arc when it is a number. Source: reference/documents-fr.md 3.1.
 */
export function uniqueIdOf(id: { readonly root: string; readonly extension?: string | null | undefined }): UniqueId {
  if (isUuid(id.root)) return { system: URI_SYSTEM, value: `urn:uuid:${id.root.toLowerCase()}` }
  const arc = id.extension != null && isArc(id.extension) ? `.${id.extension}` : ''
  return { system: URI_SYSTEM, value: `urn:oid:${id.root}${arc}` }
}

/** Whether the unique id keeps all that distinguishes the CDA id: if not, two documents could get the same unique id. */
export function isUniquelyIdentifying(id: InstanceIdentifier): boolean {
  if (isUuid(id.root)) return id.extension === null
  return isOid(id.root) && (id.extension === null || isArc(id.extension))
}

function isArc(extension: string): boolean {
  return /^(0|[1-9]\d*)$/.test(extension)
}
