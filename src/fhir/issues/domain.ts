import { type IssueDefinition, issue } from './definition.ts'

/** Refusals of the DCC domain (src/dcc/errors.ts). */
export const DOMAIN_ISSUES: Readonly<Record<string, IssueDefinition>> = {
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
    'Un patient porte déjà cette INS : retrouvez-le par recherche sur l’identifiant, ou envoyez-le avec If-None-Exist.',
    'A patient already holds this INS: find it by searching the identifier, or send it with If-None-Exist.',
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
  'patient.several': issue(
    422,
    'business-rule',
    'La ressource désigne plusieurs patients : cet identifiant ou cette référence n’est pas celui de son patient.',
    'The resource names several patients: this identifier or reference is not that of its patient.',
  ),
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
  'patient.merge': issue(
    422,
    'not-supported',
    'Cette version ne fusionne pas de patients : le lien replaced-by ou replaces serait sans effet.',
    'This release does not merge patients: the link replaced-by or replaces would have no effect.',
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
}
