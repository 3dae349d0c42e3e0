import { auditEvent, iuaScope, parametersOf, requirementsOf, type Shared, searchOfAllTypes } from './model.ts'

const SEARCH: Shared = {
  transaction: 'ITI-78',
  actor: 'Patient Demographics Supplier',
  source: 'PDQm 3.2.0 ITI-78; ihe.md 3, 3.1',
}

const MATCH: Shared = {
  transaction: 'ITI-119',
  actor: 'Patient Demographics Supplier',
  source: 'PDQm 3.2.0 ITI-119; ihe.md 3.2',
}

/** ITI-78 Mobile Patient Demographics Query. */
export const PDQ_78 = [
  ...requirementsOf(SEARCH, [
    {
      id: 'PDQ-78-1',
      level: 'SHALL',
      en: 'Matches answer 200 with a searchset, its total, one entry each.',
      fr: 'Patients trouvés : 200, total, une entrée chacun',
    },
    {
      id: 'PDQ-78-2',
      level: 'SHALL',
      en: 'Where identifier domains are asked for, identifiers outside them are taken out of each patient.',
      fr: 'Domaines demandés : seuls leurs identifiants sont rendus',
    },
    { id: 'PDQ-78-3', level: 'SHALL', en: 'No match answers 200 with total 0.', fr: 'Aucun patient : 200, total 0' },
    {
      id: 'PDQ-78-4',
      level: 'SHALL',
      en: 'An unknown identifier domain answers 404 with the prescribed OperationOutcome, or 200 that carries it.',
      fr: 'Domaine inconnu : 404 ou 200 avec avertissement',
    },
    {
      id: 'PDQ-78-5',
      level: 'SHALL',
      en: 'A format that is not supported answers 406 to a search.',
      fr: 'Format inconnu : 406',
    },
    {
      id: 'PDQ-78-6',
      level: 'SHALL',
      en: 'A merged or closed record is left out, or shown inactive with its survivor.',
      fr: 'Dossier fusionné ou clos : signalé ou omis',
    },
    {
      id: 'PDQ-78-7',
      level: 'SHALL',
      en: 'A read answers the patient, or 404 with an OperationOutcome.',
      fr: 'Lecture : le patient ou 404',
    },
    { id: 'PDQ-78-8', level: 'SHALL', en: 'Pages are linked and _count is kept.', fr: 'Pagination et _count' },
    { id: 'PDQ-78-9', level: 'SHALL', en: 'All exact matches are returned.', fr: 'Toutes les correspondances exactes' },
    { id: 'PDQ-78-10', level: 'MAY', en: 'Tell how good a match is.', fr: 'Qualité de la correspondance' },
    {
      id: 'PDQ-78-11',
      level: 'SHALL',
      en: "A mother's maiden name that is known is included.",
      fr: 'Nom de naissance de la mère rendu s’il est connu',
    },
    iuaScope('PDQ-78-12', 'ITI-78'),
    {
      id: 'PDQ-78-13',
      level: 'SHALL',
      en: 'Patients that go out keep the PDQm profile (a SHOULD of the text, a SHALL of its test plan).',
      fr: 'Patients conformes au profil PDQm',
    },
    { id: 'PDQ-78-14', level: 'SHALL', en: 'Search by GET and by POST _search.', fr: 'Recherche par GET et par POST' },
    { id: 'PDQ-78-15', level: 'SHALL', en: 'Answer JSON and XML.', fr: 'JSON et XML' },
    {
      id: 'PDQ-78-16',
      level: 'SHALL',
      en: 'Support family with gender and birthdate with family; say in the self link what was searched.',
      fr: 'Combinaisons nom+sexe et naissance+nom',
    },
    {
      id: 'PDQ-78-17',
      level: 'SHALL',
      en: 'Support :exact on every string parameter.',
      fr: 'Modificateur :exact sur les textes',
    },
    {
      id: 'PDQ-78-18',
      level: 'SHALL',
      en: 'Repeated parameters are AND-ed, commas OR-ed.',
      fr: 'ET par répétition, OU par virgule',
    },
    auditEvent('PDQ-78-19', 'IHE.PDQm.Query.Audit.Supplier'),
    {
      id: 'PDQ-78-20',
      level: 'SHALL',
      en: 'Say the interactions and parameters in the CapabilityStatement.',
      fr: 'Recherche déclarée dans le CapabilityStatement',
    },
    searchOfAllTypes('PDQ-78-21'),
  ]),
  ...parametersOf('PDQ-78', SEARCH, [
    ['_id', 'logical id, exact', 'identifiant technique'],
    ['_lastUpdated', 'last change', 'dernière modification'],
    ['active', 'whether the record is in use', 'dossier actif'],
    ['family', 'family names', 'nom de famille'],
    ['given', 'given names', 'prénoms'],
    ['identifier', 'identifiers, and domains with an empty value', 'identifiant ou domaine'],
    ['telecom', 'telephone, mail', 'coordonnées de contact'],
    ['birthdate', 'date of birth', 'date de naissance'],
    ['address', 'any part of an address', 'adresse'],
    ['address-city', 'city', 'ville'],
    ['address-country', 'country', 'pays'],
    ['address-postalcode', 'postal code', 'code postal'],
    ['address-state', 'state or region', 'région'],
    ['gender', 'administrative gender', 'sexe administratif'],
    ['mothersMaidenName', "the mother's maiden name", 'nom de naissance de la mère'],
  ]),
]

