import { SEARCH_ISSUES } from './search/issues.ts'

/**
 * The one table of refusals (design.md section 5, Errors): stable rule key -> HTTP status, FHIR issue code and text in
 * French and English. `{name}` is filled from the error's details, which hold names and ids, never patient values.
 */
export interface IssueDefinition {
  status: number
  code: string
  fr: string
  en: string
}

function issue(status: number, code: string, fr: string, en: string): IssueDefinition {
  return { status, code, fr, en }
}

/** Refusals by stable key. */
export const ISSUES: Readonly<Record<string, IssueDefinition>> = {
  // ------------------------------------------------------------------------------------------------- request
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
    'Authentification requise ; cette version n’a pas encore de serveur d’autorisation.',
    'Authentication required; this release has no authorization server yet.',
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
  // ------------------------------------------------------------------------------------------------- JSON, XML
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
    422,
    'structure',
    'Élément inconnu de FHIR R4 : {element}.',
    'Element unknown to FHIR R4: {element}.',
  ),
  'structure.wrong-shape': issue(
    422,
    'structure',
    'Forme inattendue : {expected} attendu.',
    'Unexpected shape: {expected} expected.',
  ),
  'structure.value': issue(
    422,
    'value',
    'Valeur non conforme au type {expected}.',
    'The value does not conform to type {expected}.',
  ),
  // ------------------------------------------------------------------------------------------------- interactions
  'resource.type-unknown': issue(
    404,
    'not-supported',
    'Le serveur ne gère pas ce type de ressource ; types gérés : {types}.',
    'This resource type is not served; types served: {types}.',
  ),
  'resource.unknown': issue(404, 'not-found', 'Ressource inconnue.', 'Unknown resource.'),
  'resource.deleted': issue(410, 'deleted', 'Cette ressource a été supprimée.', 'This resource has been deleted.'),
  'resource.interaction': issue(
    405,
    'not-supported',
    'Interaction {interaction} non prise en charge pour {type}.',
    'Interaction {interaction} is not supported for {type}.',
  ),
  'resource.id-missing': issue(
    400,
    'required',
    'La mise à jour exige un id dans le corps, égal à celui de l’URL.',
    'An update needs an id in the body, equal to the one in the URL.',
  ),
  'resource.id-mismatch': issue(
    400,
    'business-rule',
    'L’id du corps n’est pas celui de l’URL.',
    'The id of the body is not the one of the URL.',
  ),
  'resource.no-update-as-create': issue(
    405,
    'not-supported',
    'Les identifiants techniques sont attribués par le serveur : créez par POST, ou par mise à jour conditionnelle.',
    'Ids are assigned by the server: create with POST, or by conditional update.',
  ),
  'resource.conflict': issue(
    409,
    'conflict',
    'La ressource a changé entre-temps ; relisez-la et recommencez.',
    'The resource changed meanwhile; read it again and retry.',
  ),
  'precondition.version': issue(
    412,
    'conflict',
    'If-Match ne correspond pas à la version actuelle.',
    'If-Match is not the current version.',
  ),
  'precondition.multiple': issue(
    412,
    'multiple-matches',
    'La condition correspond à plusieurs ressources.',
    'The condition matches several resources.',
  ),
  'precondition.missing': issue(
    400,
    'required',
    'Une opération conditionnelle exige au moins un critère de recherche.',
    'A conditional operation needs at least one search criterion.',
  ),
  'precondition.none': issue(
    404,
    'not-found',
    'La condition ne correspond à aucune ressource.',
    'The condition matches no resource.',
  ),
  'patch.invalid': issue(
    400,
    'invalid',
    'Correctif invalide (opération {operation}).',
    'Invalid patch (operation {operation}).',
  ),
  'patch.path': issue(
    422,
    'processing',
    'Le chemin de l’opération {operation} n’existe pas dans la ressource.',
    'The path of operation {operation} does not exist in the resource.',
  ),
  'patch.test-failed': issue(
    409,
    'conflict',
    'Le test de l’opération {operation} échoue : rien n’a été modifié.',
    'The test of operation {operation} fails: nothing was changed.',
  ),
  // ------------------------------------------------------------------------------------------------- search
  ...SEARCH_ISSUES,
  // ------------------------------------------------------------------------------------------------- bundles
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
  // ------------------------------------------------------------------------------------------------- domain
  'identity.rule': issue(
    422,
    'business-rule',
    'L’identité ne respecte pas les règles de l’INS.',
    'The identity breaks the rules of the INS.',
  ),
  'identity.conflict': issue(
    409,
    'conflict',
    'Même matricule INS mais un trait strict diffère ({traits}) : rien n’a été enregistré, faites vérifier l’identité.',
    'Same INS but a strict trait differs ({traits}): nothing was stored, have the identity checked.',
  ),
  'identity.known': issue(
    409,
    'duplicate',
    'Un patient porte déjà cette INS : retrouvez-le par recherche sur l’identifiant.',
    'A patient already holds this INS: find it by searching the identifier.',
  ),
  'identity.identifier-taken': issue(
    409,
    'duplicate',
    'Cet identifiant est déjà celui d’un autre patient.',
    'This identifier already belongs to another patient.',
  ),
  'identity.traits-incomplete': issue(
    422,
    'business-rule',
    'L’INS est présente sans tous ses traits : {trait} manque.',
    'The INS is present without all its traits: {trait} is missing.',
  ),
  'patient.unknown': issue(
    422,
    'not-found',
    'Aucun patient connu sous cette référence (XDSUnknownPatientId).',
    'No patient is known under this reference (XDSUnknownPatientId).',
  ),
  'patient.ambiguous': issue(412, 'multiple-matches', 'Plusieurs patients correspondent.', 'Several patients match.'),
  'patient.missing': issue(
    422,
    'required',
    'La ressource doit désigner son patient.',
    'The resource must name its patient.',
  ),
  'patient.immutable-subject': issue(
    422,
    'business-rule',
    'Une ressource enregistrée ne change pas de patient.',
    'A stored resource cannot move to another patient.',
  ),
  'patient.has-documents': issue(
    409,
    'conflict',
    'Ce patient a des documents : il ne peut pas être supprimé.',
    'This patient has documents and cannot be deleted.',
  ),
  'document.duplicate': issue(
    409,
    'duplicate',
    'Un document porte déjà ce masterIdentifier : {existing} (XDSDuplicateUniqueIdInRegistry).',
    'A document already has this masterIdentifier: {existing} (XDSDuplicateUniqueIdInRegistry).',
  ),
  'document.immutable': issue(
    422,
    'business-rule',
    'Un document enregistré ne change ni de contenu ni d’identité : publiez une nouvelle version qui le remplace.',
    'A stored document changes neither content nor identity: publish a new version that replaces it.',
  ),
  'document.content-single': issue(
    422,
    'structure',
    'Un DocumentReference porte un seul contenu.',
    'A DocumentReference carries one content only.',
  ),
  'document.content-missing': issue(
    422,
    'not-found',
    'Le Binary de l’attachment n’existe pas pour ce patient (XDSMissingDocument).',
    'The attachment’s Binary does not exist for this patient (XDSMissingDocument).',
  ),
  'document.content-mismatch': issue(
    422,
    'invariant',
    'attachment.{element} ne correspond pas au contenu (XDSNonIdenticalHash).',
    'attachment.{element} does not match the content (XDSNonIdenticalHash).',
  ),
  'document.replaced-unknown': issue(
    422,
    'not-found',
    'Le document à remplacer est inconnu (XDSReplaceFailed).',
    'The document to replace is unknown (XDSReplaceFailed).',
  ),
  'document.replaced-other-patient': issue(
    422,
    'invariant',
    'Le document visé est celui d’un autre patient (XDSPatientIdDoesNotMatch).',
    'The target document belongs to another patient (XDSPatientIdDoesNotMatch).',
  ),
  'document.replaced-not-current': issue(
    409,
    'conflict',
    'Le document à remplacer n’est plus en vigueur : {existing} (XDSReplaceFailed).',
    'The document to replace is no longer current: {existing} (XDSReplaceFailed).',
  ),
  'list.item-unknown': issue(
    422,
    'not-found',
    'Une entrée de la liste ne désigne aucun document de ce patient.',
    'A list entry points at no document of this patient.',
  ),
  'reference.identifier-taken': issue(
    409,
    'duplicate',
    'Cet identifiant est déjà porté par {existing}.',
    'This identifier is already held by {existing}.',
  ),
  'reference.in-use': issue(
    409,
    'conflict',
    'Des ressources {by} y font référence : suppression refusée.',
    '{by} resources refer to it: deletion refused.',
  ),
  'content.context-missing': issue(
    422,
    'required',
    'Un Binary doit désigner son patient : Binary.securityContext ou en-tête X-Security-Context.',
    'A Binary must name its patient: Binary.securityContext or the X-Security-Context header.',
  ),
  // ------------------------------------------------------------------------------------------------- store
  'store.version-conflict': issue(
    409,
    'conflict',
    'La ressource a changé entre-temps ; relisez-la et recommencez.',
    'The resource changed meanwhile; read it again and retry.',
  ),
  'store.identifier-taken': issue(
    409,
    'duplicate',
    'Cet identifiant vient d’être pris par une autre ressource.',
    'This identifier has just been taken by another resource.',
  ),
  'store.patient-not-current': issue(
    422,
    'not-found',
    'Ce patient n’existe plus (XDSUnknownPatientId).',
    'This patient no longer exists (XDSUnknownPatientId).',
  ),
  'store.unavailable': issue(
    503,
    'transient',
    'Le dossier est momentanément indisponible ; rien n’a été enregistré, réessayez.',
    'The record is temporarily unavailable; nothing was stored, retry.',
  ),
  'store.full': issue(
    507,
    'no-store',
    'Plus de place pour enregistrer ; rien n’a été enregistré.',
    'No room left to store; nothing was stored.',
  ),
  'store.blob-missing': issue(
    500,
    'not-found',
    'Le contenu du document est introuvable ; l’incident est tracé.',
    'The document’s content cannot be found; the incident is recorded.',
  ),
  'store.blob-corrupt': issue(
    500,
    'exception',
    'Le contenu du document est altéré et n’est pas servi ; l’incident est tracé.',
    'The document’s content is damaged and not served; the incident is recorded.',
  ),
  'store.blob-too-large': issue(413, 'too-long', 'Contenu trop volumineux.', 'Content too large.'),
  'store.blob-mismatch': issue(
    422,
    'invariant',
    'Le contenu reçu n’est pas celui annoncé (XDSNonIdenticalHash).',
    'The content received is not the one announced (XDSNonIdenticalHash).',
  ),
  'store.closed': issue(503, 'transient', 'Le serveur s’arrête ; réessayez.', 'The server is stopping; retry.'),
}

/** The definition of a key; an unknown key is a defect of ours and says so. */
export function issueOf(key: string): IssueDefinition {
  const definition = Object.hasOwn(ISSUES, key) ? ISSUES[key] : ISSUES['server.defect']
  return definition ?? issue(500, 'exception', 'Défaut du serveur.', 'Server defect.')
}
