import { auditEvent, requirementsOf } from './model.ts'

/** ITI-106 Generate Metadata. IHE names no IUA scope for it. */
export const MHD_106 = requirementsOf(
  { transaction: 'ITI-106', actor: 'Document Recipient', source: 'MHD 4.2.4 ITI-106; ihe.md 2.9' },
  [
    { id: 'MHD-106-01', level: 'SHALL', en: 'Accept JSON and XML.', fr: 'JSON et XML acceptés' },
    {
      id: 'MHD-106-02',
      level: 'SHALL',
      en: 'Take exactly one parameter, document, which holds one document; refuse anything else.',
      fr: 'Un seul paramètre « document »',
    },
    {
      id: 'MHD-106-03',
      level: 'SHALL',
      en: 'Check that the document is structured enough to say its own metadata; refuse it otherwise.',
      fr: 'Document assez structuré, sinon refusé',
    },
    {
      id: 'MHD-106-04',
      level: 'SHALL',
      en: 'Keep the document byte for byte, with the format that its content type says.',
      fr: 'Document conservé à l’octet près',
    },
    {
      id: 'MHD-106-05',
      level: 'SHALL',
      en: 'Make, or find, a valid document reference whose attachment.url leads to the stored document.',
      fr: 'Fiche produite ou retrouvée, menant au document',
    },
    {
      id: 'MHD-106-06',
      level: 'SHALL',
      en: 'Make the submission set where one is needed.',
      fr: 'Lot de soumission produit',
    },
    {
      id: 'MHD-106-07',
      level: 'SHALL',
      en: 'Comprehensive option: the metadata made are comprehensive.',
      fr: 'Métadonnées complètes (option Comprehensive)',
    },
    {
      id: 'MHD-106-08',
      level: 'SHALL',
      en: 'Answer 200 with Parameters that refer to the document reference.',
      fr: '200 : Parameters avec la référence de la fiche',
    },
    {
      id: 'MHD-106-09',
      level: 'SHALL',
      en: 'Failures are an OperationOutcome, and nothing is stored.',
      fr: 'Échec : OperationOutcome, rien d’enregistré',
    },
    {
      id: 'MHD-106-10',
      level: 'SHALL',
      en: 'Say in the CapabilityStatement that the operation exists.',
      fr: 'Opération déclarée dans le CapabilityStatement',
    },
    auditEvent('MHD-106-11', 'IHE.MHD.GenerateMetadata.Audit.Recipient'),
  ],
)
