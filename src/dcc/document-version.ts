import type { Attachment, DocumentReference } from '@medplum/fhirtypes'
import { stamp, type UnitOfWork, type Written } from './unit-of-work.ts'

/** How a document is published. */
export interface Publication {
  id: string
  patientId: string
  /** A document to replace that is not in the store: refused, or kept as a logical reference (it may arrive later). */
  unknownTarget: 'refuse' | 'keep'
  versionNumber?: number
  /** CDA templates of the document when they are known: they tell a cancer PPS from another plan. */
  templateIds?: readonly string[]
}

/** Writes a version of a document; the caller has checked it. */
export async function writeDocument(
  unit: UnitOfWork,
  document: DocumentReference,
  id: string,
  expectedVersion: number | undefined,
  method: 'POST' | 'PUT' | 'PATCH',
  versionNumber?: number,
): Promise<Written> {
  const version = (expectedVersion ?? 0) + 1
  const { text, resource } = stamp('DocumentReference', document, id, version, unit.startedAt)
  const sort = unit.context.indexer.sort(resource)
  const { system, value } = document.masterIdentifier ?? {}
  if (expectedVersion === undefined && system !== undefined && value !== undefined) {
    unit.add({ kind: 'claim', directory: 'document', system, value, id })
  }
  const setId = document.identifier?.find(({ use }) => use === 'secondary')?.value
  const withdrawn = document.status === 'entered-in-error'
  const contentId = withdrawn ? undefined : binaryIdOf(attachmentOf(document)?.url)
  unit.add({
    kind: 'put-document',
    id,
    expectedVersion,
    updatedAt: unit.startedAt,
    method,
    text,
    index: unit.context.indexer.index(resource),
    status: document.status ?? 'current',
    published: isPublished(document),
    date: sort.date,
    creation: sort.creation,
    periodStart: sort.periodStart,
    ...(setId === undefined ? {} : { setId }),
    ...(versionNumber === undefined ? {} : { versionNumber }),
    ...(contentId === undefined ? {} : { contentId }),
  })
  unit.documents.set(id, { resource: document, version })
  const created = expectedVersion === undefined
  return { type: 'DocumentReference', id, version, updatedAt: unit.startedAt, created, text }
}

/** Only finished documents are visible outside the DCC (rule 4). */
export function isPublished({ docStatus }: DocumentReference): boolean {
  return docStatus === undefined || docStatus === 'final' || docStatus === 'amended'
}

/** The id of the Binary that an attachment points at; undefined for content that is hosted elsewhere. */
export function binaryIdOf(url: string | undefined): string | undefined {
  return url?.startsWith('Binary/') ? url.slice('Binary/'.length).split('/')[0] : undefined
}

/** The one attachment of a document (PDSm content 1..1). */
export function attachmentOf(document: DocumentReference): Attachment | undefined {
  return document.content?.[0]?.attachment
}
