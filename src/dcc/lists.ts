import type { List } from '@medplum/fhirtypes'
import { parseClinicalId } from '../store/ids.ts'
import type { StoredResource } from '../store/store.ts'
import { DccError } from './errors.ts'
import { isSamePerson } from './persons.ts'
import { stamp, type UnitOfWork, type Written } from './unit-of-work.ts'

/** Files a list (submission set, folder): its items are documents and lists of the same patient (MHD-65-05). */
export async function fileList(unit: UnitOfWork, sent: List, id: string, patientId: string): Promise<Written> {
  const list: List = { ...sent, subject: { ...sent.subject, reference: `Patient/${patientId}` } }
  await checkItems(unit, list, patientId)
  unit.requirePatient(patientId)
  const written = writeList(unit, list, id, undefined, 'POST')
  unit.event('list.filed', patientId, written)
  return written
}

/**
 * Replaces a list; it stays with its patient. A submission set tells what was once submitted: only its status changes
 * (PDSM-23), and whether it is archived, which XDS tells by a status too.
 */
export async function reviseList(
  unit: UnitOfWork,
  current: StoredResource,
  list: List,
  method: 'PUT' | 'PATCH' = 'PUT',
): Promise<Written> {
  const patientId = parseClinicalId(current.id)?.patientId ?? ''
  if (list.subject?.reference !== `Patient/${patientId}`) {
    throw new DccError('patient.immutable-subject', { expression: 'List.subject' })
  }
  const before: List = JSON.parse(current.text)
  if (kindOf(before) === 'submissionset' && told(before) !== told(list)) {
    throw new DccError('list.immutable', { expression: 'List' })
  }
  await checkItems(unit, list, patientId)
  const written = writeList(unit, list, current.id, current.version, method)
  unit.event('list.updated', patientId, written)
  return written
}

async function checkItems(unit: UnitOfWork, list: List, patientId: string): Promise<void> {
  for (const [index, { item }] of (list.entry ?? []).entries()) {
    const [type, id] = item?.reference?.split('/') ?? []
    if (id === undefined || (type !== 'DocumentReference' && type !== 'List')) continue
    const known =
      unit.documents.has(id) || unit.lists.has(id) || (await unit.context.store.read(type, id))?.deleted === false
    if (!known || !(await isSamePerson(unit, parseClinicalId(id)?.patientId ?? '', patientId))) {
      throw new DccError('list.item-unknown', { expression: `List.entry[${index}].item` })
    }
  }
}

function writeList(
  unit: UnitOfWork,
  list: List,
  id: string,
  expectedVersion: number | undefined,
  method: 'POST' | 'PUT' | 'PATCH',
): Written {
  unit.hold(list)
  const version = (expectedVersion ?? 0) + 1
  const { text, resource } = stamp('List', list, id, version, unit.startedAt)
  unit.add({
    kind: 'put-list',
    id,
    expectedVersion,
    updatedAt: unit.startedAt,
    method,
    text,
    index: unit.context.indexer.index(resource),
    listKind: kindOf(list),
    status: list.status ?? 'current',
    date: unit.context.indexer.sort(resource).date,
  })
  unit.lists.add(id)
  return { type: 'List', id, version, updatedAt: unit.startedAt, created: expectedVersion === undefined, text }
}

function kindOf({ code }: List): 'submissionset' | 'folder' | 'other' {
  const codes = code?.coding?.map((coding) => coding.code) ?? []
  if (codes.includes('submissionset')) return 'submissionset'
  return codes.includes('folder') ? 'folder' : 'other'
}

const IS_ARCHIVED = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived'

/** What a submission set says of a submission, as text to compare, elements in order; its status and form are no part of it. */
function told({ id: _id, meta: _meta, text: _text, language: _language, status: _status, ...list }: List): string {
  const extension = list.extension?.filter(({ url }) => url !== IS_ARCHIVED) ?? []
  const { subject, ...rest } = list
  // The patient is checked before, and its reference may say more than the address.
  const facts = { ...rest, extension, subject: subject?.reference }
  return JSON.stringify(Object.entries(facts).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
