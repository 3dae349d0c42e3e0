import { createHash, randomUUID } from 'node:crypto'
import { type CdaHeader, readHeader } from '../french/cda/header.ts'
import { type DocumentMetadata, documentMetadata } from '../french/cda/metadata.ts'
import { parseCda } from '../french/cda/parse.ts'
import { embeddedDocument } from '../french/cda/pdf.ts'
import { patientOfHeader } from '../french/fr-core/patient.ts'
import { documentReferenceOf } from '../french/pdsm/document-reference.ts'
import { submissionSetOf } from '../french/pdsm/submission-set.ts'
import { isStoreError } from '../store/errors.ts'
import { clinicalId, newLocalId } from '../store/ids.ts'
import { storeContent, storeRendition } from './contents.ts'
import { publishDocument } from './documents.ts'
import { DccError, type DccIssue, isDccError } from './errors.ts'
import { fileList } from './lists.ts'
import { matchPatient, type UnknownPatient } from './match-patient.ts'
import { survivorOf } from './persons.ts'
import { requireOnePatient } from './same-patient.ts'
import { type DccContext, UnitOfWork } from './unit-of-work.ts'

/** What became of an imported document. */
export interface ImportedDocument {
  outcome: 'imported' | 'unchanged'
  documentReference: string
  patient: string
  warnings: readonly DccIssue[]
}

/** Who may be the patient of an imported document. */
export interface ImportedPatient {
  unknown: UnknownPatient
  /** The one whom the sender names beside the document: another one in the document is refused. */
  expected?: string | undefined
}

/**
 * Imports one CDA R2 document: its header becomes a PDSm DocumentReference, filed in a submission set of its own, its
 * bytes the Binary, its patient is found by INS and strict traits or registered. All in one unit: a refusal stores
 * nothing. The same bytes again change nothing. Errors: CdaError (reading), DccError (identity, duplicate), StoreError.
 * Sources: documents-fr.md sections 3 and 5, identity-fr.md 1.7, ihe.md (ITI-105).
 */
export async function importCda(
  context: DccContext,
  bytes: Uint8Array,
  patient: ImportedPatient = { unknown: 'register' },
): Promise<ImportedDocument> {
  const header = readHeader(parseCda(bytes))
  const facts = { size: bytes.length, sha1: createHash('sha1').update(bytes).digest('hex') }
  const metadata = documentMetadata(header, facts)
  for (let attempt = 1; ; attempt += 1) {
    const known = await knownDocument(context, metadata.uniqueId, facts.sha1)
    if (known !== undefined) {
      await requireExpected(new UnitOfWork(context), known.patient.slice('Patient/'.length), patient)
      return { ...known, outcome: 'unchanged', warnings: [] }
    }
    try {
      return await importNew(context, header, metadata, bytes, patient)
    } catch (error) {
      if (!isConflict(error) || attempt === ATTEMPTS) throw error
    }
  }
}

/** Each conflict means that another writer got through: enough for as many at once on one patient. */
const ATTEMPTS = 25

/** Somebody else has just registered or changed the same patient or document: what was decided must be decided again. */
function isConflict(error: unknown): boolean {
  return (
    isStoreError(error, 'store.identifier-taken') ||
    isStoreError(error, 'store.version-conflict') ||
    isStoreError(error, 'store.patient-not-current') ||
    isDccError(error, 'document.duplicate') ||
    isDccError(error, 'identity.known') ||
    (isDccError(error, 'identity.identifier-taken') && error.issues.length === 0)
  )
}

async function importNew(
  context: DccContext,
  header: CdaHeader,
  metadata: DocumentMetadata,
  bytes: Uint8Array,
  patient: ImportedPatient,
): Promise<ImportedDocument> {
  const facts = { size: metadata.size, sha1: metadata.sha1hex }
  const unit = new UnitOfWork(context)
  const sent = patientOfHeader(header, { frCore: context.frCore })
  const patientId = await matchPatient(unit, sent, patient.unknown)
  await requireExpected(unit, patientId, patient)
  const now = context.now()
  const contentId = clinicalId(patientId, newLocalId(now.getTime()))
  await storeContent(unit, contentId, metadata.mimeType, bytes, facts)
  const inner = embeddedDocument(header)
  if (inner !== undefined) storeRendition(unit, contentId, inner.contentType, inner.bytes)
  const document = documentReferenceOf({
    header,
    metadata,
    facts: { contentType: metadata.mimeType, ...facts },
    patientRef: `Patient/${patientId}`,
    contentUrl: `Binary/${contentId}`,
    date: unit.startedAt,
    frCore: context.frCore,
  })
  if (patient.unknown === 'refuse') await requireOnePatient(unit, document, patientId)
  const id = clinicalId(patientId, newLocalId(now.getTime()))
  const templateIds = header.templateIds.map(({ root }) => root)
  await publishDocument(unit, document, {
    id,
    patientId,
    unknownTarget: 'keep',
    templateIds,
    versionNumber: header.versionNumber,
  })
  const submissionSet = submissionSetOf({
    header,
    uuid: randomUUID(),
    patientRef: `Patient/${patientId}`,
    documentRef: `DocumentReference/${id}`,
    date: unit.startedAt,
  })
  await fileList(unit, submissionSet, clinicalId(patientId, newLocalId(now.getTime())), patientId)
  await unit.commit()
  return {
    outcome: 'imported',
    documentReference: `DocumentReference/${id}`,
    patient: `Patient/${patientId}`,
    warnings: unit.warnings,
  }
}

/** A record that was merged since is that of the same person. */
async function requireExpected(unit: UnitOfWork, patientId: string, { expected }: ImportedPatient): Promise<void> {
  if (expected === undefined || expected === patientId) return
  if ((await survivorOf(unit, expected)) !== (await survivorOf(unit, patientId))) throw new DccError('patient.several')
}

/** The document that has this uniqueId: the same bytes are the same document; others, or a withdrawn one, are refused. */
async function knownDocument(
  context: DccContext,
  uniqueId: { system: string; value: string },
  sha1: string,
): Promise<Pick<ImportedDocument, 'documentReference' | 'patient'> | undefined> {
  const id = await context.store.lookup('document', uniqueId)
  if (id === undefined) return undefined
  const state = await context.store.document(id)
  const content = state?.contentId === undefined ? undefined : await context.store.content(state.contentId)
  if (content?.sha1 !== sha1 || content.deleted || state?.deleted !== false) {
    throw new DccError('document.duplicate', {
      detail: { existing: `DocumentReference/${id}`, xds: 'XDSNonIdenticalHash' },
    })
  }
  return { documentReference: `DocumentReference/${id}`, patient: `Patient/${id.split('.')[0]}` }
}
