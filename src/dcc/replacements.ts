import type { DocumentReference, DocumentReferenceRelatesTo, Reference } from '@medplum/fhirtypes'
import { parseClinicalId } from '../store/ids.ts'
import type { DocumentState } from '../store/store.ts'
import { isPublished, type Publication, writeDocument } from './document-version.ts'
import { DccError } from './errors.ts'
import { isSamePerson, recordsOf } from './persons.ts'
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
      if (relation.code === 'replaces') awaitTarget(unit, relation.target, patientId, unknownTarget, expression)
      relatesTo.push(relation)
      continue
    }
    if (!(await isSamePerson(unit, parseClinicalId(target.id)?.patientId ?? '', patientId))) {
      throw new DccError('document.replaced-other-patient', { expression })
    }
    relatesTo.push({ ...relation, target: { ...relation.target, reference: `DocumentReference/${target.id}` } })
    // A draft replaces nothing yet: what is published stays current until the draft is finished (rule 4).
    if (relation.code === 'replaces' && isPublished(document)) await supersede(unit, target, unknownTarget, expression)
  }
  const linked = relatesTo.length > 0 ? { ...document, relatesTo } : document
  return (await alreadyReplaced(unit, linked, patientId)) ? { ...linked, status: 'superseded' } : linked
}

/** The target is not there: refused, or waited for; it must not come in unseen while this document is filed. */
function awaitTarget(
  unit: UnitOfWork,
  target: Reference | undefined,
  patientId: string,
  unknownTarget: Publication['unknownTarget'],
  expression: string,
): void {
  if (unknownTarget === 'refuse') throw new DccError('document.replaced-unknown', { expression })
  const { system, value } = target?.identifier ?? {}
  if (system !== undefined && value !== undefined) unit.add({ kind: 'require-unclaimed', patientId, system, value })
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
    const existing = `DocumentReference/${(await successorOf(unit, target.id)) ?? target.id}`
    throw new DccError('document.replaced-not-current', { expression, detail: { existing } })
  }
  const before: DocumentReference = JSON.parse(target.text)
  await writeDocument(unit, { ...before, status: 'superseded' }, target.id, target.version, 'PUT', target.versionNumber)
}

/** The document that has replaced another one, in this unit or before. */
async function successorOf(unit: UnitOfWork, id: string): Promise<string | undefined> {
  const code = `DocumentReference/${id}`
  for (const [pending, { resource }] of unit.documents) {
    if (replaces(resource, code)) return pending
  }
  const conditions = [
    { kind: 'patient' as const, ids: [parseClinicalId(id)?.patientId ?? ''] },
    { kind: 'token' as const, param: 'relatesto', anyOf: [{ code }] },
  ]
  const sort = { key: '_id', descending: false } as const
  const found = await unit.context.store.search({ type: 'DocumentReference', conditions, sort, limit: 10 })
  return found.find(({ text }) => replaces(JSON.parse(text), code))?.id
}

function replaces({ relatesTo }: DocumentReference, reference: string): boolean {
  return relatesTo?.some(({ code, target }) => code === 'replaces' && target?.reference === reference) === true
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
  const records = await recordsOf(unit.context.store, [patientId])
  for (const id of records) {
    if ((await unit.context.store.replacementsOf(id, { system, value })).length > 0) return true
  }
  for (const id of records) unit.add({ kind: 'require-unreplaced', patientId: id, system, value })
  return false
}

function current(document: DocumentState | undefined): DocumentState | undefined {
  return document === undefined || document.deleted ? undefined : document
}
