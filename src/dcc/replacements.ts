import type { DocumentReference, DocumentReferenceRelatesTo, Reference } from '@medplum/fhirtypes'
import { parseClinicalId } from '../store/ids.ts'
import type { DocumentState } from '../store/store.ts'
import { type Publication, writeDocument } from './document-version.ts'
import { DccError } from './errors.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/**
 * Life of a replacement (design.md section 6, rule 3; MHD-65-07): what the new document replaces becomes superseded in
 * the same unit. A document whose replacement came in before it is superseded from the start.
 */
export async function supersedeReplaced(
  unit: UnitOfWork,
  document: DocumentReference,
  { patientId, unknownTarget }: Publication,
): Promise<DocumentReference> {
  const relatesTo: DocumentReferenceRelatesTo[] = []
  for (const [index, relation] of (document.relatesTo ?? []).entries()) {
    const expression = `DocumentReference.relatesTo[${index}].target`
    const target = await targetOf(unit, relation.target)
    if (target === undefined) {
      if (relation.code === 'replaces' && unknownTarget === 'refuse') {
        throw new DccError('document.replaced-unknown', { expression })
      }
      relatesTo.push(relation)
      continue
    }
    if (parseClinicalId(target.id)?.patientId !== patientId) {
      throw new DccError('document.replaced-other-patient', { expression })
    }
    relatesTo.push({ ...relation, target: { ...relation.target, reference: `DocumentReference/${target.id}` } })
    if (relation.code === 'replaces') await supersede(unit, target, unknownTarget, expression)
  }
  const linked = relatesTo.length > 0 ? { ...document, relatesTo } : document
  return (await alreadyReplaced(unit, linked, patientId)) ? { ...linked, status: 'superseded' } : linked
}

async function supersede(
  unit: UnitOfWork,
  target: DocumentState,
  unknownTarget: Publication['unknownTarget'],
  expression: string,
): Promise<void> {
  const pending = unit.documents.get(target.id)
  if ((pending?.resource.status ?? target.status) !== 'current') {
    // A set of imported files may hold several successors of one document; a client must not replace twice.
    if (unknownTarget === 'keep') return
    throw new DccError('document.replaced-not-current', {
      expression,
      detail: { existing: `DocumentReference/${target.id}` },
    })
  }
  const before: DocumentReference = JSON.parse(target.text)
  await writeDocument(unit, { ...before, status: 'superseded' }, target.id, target.version, 'PUT', target.versionNumber)
}

async function targetOf(unit: UnitOfWork, target: Reference | undefined): Promise<DocumentState | undefined> {
  const { store } = unit.context
  const [type, id] = target?.reference?.split('/') ?? []
  if (type === 'DocumentReference' && id !== undefined) return current(await store.document(id))
  const { system, value } = target?.identifier ?? {}
  if (system === undefined || value === undefined) return undefined
  const holder = await store.lookup('document', { system, value })
  return holder === undefined ? undefined : current(await store.document(holder))
}

async function alreadyReplaced(unit: UnitOfWork, document: DocumentReference, patientId: string): Promise<boolean> {
  const { system, value } = document.masterIdentifier ?? {}
  if (system === undefined || value === undefined) return false
  return (await unit.context.store.replacementsOf(patientId, { system, value })).length > 0
}

function current(document: DocumentState | undefined): DocumentState | undefined {
  return document === undefined || document.deleted ? undefined : document
}
