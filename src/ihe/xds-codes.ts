/** The code system of XDS error codes in `issue.details.coding`; IHE publishes none for FHIR. */
export const XDS_SYSTEM = 'urn:dcc:xds-error'

/** The XDS code of what a recipient finds in the metadata and has no better code for. */
export const METADATA_ERROR = 'XDSRegistryMetadataError'

/**
 * The XDS error code that says what a rule key says (IHE TF-3 table 4.2.4.1-2, reference/ihe.md 2.4); undefined for keys
 * that XDS has no word for.
 */
export function xdsCodeOf(key: string): string | undefined {
  return CODES.get(key) ?? (/^(mhd|cda)\./.test(key) ? METADATA_ERROR : undefined)
}

const CODES: ReadonlyMap<string, string> = new Map([
  ['bundle.several-patients', 'XDSPatientIdDoesNotMatch'],
  ['bundle.unresolved', 'UnresolvedReferenceException'],
  ['document.content-mismatch', 'XDSNonIdenticalHash'],
  ['document.content-missing', 'XDSMissingDocument'],
  ['document.content-single', METADATA_ERROR],
  ['document.duplicate', 'XDSDuplicateUniqueIdInRegistry'],
  ['document.fhir-document', 'FHIRDocumentNotSupported'],
  ['document.not-structured', METADATA_ERROR],
  ['document.reference-unknown', 'UnresolvedReferenceException'],
  ['document.related-not-current', 'UnresolvedReferenceException'],
  ['document.related-unknown', 'UnresolvedReferenceException'],
  ['document.replaced-not-current', 'XDSReplaceFailed'],
  ['document.replaced-other-patient', 'XDSPatientIdDoesNotMatch'],
  ['document.replaced-unknown', 'XDSReplaceFailed'],
  ['list.item-unknown', 'UnresolvedReferenceException'],
  ['mhd.binary-undescribed', 'XDSMissingDocumentMetadata'],
  ['mhd.content-missing', 'XDSMissingDocument'],
  ['mhd.document-missing', 'XDSMissingDocumentMetadata'],
  ['mhd.fhir-document', 'FHIRDocumentNotSupported'],
  ['mhd.patch-alone', 'XDSReplaceFailed'],
  ['mhd.recipient-unavailable', 'UnavailableRecipient'],
  ['mhd.recipient-unknown', 'UnknownRecipient'],
  ['mhd.source-traits', 'XDSPatientIdDoesNotMatch'],
  ['mhd.unique-id-repeated', 'XDSRegistryDuplicateUniqueIdInMessage'],
  ['patient.missing', METADATA_ERROR],
  ['patient.several', 'XDSPatientIdDoesNotMatch'],
  ['patient.unknown', 'XDSUnknownPatientId'],
  ['simplified.content-missing', 'XDSMissingDocument'],
  ['simplified.recipient', METADATA_ERROR],
  ['simplified.status', METADATA_ERROR],
  ['simplified.url', METADATA_ERROR],
  ['store.patient-not-current', 'XDSUnknownPatientId'],
  ['submission.duplicate', 'XDSDuplicateUniqueIdInRegistry'],
])
