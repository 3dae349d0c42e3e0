import type { ValidationIssue } from '../model.ts'
import { attachments } from './attachments.ts'
import { documentCoherence } from './document-coherence.ts'
import { identifiers } from './identifiers.ts'
import { identity } from './identity.ts'
import { insInAddresses } from './ins-in-addresses.ts'
import type { Rule, RuleContext } from './model.ts'
import { pdsmDocument } from './pdsm-document.ts'
import { pdsmReplacement, pdsmSubmissionSet } from './pdsm-submission.ts'
import { isObject } from './read.ts'
import { walk } from './walk.ts'

export type { RuleContext } from './model.ts'

/** The French rules that no profile can express, each applied to every object of a resource. */
const RULES: readonly Rule[] = [
  identity, // INS-01 to INS-11, IDENT-…
  insInAddresses, // INS-12
  identifiers, // INS-03 and INS-05 outside patients; RPPS, FINESS, SIREN, SIRET
  documentCoherence, // ASS_X04, ASS_A11
  pdsmDocument, // constr-bind-…
  pdsmSubmissionSet, // constr-bind-designationtype
  pdsmReplacement, // constr-cdr-rempl
  attachments, // size and hash
]

/**
 * Findings of the French rules on a resource, the resources that it contains and the entries of a bundle. Takes any JSON,
 * throws nothing, and leaves to the structure rules what has a wrong shape. Texts: catalogue/french.ts.
 */
export function frenchRules(resource: unknown, context: RuleContext): ValidationIssue[] {
  return isObject(resource) ? walk(resource, RULES, context) : []
}
