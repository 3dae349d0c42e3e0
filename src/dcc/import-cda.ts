import { createHash } from 'node:crypto'
import type { Identifier, Patient } from '@medplum/fhirtypes'
import { type CdaHeader, readHeader } from '../french/cda/header.ts'
import { documentMetadata } from '../french/cda/metadata.ts'
import { parseCda } from '../french/cda/parse.ts'
import { embeddedDocument } from '../french/cda/pdf.ts'
import { patientOfHeader } from '../french/fr-core/patient.ts'
import { type IdentityIssue, insOf } from '../french/identity.ts'
import { documentReferenceOf } from '../french/pdsm/document-reference.ts'
import { missingTraits, sameTraits, type TraitName, traitsOfPatient } from '../french/traits.ts'
import { isStoreError } from '../store/errors.ts'
import { clinicalId, newLocalId, newPatientId } from '../store/ids.ts'
import type { PatientState } from '../store/store.ts'
import { storeContent, storeRendition } from './contents.ts'
import { publishDocument } from './documents.ts'
import { DccError, type DccIssue } from './errors.ts'
import { registerPatient, revisePatient } from './patients.ts'
import { type DccContext, UnitOfWork } from './unit-of-work.ts'

/** What became of an imported document. */
export interface ImportedDocument {
  outcome: 'imported' | 'unchanged'
  documentReference: string
  patient: string
  warnings: readonly DccIssue[]
}

/**
 * Imports one CDA R2 document: its header becomes a PDSm DocumentReference, its bytes the Binary, its patient is found
 * by INS and strict traits or registered. All in one unit: a refusal stores nothing. The same bytes again change
 * nothing. Errors: CdaError (reading), DccError (identity, duplicate), StoreError.
 * Sources: documents-fr.md sections 3 and 5, identity-fr.md 1.7.
 */
export async function importCda(context: DccContext, bytes: Uint8Array): Promise<ImportedDocument> {
  try {
    return await importOnce(context, bytes)
  } catch (error) {
    // Somebody else has just registered the same patient or document: what was decided must be decided again.
    if (isStoreError(error, 'store.identifier-taken') || isStoreError(error, 'store.version-conflict')) {
      return importOnce(context, bytes)
    }
    throw error
  }
}

async function importOnce(context: DccContext, bytes: Uint8Array): Promise<ImportedDocument> {
  const header = readHeader(parseCda(bytes))
  const facts = { size: bytes.length, sha1: createHash('sha1').update(bytes).digest('hex') }
  const metadata = documentMetadata(header, facts)
  const known = await knownDocument(context, metadata.uniqueId, facts.sha1)
  if (known !== undefined) return { ...known, outcome: 'unchanged', warnings: [] }
  const unit = new UnitOfWork(context)
  const patientId = await patientFor(unit, header)
  const now = context.now()
  const contentId = clinicalId(patientId, newLocalId(now.getTime()))
  await storeContent(unit, contentId, metadata.mimeType, bytes, facts)
  const inner = embeddedDocument(header)
  if (inner !== undefined) await storeRendition(unit, contentId, inner.contentType, inner.bytes)
  const document = documentReferenceOf({
    header,
    metadata,
    facts: { contentType: metadata.mimeType, ...facts },
    patientRef: `Patient/${patientId}`,
    contentUrl: `Binary/${contentId}`,
    date: unit.startedAt,
  })
  const id = clinicalId(patientId, newLocalId(now.getTime()))
  const templateIds = header.templateIds.map(({ root }) => root)
  await publishDocument(unit, document, {
    id,
    patientId,
    unknownTarget: 'keep',
    templateIds,
    ...(header.versionNumber === undefined ? {} : { versionNumber: header.versionNumber }),
  })
  await unit.commit()
  return {
    outcome: 'imported',
    documentReference: `DocumentReference/${id}`,
    patient: `Patient/${patientId}`,
    warnings: unit.warnings,
  }
}

