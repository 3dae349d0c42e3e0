import type { Attachment, DocumentReference, Reference } from '@medplum/fhirtypes'
import { isCancerCare, isTumourCode } from '../french/document-types.ts'
import { clinicalId, newLocalId, parseClinicalId } from '../store/ids.ts'
import type { DocumentState } from '../store/store.ts'
import { contentFacts, shareContent, storeContent } from './contents.ts'
import { attachmentOf, binaryIdOf, isPublished, type Publication, writeDocument } from './document-version.ts'
import { DccError } from './errors.ts'
import { openPathway } from './pathways.ts'
import { isSamePerson, recordsOf } from './persons.ts'
import { supersedeReplaced } from './replacements.ts'
import { bytesOfData } from './set-aside.ts'
import type { ContentFacts, UnitOfWork, Written } from './unit-of-work.ts'

/**
 * Publishes a document: its content is there and is what the metadata says, its masterIdentifier is new, what it
 * replaces becomes superseded, and a document of cancer care opens the oncology pathway; all in one unit
 * (design.md section 6, rules 2, 3 and 6).
 */
export async function publishDocument(
  unit: UnitOfWork,
  sent: DocumentReference,
  publication: Publication,
): Promise<Written> {
  const { id, patientId } = publication
  const document = await withContent(
    unit,
    { ...sent, subject: { ...sent.subject, reference: `Patient/${patientId}` } },
    patientId,
  )
  await refuseKnownMaster(unit, document)
  unit.requirePatient(patientId)
  const related = await supersedeReplaced(unit, document, publication)
  unit.hold(related)
  const written = await writeDocument(unit, related, id, undefined, 'POST', publication.versionNumber)
  const care = cancerCare(related, publication.templateIds)
  if (care.cancer) await openPathway(unit, patientId, written.id, care.topography)
  const replaces = related.relatesTo?.some(({ code }) => code === 'replaces') ?? false
  unit.event(replaces ? 'document.replaced' : 'document.published', patientId, written)
  return written
}

/**
 * Changes the metadata of a document; what it says and whose it is never changes, and one that is declared entered in
 * error is withdrawn for good: its content goes with that version (rule 3).
 */
export async function reviseDocument(
  unit: UnitOfWork,
  current: DocumentState,
  sent: DocumentReference,
  method: 'PUT' | 'PATCH' = 'PUT',
): Promise<Written> {
  const before: DocumentReference = JSON.parse(current.text)
  const document = withKeptContentFacts(before, sent)
  for (const [expression, of] of isPublished(before) ? [...IMMUTABLE, ...IMMUTABLE_ONCE_PUBLISHED] : IMMUTABLE) {
    if (JSON.stringify(of(before) ?? null) !== JSON.stringify(of(document) ?? null)) {
      throw new DccError('document.immutable', { expression })
    }
  }
  const withdrawn = document.status === 'entered-in-error'
  if (before.status === 'entered-in-error' && !withdrawn) {
    throw new DccError('document.immutable', { expression: 'DocumentReference.status' })
  }
  const patientId = patientIdOf(current.id)
  if (before.status === 'superseded' && document.status === 'current')
    await refuseSecondCurrent(unit, current.id, patientId)
  const finished = !isPublished(before) && isPublished(document)
  const version = finished
    ? await supersedeReplaced(unit, document, { id: current.id, patientId, unknownTarget: 'refuse' })
    : document
  // What was stored under older or lenient rules can always be taken back.
  // A PATCH changes a few labels and need not mend the rest; who sends the whole document can.
  if (!withdrawn) unit.hold(version, method === 'PATCH' && isPublished(before) ? before : undefined)
  const written = await writeDocument(unit, version, current.id, current.version, method, current.versionNumber)
  if (withdrawn) await dropContent(unit, current)
  unit.event(withdrawn ? 'document.withdrawn' : 'document.updated', patientIdOf(current.id), written)
  return written
}

