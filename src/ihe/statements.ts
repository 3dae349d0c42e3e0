import type { MatrixRow } from './conformance.ts'
import type { Actor, Transaction } from './requirements/model.ts'

/** A CapabilityStatement of a guide, and what stands behind it. */
export interface Statement {
  canonical: string
  actor: Actor
  /** As the guide calls it. */
  title: string
  /** In a few French words. */
  fr: string
  /** The guide that it belongs to. */
  guide: string
  /** Every SHALL of these stands behind it, besides the rules that all transactions share. */
  transactions: readonly Transaction[]
  /** SHALLs of those transactions that concern an option which this statement does not declare. */
  except?: readonly string[]
  /** True of a server with this setting only: one that takes minimal metadata does not demand comprehensive ones. */
  metadata?: SubmissionMetadata
}

/** Which metadata this server demands of submissions (setting DCC_MHD_METADATA). */
export type SubmissionMetadata = 'comprehensive' | 'minimal'

const MHD = 'https://profiles.ihe.net/ITI/MHD'
const PDQM = 'https://profiles.ihe.net/ITI/PDQm'
const PIXM = 'https://profiles.ihe.net/ITI/PIXm'
const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm'

const MHD_GUIDE = `${MHD}/ImplementationGuide/ihe.iti.mhd`

/** The statements that this server may make once their requirements are met (ihe.md 2.2, 3, 4; documents-fr.md 1.10). */
export const STATEMENTS: readonly Statement[] = [
  {
    canonical: `${MHD}/CapabilityStatement/IHE.MHD.DocumentRecipient`,
    actor: 'Document Recipient',
    title: 'MHD Document Recipient',
    fr: 'Réception de lots, métadonnées minimales admises',
    guide: MHD_GUIDE,
    transactions: ['ITI-65'],
    except: ['MHD-65-23', 'MHD-65-24'],
    metadata: 'minimal',
  },
  {
    canonical: `${MHD}/CapabilityStatement/IHE.MHD.DocumentRecipient.Comprehensive`,
    actor: 'Document Recipient',
    title: 'MHD Document Recipient, Comprehensive Metadata',
    fr: 'Réception de lots, métadonnées complètes',
    guide: MHD_GUIDE,
    transactions: ['ITI-65'],
    except: ['MHD-65-24'],
    metadata: 'comprehensive',
  },
  {
    canonical: `${MHD}/CapabilityStatement/IHE.MHD.DocumentRecipient.UnContained`,
    actor: 'Document Recipient',
    title: 'MHD Document Recipient, UnContained Reference',
    fr: 'Réception de lots, références vers des annuaires',
    guide: MHD_GUIDE,
    transactions: ['ITI-65'],
    metadata: 'comprehensive',
  },
  {
    canonical: `${MHD}/CapabilityStatement/IHE.MHD.DocumentRecipient.Simplified`,
    actor: 'Document Recipient',
    title: 'MHD Document Recipient, Simplified Publish',
    fr: 'Réception d’un document, publication simplifiée',
    guide: MHD_GUIDE,
    transactions: ['ITI-65', 'ITI-105'],
  },
  {
    canonical: `${MHD}/CapabilityStatement/IHE.MHD.DocumentRecipient.Generate`,
    actor: 'Document Recipient',
    title: 'MHD Document Recipient, Generate Metadata',
    fr: 'Réception d’un document qui dit ses métadonnées',
    guide: MHD_GUIDE,
    transactions: ['ITI-65', 'ITI-106'],
  },
  {
    canonical: `${MHD}/CapabilityStatement/IHE.MHD.DocumentResponder`,
    actor: 'Document Responder',
    title: 'MHD Document Responder',
    fr: 'Recherche et consultation de documents',
    guide: MHD_GUIDE,
    transactions: ['ITI-66', 'ITI-67', 'ITI-68'],
  },
  {
    canonical: `${PDQM}/CapabilityStatement/IHE.PDQm.PatientDemographicsSupplier`,
    actor: 'Patient Demographics Supplier',
    title: 'PDQm Patient Demographics Supplier',
    fr: 'Recherche de patients',
    guide: `${PDQM}/ImplementationGuide/ihe.iti.pdqm`,
    transactions: ['ITI-78'],
  },
  {
    canonical: `${PDQM}/CapabilityStatement/IHE.PDQm.PatientDemographicsSupplierMatch`,
    actor: 'Patient Demographics Supplier',
    title: 'PDQm Patient Demographics Supplier, Match Operation',
    fr: 'Rapprochement d’identité',
    guide: `${PDQM}/ImplementationGuide/ihe.iti.pdqm`,
    transactions: ['ITI-78', 'ITI-119'],
  },
  {
    canonical: `${PIXM}/CapabilityStatement/IHE.PIXm.Manager`,
    actor: 'PIX Manager',
    title: 'PIXm Patient Identifier Cross-reference Manager',
    fr: 'Alimentation et correspondance d’identités',
    guide: `${PIXM}/ImplementationGuide/ihe.iti.pixm`,
    transactions: ['ITI-83', 'ITI-104'],
  },
  {
    canonical: `${PDSM}/CapabilityStatement/PDSm-GestionnaireDePartageDeDocuments`,
    actor: 'PDSm Gestionnaire',
    title: 'PDSm Gestionnaire de partage de documents',
    fr: 'Partage de documents de santé en mobilité',
    guide: `${PDSM}/ImplementationGuide/ans.fhir.fr.pdsm`,
    transactions: ['PDSm', 'ITI-65', 'ITI-66', 'ITI-67', 'ITI-68', 'ITI-105'],
  },
]

/**
 * The SHALLs behind a statement. Those that only bind an actor grouped with IUA or ATNA are not among them: the guides
 * ask for tokens and audit events where an actor is grouped, and ours is grouped with neither yet.
 */
export function requirementsBehind(
  { transactions, except = [] }: Statement,
  rows: readonly MatrixRow[],
): readonly MatrixRow[] {
  const concerned = new Set<Transaction>([...transactions, 'Appendix Z'])
  return rows.filter(
    ({ requirement: { id, level, transaction, grouping } }) =>
      level === 'SHALL' && grouping === undefined && concerned.has(transaction) && !except.includes(id),
  )
}

/** What stands between this server and a statement: its SHALLs that are not passed. */
export function blockersOf(statement: Statement, rows: readonly MatrixRow[]): readonly MatrixRow[] {
  return requirementsBehind(statement, rows).filter(({ standing }) => standing !== 'passed')
}

/** The statements that a matrix permits a server of these settings: those whose every SHALL has a passing test. */
export function statementsMet(
  rows: readonly MatrixRow[],
  { metadata }: { metadata: SubmissionMetadata },
): readonly Statement[] {
  return STATEMENTS.filter((statement) => {
    if (statement.metadata !== undefined && statement.metadata !== metadata) return false
    const behind = requirementsBehind(statement, rows)
    return behind.length > 0 && behind.every(({ standing }) => standing === 'passed')
  })
}
