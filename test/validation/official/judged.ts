/** An official example that is refused, and why the example is wrong and not the validator. */
export type Judged = {
  /** Below the folder of official resources. */
  readonly file: string
  /** Every error, `key expression`, with the reason by its name below. */
  readonly errors: Readonly<Record<string, Reason>>
}

/** Why an example is wrong: what it does, and who says that it must not. */
export const REASONS = {
  'key of the NIR': 'the last two digits are not 97 minus the number modulo 97 (identity-fr.md 1.3 and 4.1)',
  'key of the register': 'the last digit of this RPPS or SIRET is not its Luhn key (documents-fr.md 1.11)',
  'former table of communes':
    'TRE_R13-Commune: the required set of FR Core 2.1.0 has TRE_R13-CommuneOM and TRE_R20-Pays only (identity-fr.md 1.8)',
  'PUT without id':
    'PUT [type] is no interaction of R4: an update names the id, a conditional update its criteria (R4 http.html#update, #cond-update)',
  'bytes counted wrong':
    'the Binary of the same bundle has another number of bytes (R4 datatypes.html#Attachment, size)',
  'hash of other bytes': 'the SHA-1 is that of another content (R4 datatypes.html#Attachment, hash)',
  'modifier of another release':
    'SubscriptionTopic.status of R5 as modifierExtension: R4 lets nobody process a modifier that he does not know (R4 extensibility.html#modifierExtension)',
  'not contained': 'PDSm has this reference contained: aggregation of the published profile (documents-fr.md 1.2)',
  'meta of a contained resource': 'a contained resource has no versionId and no lastUpdated (R4 dom-4)',
  'contained but not referred to': 'nothing refers to the contained resource (R4 dom-3)',
  'class of another type': 'ASS_X04 gives the type another class',
  'format of another document':
    'a structured laboratory report as format of a PDF of another type (documents-fr.md 1.9)',
  'no confidentiality system':
    'TRE_A07-StatusVisibiliteDocument does not exist, and N is a code of TRE_A08 (documents-fr.md 1.9)',
  'identifier without its use':
    'MHD 4.2.0 fixes use = usual on the master identifier, later MHD its type; neither is there',
  'unique id as UUID': 'the unique id of a submission set begins with urn:oid: (MHD, mhd-startswithoid)',
  'INS without identity':
    'an official INS travels with its use, its type, the qualified status and the five traits (identity-fr.md 1.6, EXI 12)',
  'search as reference': 'Type?criteria is a reference in a transaction only (R4 http.html#trules)',
  'relative fullUrl': 'fullUrl is an absolute URI (R4 bundle.html#Bundle.entry.fullUrl)',
  'system not allowed': 'none of the code systems that PDSm names for the element (documents-fr.md 1.6)',
  'address of no content':
    'urn:oid: outside a bundle: neither a Binary nor an address (documents-fr.md 1.6, constr-bind-attachmenturl)',
  'author without role': 'a submission set is sent by a PractitionerRole, Device or Patient (documents-fr.md 1.4)',
  'entry of no slice': 'the entry breaks the PDSm profile of its type, and the slicing is closed (documents-fr.md 1.5)',
} as const

/** Name of a reason. */
export type Reason = keyof typeof REASONS

const LOT: Judged['errors'] = {
  'slice.closed Bundle.entry[0]': 'entry of no slice',
  'reference.type Bundle.entry[0].resource.source': 'author without role',
  'reference.target-profile Bundle.entry[0].resource.entry[0].item': 'identifier without its use',
  'slice.closed Bundle.entry[1]': 'entry of no slice',
  'inv.dcc-mhd-1 Bundle.entry[1].resource.masterIdentifier': 'identifier without its use',
  'slice.min Bundle.entry': 'entry of no slice',
  'pdsm.constr-bind-designationtype Bundle.entry[0].resource.extension[0].value': 'system not allowed',
  'INS-03.key Bundle.entry[0].resource.contained[0].identifier[0].value': 'key of the NIR',
  'document.type-class Bundle.entry[1].resource.category[0]': 'class of another type',
  'pdsm.constr-bind-ProducteurDoc Bundle.entry[1].resource.context.facilityType': 'system not allowed',
  'pdsm.constr-bind-ProducteurDoc Bundle.entry[1].resource.context.practiceSetting': 'system not allowed',
  'INS-03.key Bundle.entry[1].resource.contained[0].identifier[0].value': 'key of the NIR',
}