/** A replaced document stays replaced: two current versions of one document would contradict each other (rule 3). */
async function refuseSecondCurrent(unit: UnitOfWork, id: string, patientId: string): Promise<void> {
  const conditions = [
    { kind: 'patient' as const, ids: await recordsOf(unit.context.store, [patientId]) },
    { kind: 'token' as const, param: 'relatesto', anyOf: [{ code: `DocumentReference/${id}` }] },
    { kind: 'token' as const, param: 'status', anyOf: [{ code: 'current' }] },
  ]
  if ((await unit.context.store.count({ type: 'DocumentReference', conditions })) > 0) {
    throw new DccError('document.immutable', { expression: 'DocumentReference.status' })
  }
}

/** Withdraws a document: the trace stays in the history, the content is gone (rule 3). */
export async function withdrawDocument(unit: UnitOfWork, current: DocumentState): Promise<void> {
  const updatedAt = unit.startedAt
  unit.add({ kind: 'delete', type: 'DocumentReference', id: current.id, expectedVersion: current.version, updatedAt })
  await dropContent(unit, current)
  unit.event('document.withdrawn', patientIdOf(current.id), {
    type: 'DocumentReference',
    id: current.id,
    version: current.version + 1,
  })
}

async function dropContent(unit: UnitOfWork, { id, contentId }: DocumentState): Promise<void> {
  const content = contentId === undefined ? undefined : await unit.context.store.content(contentId)
  if (content === undefined || content.deleted) return
  // Two documents may share a content (a corrected description): it goes with the last of them.
  if ((await unit.context.store.documentsOf(content.id)).some((other) => other !== id)) return
  const { version: expectedVersion } = content
  unit.add({ kind: 'delete', type: 'Binary', id: content.id, expectedVersion, updatedAt: unit.startedAt })
}

/** What a stored document may never change, with the expression of a refusal. */
const IMMUTABLE: readonly (readonly [string, (document: DocumentReference) => unknown])[] = [
  ['DocumentReference.subject', (document) => document.subject?.reference],
  ['DocumentReference.masterIdentifier', ({ masterIdentifier: m }) => m && [m.system, m.value]],
  ['DocumentReference.content', ({ content }) => content?.length],
  ['DocumentReference.content[0].attachment.url', (document) => attachmentOf(document)?.url],
  ['DocumentReference.content[0].attachment.contentType', (document) => attachmentOf(document)?.contentType],
  ['DocumentReference.content[0].attachment.hash', (document) => attachmentOf(document)?.hash],
  ['DocumentReference.content[0].attachment.size', (document) => attachmentOf(document)?.size],
  ['DocumentReference.content[0].attachment.data', (document) => attachmentOf(document)?.data],
]

/** What a published document may never change besides; a draft is checked as a whole when it is finished. */
const IMMUTABLE_ONCE_PUBLISHED: typeof IMMUTABLE = [
  ['DocumentReference.docStatus', (document) => document.status !== 'entered-in-error' && !isPublished(document)],
  [
    'DocumentReference.relatesTo',
    ({ relatesTo }) => relatesTo?.map(({ code, target }) => [code, ...addressOf(target)]),
  ],
]

function addressOf(target: Reference | undefined): (string | undefined)[] {
  const { reference, identifier } = target ?? {}
  return [reference, identifier?.system, identifier?.value]
}

/** A client may leave out the facts that we filled in; they come back from the stored version. */
function withKeptContentFacts(before: DocumentReference, sent: DocumentReference): DocumentReference {
  const kept = attachmentOf(before)
  const [first, ...others] = sent.content ?? []
  if (kept === undefined || first?.attachment === undefined) return sent
  const attachment: Attachment = { ...first.attachment }
  if (attachment.hash === undefined && kept.hash !== undefined) attachment.hash = kept.hash
  if (attachment.size === undefined && kept.size !== undefined) attachment.size = kept.size
  return { ...sent, content: [{ ...first, attachment }, ...others] }
}