/** ITI-119 Patient Demographics Match. */
export const PDQ_119 = requirementsOf(MATCH, [
  { id: 'PDQ-119-1', level: 'SHALL', en: 'One match is one entry with score and grade.', fr: 'Un patient trouvé' },
  { id: 'PDQ-119-2', level: 'SHALL', en: 'Several matches come most likely first.', fr: 'Le plus probable d’abord' },
  {
    id: 'PDQ-119-3',
    level: 'SHALL',
    en: 'Only certain matches asked: the certain one comes, graded certain.',
    fr: 'onlyCertainMatches : le patient certain',
  },
  {
    id: 'PDQ-119-4',
    level: 'SHALL',
    en: 'Only certain matches asked: one that is not certain does not come.',
    fr: 'onlyCertainMatches : rien d’incertain',
  },
  {
    id: 'PDQ-119-5',
    level: 'SHALL',
    en: 'Only certain matches asked: several that cannot be told to be one person do not come.',
    fr: 'onlyCertainMatches : rien d’ambigu',
  },
  { id: 'PDQ-119-6', level: 'SHALL', en: 'At most count patients come.', fr: 'count respecté' },
  {
    id: 'PDQ-119-7',
    level: 'SHALL',
    en: 'No match is an empty searchset, no error.',
    fr: 'Aucun patient : pas d’erreur',
  },
  {
    id: 'PDQ-119-8',
    level: 'SHALL',
    en: 'A merged or closed record is shown inactive or left out.',
    fr: 'Dossier fusionné ou clos : inactif ou omis',
  },
  {
    id: 'PDQ-119-9',
    level: 'SHALL',
    en: 'Errors are 4xx with an OperationOutcome; an unknown modifier extension is one, another extension is ignored.',
    fr: 'Erreurs 4xx ; modifierExtension inconnue refusée',
  },
  {
    id: 'PDQ-119-10',
    level: 'SHALL',
    en: 'Warnings stand beside results, none of them an error.',
    fr: 'Avertissements à côté des résultats',
  },
  {
    id: 'PDQ-119-11',
    level: 'SHALL',
    en: 'Take Parameters with a patient, or the patient alone.',
    fr: 'Parameters ou Patient seul',
  },
  {
    id: 'PDQ-119-12',
    level: 'SHALL',
    en: 'Refuse parameters that the operation does not have, repeated ones, and a missing patient.',
    fr: 'Paramètres étrangers ou répétés refusés',
  },
  {
    id: 'PDQ-119-13',
    level: 'SHALL',
    en: 'Answer a searchset of patients, each with search mode, score and grade, and nothing else.',
    fr: 'Réponse : mode, score et niveau par patient',
  },
  { id: 'PDQ-119-14', level: 'SHALL', en: 'Take and answer JSON and XML.', fr: 'JSON et XML' },
  {
    id: 'PDQ-119-15',
    level: 'SHALL',
    en: 'Say in the CapabilityStatement that the operation exists.',
    fr: 'Opération déclarée dans le CapabilityStatement',
  },
  iuaScope('PDQ-119-16', 'ITI-119'),
  auditEvent('PDQ-119-17', 'IHE.PDQm.Match.Audit.Supplier'),
])
