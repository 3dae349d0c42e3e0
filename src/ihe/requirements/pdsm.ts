import { parametersOf, type Row, requirementsOf, type Shared } from './model.ts'

const SHARED: Shared = {
  transaction: 'PDSm',
  actor: 'PDSm Gestionnaire',
  source: 'PDSm 3.1.1; documents-fr.md 1',
}

/** Flows 01/02: a batch of documents is added, or replaces others (on ITI-65). */
const ADD: readonly Row[] = [
  {
    id: 'PDSM-01',
    level: 'SHALL',
    en: 'Take a transaction at the root that declares the PDSm provide bundle, in JSON and XML.',
    fr: 'Lot PDSm accepté à la racine, JSON et XML',
  },
  {
    id: 'PDSM-02',
    level: 'SHALL',
    en: 'Refuse an entry that the bundle profile does not have, such as a Practitioner or an Organization.',
    fr: 'Toute autre ressource en entrée est refusée',
  },
  {
    id: 'PDSM-03',
    level: 'SHALL',
    en: 'Demand what a PDSm document has to say: unique id, type, category, subject, author, security label, format, language, creation and title; size and hash are filled in where they do not come.',
    fr: 'Métadonnées obligatoires de la fiche',
  },
  {
    id: 'PDSM-04',
    level: 'SHALL',
    en: 'Demand author, authenticator and source patient inside the document reference; an organization is no author of it.',
    fr: 'Auteur, validateur et patient source contenus',
  },
  {
    id: 'PDSM-05',
    level: 'SHALL',
    en: 'Refuse docStatus, modifier extensions and bytes inside the document reference.',
    fr: 'docStatus, modifierExtension et data interdits',
  },
  {
    id: 'PDSM-06',
    level: 'SHALL',
    en: 'Know two statuses, current and superseded.',
    fr: 'Statuts « current » et « superseded » seulement',
  },
  {
    id: 'PDSM-07',
    level: 'SHALL',
    en: 'Take the unique id with use usual, and entry ids with use official that begin with urn:uuid.',
    fr: 'Identifiants : « usual » et « official »',
  },
  {
    id: 'PDSM-08',
    level: 'SHALL',
    en: 'Demand a context: beginning of care, kind of facility, practice setting.',
    fr: 'Contexte : période, secteur, cadre d’exercice',
  },
  {
    id: 'PDSM-09',
    level: 'SHALL',
    en: 'Take related identifiers with the types that PDSm lists.',
    fr: 'Identifiants liés : types prévus',
  },
  {
    id: 'PDSM-10',
    level: 'SHALL',
    en: 'Take type codes from the systems that PDSm allows.',
    fr: 'Nomenclatures de « type »',
  },
  {
    id: 'PDSM-11',
    level: 'SHALL',
    en: 'Take category codes from the systems that PDSm allows.',
    fr: 'Nomenclatures de « category »',
  },
  {
    id: 'PDSM-12',
    level: 'SHALL',
    en: 'Take format codes from the systems that PDSm allows.',
    fr: 'Nomenclatures de « format »',
  },
  {
    id: 'PDSM-13',
    level: 'SHALL',
    en: 'Take facility and practice setting codes from the systems that fit the author.',
    fr: 'Nomenclatures du secteur et du cadre d’exercice',
  },
  {
    id: 'PDSM-14',
    level: 'SHALL',
    en: 'Take the type of a submission from the systems that PDSm allows.',
    fr: 'Nomenclatures de « designationType »',
  },
  {
    id: 'PDSM-15',
    level: 'SHALL',
    en: 'A document that replaces has exactly one relation, to a document that is known.',
    fr: 'Remplacement : exactement un « relatesTo »',
  },
  {
    id: 'PDSM-16',
    level: 'SHALL',
    en: 'Take one confidentiality and up to three visibility codes as security labels.',
    fr: 'Confidentialité et visibilité',
  },
  {
    id: 'PDSM-17',
    level: 'SHALL',
    en: 'A submission set has a type, a source id, a date, a subject and a contained source that is not a bare practitioner.',
    fr: 'Lot de soumission : éléments obligatoires',
  },
  {
    id: 'PDSM-18',
    level: 'SHALL',
    en: 'A folder has a title, a type, a date, a subject and documents only.',
    fr: 'Classeur : éléments obligatoires',
  },
  {
    id: 'PDSM-19',
    level: 'SHALL',
    en: 'Take the extension isArchived, one boolean, on documents and lists.',
    fr: 'Extension isArchived',
  },
  {
    id: 'PDSM-20',
    level: 'SHALL',
    en: 'A replacement is current, and what it replaces is superseded in the same transaction.',
    fr: 'Remplacement dans la même transaction',
  },
  {
    id: 'PDSM-21',
    level: 'SHALL',
    en: 'Answer an entry for each entry, in the same order, with status and location.',
    fr: 'Réponse : statut et adresse de chaque entrée',
  },
  {
    id: 'PDSM-22',
    level: 'SHALL',
    en: 'Refuse a hash or a size that is not that of the bytes.',
    fr: 'Empreinte et taille vérifiées',
  },
  {
    id: 'PDSM-23',
    level: 'SHALL',
    en: 'A stored document never changes, a submission set only in its status.',
    fr: 'Documents et lots immuables',
  },
  {
    id: 'PDSM-24',
    level: 'SHALL',
    en: 'A document that is withdrawn keeps its trace: nothing is erased by a delete.',
    fr: 'Aucune suppression physique',
  },
  {
    id: 'PDSM-25',
    level: 'SHALL',
    en: 'The first version of a document reference is 1; each change of its metadata makes another.',
    fr: 'Versions de la fiche',
  },
  {
    id: 'PDSM-26',
    level: 'SHOULD',
    en: 'Take what either of the two published states of the guide accepts.',
    fr: 'Les deux états publiés du guide sont acceptés',
    leftOut: {
      en: 'Strict validation holds to the release in force, 3.1.1, which demands an authenticator; the later state is taken where DCC_PACKAGES names it.',
      fr: 'La validation stricte suit la version publiée 3.1.1, qui exige un validateur ; l’état suivant s’obtient par DCC_PACKAGES.',
    },
  },
  {
    id: 'PDSM-27',
    level: 'SHALL',
    en: 'Say in the CapabilityStatement: transaction, search and read of List and DocumentReference, conditional PATCH, read of Binary.',
    fr: 'Interactions déclarées dans le CapabilityStatement',
    flow: '01 à 10',
  },
]