const FHIR_DOCUMENT: Judged['errors'] = {
  'inv.dcc-mhd-1 DocumentReference.masterIdentifier': 'identifier without its use',
  'reference.form DocumentReference.subject': 'search as reference',
  'pdsm.constr-bind-ProducteurDoc DocumentReference.context.facilityType': 'system not allowed',
  'pdsm.constr-bind-ProducteurDoc DocumentReference.context.practiceSetting': 'system not allowed',
  'INS-03.key DocumentReference.contained[0].identifier[0].value': 'key of the NIR',
}

const CDA_DOCUMENT: Judged['errors'] = {
  ...FHIR_DOCUMENT,
  'document.type-class DocumentReference.category[0]': 'class of another type',
}

const SIMPLIFIED: Judged['errors'] = {
  'attachment.size DocumentReference.content[0].attachment.size': 'bytes counted wrong',
  'attachment.hash DocumentReference.content[0].attachment.hash': 'hash of other bytes',
}

const COMPREHENSIVE: Judged['errors'] = {
  'reference.aggregation DocumentReference.author[0]': 'not contained',
  'reference.aggregation DocumentReference.authenticator': 'not contained',
  'reference.aggregation DocumentReference.context.sourcePatientInfo': 'not contained',
  'inv.dom-4 DocumentReference': 'meta of a contained resource',
  'inv.dom-3 DocumentReference.contained[0]': 'contained but not referred to',
  'document.type-class DocumentReference.category[0]': 'class of another type',
  'document.type-format DocumentReference.content[0].format': 'format of another document',
  'document.format-content DocumentReference.content[0].attachment.contentType': 'format of another document',
  'pdsm.constr-bind-securityLabel DocumentReference.securityLabel[0]': 'no confidentiality system',
  'registry.rpps DocumentReference.contained[0].identifier[0].value': 'key of the register',
  'registry.rpps DocumentReference.contained[0].identifier[1].value': 'key of the register',
}

const SUBMISSION_SET: Judged['errors'] = {
  'inv.dom-4 List': 'meta of a contained resource',
  'registry.rpps List.contained[0].identifier[0].value': 'key of the register',
}

const FORMER_PATIENT: Judged['errors'] = {
  'binding.required Patient.extension[1].value.extension[0].value': 'former table of communes',
  'INS-03.key Patient.identifier[0].value': 'key of the NIR',
}

const of = (folder: string, name: string, errors: Judged['errors']): Judged => ({
  file: `${folder}/${name}.json`,
  errors,
})
const FR = 'fr-core/examples'
const DMP = 'pdsm/pdsm4dmp-0.1.0-ci'
const CI = 'pdsm/ci-2026-06-30'

