import { auditEvent, iuaScope, requirementsOf } from './model.ts'

/** ITI-65 Provide Document Bundle. What a Document Source has to send is listed where the Recipient has to enforce it. */
export const MHD_65 = requirementsOf(
  { transaction: 'ITI-65', actor: 'Document Recipient', source: 'MHD 4.2.4 ITI-65; ihe.md 2.3, 2.4' },
  [
    {
      id: 'MHD-65-01',
      level: 'SHALL',
      en: 'A bundle names one of the provide bundle profiles in meta.profile; one that names none is refused.',
      fr: 'meta.profile nomme un profil de lot connu',
    },
    {
      id: 'MHD-65-02',
      level: 'SHALL',
      en: 'Exactly one submission set; documents, their contents, folders, patches and at most one patient; any other entry is refused.',
      fr: 'Un lot de soumission et rien d’autre que les entrées prévues',
    },
    {
      id: 'MHD-65-03',
      level: 'SHALL',
      en: 'An attachment that points at a content of the bundle finds it there.',
      fr: 'Le contenu désigné par une fiche est dans le lot',
    },
    {
      id: 'MHD-65-04',
      level: 'SHALL',
      en: 'Hash and size, where given, are those of the bytes of the document.',
      fr: 'Empreinte et taille exactes',
    },
    {
      id: 'MHD-65-05',
      level: 'SHALL',
      en: 'All documents and lists concern the same patient: by reference, by an entry of the bundle, or by an identifier.',
      fr: 'Un seul patient pour tout le lot',
    },
    {
      id: 'MHD-65-06',
      level: 'SHALL',
      en: 'Without the UnContained option, the source patient stands inside the document reference.',
      fr: 'sourcePatientInfo contenu (hors option UnContained)',
    },
    {
      id: 'MHD-65-07',
      level: 'SHALL',
      en: 'A replacement relates to what it replaces and supersedes it, with the patch entry that says so.',
      fr: 'Remplacement : lien « replaces » et ancien document remplacé',
    },
    { id: 'MHD-65-08', level: 'SHALL', en: 'Accept JSON and XML.', fr: 'JSON et XML acceptés' },
    {
      id: 'MHD-65-09',
      level: 'SHALL',
      en: 'Validate the bundle as FHIR before anything else.',
      fr: 'Validation FHIR du lot',
    },
    {
      id: 'MHD-65-09b',
      level: 'SHOULD',
      en: 'Hold the metadata of each document to the rules of the declared bundle.',
      fr: 'Validation des métadonnées de partage',
    },
    {
      id: 'MHD-65-10',
      level: 'SHALL',
      en: 'Process atomically: after any failure nothing is stored.',
      fr: 'Tout ou rien',
    },
    {
      id: 'MHD-65-11',
      level: 'SHALL',
      en: 'Obtain resources that are referenced by absolute URL where processing needs them, or refuse what cannot be resolved.',
      fr: 'Références absolues résolues si nécessaire',
    },
    {
      id: 'MHD-65-12',
      level: 'SHALL',
      en: 'Answer any error with an error, with the XDS code where one fits.',
      fr: 'Toute erreur est signalée, avec son code XDS',
    },
    {
      id: 'MHD-65-13',
      level: 'SHALL',
      en: 'A relation that is not supported is answered with the warning that IHE names for it.',
      fr: 'Relation non prise en charge : avertissement',
    },
    {
      id: 'MHD-65-14',
      level: 'SHALL',
      en: 'Store folders, or fail, or warn that they were not processed.',
      fr: 'Classeurs traités, refusés ou signalés',
    },
    {
      id: 'MHD-65-15',
      level: 'SHALL',
      en: 'Look whether each intended recipient can be reached; fail, warn or accept accordingly.',
      fr: 'Destinataires : effort raisonnable de vérification',
    },
    {
      id: 'MHD-65-16',
      level: 'SHALL',
      en: 'Refuse a FHIR document as an entry while its option is not declared.',
      fr: 'Document FHIR refusé sans l’option',
    },
    {
      id: 'MHD-65-17',
      level: 'SHALL',
      en: 'Success is 200 with a transaction-response, an entry for each entry in the same order, status and location in each.',
      fr: 'Réponse : même ordre, statut et adresse de chaque entrée',
    },
    {
      id: 'MHD-65-18',
      level: 'SHALL',
      en: 'Answer success only when everything is processed and durable.',
      fr: 'Succès seulement une fois tout enregistré',
    },
    {
      id: 'MHD-65-19',
      level: 'MAY',
      en: 'Demand that an update of a folder only adds entries.',
      fr: 'Mise à jour de classeur : ajout seulement',
    },
    {
      id: 'MHD-65-20',
      level: 'SHALL',
      en: 'Say in the CapabilityStatement that the transaction is supported.',
      fr: 'Transaction déclarée dans le CapabilityStatement',
    },
    iuaScope('MHD-65-21', 'ITI-65'),
    auditEvent('MHD-65-22', 'IHE.MHD.ProvideBundle.Audit.Recipient'),
    {
      id: 'MHD-65-23',
      level: 'SHALL',
      en: 'Comprehensive option: demand comprehensive metadata; a bundle with minimal metadata is refused unless the setting accepts it.',
      fr: 'Option Comprehensive : métadonnées complètes exigées',
    },
    {
      id: 'MHD-65-24',
      level: 'SHALL',
      en: 'UnContained option: accept author, authenticator, source patient and list source by reference.',
      fr: 'Option UnContained : références vers des annuaires acceptées',
    },
    {
      id: 'MHD-65-25',
      level: 'SHALL',
      en: 'Every declared bundle profile is accepted at the root of the service.',
      fr: 'Profils de lot déclarés acceptés à la racine',
    },
  ],
)
