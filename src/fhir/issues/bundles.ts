import { type IssueDefinition, issue } from './definition.ts'

/** Refusals of batches and transactions. */
export const BUNDLE_ISSUES: Readonly<Record<string, IssueDefinition>> = {
  'bundle.invalid': issue(
    400,
    'structure',
    'Un Bundle de type batch ou transaction est attendu.',
    'A Bundle of type batch or transaction is expected.',
  ),
  'bundle.too-many-entries': issue(
    413,
    'too-costly',
    'Trop d’entrées dans le Bundle : {limit} au plus.',
    'Too many entries in the Bundle: at most {limit}.',
  ),
  'bundle.answer-too-large': issue(
    413,
    'too-costly',
    'La réponse à ce Bundle serait trop volumineuse : demandez moins à la fois.',
    'The answer to this Bundle would be too large: ask for less at a time.',
  ),
  'bundle.entry': issue(400, 'structure', 'Entrée de Bundle invalide : {reason}.', 'Invalid Bundle entry: {reason}.'),
  'bundle.duplicate-full-url': issue(
    400,
    'duplicate',
    'Deux entrées portent le même fullUrl.',
    'Two entries have the same fullUrl.',
  ),
  'bundle.unresolved': issue(
    422,
    'not-found',
    'Une référence urn: ne désigne aucune entrée du Bundle.',
    'A urn: reference points at no entry of the Bundle.',
  ),
  'bundle.several-patients': issue(
    422,
    'invariant',
    'Une transaction ne concerne qu’un seul patient (XDSPatientIdDoesNotMatch).',
    'A transaction concerns one patient only (XDSPatientIdDoesNotMatch).',
  ),
  'bundle.same-resource': issue(
    400,
    'duplicate',
    'La même ressource figure deux fois dans la transaction.',
    'The same resource occurs twice in the transaction.',
  ),
}
