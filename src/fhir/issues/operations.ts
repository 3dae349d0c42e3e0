import { type IssueDefinition, issue } from './definition.ts'

/** Refusals of operations. */
export const OPERATION_ISSUES: Readonly<Record<string, IssueDefinition>> = {
  'operation.body': issue(
    400,
    'structure',
    'Le corps d’une opération est une ressource Parameters.',
    'The body of an operation is a Parameters resource.',
  ),
  'operation.parameter-unknown': issue(
    400,
    'not-supported',
    'Cette opération n’a pas ce paramètre ; paramètres acceptés : {accepted}.',
    'The operation does not have this parameter; parameters accepted: {accepted}.',
  ),
  'operation.parameter-missing': issue(
    400,
    'required',
    'Il manque le paramètre {name}.',
    'The parameter {name} is missing.',
  ),
  'operation.parameter-type': issue(
    400,
    'value',
    'Le paramètre {name} n’a pas une valeur du type attendu ({expected}).',
    'The parameter {name} does not have a value of the type expected ({expected}).',
  ),
  'operation.parameter-repeated': issue(
    400,
    'invalid',
    'Le paramètre {name} ne peut être donné qu’une fois.',
    'The parameter {name} can be given only once.',
  ),
  'terminology.code-form': issue(
    400,
    'required',
    'Donnez le code sous une seule forme, avec son système : code et system, coding ou, si l’opération le permet, codeableConcept.',
    'Give the code in one form only, with its system: code and system, coding or, where the operation has it, codeableConcept.',
  ),
  'terminology.value-set-unknown': issue(
    404,
    'not-found',
    'Jeu de valeurs inconnu du serveur.',
    'Value set not known to the server.',
  ),
  'terminology.code-system-unknown': issue(
    404,
    'not-found',
    'Système de codage inconnu du serveur.',
    'Code system not known to the server.',
  ),
  'terminology.concept-map-unknown': issue(
    404,
    'not-found',
    'Table de correspondance inconnue du serveur.',
    'Concept map not known to the server.',
  ),
  'terminology.code-unknown': issue(
    404,
    'not-found',
    'Code inconnu du serveur dans ce système de codage.',
    'Code not known to the server in this code system.',
  ),
  'terminology.not-known': issue(
    422,
    'not-supported',
    'Le serveur ne peut pas se prononcer : il ne possède qu’une partie des codes concernés.',
    'The server cannot tell: it holds only some of the codes concerned.',
  ),
  'terminology.not-expandable': issue(
    422,
    'not-supported',
    'Ce jeu de valeurs ne peut pas être développé : le serveur ne possède pas tous les codes concernés.',
    'This value set cannot be expanded: the server does not hold all the codes concerned.',
  ),
  'terminology.too-many-codes': issue(
    422,
    'too-costly',
    'Le jeu de valeurs a plus de {limit} codes : demandez-le par pages, avec count et offset.',
    'The value set has more than {limit} codes: ask for pages, with count and offset.',
  ),
}
