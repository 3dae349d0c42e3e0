import { type IssueDefinition, issue } from './definition.ts'

/** Refusals of documents that are published one by one (ITI-105, ITI-106) and of updates of their metadata (PDSm). */
export const PUBLICATION_ISSUES: Readonly<Record<string, IssueDefinition>> = {
  'document.metadata-only': issue(
    405,
    'not-supported',
    'PATCH ne modifie d’un document que status, securityLabel et l’archivage ({element} changerait) ; pour le reste, publiez une nouvelle version.',
    'PATCH changes only status, securityLabel and archiving of a document ({element} would change); for the rest, publish a new version.',
  ),
  'document.fhir-document': issue(
    422,
    'not-supported',
    'Les documents FHIR (Bundle de type document) ne sont pas pris en charge (FHIRDocumentNotSupported).',
    'FHIR documents (Bundle of type document) are not supported (FHIRDocumentNotSupported).',
  ),
  'document.not-structured': issue(
    422,
    'not-supported',
    'Un Binary contenant un document CDA R2 (XML) est attendu : les métadonnées sont celles qu’il porte.',
    'A Binary with a CDA R2 document (XML) is expected: the metadata are those that it states.',
  ),
  'simplified.url': issue(
    422,
    'structure',
    'Une publication simplifiée porte le document dans attachment.data : attachment.url est attribuée par le serveur.',
    'A simplified publication holds the document in attachment.data: attachment.url is given by the server.',
  ),
  'simplified.content-missing': issue(
    422,
    'required',
    'Une publication simplifiée porte le document dans attachment.data ; ni document à la demande, ni assemblage différé.',
    'A simplified publication holds the document in attachment.data; neither on-demand documents nor delayed assembly.',
  ),
  'simplified.status': issue(
    422,
    'value',
    'Un document est publié avec le statut current.',
    'A document is published with the status current.',
  ),
  'simplified.recipient': issue(
    422,
    'not-supported',
    'Une publication simplifiée n’a pas de destinataires : envoyez un lot (ITI-65).',
    'A simplified publication has no recipients: send a submission (ITI-65).',
  ),
  'document.metadata-value': issue(
    422,
    'code-invalid',
    'Valeur inconnue de PDSm ; acceptées : {accepted}.',
    'Value unknown to PDSm; accepted: {accepted}.',
  ),
}
