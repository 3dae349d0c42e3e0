import { auditEvent, requirementsOf } from './model.ts'

/** ITI-105 Simplified Publish. IHE names no IUA scope for it. */
export const MHD_105 = requirementsOf(
  { transaction: 'ITI-105', actor: 'Document Recipient', source: 'MHD 4.2.4 ITI-105; ihe.md 2.3, 2.8' },
  [
    { id: 'MHD-105-01', level: 'SHALL', en: 'Accept JSON and XML.', fr: 'JSON et XML acceptés' },
    {
      id: 'MHD-105-02',
      level: 'SHALL',
      en: 'Validate the document reference: bytes inside, no address, one content, a subject.',
      fr: 'Validation de la fiche simplifiée',
    },
    {
      id: 'MHD-105-03',
      level: 'SHALL',
      en: 'Take the bytes out into a Binary of their own.',
      fr: 'Contenu extrait vers un Binary',
    },
    {
      id: 'MHD-105-04',
      level: 'SHALL',
      en: 'Derive a submission set from the document reference.',
      fr: 'Lot de soumission déduit de la fiche',
    },
    {
      id: 'MHD-105-05',
      level: 'SHALL',
      en: 'Answer 201 with the document reference as created: its address, the URL of the document, the bytes gone.',
      fr: '201 : la fiche créée, avec l’adresse du document',
    },
    {
      id: 'MHD-105-06',
      level: 'SHALL',
      en: 'Refuse a hash or a size that is not that of the bytes.',
      fr: 'Empreinte et taille vérifiées',
    },
    {
      id: 'MHD-105-07',
      level: 'SHALL',
      en: 'Errors are an OperationOutcome, with the XDS code where one fits.',
      fr: 'Erreurs : OperationOutcome et code XDS',
    },
    {
      id: 'MHD-105-08',
      level: 'SHALL',
      en: 'A relation that is not supported is answered with the warning that IHE names for it.',
      fr: 'Relation non prise en charge : avertissement',
    },
    {
      id: 'MHD-105-09',
      level: 'SHALL',
      en: 'The subject is a known patient, by reference or by an identifier.',
      fr: 'Patient connu, par référence ou identifiant',
    },
    {
      id: 'MHD-105-10',
      level: 'SHALL',
      en: 'Answer success only when document, reference and submission set are durable, all or none.',
      fr: 'Tout ou rien, enregistré avant la réponse',
    },
    {
      id: 'MHD-105-11',
      level: 'SHOULD',
      en: 'Hold the metadata to the document sharing rules.',
      fr: 'Métadonnées de partage vérifiées',
    },
    {
      id: 'MHD-105-12',
      level: 'SHALL',
      en: 'Say in the CapabilityStatement that a document reference can be created.',
      fr: 'Création déclarée dans le CapabilityStatement',
    },
    auditEvent('MHD-105-13', 'IHE.MHD.SimplifiedPublish.Audit.Recipient'),
  ],
)
