/** Stable keys of the domain's refusals; texts and HTTP statuses are in src/fhir/issues.ts. */
export type DccErrorKey =
  | 'identity.rule' // an identity rule of the INS is broken; see `issues`
  | 'identity.conflict' // same matricule, another strict trait
  | 'identity.known' // a current patient already holds this INS with the same traits
  | 'identity.identifier-taken' // another patient holds this identifier
  | 'identity.feed-identifier' // the identity sent does not hold the identifier of its address
  | 'pix.source-system' // no patient has an identifier of the source domain
  | 'pix.source-unknown' // no patient has the source identifier
  | 'pix.target-system' // no patient has an identifier of a target domain
  | 'patient.unknown' // no current patient under that reference or identifier
  | 'patient.ambiguous' // several patients where one is needed
  | 'patient.several' // one resource names different patients
  | 'patient.missing' // the resource names no patient
  | 'patient.immutable-subject' // a stored resource cannot move to another patient
  | 'patient.merge' // a merge that is told in no legal way
  | 'patient.merge-domain' // the survivor of a merge is not known to the domain that tells of it
  | 'patient.merged' // a merged record does not change; another one stands for the person
  | 'patient.has-merged' // a patient into whom others were merged cannot be deleted
  | 'patient.has-documents' // a patient with documents cannot be deleted
  | 'document.duplicate' // the masterIdentifier is already used
  | 'document.immutable' // content and identity of a document never change
  | 'document.content-single' // one document has one content (PDSm content 1..1)
  | 'document.content-missing' // the attachment's Binary is not there
  | 'document.content-mismatch' // hash, size or type differ from the bytes
  | 'document.related-unknown' // the document that it appends, transforms or signs is not there
  | 'document.related-not-current' // the document that it appends or transforms has been replaced
  | 'document.reference-unknown' // the professional or structure that it names is not there
  | 'document.replaced-unknown' // the document to replace is not there
  | 'document.replaced-other-patient' // the document to replace is another patient's
  | 'document.replaced-not-current' // the document to replace has already been replaced
  | 'document.fhir-document' // a FHIR document (Bundle) where a document of another format is taken
  | 'document.not-structured' // a document that does not say its own metadata
  | 'mhd.source-traits' // the identity at the source contradicts that of the patient
  | 'mhd.modifier-extension' // an extension that could reverse the meaning of what holds it
  | 'simplified.url' // an address beside the bytes of a document
  | 'simplified.content-missing' // a document published without its bytes
  | 'simplified.status' // a document that is published as something else than current
  | 'simplified.recipient' // recipients, which a document that is published alone has not
  | 'list.immutable' // a submission set changes in its status only
  | 'list.item-unknown' // a list entry points at nothing of this patient
  | 'reference.identifier-taken' // another professional or structure holds this identifier
  | 'reference.in-use' // a professional or structure that documents refer to
  | 'content.context-missing' // a Binary that names no patient or document
  | 'submission.malformed' // a submission that is no provide bundle; see `issues`
  | 'submission.refused' // a submission that breaks rules; see `issues`
  | 'submission.duplicate' // another submission has this identifier
  | 'resource.invalid' // a profile or rule is broken; see `issues`
  | 'resource.unknown' // nothing under that id

/** One finding behind a refusal; texts hold no patient value. */
export interface DccIssue {
  key: string
  /** FHIR issue type; that of the refusal when absent. */
  code?: string
  expression: string | undefined
  fr: string
  en: string
  severity: 'error' | 'warning'
  /** Where the rule is stated: a profile and its element, a section. */
  source?: string
  /** The element concerned, where `expression` names the one that ought to hold it. */
  place?: string
  /** XDS code, when it is not the one of the key (src/ihe/xds-codes.ts). */
  xds?: string
}

/** A refusal of the domain, by stable key. `detail` holds ids and rule names, never identity or content. */
export class DccError extends Error {
  readonly key: DccErrorKey
  readonly detail: Readonly<Record<string, string>>
  readonly expression: string | undefined
  readonly issues: readonly DccIssue[]

  constructor(
    key: DccErrorKey,
    options: { detail?: Record<string, string>; expression?: string; issues?: readonly DccIssue[] } = {},
  ) {
    super(key)
    this.name = 'DccError'
    this.key = key
    this.detail = options.detail ?? {}
    this.expression = options.expression
    this.issues = options.issues ?? []
  }
}

/** Whether an unknown error is a DccError, and of that key when one is given. */
export function isDccError(error: unknown, key?: DccErrorKey): error is DccError {
  return error instanceof DccError && (key === undefined || error.key === key)
}
