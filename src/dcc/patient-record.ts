import type { Patient } from '@medplum/fhirtypes'
import { identityStatusOf, publishable } from '../french/identity.ts'
import type { IdentifierKey, IndexValues, PatientState } from '../store/store.ts'
import { mergedInto } from './persons.ts'
import { presentable } from './presentable.ts'
import { stamp, type UnitOfWork, type Written } from './unit-of-work.ts'

/** A version of a patient's record to be written; the caller has checked it. */
export interface RecordVersion {
  id: string
  expectedVersion: number | undefined
  method: 'POST' | 'PUT' | 'PATCH'
  /** The patient that takes the record in; absent while it stands on its own. */
  mergedInto?: string
  /** Whether profiles and rules judge it: what comes from outside, not what a merge adds to a stored record. */
  held: boolean
  /** Ids of the records merged into it, when the unit changes them. */
  merged?: readonly string[]
}

/** How a change of a patient came in. */
export interface PatientChange {
  method: 'PUT' | 'PATCH'
  /** The identifier by which an identity source named the record (ITI-104); absent of a change by id. */
  feed: IdentifierKey | undefined
}

/** Writes a version of a patient's record, found by its own identifiers and by those of the records merged into it. */
export async function writeRecord(unit: UnitOfWork, patient: Patient, record: RecordVersion): Promise<Written> {
  const { id, expectedVersion, method } = record
  const version = (expectedVersion ?? 0) + 1
  const updatedAt = unit.startedAt
  const kept = presentable(publishable(patient), id)
  if (record.held) unit.hold(kept)
  const { text, resource } = stamp('Patient', kept, id, version, updatedAt)
  const sort = unit.context.indexer.sort(resource)
  // Only what is kept is taken: what the stored text does not name could never be given back.
  if (record.mergedInto === undefined) {
    for (const identifier of keysOf(kept)) unit.add({ kind: 'claim', directory: 'patient', ...identifier, id })
  }
  unit.add({
    kind: 'put-patient',
    id,
    expectedVersion,
    updatedAt,
    method,
    text,
    index: await withMergedIdentifiers(unit, unit.context.indexer.index(resource), patient, record),
    identityStatus: identityStatusOf(patient),
    state: record.mergedInto === undefined ? 'current' : 'merged',
    ...(record.mergedInto === undefined ? {} : { mergedInto: record.mergedInto }),
    birthDate: sort.birthDate,
    family: sort.family,
  })
  if (record.mergedInto === undefined) unit.patients.set(id, patient)
  return { type: 'Patient', id, version, updatedAt, created: expectedVersion === undefined, text }
}

/** Whoever looks a merged record's number up finds the patient that took it in. */
async function withMergedIdentifiers(
  unit: UnitOfWork,
  own: IndexValues,
  { link }: Patient,
  { id, merged }: RecordVersion,
): Promise<IndexValues> {
  if (merged === undefined && link?.some(({ type }) => type === 'replaces') !== true) return own
  const ids = merged ?? (await mergedInto(unit.context.store, id)).map((record) => record.id)
  const tokens = [...own.tokens]
  for (const state of await statesOf(unit, ids)) {
    const { tokens: found } = unit.context.indexer.index(JSON.parse(state.text))
    tokens.push(...found.filter(({ param }) => param === 'identifier'))
  }
  return { ...own, tokens }
}

/** What the store knows of several records; unknown ones are left out. */
export async function statesOf(unit: UnitOfWork, ids: readonly string[]): Promise<PatientState[]> {
  const states = await Promise.all(ids.map((id) => unit.patientState(id)))
  return states.flatMap((state) => state ?? [])
}

/** The identifiers of a patient that can be looked up, each once. */
export function keysOf(patient: Patient): IdentifierKey[] {
  const keys = new Map<string, IdentifierKey>()
  for (const { system, value } of patient.identifier ?? []) {
    if (system !== undefined && value !== undefined) keys.set(keyText({ system, value }), { system, value })
  }
  return [...keys.values()]
}

/** An identifier as one text, to compare it. */
export function keyText({ system, value }: { system?: string | undefined; value?: string | undefined }): string {
  return `${system ?? ''}|${value ?? ''}`
}
