import { type IssueDefinition, issue } from './definition.ts'

/** Refusals of a body that is not what FHIR defines: 400, since 422 is for profiles and business rules (FHIR http.html#create). */
export const STRUCTURE_ISSUES: Readonly<Record<string, IssueDefinition>> = {
  'json.encoding': issue(
    400,
    'structure',
    'Le corps JSON n’est pas en UTF-8 valide.',
    'The JSON body is not valid UTF-8.',
  ),
  'json.syntax': issue(
    400,
    'structure',
    'JSON mal formé (ligne {line}, colonne {column}).',
    'Malformed JSON (line {line}, column {column}).',
  ),
  'json.duplicate-key': issue(
    400,
    'structure',
    'Une clé JSON est répétée dans le même objet (ligne {line}, colonne {column}).',
    'A JSON key is repeated in the same object (line {line}, column {column}).',
  ),
  'json.forbidden-key': issue(
    400,
    'structure',
    'Nom de propriété interdit (ligne {line}, colonne {column}).',
    'Forbidden property name (line {line}, column {column}).',
  ),
  'json.too-deep': issue(400, 'too-costly', 'JSON trop imbriqué.', 'JSON nested too deeply.'),
  'json.too-many-values': issue(
    400,
    'too-costly',
    'Trop de valeurs JSON dans une requête.',
    'Too many JSON values in one request.',
  ),
  'xml.too-many-elements': issue(
    400,
    'too-costly',
    'Trop d’éléments XML dans une requête.',
    'Too many XML elements in one request.',
  ),
  'xml.too-deep': issue(400, 'too-costly', 'XML trop imbriqué.', 'XML nested too deeply.'),
  'xml.syntax': issue(
    400,
    'structure',
    'XML mal formé (ligne {line}, colonne {column}).',
    'Malformed XML (line {line}, column {column}).',
  ),
  'xml.invalid': issue(
    400,
    'structure',
    'Ce XML n’est pas une ressource FHIR R4 valide (ligne {line}, colonne {column}, règle {rule}).',
    'This XML is not a valid FHIR R4 resource (line {line}, column {column}, rule {rule}).',
  ),
  'structure.not-a-resource': issue(
    400,
    'structure',
    'Le corps doit être une ressource FHIR avec un resourceType connu.',
    'The body must be a FHIR resource with a known resourceType.',
  ),
  'structure.type-mismatch': issue(
    400,
    'invalid',
    'Le resourceType du corps n’est pas celui de l’URL.',
    'The resourceType of the body is not the one of the URL.',
  ),
  'structure.unknown-element': issue(
    400,
    'structure',
    'Élément inconnu de FHIR R4 : {element}.',
    'Element unknown to FHIR R4: {element}.',
  ),
  'structure.wrong-shape': issue(
    400,
    'structure',
    'Forme inattendue : {expectedFr} est attendu à cet endroit.',
    'Unexpected shape: {expected} is expected here.',
  ),
  'structure.value': issue(
    400,
    'value',
    'Valeur non conforme au type {expected}.',
    'The value does not conform to type {expected}.',
  ),
  'structure.code': issue(
    422,
    'code-invalid',
    'Code inconnu ; acceptés : {accepted}.',
    'Unknown code; accepted: {accepted}.',
  ),
}