/** Checks the attachment against the bytes, extracts inline data, fills missing size and hash (MHD-65-04, ITI-105). */
async function withContent(
  unit: UnitOfWork,
  document: DocumentReference,
  patientId: string,
): Promise<DocumentReference> {
  const [first, ...others] = document.content ?? []
  if (others.length > 0) throw new DccError('document.content-single', { expression: 'DocumentReference.content' })
  if (first?.attachment === undefined) return document
  const path = 'DocumentReference.content[0].attachment'
  const { data, ...attachment } = first.attachment
  if (data !== undefined) {
    const id = clinicalId(patientId, newLocalId(unit.context.now().getTime()))
    const contentType = attachment.contentType ?? 'application/octet-stream'
    await storeContent(unit, id, contentType, bytesOfData(data))
    attachment.url = `Binary/${id}`
  }
  const binaryId = binaryIdOf(attachment.url)
  if (binaryId === undefined) return document
  const facts = await contentFacts(unit, binaryId)
  if (facts === undefined || !(await isSamePerson(unit, patientIdOf(binaryId), patientId))) {
    throw new DccError('document.content-missing', { expression: `${path}.url` })
  }
  if (!unit.contents.has(binaryId)) unit.add({ kind: 'require-content', id: binaryId })
  const hash = Buffer.from(facts.sha1, 'hex').toString('base64')
  const checks = [
    ['contentType', attachment.contentType, facts.contentType],
    ['size', attachment.size, facts.size],
    ['hash', attachment.hash, hash],
  ] as const
  for (const [name, announced, found] of checks) {
    if (announced !== undefined && announced !== found) {
      const xds = name === 'contentType' ? 'XDSRegistryMetadataError' : 'XDSNonIdenticalHash'
      const detail = { element: name, xds }
      throw new DccError('document.content-mismatch', { expression: `${path}.${name}`, detail })
    }
  }
  if (patientIdOf(binaryId) !== patientId) attachment.url = `Binary/${contentOfSurvivor(unit, facts, patientId)}`
  const complete = { ...attachment, contentType: facts.contentType, size: facts.size, hash }
  return { ...document, content: [{ ...first, attachment: complete }] }
}

/** Bytes that came in for a record that is merged by now: a content of the survivor, with the same blob. */
function contentOfSurvivor(unit: UnitOfWork, facts: ContentFacts, patientId: string): string {
  const id = clinicalId(patientId, newLocalId(unit.context.now().getTime()))
  shareContent(unit, { ...facts, id })
  return id
}

async function refuseKnownMaster(unit: UnitOfWork, document: DocumentReference): Promise<void> {
  const { system, value } = document.masterIdentifier ?? {}
  if (system === undefined || value === undefined) return
  const holder = await unit.context.store.lookup('document', { system, value })
  if (holder === undefined) return
  const held = await unit.context.store.document(holder)
  const isSame = held?.deleted === false && hashOf(JSON.parse(held.text)) === hashOf(document)
  throw new DccError('document.duplicate', {
    expression: 'DocumentReference.masterIdentifier',
    detail: {
      existing: `DocumentReference/${holder}`,
      xds: isSame ? 'XDSDuplicateUniqueIdInRegistry' : 'XDSNonIdenticalHash',
    },
  })
}

function hashOf(document: DocumentReference): string | undefined {
  return attachmentOf(document)?.hash
}

function cancerCare(
  document: DocumentReference,
  templateIds: readonly string[] = [],
): { cancer: boolean; topography: string | undefined } {
  const eventCodes = (document.context?.event ?? [])
    .flatMap(({ coding }) => coding ?? [])
    .flatMap(({ code }) => (code === undefined ? [] : [code]))
  const typeCode = document.type?.coding?.find(({ code }) => code !== undefined)?.code
  const formatCode = document.content?.[0]?.format?.code
  const cancer = isCancerCare({
    ...(typeCode === undefined ? {} : { typeCode }),
    ...(formatCode === undefined ? {} : { formatCode }),
    templateIds,
    eventCodes,
  })
  return { cancer, topography: eventCodes.find(isTumourCode) }
}

function patientIdOf(id: string): string {
  return parseClinicalId(id)?.patientId ?? ''
}
