import { auditEvent, iuaScope, parametersOf, requirementsOf, type Shared, searchOfAllTypes } from './model.ts'

const SHARED: Shared = {
  transaction: 'ITI-67',
  actor: 'Document Responder',
  source: 'MHD 4.2.4 ITI-67; ihe.md 2.6',
}

/** ITI-67 Find Document References. The parameter of the Target Communities option is not listed: it is not claimed. */
export const MHD_67 = [
  ...requirementsOf(SHARED, [
    {
      id: 'MHD-67-01',
      level: 'SHALL',
      en: 'All parameters, in any combination, percent-encoded or not.',
      fr: 'Tous les paramètres, combinés, encodés ou non',
    },
    {
      id: 'MHD-67-02',
      level: 'SHALL',
      en: 'Answer 200 with a searchset even without a match; total and every fullUrl present.',
      fr: 'Réponse 200, total et fullUrl présents',
    },
    {
      id: 'MHD-67-03',
      level: 'SHALL',
      en: 'attachment.url is a full URL that ITI-68 takes as it is; changing it leads to no other document; it says nothing sensitive.',
      fr: 'attachment.url absolue, utilisable telle quelle, non devinable',
    },
    { id: 'MHD-67-04', level: 'SHALL', en: 'What goes out is valid FHIR.', fr: 'Réponses FHIR valides' },
    {
      id: 'MHD-67-04b',
      level: 'SHOULD',
      en: 'Document references that go out keep an MHD profile.',
      fr: 'Fiches conformes à un profil MHD',
    },
    {
      id: 'MHD-67-05',
      level: 'SHOULD',
      en: 'Return only what the caller may see.',
      fr: 'Rien que l’appelant n’ait le droit de voir',
      later: {
        work: 'authorization',
        en: 'Callers are not told apart yet; records without an oncology pathway are hidden from all already.',
        fr: 'Les appelants ne sont pas encore distingués ; sans parcours de cancérologie, rien n’est visible.',
      },
    },
    {
      id: 'MHD-67-06',
      level: 'SHALL',
      en: 'Errors are an HTTP error with an OperationOutcome; unknown parameters are ignored.',
      fr: 'Erreurs HTTP avec OperationOutcome ; paramètres inconnus ignorés',
    },
    iuaScope('MHD-67-07', 'ITI-67'),
    {
      id: 'MHD-67-08',
      level: 'SHALL',
      en: 'On-demand entries show no size and no hash; delayed ones the size and hash of nothing until they are made. Others show theirs.',
      fr: 'Taille et empreinte selon la nature du document',
    },
    {
      id: 'MHD-67-09',
      level: 'SHALL',
      en: 'Dates take prefixes, ge and lt at least.',
      fr: 'Préfixes de date, au moins ge et lt',
    },
    { id: 'MHD-67-10', level: 'SHALL', en: 'Search by GET and by POST _search.', fr: 'Recherche par GET et par POST' },
    auditEvent('MHD-67-11', 'IHE.MHD.FindDocumentReferences.Audit.Responder'),
    { id: 'MHD-67-12', level: 'SHALL', en: 'Answer JSON and XML.', fr: 'JSON et XML' },
    {
      id: 'MHD-67-13',
      level: 'SHALL',
      en: 'Say the search of document references and its parameters in the CapabilityStatement.',
      fr: 'Recherche de fiches déclarée dans le CapabilityStatement',
    },
    searchOfAllTypes('MHD-67-14'),
  ]),
  ...parametersOf('MHD-67', SHARED, [
    ['patient', 'the patient of the document, by reference', 'patient par référence'],
    ['patient.identifier', 'the patient of the document, by identifier', 'patient par identifiant'],
    ['status', 'current or superseded', 'statut'],
    ['author.given', 'given name of the author, contained or not', 'prénom de l’auteur'],
    ['author.family', 'family name of the author, contained or not', 'nom de l’auteur'],
    ['category', 'class of the document', 'classe'],
    ['creation', 'when the document was made', 'création du document'],
    ['date', 'when the document reference was made', 'création de la fiche'],
    ['event', 'what the document is about', 'acte ou événement'],
    ['facility', 'kind of facility', 'secteur d’activité'],
    ['format', 'format of the content', 'format'],
    ['identifier', 'unique id and entry id alike', 'identifiant unique ou d’entrée'],
    ['period', 'period of care, by overlap', 'période de soins'],
    ['related', 'related objects, by reference or identifier', 'objets liés'],
    ['security-label', 'confidentiality', 'confidentialité'],
    ['setting', 'practice setting', 'cadre d’exercice'],
    ['type', 'type of the document', 'type de document'],
    ['_id', 'logical id', 'identifiant technique'],
    ['_lastUpdated', 'last change', 'dernière modification'],
  ]),
]
