import type { ValidationIssue } from '../model.ts'
import { attachmentHash, attachmentSize, attachmentType } from './attachments.ts'
import { documentCoherence } from './document-coherence.ts'
import { identifiers } from './identifiers.ts'
import { identity } from './identity.ts'
import { insInAddresses } from './ins-in-addresses.ts'
import { onResources, type RuleContext } from './model.ts'
import { pdsmDocument } from './pdsm-document.ts'
import { pdsmReplacement, pdsmSubmissionSet } from './pdsm-submission.ts'
import { provideBundle } from './provide-bundle.ts'
import { isObject } from './read.ts'
import { indexOf, walk } from './walk.ts'

export type { RuleContext } from './model.ts'

/** The French rules that no profile can express, each with the objects that it looks at. */
const RULES = indexOf([
  onResources('Patient', identity), // INS-01 to INS-11, IDENT-…
  insInAddresses, // INS-12
  identifiers, // INS-03 and INS-05 outside patients; RPPS, FINESS, SIREN, SIRET
  onResources('DocumentReference', documentCoherence), // ASS_X04, ASS_A11
  onResources('DocumentReference', pdsmDocument), // constr-bind-…
  onResources('List', pdsmSubmissionSet), // constr-bind-designationtype
  onResources('Bundle', pdsmReplacement), // constr-cdr-rempl
  onResources('Bundle', provideBundle), // MHD-65-03 to MHD-65-05
  attachmentSize,
  attachmentHash,
  attachmentType,
])

/**
 * Findings of the French rules on a resource, the resources that it contains and the entries of a bundle. Takes any JSON,
 * throws nothing, and leaves to the structure rules what has a wrong shape. Texts: catalogue/french.ts.
 */
export function frenchRules(resource: unknown, context: RuleContext): ValidationIssue[] {
  return isObject(resource) ? walk(resource, RULES, context) : []
}
