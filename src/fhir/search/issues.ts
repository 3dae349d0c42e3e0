import { type IssueDefinition, issue } from '../issues/definition.ts'

/** Stable keys of what search refuses, or leaves out when the client asked for lenient handling. */
export type SearchIssueKey =
  | 'search.parameter-unknown'
  | 'search.parameter-repeated'
  | 'search.parameter-conflict'
  | 'search.modifier-unknown'
  | 'search.value-invalid'
  | 'search.value-empty'
  | 'search.too-many-values'
  | 'search.sort-unknown'
  | 'search.sort-multiple'
  | 'search.include-unknown'
  | 'search.cursor-invalid'
  | 'search.cursor-expired'

/** Status, FHIR issue code and texts by key; `{parameter}` and `{type}` are names of ours, never a client's value. */
export const SEARCH_ISSUES: Readonly<Record<SearchIssueKey, IssueDefinition>> = {
  'search.parameter-unknown': issue(
    400,
    'not-supported',
    'Paramètre de recherche inconnu pour {type} : {parameter}.',
    'Search parameter unknown for {type}: {parameter}.',
  ),
  'search.parameter-repeated': issue(
    400,
    'invalid',
    'Le paramètre {parameter} ne peut figurer qu’une fois ; seul le premier compte.',
    'Parameter {parameter} may occur once only; the first one counts.',
  ),
  'search.parameter-conflict': issue(
    400,
    'invalid',
    '{parameter} ne peut pas accompagner _summary.',
    '{parameter} cannot be combined with _summary.',
  ),
  'search.modifier-unknown': issue(
    400,
    'not-supported',
    'Modificateur non pris en charge pour {parameter}.',
    'Unsupported modifier for {parameter}.',
  ),
  'search.value-invalid': issue(400, 'value', 'Valeur invalide pour {parameter}.', 'Invalid value for {parameter}.'),
  'search.value-empty': issue(400, 'value', 'Valeur vide pour {parameter}.', 'Empty value for {parameter}.'),
  'search.too-many-values': issue(400, 'too-costly', 'Trop de valeurs de recherche.', 'Too many search values.'),
  'search.sort-unknown': issue(
    400,
    'not-supported',
    'Critère de tri inconnu pour {type}.',
    'Sort key unknown for {type}.',
  ),
  'search.sort-multiple': issue(
    400,
    'not-supported',
    'Un seul critère de tri est pris en charge ; le premier compte.',
    'One sort key is supported; the first one counts.',
  ),
  'search.include-unknown': issue(
    400,
    'not-supported',
    'Inclusion non prise en charge dans {parameter}.',
    'Unsupported inclusion in {parameter}.',
  ),
  'search.cursor-invalid': issue(
    400,
    'value',
    'Lien de page invalide : relancez la recherche.',
    'Invalid page link: run the search again.',
  ),
  'search.cursor-expired': issue(
    410,
    'expired',
    'Lien de page expiré : relancez la recherche.',
    'Expired page link: run the search again.',
  ),
}

/** The text of a search issue in both languages, its placeholders filled. */
export function searchIssueText(
  key: SearchIssueKey,
  detail: Readonly<Record<string, string>>,
): { fr: string; en: string } {
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => detail[name] ?? '')
  return { fr: fill(SEARCH_ISSUES[key].fr), en: fill(SEARCH_ISSUES[key].en) }
}