/** The document that already has this uniqueId: the same bytes are the same document, others are refused. */
async function knownDocument(
  context: DccContext,
  uniqueId: { system: string; value: string },
  sha1: string,
): Promise<Pick<ImportedDocument, 'documentReference' | 'patient'> | undefined> {
  const id = await context.store.lookup('document', uniqueId)
  if (id === undefined) return undefined
  const state = await context.store.document(id)
  const content = state?.contentId === undefined ? undefined : await context.store.content(state.contentId)
  if (content?.sha1 !== sha1) {
    throw new DccError('document.duplicate', { detail: { existing: `DocumentReference/${id}` } })
  }
  return { documentReference: `DocumentReference/${id}`, patient: `Patient/${id.split('.')[0]}` }
}

/**
 * The patient of a document: by INS with all strict traits equal, else by a local identifier with all strict traits
 * equal, else a new one. Names alone never match (identity-fr.md 1.7).
 */
async function patientFor(unit: UnitOfWork, header: CdaHeader): Promise<string> {
  const sent = patientOfHeader(header)
  const ins = insOf(sent)
  const found = ins === undefined ? await byLocalIdentifier(unit, sent) : await byIdentifier(unit, ins)
  if (found === undefined) {
    const id = newPatientId()
    await registerPatient(unit, sent, {
      id,
      pathwayOrigin: undefined,
      takenIdentifier: 'leave-out',
      tolerates: toleranceOf(unit.context),
    })
    return id
  }
  const traits = traitsOfPatient(sent)
  const unproved = ins === undefined ? missingTraits(traits).filter((name) => NEEDED_WITHOUT_INS.has(name)) : []
  const differing = [...unproved, ...sameTraits(traitsOfPatient(JSON.parse(found.text)), traits)]
  if (differing.length > 0) throw new DccError('identity.conflict', { detail: { traits: differing.join(', ') } })
  await addLocalIdentifiers(unit, found, sent)
  return found.id
}

/** A local identifier alone proves nothing: hospitals reuse numbers. Without INS these traits must be there and equal. */
const NEEDED_WITHOUT_INS: ReadonlySet<TraitName> = new Set(['birthFamily', 'firstGiven', 'gender', 'birthDate'])

/**
 * A test installation takes documents whose fictitious patients carry a production OID or a wrong key (samples of the
 * national agency do), with a warning; a production installation takes neither (INS-03, INS-05).
 */
function toleranceOf(context: DccContext): (issue: IdentityIssue) => boolean {
  return ({ key, reason }) =>
    context.insDomain === 'test' && (key === 'INS-05' || (key === 'INS-03' && reason === 'key'))
}

async function byIdentifier(unit: UnitOfWork, { system, value }: Identifier): Promise<PatientState | undefined> {
  if (system === undefined || value === undefined) return undefined
  const id = await unit.context.store.lookup('patient', { system, value })
  const state = id === undefined ? undefined : await unit.context.store.patient(id)
  return state?.state === 'current' ? state : undefined
}

async function byLocalIdentifier(unit: UnitOfWork, sent: Patient): Promise<PatientState | undefined> {
  for (const identifier of sent.identifier ?? []) {
    const state = await byIdentifier(unit, identifier)
    if (state !== undefined) return state
  }
  return undefined
}

/** A patient known by INS gains the local identifiers that nobody holds: the hospital can then find the record by them. */
async function addLocalIdentifiers(unit: UnitOfWork, found: PatientState, sent: Patient): Promise<void> {
  const patient: Patient = JSON.parse(found.text)
  const added: Identifier[] = []
  for (const identifier of sent.identifier ?? []) {
    const { system, value } = identifier
    if (system === undefined || value === undefined) continue
    const own = patient.identifier?.some((held) => held.system === system && held.value === value) ?? false
    if (!own && (await unit.context.store.lookup('patient', { system, value })) === undefined) added.push(identifier)
  }
  if (added.length === 0) return
  await revisePatient(
    unit,
    found,
    { ...patient, identifier: [...(patient.identifier ?? []), ...added] },
    'PUT',
    toleranceOf(unit.context),
  )
}
