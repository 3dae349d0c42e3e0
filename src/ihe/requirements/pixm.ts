import { auditEvent, iuaScope, requirementsOf } from './model.ts'

/** ITI-83 Mobile Patient Identifier Cross-reference Query. */
export const PIX_83 = requirementsOf(
  { transaction: 'ITI-83', actor: 'PIX Manager', source: 'PIXm 3.1.0 ITI-83; ihe.md 4.1' },
  [
    {
      id: 'PIX-83-01',
      level: 'SHALL',
      en: 'Take exactly one sourceIdentifier, system and value, or the address of a patient as its value.',
      fr: 'Un sourceIdentifier, system|value',
    },
    {
      id: 'PIX-83-02',
      level: 'SHALL',
      en: 'Take any number of targetSystem: identifiers of those domains; of all domains without one.',
      fr: 'targetSystem répétable ; sans lui, tous les domaines',
    },
    {
      id: 'PIX-83-03',
      level: 'SHALL',
      en: 'Answer 200 with Parameters: targetIdentifier for each identifier, targetId for each patient resource.',
      fr: '200 : targetIdentifier et targetId',
    },
    {
      id: 'PIX-83-04',
      level: 'SHALL',
      en: 'Do not return the identifier that was asked with.',
      fr: 'L’identifiant source n’est pas rendu',
    },
    {
      id: 'PIX-83-05',
      level: 'SHALL',
      en: 'No cross-reference is 200 with empty Parameters.',
      fr: 'Aucune correspondance : 200 vide',
    },
    { id: 'PIX-83-06', level: 'MAY', en: 'Return fewer by policy.', fr: 'Réponse restreinte par politique' },
    {
      id: 'PIX-83-07',
      level: 'SHALL',
      en: 'A known domain with an unknown identifier answers 404, not-found, in the prescribed words.',
      fr: 'Identifiant inconnu : 404',
    },
    {
      id: 'PIX-83-08',
      level: 'SHALL',
      en: 'An unknown source domain answers 400, code-invalid, in the prescribed words.',
      fr: 'Domaine source inconnu : 400',
    },
    {
      id: 'PIX-83-09',
      level: 'SHALL',
      en: 'An unknown target domain answers 403, code-invalid, in the prescribed words.',
      fr: 'Domaine cible inconnu : 403',
    },
    {
      id: 'PIX-83-10',
      level: 'SHALL',
      en: 'A source that is missing, repeated or without a bar answers 400.',
      fr: 'sourceIdentifier absent, répété ou mal formé : 400',
    },
    {
      id: 'PIX-83-11',
      level: 'SHALL',
      en: 'A merged, deleted or hidden patient is not given away.',
      fr: 'Patient fusionné, supprimé ou masqué : rien',
    },
    {
      id: 'PIX-83-12',
      level: 'SHALL',
      en: 'Answer JSON and XML; 406 to another format.',
      fr: 'JSON et XML, sinon 406',
    },
    { id: 'PIX-83-13', level: 'SHALL', en: 'Take the operation by GET.', fr: 'Par GET' },
    { id: 'PIX-83-14', level: 'MAY', en: 'Take POST with Parameters too.', fr: 'Par POST aussi' },
    {
      id: 'PIX-83-15',
      level: 'SHALL',
      en: 'Say in the CapabilityStatement that the operation exists.',
      fr: 'Opération déclarée dans le CapabilityStatement',
    },
    iuaScope('PIX-83-16', 'ITI-83'),
    auditEvent('PIX-83-17', 'IHE.PIXm.Query.Audit.Manager'),
  ],
)

/** ITI-104 Patient Identity Feed FHIR. */
export const PIX_104 = requirementsOf(
  { transaction: 'ITI-104', actor: 'PIX Manager', source: 'PIXm 3.1.0 ITI-104; ihe.md 4.2' },
  [
    {
      id: 'PIX-104-1',
      level: 'SHALL',
      en: 'Add or revise a patient by conditional update on one identifier; links made so are seen by ITI-83.',
      fr: 'Ajout et révision par mise à jour conditionnelle',
    },
    {
      id: 'PIX-104-2',
      level: 'SHALL',
      en: 'Resolve a duplicate: an inactive patient replaced by another; internal references move to the survivor.',
      fr: 'Doublon résolu : tout passe au dossier survivant',
    },
    {
      id: 'PIX-104-3',
      level: 'SHALL',
      en: 'Remove a patient by conditional delete; nothing returns it afterwards.',
      fr: 'Suppression conditionnelle',
    },
    { id: 'PIX-104-4', level: 'SHALL', en: 'Accept JSON and XML.', fr: 'JSON et XML acceptés' },
    {
      id: 'PIX-104-5',
      level: 'SHALL',
      en: 'No match creates (201), one updates (200), several refuse (412); a body with another id is refused (400).',
      fr: '201, 200, 412 ou 400 selon les correspondances',
    },
    {
      id: 'PIX-104-6',
      level: 'SHALL',
      en: 'Several matches of a conditional delete refuse it (412).',
      fr: 'Suppression ambiguë : 412',
    },
    {
      id: 'PIX-104-7',
      level: 'SHALL',
      en: 'Accept every element of the PDQm patient.',
      fr: 'Tous les éléments du patient PDQm acceptés',
    },
    {
      id: 'PIX-104-8',
      level: 'SHOULD',
      en: 'Check that a source touches identifiers of its own domain only.',
      fr: 'Une source ne touche que son domaine',
      later: {
        work: 'authorization',
        en: 'A client is known by its token, but not yet which identifier domain is its own.',
        fr: 'Un client se reconnaît à son jeton, mais son domaine d’identifiants n’est pas encore enregistré.',
      },
    },
    {
      id: 'PIX-104-9',
      level: 'SHALL',
      en: 'Say update, delete and their conditional forms in the CapabilityStatement.',
      fr: 'Interactions déclarées dans le CapabilityStatement',
    },
    iuaScope('PIX-104-10', 'ITI-104'),
    auditEvent('PIX-104-11', 'IHE.PIXm.Feed.Create, Update and Delete.Audit.Manager'),
  ],
)
