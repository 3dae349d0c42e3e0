import { type IssueDefinition, issue } from './definition.ts'

/** Refusals of the store (src/store/errors.ts). */
export const STORE_ISSUES: Readonly<Record<string, IssueDefinition>> = {
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
    409,
    'conflict',
    'Ce patient vient d’être fusionné ou supprimé : rien n’a été enregistré, renvoyez la demande (XDSUnknownPatientId).',
    'This patient has just been merged or deleted: nothing was stored, send the request again (XDSUnknownPatientId).',
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