/** Every official example that has an error; all others have none. */
export const JUDGED: readonly Judged[] = [
  of(FR, 'Organization-hopitaltest-eg-4-members', {
    'registry.siret Organization.identifier[1].value': 'key of the register',
  }),
  of(FR, 'Patient-FRCorePatientExample', { 'INS-03.key Patient.identifier[0].value': 'key of the NIR' }),
  of(FR, 'Practitioner-FRCorePractitionerExample', {
    'registry.rpps Practitioner.identifier[0].value': 'key of the register',
    'registry.rpps Practitioner.identifier[1].value': 'key of the register',
  }),
  of(FR, 'PractitionerRole-FRCorePractitionerRoleExample', {
    'registry.rpps PractitionerRole.identifier[0].value': 'key of the register',
  }),
  of(FR, 'v2.0.1-Patient-ExamplefrCorePatient001', FORMER_PATIENT),
  of(FR, 'v2.1.0-Patient-ExampleFRCorePatient001', FORMER_PATIENT),
  of(FR, 'v2.2.0-ballot-Patient-FRCorePatientExample', { 'INS-03.key Patient.identifier[0].value': 'key of the NIR' }),
  of('ihe/dsubm/examples', 'Bundle-ex-ResourcePublish', {
    'transaction.url Bundle.entry[1].request': 'PUT without id',
  }),
  of('ihe/mhd/examples', 'Bundle-ex-ProvideDocumentBundle-addToFolder', {
    'transaction.url Bundle.entry[2].request': 'PUT without id',
  }),
  of('ihe/mhd/examples', 'Bundle-ex-comprehensiveProvideDocumentBundleReplace', {
    'attachment.size Bundle.entry[2].resource.content[0].attachment.size': 'bytes counted wrong',
  }),
  of('ihe/subscriptions-backport-r4/examples', 'Basic-r4-encounter-complete', {
    'extension.modifier-unknown Basic.modifierExtension[0]': 'modifier of another release',
  }),
  of('pdsm/3.1.1', 'DocumentReference-PDSmSimplifiedExample', SIMPLIFIED),
  of('pdsm/3.1.1', 'DocumentReference-exemple-pdsm-documentreference', {
    ...COMPREHENSIVE,
    'inv.dcc-mhd-1 DocumentReference.masterIdentifier': 'identifier without its use',
  }),
  of('pdsm/3.1.1', 'List-ExampleSubmissionSet', SUBMISSION_SET),
  of(CI, 'DocumentReference-PDSmSimplifiedExample', SIMPLIFIED),
  of(CI, 'DocumentReference-exemple-pdsm-documentreference', COMPREHENSIVE),
  of(CI, 'List-ExampleSubmissionSet', {
    ...SUBMISSION_SET,
    'inv.dcc-pdsm-2 List.identifier[0]': 'unique id as UUID',
  }),
  of(DMP, 'Bundle-example-annexe-fhir-document', {
    'INS-11 Bundle.entry[1].resource.identifier[0]': 'INS without identity',
    'INS-02.birthFamily Bundle.entry[1].resource': 'INS without identity',
    'INS-02.firstGiven Bundle.entry[1].resource': 'INS without identity',
    'INS-02.birthGivenList Bundle.entry[1].resource': 'INS without identity',
    'INS-02.gender Bundle.entry[1].resource': 'INS without identity',
    'INS-02.birthDate Bundle.entry[1].resource': 'INS without identity',
    'INS-02.birthPlace Bundle.entry[1].resource': 'INS without identity',
    'INS-03.key Bundle.entry[1].resource.identifier[0].value': 'key of the NIR',
    'IDENT-TYPE Bundle.entry[1].resource.identifier[0].type': 'INS without identity',
    'IDENT-USE Bundle.entry[1].resource.identifier[0].use': 'INS without identity',
  }),
  of(DMP, 'Bundle-example-annexe-searchset-documentreferences', {
    'inv.dcc-mhd-1 Bundle.entry[0].resource.masterIdentifier': 'identifier without its use',
    'reference.form Bundle.entry[0].resource.subject': 'search as reference',
    'inv.dcc-mhd-1 Bundle.entry[1].resource.masterIdentifier': 'identifier without its use',
    'reference.form Bundle.entry[1].resource.subject': 'search as reference',
    'bundle.full-url-absolute Bundle.entry[0]': 'relative fullUrl',
    'bundle.full-url-absolute Bundle.entry[1]': 'relative fullUrl',
    'document.type-class Bundle.entry[0].resource.category[0]': 'class of another type',
    'pdsm.constr-bind-ProducteurDoc Bundle.entry[0].resource.context.facilityType': 'system not allowed',
    'pdsm.constr-bind-ProducteurDoc Bundle.entry[0].resource.context.practiceSetting': 'system not allowed',
    'INS-03.key Bundle.entry[0].resource.contained[0].identifier[0].value': 'key of the NIR',
    'pdsm.constr-bind-ProducteurDoc Bundle.entry[1].resource.context.facilityType': 'system not allowed',
    'pdsm.constr-bind-ProducteurDoc Bundle.entry[1].resource.context.practiceSetting': 'system not allowed',
    'INS-03.key Bundle.entry[1].resource.contained[0].identifier[0].value': 'key of the NIR',
  }),
  of(DMP, 'Bundle-example-td2-1-remplacement', LOT),
  of(DMP, 'Bundle-example-td2-iti65-lot-soumission', LOT),
  of(DMP, 'DocumentReference-doc-x-id', {
    ...CDA_DOCUMENT,
    'pdsm.constr-bind-attachmenturl DocumentReference.content[0].attachment.url': 'address of no content',
  }),
  of(DMP, 'DocumentReference-example-annexe-docref-cda', CDA_DOCUMENT),
  of(DMP, 'DocumentReference-example-annexe-docref-fhir', FHIR_DOCUMENT),
  of(DMP, 'DocumentReference-example-td2-iti105-publication-simplifiee', {
    'reference.form DocumentReference.subject': 'search as reference',
  }),
  of(DMP, 'DocumentReference-example-td3-1a-cr-consultation', CDA_DOCUMENT),
  of(DMP, 'DocumentReference-example-td3-1a-fhir-document', FHIR_DOCUMENT),
  of(DMP, 'DocumentReference-example-td3-1a-ordonnance', CDA_DOCUMENT),
]
