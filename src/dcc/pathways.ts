import { newLocalId } from '../store/ids.ts'
import type { Pathway } from '../store/store.ts'
import { mergedInto } from './persons.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/**
 * Opens an oncology pathway unless the patient has one: from then on the patient and the documents are visible, those
 * of records that were merged into the patient too.
 */
export async function openPathway(
  unit: UnitOfWork,
  patientId: string,
  origin: string,
  topography?: string,
): Promise<boolean> {
  const { store } = unit.context
  if (unit.pathways.has(patientId)) return false
  // What a merge has brought may go with it: the patient's own pathway is opened besides.
  if ((await store.pathways(patientId)).some((pathway) => !isBrought(pathway))) return false
  unit.pathways.add(patientId)
  const status = topography === undefined ? 'suspected' : 'active'
  const pathway = { status, origin, topography, openedAt: unit.startedAt } as const
  addPathway(unit, patientId, pathway)
  const merged = await mergedInto(store, patientId)
  unit.add({ kind: 'require-merges', patientId, count: merged.length })
  for (const { id } of merged) addPathway(unit, id, { ...pathway, origin: originOf(patientId) })
  return true
}

/** Opens the pathway of a patient whom the unit registers. */
export function openFirstPathway(unit: UnitOfWork, patientId: string, origin: string): void {
  unit.pathways.add(patientId)
  addPathway(unit, patientId, { status: 'suspected', origin, topography: undefined, openedAt: unit.startedAt })
}

/** Gives one record the pathways of another one of the same person, until the merge is taken back. */
export function bringPathways(unit: UnitOfWork, from: string, pathways: readonly Pathway[], to: string): void {
  for (const pathway of pathways) addPathway(unit, to, { ...pathway, origin: originOf(from) })
}

/** Takes back what `bringPathways` gave. */
export function withdrawPathways(unit: UnitOfWork, from: string, to: string): void {
  unit.add({ kind: 'close-pathways', patientId: to, origin: originOf(from) })
}

/** Whether a pathway came from that record, or by any merge. */
export function isBrought({ origin }: Pathway, from?: string): boolean {
  return from === undefined ? origin.startsWith(PATIENT) : origin === originOf(from)
}

const PATIENT = 'Patient/'

function originOf(patientId: string): string {
  return `${PATIENT}${patientId}`
}

function addPathway(unit: UnitOfWork, patientId: string, pathway: Omit<Pathway, 'id' | 'patientId'>): void {
  const { status, origin, topography, openedAt } = pathway
  const id = newLocalId(unit.context.now().getTime())
  unit.add({ kind: 'open-pathway', pathway: { id, patientId, status, origin, topography, openedAt } })
}