/** Flows 03/04: the metadata of a document are changed (outside MHD). */
const CHANGE: readonly Row[] = [
  {
    id: 'PDSM-30',
    level: 'SHALL',
    en: 'Take a PATCH of a document reference that is named by its identifier.',
    fr: 'PATCH conditionnel par identifiant',
  },
  { id: 'PDSM-31', level: 'SHALL', en: 'Take JSON Patch.', fr: 'JSON Patch' },
  { id: 'PDSM-32', level: 'SHOULD', en: 'Take FHIRPath Patch, in JSON and XML.', fr: 'FHIRPath Patch' },
  {
    id: 'PDSM-33',
    level: 'SHALL',
    en: 'Change status, security labels and isArchived; refuse anything else with 405.',
    fr: 'status, securityLabel, isArchived ; sinon 405',
  },
  {
    id: 'PDSM-34',
    level: 'SHALL',
    en: 'No match answers 404, several 412.',
    fr: 'Aucune fiche : 404 ; plusieurs : 412',
  },
  {
    id: 'PDSM-35',
    level: 'SHALL',
    en: 'Answer 200 with the document reference and its entity tag.',
    fr: '200 : la fiche et sa version',
  },
  {
    id: 'PDSM-36',
    level: 'SHALL',
    en: 'A change makes a new version; the document itself stays as it is.',
    fr: 'Nouvelle version, document inchangé',
  },
  {
    id: 'PDSM-37',
    level: 'SHALL',
    en: 'An archived document stays current, and can be taken out of the archive.',
    fr: 'Archivage réversible, statut inchangé',
  },
  {
    id: 'PDSM-38',
    level: 'SHALL',
    en: 'What a change leaves still keeps the rules of the document reference; a change that would break them is refused.',
    fr: 'La fiche modifiée reste valide',
  },
]

/** Flows 05a/06a and 05b/06b: lists and documents are searched (on ITI-66 and ITI-67). */
const FIND: readonly Row[] = [
  {
    id: 'PDSM-40',
    level: 'SHALL',
    flow: '05a/06a',
    en: 'Search lists by GET and POST, in JSON and XML.',
    fr: 'Recherche de lots : GET, POST, JSON, XML',
  },
  {
    id: 'PDSM-41',
    level: 'SHALL',
    flow: '05a/06a',
    en: 'Answer a searchset of submission sets and folders, total and every fullUrl present.',
    fr: 'Réponse : lots et classeurs, total, fullUrl',
  },
  {
    id: 'PDSM-42',
    level: 'SHOULD',
    flow: '05a/06a',
    en: 'Know the code system of lists by either of the addresses that PDSm writes.',
    fr: 'Système des codes de liste : les deux adresses',
  },
  {
    id: 'PDSM-43',
    level: 'SHALL',
    flow: '05b/06b',
    en: 'Search documents by GET and POST, in JSON and XML.',
    fr: 'Recherche de fiches : GET, POST, JSON, XML',
  },
  {
    id: 'PDSM-44',
    level: 'SHALL',
    flow: '05b/06b',
    en: 'Answer a searchset with total and every fullUrl.',
    fr: 'Réponse : total, fullUrl',
  },
]

