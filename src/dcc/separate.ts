import type { Patient } from '@medplum/fhirtypes'
import { insOf } from '../french/identity.ts'
import type { PatientState } from '../store/store.ts'
import { DccError } from './errors.ts'
import { isBrought, withdrawPathways } from './pathways.ts'
import { keysOf, keyText, type PatientChange, statesOf, writeRecord } from './patient-record.ts'
import { alreadyMerged, revisePatient } from './patients.ts'
import { mergedInto } from './persons.ts'
import type { UnitOfWork, Written } from './unit-of-work.ts'

/**
 * Takes a merge back (docs/decisions/0011): the record stands on its own again, with its identifiers, its documents and
 * the pathways it had; the survivor loses what the merge brought. Documents filed meanwhile stay where they are; when
 * some of them refer to documents of the other record, somebody must look first (`store.patient-related`). The latest
 * of several merges is taken back first. `sent` must say that the record is active: an update that comes late must not
 * undo a merge.
 */
export async function separatePatient(
  unit: UnitOfWork,
  current: PatientState,
  sent: Patient,
  { method }: PatientChange,
): Promise<Written> {
  const survivorId = current.mergedInto ?? ''
  const survivor = await unit.patientState(survivorId)
  const { store } = unit.context
  if (sent.active !== true || survivor?.state !== 'current') throw alreadyMerged(survivorId)
  const [own, taken] = await Promise.all([mergedInto(store, current.id), mergedInto(store, survivorId)])
  const leaving = [current.id, ...own.map(({ id }) => id)]
  const staying = taken.map(({ id }) => id).filter((id) => !leaving.includes(id))
  unit.requirePatient(survivorId)
  unit.add({ kind: 'require-merges', patientId: survivorId, count: taken.length })
  unit.add({ kind: 'require-merges', patientId: current.id, count: own.length })
  for (const one of leaving) {
    for (const other of [survivorId, ...staying]) {
      unit.add({ kind: 'require-unrelated', patientId: one, otherId: other })
      unit.add({ kind: 'require-unrelated', patientId: other, otherId: one })
    }
  }
  for (const id of leaving) unit.add({ kind: 'unmerge', survivorId, id })
  const keys = await keysOfRecords(unit, leaving)
  for (const { system, value } of keys.values()) {
    unit.add({ kind: 'release', directory: 'patient', system, value, id: survivorId })
    unit.add({ kind: 'claim', directory: 'patient', system, value, id: current.id })
  }
  const survivorWritten = await writeRecord(unit, leftTo(survivor, current.id, keys), {
    id: survivorId,
    expectedVersion: survivor.version,
    method,
    held: false,
    merged: staying,
  })
  await withdraw(unit, survivorId, staying, leaving)
  const { link, ...frozen }: Patient = JSON.parse(current.text)
  const links = link?.filter(({ type }) => type !== 'replaced-by') ?? []
  const before: Patient = links.length > 0 ? { ...frozen, link: links } : frozen
  const apart = { ...current, state: 'current' as const, mergedInto: undefined, text: JSON.stringify(before) }
  const written = await revisePatient(unit, apart, sent, { method, regained: new Set(keys.keys()) })
  unit.event('patient.separated', current.id, written)
  unit.event('patient.updated', survivorId, survivorWritten)
  return written
}

async function keysOfRecords(unit: UnitOfWork, ids: readonly string[]) {
  const states = await statesOf(unit, ids)
  return new Map(states.flatMap(({ text }) => keysOf(JSON.parse(text)).map((key) => [keyText(key), key] as const)))
}

/** The survivor without the link and the identifiers that go; a matricule that both hold needs a person's judgement. */
function leftTo(survivor: PatientState, leavingId: string, keys: ReadonlyMap<string, unknown>): Patient {
  const { link, identifier, ...rest }: Patient = JSON.parse(survivor.text)
  const ins = insOf({ resourceType: 'Patient', ...(identifier === undefined ? {} : { identifier }) })
  if (ins !== undefined && keys.has(keyText(ins))) {
    throw new DccError('identity.conflict', { detail: { traits: 'matricule' } })
  }
  const links = link?.filter(({ other }) => other?.reference !== `Patient/${leavingId}`) ?? []
  const kept = identifier?.filter((one) => !keys.has(keyText(one))) ?? []
  return {
    ...rest,
    ...(kept.length > 0 ? { identifier: kept } : {}),
    ...(links.length > 0 ? { link: links } : {}),
  }
}

/** Each side keeps the pathways that it had without the other; without any it is hidden again. */
async function withdraw(
  unit: UnitOfWork,
  survivorId: string,
  staying: readonly string[],
  [leavingId = '', ...others]: readonly string[],
): Promise<void> {
  const pathways = await unit.context.store.pathways(survivorId)
  unit.add({ kind: 'require-pathways', patientId: survivorId, count: pathways.length })
  for (const id of [survivorId, ...staying]) withdrawPathways(unit, leavingId, id)
  for (const id of [leavingId, ...others]) withdrawPathways(unit, survivorId, id)
  // What the survivor passed on to those who stay came from the one who leaves.
  if (pathways.every((pathway) => isBrought(pathway, leavingId))) {
    for (const id of staying) withdrawPathways(unit, survivorId, id)
  }
}
