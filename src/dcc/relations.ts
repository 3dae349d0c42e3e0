import type { DocumentReference, List, Reference } from '@medplum/fhirtypes'
import { parseClinicalId } from '../store/ids.ts'
import type { DocumentState, StoredType } from '../store/store.ts'
import { DccError } from './errors.ts'
import { isSamePerson } from './persons.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/**
 * The documents that a new one appends, transforms or signs are there, of the same patient and, to append or transform,
 * current (XDS associations); `coming` holds the addresses of documents of the same unit. What it replaces is held to
 * stricter rules when it is published (replacements.ts).
 */
export async function requireRelated(
  unit: UnitOfWork,
  { relatesTo = [] }: DocumentReference,
  patientId: string,
  coming: ReadonlySet<string>,
): Promise<void> {
  for (const [index, { code = '', target }] of relatesTo.entries()) {
    if (code === 'replaces' || coming.has(target?.reference ?? '')) continue
    const expression = `DocumentReference.relatesTo[${index}].target`
    const related = await documentAt(unit, target)
    if (related === undefined || related.deleted) {
      throw new DccError('document.related-unknown', { expression, detail: { code } })
    }
    if (!(await isSamePerson(unit, parseClinicalId(related.id)?.patientId ?? '', patientId))) {
      throw new DccError('document.replaced-other-patient', { expression })
    }
    if (code !== 'signs' && related.status !== 'current') {
      throw new DccError('document.related-not-current', { expression, detail: { code } })
    }
  }
}

/** Professionals and structures that a document or list names by their address here are there: nothing dangles. */
export async function requireReferenced(unit: UnitOfWork, resource: DocumentReference | List): Promise<void> {
  for (const [place, reference] of namedBy(resource)) {
    const [type, id = ''] = reference?.reference?.split('/') ?? []
    if (!isDirectoryType(type)) continue
    const stored = await unit.context.store.read(type, id)
    if (stored === undefined || stored.deleted) {
      throw new DccError('document.reference-unknown', { expression: `${resource.resourceType}.${place}` })
    }
  }
}

function namedBy(resource: DocumentReference | List): [string, Reference | undefined][] {
  if (resource.resourceType === 'List') return [['source', resource.source]]
  const authors = (resource.author ?? []).map((author, index): [string, Reference] => [`author[${index}]`, author])
  return [...authors, ['authenticator', resource.authenticator], ['custodian', resource.custodian]]
}

function isDirectoryType(type: string | undefined): type is StoredType {
  return type === 'Practitioner' || type === 'PractitionerRole' || type === 'Organization'
}

async function documentAt(unit: UnitOfWork, target: Reference | undefined): Promise<DocumentState | undefined> {
  const { store } = unit.context
  const [type, id] = target?.reference?.split('/') ?? []
  if (type === 'DocumentReference' && id !== undefined) return store.document(id)
  const { system, value } = target?.identifier ?? {}
  if (system === undefined || value === undefined) return undefined
  const holder = await store.lookup('document', { system, value })
  return holder === undefined ? undefined : store.document(holder)
}
