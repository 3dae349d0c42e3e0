import { type IssueDefinition, issue } from './definition.ts'

/** Refusals of a request before it reaches an interaction. */
export const REQUEST_ISSUES: Readonly<Record<string, IssueDefinition>> = {
  'http.not-found': issue(
    404,
    'not-found',
    'Adresse inconnue du serveur FHIR.',
    'Unknown address on this FHIR server.',
  ),
  'http.method': issue(
    405,
    'not-supported',
    'Cette méthode n’est pas prise en charge à cette adresse.',
    'This method is not supported at this address.',
  ),
  'http.not-acceptable': issue(
    406,
    'not-supported',
    'Aucun des formats demandés n’est disponible ; formats servis : {formats}.',
    'None of the requested formats is available; formats served: {formats}.',
  ),
  'http.media-type': issue(
    415,
    'not-supported',
    'Content-Type non pris en charge ; acceptés : {formats}.',
    'Unsupported Content-Type; accepted: {formats}.',
  ),
  'http.charset': issue(
    415,
    'not-supported',
    'Seul le jeu de caractères UTF-8 est accepté.',
    'Only the UTF-8 charset is accepted.',
  ),
  'http.content-encoding': issue(
    415,
    'not-supported',
    'Content-Encoding non pris en charge : envoyez le corps non compressé.',
    'Unsupported Content-Encoding: send the body uncompressed.',
  ),
  'http.body-missing': issue(400, 'required', 'Le corps de la requête est vide.', 'The request body is empty.'),
  'http.body-too-large': issue(
    413,
    'too-long',
    'Corps de requête trop volumineux : {limit} octets au plus.',
    'Request body too large: at most {limit} bytes.',
  ),
  'http.body-incomplete': issue(
    400,
    'incomplete',
    'La connexion s’est interrompue avant la fin du corps : rien n’a été enregistré.',
    'The connection broke before the end of the body: nothing was stored.',
  ),
  'http.url-too-long': issue(
    414,
    'too-long',
    'URL trop longue : {limit} caractères au plus ; utilisez POST _search.',
    'URL too long: at most {limit} characters; use POST _search.',
  ),
  'http.url-encoding': issue(
    400,
    'invalid',
    'L’URL contient un encodage pour cent invalide.',
    'The URL holds an invalid percent-encoding.',
  ),
  'http.header': issue(400, 'invalid', 'En-tête {name} mal formé.', 'Malformed {name} header.'),
  'http.unauthorized': issue(
    401,
    'login',
    'Authentification requise : envoyez un jeton d’accès (Authorization: Bearer).',
    'Authentication required: send an access token (Authorization: Bearer).',
  ),
  'http.token-invalid': issue(
    401,
    'login',
    'Jeton d’accès inconnu, expiré ou révoqué : demandez-en un autre.',
    'The access token is unknown, expired or revoked: ask for another one.',
  ),
  'http.forbidden': issue(
    403,
    'forbidden',
    'Le jeton d’accès ne couvre pas cette demande : {scope} manque.',
    'The access token does not cover this request: {scope} is missing.',
  ),
  'http.timeout': issue(
    503,
    'timeout',
    'La requête a dépassé le temps imparti.',
    'The request took longer than allowed.',
  ),
  'http.busy': issue(
    503,
    'throttled',
    'Le serveur s’arrête ou est saturé ; réessayez.',
    'The server is stopping or saturated; retry.',
  ),
  'http.range': issue(
    416,
    'value',
    'La plage d’octets demandée n’existe pas dans ce document.',
    'The requested byte range does not exist in this document.',
  ),
  'server.defect': issue(
    500,
    'exception',
    'Défaut du serveur ; communiquez l’identifiant de requête {requestId}.',
    'Server defect; please report request id {requestId}.',
  ),
}
