import { BUNDLE_ISSUES } from './issues/bundles.ts'
import { CDA_ISSUES } from './issues/cda.ts'
import { type IssueDefinition, issue } from './issues/definition.ts'
import { DOMAIN_ISSUES } from './issues/domain.ts'
import { IHE_ISSUES } from './issues/ihe.ts'
import { INTERACTION_ISSUES } from './issues/interactions.ts'
import { MERGE_ISSUES } from './issues/merges.ts'
import { OPERATION_ISSUES } from './issues/operations.ts'
import { PDQM_ISSUES } from './issues/pdqm.ts'
import { PIXM_ISSUES } from './issues/pixm.ts'
import { PUBLICATION_ISSUES } from './issues/publication.ts'
import { REQUEST_ISSUES } from './issues/request.ts'
import { STORE_ISSUES } from './issues/store.ts'
import { STRUCTURE_ISSUES } from './issues/structure.ts'
import { SEARCH_ISSUES } from './search/issues.ts'

/**
 * The one table of refusals (design.md section 5, Errors): stable rule key -> HTTP status, FHIR issue code and text in
 * French and English. Details hold names and ids, never patient values.
 */
export const ISSUES: Readonly<Record<string, IssueDefinition>> = {
  ...BUNDLE_ISSUES,
  ...CDA_ISSUES,
  ...DOMAIN_ISSUES,
  ...IHE_ISSUES,
  ...INTERACTION_ISSUES,
  ...MERGE_ISSUES,
  ...OPERATION_ISSUES,
  ...PDQM_ISSUES,
  ...PIXM_ISSUES,
  ...PUBLICATION_ISSUES,
  ...REQUEST_ISSUES,
  ...STORE_ISSUES,
  ...STRUCTURE_ISSUES,
  ...SEARCH_ISSUES,
}

/** The definition of a key; an unknown key is a defect of ours and says so. */
export function issueOf(key: string): IssueDefinition {
  const definition = Object.hasOwn(ISSUES, key) ? ISSUES[key] : ISSUES['server.defect']
  return definition ?? issue(500, 'exception', 'Défaut du serveur.', 'Server defect.')
}
