import { type IssueDefinition, issue } from './definition.ts'

/** Refusals of the REST interactions. */
export const INTERACTION_ISSUES: Readonly<Record<string, IssueDefinition>> = {
  'resource.type-not-fhir': issue(
    404,
    'not-supported',
    'Ce n’est pas un type de ressource FHIR R4.',
    'This is no resource type of FHIR R4.',
  ),
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
  'reference.unresolved': issue(
    422,
    'not-found',
    'Une référence urn: ne peut désigner une autre ressource que dans une transaction.',
    'A urn: reference can point at another resource only in a transaction.',
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
  'resource.too-large': issue(
    413,
    'too-long',
    'La ressource est trop volumineuse : {limit} caractères au plus, sans le contenu des documents.',
    'The resource is too large: {limit} characters at most, not counting the content of documents.',
  ),
  'resource.identifier-too-long': issue(
    422,
    'too-long',
    'Un identifiant et son système ont {limit} octets au plus, et une ressource {most} identifiants au plus.',
    'An identifier and its system have {limit} bytes at most, and a resource {most} identifiers at most.',
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
}
