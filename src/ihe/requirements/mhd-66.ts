import { auditEvent, iuaScope, parametersOf, requirementsOf, type Shared } from './model.ts'

const SHARED: Shared = {
  transaction: 'ITI-66',
  actor: 'Document Responder',
  source: 'MHD 4.2.4 ITI-66; ihe.md 2.5',
}

/** ITI-66 Find Document Lists. The parameter of the Target Communities option is not listed: it is not claimed. */
export const MHD_66 = [
  ...requirementsOf(SHARED, [
    { id: 'MHD-66-01', level: 'SHALL', en: 'Search by GET and by POST _search.', fr: 'Recherche par GET et par POST' },
    {
      id: 'MHD-66-02',
      level: 'SHALL',
      en: 'Answer 200 with a searchset, matches or none; total and every fullUrl present.',
      fr: 'Réponse 200, total et fullUrl présents',
    },
    {
      id: 'MHD-66-03',
      level: 'SHALL',
      en: 'Warnings are an OperationOutcome entry of mode outcome.',
      fr: 'Avertissements en entrée « outcome »',
    },
    {
      id: 'MHD-66-04',
      level: 'SHOULD',
      en: 'Lists that go out keep an MHD list profile.',
      fr: 'Listes conformes aux profils MHD',
    },
    iuaScope('MHD-66-05', 'ITI-66'),
    auditEvent('MHD-66-06', 'IHE.MHD.FindDocumentLists.Audit.Responder'),
    {
      id: 'MHD-66-07',
      level: 'SHALL',
      en: 'Answer JSON and XML.',
      fr: 'JSON et XML',
    },
    {
      id: 'MHD-66-08',
      level: 'SHALL',
      en: 'Say the search of lists and its parameters in the CapabilityStatement.',
      fr: 'Recherche de listes déclarée dans le CapabilityStatement',
    },
  ]),
  ...parametersOf('MHD-66', SHARED, [
    ['patient', 'the patient of the list, by reference', 'patient par référence'],
    ['patient.identifier', 'the patient of the list, by identifier', 'patient par identifiant'],
    ['code', 'submission set or folder, with or without the system', 'lot ou classeur'],
    ['status', 'status of the list, a code without system', 'statut'],
    ['date', 'date of submission', 'date de soumission'],
    ['designationType', 'type of the submission', 'type de lot'],
    ['identifier', 'identifiers of the list', 'identifiants'],
    ['source.given', 'given name of the author, contained or not', 'prénom de l’auteur'],
    ['source.family', 'family name of the author, contained or not', 'nom de l’auteur'],
    ['sourceId', 'the software that submitted', 'identifiant du logiciel émetteur'],
    ['_id', 'logical id', 'identifiant technique'],
    ['_lastUpdated', 'last change', 'dernière modification'],
  ]),
]
