import { type IssueDefinition, issue } from './definition.ts'

/** Refusals of ITI-83, status, code and diagnostics as the guide prescribes them (reference/ihe.md 4.1, P-18). */
export const PIXM_ISSUES: Readonly<Record<string, IssueDefinition>> = {
  'pix.source': issue(
    400,
    'invalid',
    'sourceIdentifier est un identifiant avec son domaine : système|valeur.',
    'sourceIdentifier is an identifier with its domain: system|value.',
  ),
  'pix.source-system': issue(
    400,
    'code-invalid',
    'Aucun patient n’a d’identifiant du domaine de sourceIdentifier : vérifiez son OID, écrit urn:oid:…',
    'No patient has an identifier of the domain of sourceIdentifier: check its OID, written urn:oid:…',
    { diagnostics: 'sourceIdentifier Assigning Authority not found' },
  ),
  'pix.source-unknown': issue(
    404,
    'not-found',
    'Aucun patient n’a cet identifiant.',
    'No patient has this identifier.',
    { diagnostics: 'sourceIdentifier Patient Identifier not found' },
  ),
  'pix.target-system': issue(
    403,
    'code-invalid',
    'Aucun patient n’a d’identifiant d’un des domaines de targetSystem : vérifiez son OID, écrit urn:oid:…',
    'No patient has an identifier of one of the domains of targetSystem: check its OID, written urn:oid:…',
    { diagnostics: 'targetSystem not found' },
  ),
}