/** Flows 07/08: a document is read (on ITI-68). */
const READ: readonly Row[] = [
  {
    id: 'PDSM-50',
    level: 'SHALL',
    en: 'The address of a document gives its bytes under its own type.',
    fr: 'Le document brut par défaut',
  },
  {
    id: 'PDSM-51',
    level: 'SHALL',
    en: 'With a FHIR type in Accept it gives the Binary resource.',
    fr: 'La ressource Binary sur demande',
  },
  {
    id: 'PDSM-52',
    level: 'SHALL',
    en: 'Unknown documents answer 404, types that cannot be given 406.',
    fr: '404 et 406',
  },
  {
    id: 'PDSM-53',
    level: 'SHALL',
    en: 'Withdrawn documents, and those of patients who are not visible, are not given out.',
    fr: 'Document retiré ou masqué : jamais servi',
  },
  {
    id: 'PDSM-54',
    level: 'SHOULD',
    en: 'Documents that are hidden from the caller by a visibility label are not given out.',
    fr: 'Visibilité selon l’appelant',
    later: {
      work: 'authorization',
      en: 'Labels act on a professional or a patient, who are known once they can sign in.',
      fr: 'Les codes de visibilité dépendent du professionnel ou du patient, connus quand ils pourront se connecter.',
    },
  },
]

/** Flows 09/10: one document is added with its bytes (on ITI-105). */
const SIMPLE: readonly Row[] = [
  {
    id: 'PDSM-60',
    level: 'SHALL',
    en: 'Take a document reference with its bytes, and answer 201 with its id, version and date.',
    fr: 'Ajout simplifié : 201, identifiant, version, date',
  },
  {
    id: 'PDSM-61',
    level: 'SHALL',
    en: 'Keep the bytes as a Binary and serve the document reference with its address.',
    fr: 'Contenu extrait, servi par adresse',
  },
  {
    id: 'PDSM-62',
    level: 'SHALL',
    en: 'Demand title, bytes, subject and author; refuse an address, identifiers and any status but current.',
    fr: 'Règles de la fiche simplifiée',
  },
  {
    id: 'PDSM-63',
    level: 'SHALL',
    en: 'Check size and hash where they come, and fill them where they do not.',
    fr: 'Taille et empreinte vérifiées ou complétées',
  },
  {
    id: 'PDSM-64',
    level: 'SHALL',
    en: 'A document that replaces supersedes what it replaces, by the server itself.',
    fr: 'Remplacement fait par le serveur',
  },
  {
    id: 'PDSM-65',
    level: 'SHALL',
    en: 'Refuse with 400, 404 or 422 and an OperationOutcome.',
    fr: 'Erreurs 400, 404, 422',
  },
]

/** What PDSm asks of the server that shares documents, flow by flow. */
export const PDSM = [
  ...requirementsOf({ ...SHARED, flow: '01/02' }, ADD),
  ...requirementsOf({ ...SHARED, flow: '03/04' }, CHANGE),
  ...requirementsOf(SHARED, FIND),
  ...parametersOf('PDSM-List', { ...SHARED, flow: '05a/06a' }, [
    ['isArchived', 'whether it is archived', 'archivé'],
    ['title', 'title of the list', 'titre'],
    ['source', 'who submitted', 'auteur du lot'],
    ['authorOrg', 'the organization that submitted', 'organisation auteur'],
  ]),
  ...parametersOf('PDSM-DocumentReference', { ...SHARED, flow: '05b/06b' }, [
    ['isArchived', 'whether it is archived', 'archivé'],
    ['period-start', 'beginning of care', 'début de prise en charge'],
    ['period-end', 'end of care', 'fin de prise en charge'],
    ['relatesto', 'a document that it relates to', 'document lié'],
    ['author', 'the author', 'auteur'],
    ['author.identifier', 'identifier of the author', 'identifiant de l’auteur'],
  ]),
  ...requirementsOf({ ...SHARED, flow: '07/08' }, READ),
  ...requirementsOf({ ...SHARED, flow: '09/10' }, SIMPLE),
]
