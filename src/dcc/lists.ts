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

/** Replaces a list; it stays with its patient. */
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
  const code = list.code?.coding?.find((coding) => coding.code === 'submissionset' || coding.code === 'folder')?.code
  unit.add({
    kind: 'put-list',
    id,
    expectedVersion,
    updatedAt: unit.startedAt,
    method,
    text,
    index: unit.context.indexer.index(resource),
    listKind: code === 'submissionset' || code === 'folder' ? code : 'other',
    status: list.status ?? 'current',
    date: unit.context.indexer.sort(resource).date,
  })
  unit.lists.add(id)
  return { type: 'List', id, version, updatedAt: unit.startedAt, created: expectedVersion === undefined, text }
}
