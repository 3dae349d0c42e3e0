import { auditEvent, iuaScope, requirementsOf } from './model.ts'

/** ITI-68 Retrieve Document. */
export const MHD_68 = requirementsOf(
  { transaction: 'ITI-68', actor: 'Document Responder', source: 'MHD 4.2.4 ITI-68; ihe.md 2.7' },
  [
    {
      id: 'MHD-68-01',
      level: 'SHALL',
      en: 'The type that the document reference names can always be obtained.',
      fr: 'Le type annoncé est toujours disponible',
    },
    { id: 'MHD-68-02', level: 'MAY', en: 'Give other types on request.', fr: 'Autres types sur demande' },
    {
      id: 'MHD-68-03',
      level: 'SHOULD',
      en: 'Errors carry a text that a person understands.',
      fr: 'Erreurs expliquées en clair',
    },
    {
      id: 'MHD-68-04',
      level: 'SHALL',
      en: 'Hash and size describe the content in the named type.',
      fr: 'Empreinte et taille du contenu servi',
    },
    {
      id: 'MHD-68-05',
      level: 'SHALL',
      en: 'Say in the CapabilityStatement that Binary can be read.',
      fr: 'Lecture de Binary déclarée',
    },
    {
      id: 'MHD-68-06',
      level: 'SHALL',
      en: 'A known address answers 200 with the raw document under its own content type.',
      fr: '200 : le document brut sous son type',
    },
    { id: 'MHD-68-07', level: 'SHALL', en: 'An unknown address answers 404.', fr: '404 : adresse inconnue' },
    {
      id: 'MHD-68-08',
      level: 'SHALL',
      en: 'A document that is no longer available answers 410 or 404.',
      fr: '410 : document retiré',
    },
    {
      id: 'MHD-68-09',
      level: 'SHALL',
      en: 'Where no type in Accept can be given, answer 406.',
      fr: '406 : aucun type acceptable',
    },
    {
      id: 'MHD-68-10',
      level: 'SHALL',
      en: 'Other requests on that address are refused, and change nothing.',
      fr: 'Autres requêtes refusées',
    },
    iuaScope('MHD-68-11', 'ITI-68'),
    auditEvent('MHD-68-12', 'IHE.MHD.RetrieveDocument.Audit.Responder'),
  ],
)
