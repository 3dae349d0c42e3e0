import { requirementsOf } from './model.ts'

/** Rules of every mobile transaction (ITI TF-2 Appendix Z). */
export const APPENDIX_Z = requirementsOf(
  { transaction: 'Appendix Z', actor: 'every server actor', source: 'ITI TF-2 Appendix Z; ihe.md 1' },
  [
    {
      id: 'Z-01',
      level: 'SHALL',
      en: 'Read and answer both FHIR JSON and FHIR XML.',
      fr: 'JSON et XML, en requête comme en réponse',
    },
    {
      id: 'Z-02',
      level: 'SHALL',
      en: 'Choose the format by Accept and by _format, short forms json and xml included; _format wins.',
      fr: 'Format choisi par Accept ou _format (formes courtes comprises)',
    },
    {
      id: 'Z-03',
      level: 'SHALL',
      en: 'Publish a CapabilityStatement at [base]/metadata.',
      fr: 'CapabilityStatement publié à /metadata',
    },
    {
      id: 'Z-04',
      level: 'SHALL',
      en: 'Refuse with an HTTP error status, the body being an OperationOutcome.',
      fr: 'Refus : statut HTTP d’erreur et OperationOutcome',
    },
    {
      id: 'Z-05',
      level: 'SHALL',
      en: 'Identifiers that go out have both a system and a value; globally unique values stand under urn:ietf:rfc:3986.',
      fr: 'Identifiants : system et value toujours présents',
    },
    {
      id: 'Z-06',
      level: 'SHALL',
      en: 'An XDS CXi and a FHIR Identifier carry the same: value, assigning authority as urn:oid, type code.',
      fr: 'Correspondance entre identifiants XDS (CXi) et FHIR',
    },
    {
      id: 'Z-07',
      level: 'SHOULD',
      en: 'Where access is denied, answer by policy so that nothing is told that the caller may not know.',
      fr: 'Accès refusé : une réponse qui n’apprend rien',
      later: {
        work: 'authorization',
        en: 'What a back end may not see answers 404 already; the rights of professionals are not known yet.',
        fr: 'Ce qu’un établissement ne peut pas voir répond déjà 404 ; les droits des professionnels ne sont pas encore connus.',
      },
    },
    {
      id: 'Z-08',
      level: 'SHALL',
      en: 'String searches ignore case and accents and match the beginning; token searches match exactly.',
      fr: 'Recherche de texte : sans casse ni accents, par le début ; codes exacts',
    },
    {
      id: 'Z-09',
      level: 'SHALL',
      en: 'Do not reject a resource because a must-support element is present or absent.',
      fr: 'Éléments « must support » : jamais un motif de refus',
    },
    {
      id: 'Z-10',
      level: 'SHOULD',
      en: 'Protect what query parameters say in logs, and offer POST _search.',
      fr: 'Paramètres protégés dans les journaux ; POST _search offert',
    },
    {
      id: 'Z-11',
      level: 'SHOULD',
      en: 'Ignore unknown search parameters and leave them out of the self link; refuse them with Prefer: handling=strict.',
      fr: 'Paramètres inconnus ignorés, ou refusés si « handling=strict »',
    },
  ],
)
