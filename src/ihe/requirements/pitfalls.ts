import { type Later, requirementsOf } from './model.ts'

const SUBSCRIPTIONS: Later = {
  work: 'subscriptions',
  en: 'Subscriptions (DSUBm) are not part of the product yet.',
  fr: 'Les abonnements (DSUBm) ne sont pas encore dans le produit.',
}

const AUDIT: Later = {
  work: 'audit',
  en: 'Audit events are not recorded yet.',
  fr: 'Les événements d’audit ne sont pas encore enregistrés.',
}

const AUTHORIZATION: Later = {
  work: 'authorization',
  en: 'The authorization server knows SMART scopes only, not those of IUA.',
  fr: 'Le serveur d’autorisation ne connaît que les portées SMART, pas celles d’IUA.',
}

/** What implementers of these guides stumbled over (ihe.md 10), and what we do about each. */
export const PITFALLS = requirementsOf(
  { transaction: 'Pitfalls', actor: 'every server actor', source: 'threads of implementers; ihe.md 10' },
  [
    {
      id: 'P-01',
      level: 'SHALL',
      en: 'attachment.url goes out absolute, built from the configured address; urn:uuid or absolute comes in.',
      fr: 'Adresse du document absolue, jamais déduite de Host',
    },
    {
      id: 'P-02',
      level: 'SHALL',
      en: 'The same address gives a Binary or the raw bytes, by Accept.',
      fr: 'Binary ou octets bruts selon Accept',
    },
    {
      id: 'P-03',
      level: 'SHALL',
      en: 'A content is read through its document: no search of Binary, ids that cannot be guessed, no access past the document.',
      fr: 'Un Binary se lit à travers sa fiche',
    },
    {
      id: 'P-04',
      level: 'SHALL',
      en: 'On a Binary a FHIR type gives the resource, its own type or none the raw bytes, another one 406.',
      fr: 'Négociation du contenu sur Binary',
    },
    {
      id: 'P-05',
      level: 'SHALL',
      en: 'Superseded documents are served, withdrawn ones answer 410.',
      fr: 'Remplacé : servi ; retiré : 410',
    },
    {
      id: 'P-06',
      level: 'SHALL',
      en: 'A replacement supersedes with or without the patch entry; what is not current is not replaced; same patient.',
      fr: 'Remplacement avec ou sans PATCH, chaîne linéaire',
    },
    {
      id: 'P-07',
      level: 'SHALL',
      en: 'Submission sets and folders are told apart by code; superseded is an alias of retired in a list search.',
      fr: 'Lots et classeurs distingués ; « superseded » accepté',
    },
    {
      id: 'P-08',
      level: 'SHALL',
      en: 'Identifiers of documents come by use or by type, and are found either way.',
      fr: 'Identifiants par « use » ou par « type »',
    },
    { id: 'P-09', level: 'SHALL', en: 'An entryUUID that comes is accepted.', fr: 'entryUUID fourni accepté' },
    {
      id: 'P-10',
      level: 'SHALL',
      en: 'A version after a profile is no obstacle; a bundle without a profile is refused.',
      fr: 'Version du profil ignorée ; profil absent refusé',
    },
    {
      id: 'P-11',
      level: 'SHALL',
      en: 'A submission without a document is accepted only with a folder.',
      fr: 'Lot sans fiche : seulement avec un classeur',
    },
    {
      id: 'P-12',
      level: 'SHALL',
      en: 'Both spellings of a topic are understood.',
      fr: 'Adresse de sujet normalisée',
      later: SUBSCRIPTIONS,
    },
    {
      id: 'P-13',
      level: 'SHALL',
      en: 'Filters of subscriptions are parsed.',
      fr: 'Filtres d’abonnement analysés',
      later: SUBSCRIPTIONS,
    },
    {
      id: 'P-14',
      level: 'SHALL',
      en: 'Topics in R4 are Basic resources.',
      fr: 'Sujets en R4 : Basic',
      later: SUBSCRIPTIONS,
    },
    {
      id: 'P-15',
      level: 'SHALL',
      en: 'Notifications are held to the profiles that work.',
      fr: 'Notifications validées',
      later: SUBSCRIPTIONS,
    },
    {
      id: 'P-16',
      level: 'SHALL',
      en: '401 for what is wrong with a token; scope and policy by setting.',
      fr: '401 ou 403',
      later: AUTHORIZATION,
    },
    {
      id: 'P-17',
      level: 'SHALL',
      en: 'Both spellings of IUA metadata are understood; the issuer is configured.',
      fr: 'Métadonnées IUA : les deux écritures',
      later: AUTHORIZATION,
    },
    {
      id: 'P-18',
      level: 'SHALL',
      en: 'The errors of ITI-83 keep their status; identifiers carry urn:oid; targetId comes; targetSystem repeats.',
      fr: 'PIXm : statuts exacts',
    },
    {
      id: 'P-19',
      level: 'SHALL',
      en: 'An unknown identifier domain answers 404 with a warning, or 200 with it by setting.',
      fr: 'PDQm : domaine inconnu',
    },
    {
      id: 'P-20',
      level: 'SHALL',
      en: 'patient, patient.identifier, subject and subject.identifier all find the same.',
      fr: 'patient, subject et leurs identifiants',
    },
    {
      id: 'P-21',
      level: 'SHALL',
      en: 'The hash is base64 of the SHA-1 bytes; hex inside base64 is refused.',
      fr: 'Empreinte : base64 des octets SHA-1',
    },
    {
      id: 'P-22',
      level: 'SHALL',
      en: 'date and creation are two fields and two searches.',
      fr: '« date » et « creation » distinctes',
    },
    {
      id: 'P-23',
      level: 'SHALL',
      en: 'An author is found by name inside the document reference.',
      fr: 'Auteur contenu retrouvé par son nom',
    },
    {
      id: 'P-24',
      level: 'SHALL',
      en: 'One audit event for each patient that was found.',
      fr: 'Audit : un événement par patient',
      later: AUDIT,
    },
    {
      id: 'P-25',
      level: 'SHALL',
      en: 'Source and destination of an audit event stand as its pattern says.',
      fr: 'Audit : sens des acteurs',
      later: AUDIT,
    },
    {
      id: 'P-26',
      level: 'SHALL',
      en: 'The answer of a transaction keeps order and count, and always says where.',
      fr: 'Réponse : ordre, nombre, adresses',
    },
    { id: 'P-27', level: 'SHALL', en: 'XML is served as completely as JSON.', fr: 'XML aussi complet que JSON' },
    {
      id: 'P-28',
      level: 'SHALL',
      en: 'sourceId comes with or without a system; the unique id of a submission is an OID.',
      fr: 'sourceId sans system accepté ; identifiant de lot en OID',
    },
    {
      id: 'P-29',
      level: 'SHALL',
      en: 'A modifier extension is refused.',
      fr: 'modifierExtension refusée',
    },
  ],
)
