import type { Patient } from '@medplum/fhirtypes'
import { type IdentityIssue, identifierRules, insOf, publishable } from '../french/identity.ts'
import { sameTraits, traitsOfPatient } from '../french/traits.ts'
import type { PatientState } from '../store/store.ts'
import { DccError, type DccIssue } from './errors.ts'
import { openFirstPathway } from './pathways.ts'
import { keysOf, keyText, statesOf, writeRecord } from './patient-record.ts'
import { mergedInto } from './persons.ts'
import type { UnitOfWork, Written } from './unit-of-work.ts'

/** How a patient is registered. */
export interface Registration {
  id: string
  /** What opens the oncology pathway, or undefined: the patient is kept but invisible (design.md section 6, rule 2). */
  pathwayOrigin: string | undefined
  /** What to do with a local identifier that another patient holds: refuse, or leave it out with a warning. */
  takenIdentifier: 'refuse' | 'leave-out'
  /** Identity rules that this source may break with a warning only. */
  tolerates?: (issue: IdentityIssue) => boolean
}

/** Registers a new patient: identity rules, one patient per INS, unique identifiers (design.md section 6, rule 1). */
export async function registerPatient(
  unit: UnitOfWork,
  patient: Patient,
  registration: Registration,
): Promise<Written> {
  const { id, pathwayOrigin } = registration
  refuseMergeLinks(patient)
  checkIdentity(unit, patient, registration.tolerates)
  await refuseKnownIns(unit, patient)
  const kept = await claimable(unit, patient, registration)
  const written = await writeRecord(unit, kept, { id, expectedVersion: undefined, method: 'POST', held: true })
  if (pathwayOrigin !== undefined) openFirstPathway(unit, id, pathwayOrigin)
  unit.event('patient.created', id, written)
  return written
}

/** How a stored patient is revised. */
export interface Revision {
  method?: 'PUT' | 'PATCH'
  /** Identity rules that this source may break with a warning only. */
  tolerates?: ((issue: IdentityIssue) => boolean) | undefined
  /** Identifiers, as `keyText`, that come back to the patient in this unit, whoever holds them. */
  regained?: ReadonlySet<string>
}

/**
 * Replaces a patient's resource. A qualified identity keeps its strict traits and its matricule; another matricule (a
 * waiting number that becomes final) is taken only when the former one stays with use `old` (identity-fr.md 1.4). The
 * links of merges are the domain's: they stay, and no others come.
 */
export async function revisePatient(
  unit: UnitOfWork,
  current: PatientState,
  sent: Patient,
  { method = 'PUT', tolerates, regained = new Set() }: Revision = {},
): Promise<Written> {
  const before: Patient = JSON.parse(current.text)
  const patient = withMergeLinks(before, sent)
  checkIdentity(unit, patient, tolerates)
  refuseIdentityChange(before, patient)
  await refuseKnownIns(unit, patient, { id: current.id, regained })
  const claims = keysOf(publishable(patient))
  for (const identifier of claims) {
    const holder = await unit.context.store.lookup('patient', identifier)
    if (holder !== undefined && holder !== current.id && !regained.has(keyText(identifier))) {
      throw taken(patient, identifier)
    }
  }
  const kept = new Set(claims.map(keyText))
  const dropped = keysOf(before).filter((identifier) => !kept.has(keyText(identifier)))
  const others = dropped.length === 0 ? new Set() : await keysOfMerged(unit, current.id)
  for (const identifier of dropped) {
    if (others.has(keyText(identifier))) continue
    unit.add({ kind: 'release', directory: 'patient', ...identifier, id: current.id })
  }
  const version = { id: current.id, expectedVersion: current.version, method, held: true }
  const written = await writeRecord(unit, patient, version)
  unit.event('patient.updated', current.id, written)
  return written
}

/** Identifiers of the records that were merged into a patient, as `keyText`: they lead to the patient. */
async function keysOfMerged(unit: UnitOfWork, patientId: string): Promise<Set<string>> {
  const merged = await mergedInto(unit.context.store, patientId)
  const states = await statesOf(
    unit,
    merged.map(({ id }) => id),
  )
  return new Set(states.flatMap(({ text }) => keysOf(JSON.parse(text)).map(keyText)))
}

/**
 * Deletes a patient; the identifiers become free. The store refuses while documents or lists, even hidden, are there.
 * A record that was merged, or into which others were, goes only once the merge is taken back: its numbers and
 * documents are another one's too.
 */
export async function deletePatient(unit: UnitOfWork, current: PatientState): Promise<void> {
  if (current.mergedInto !== undefined) throw alreadyMerged(current.mergedInto)
  const merged = await mergedInto(unit.context.store, current.id)
  if (merged.length > 0) throw new DccError('patient.has-merged')
  const before: Patient = JSON.parse(current.text)
  for (const identifier of keysOf(before)) {
    unit.add({ kind: 'release', directory: 'patient', ...identifier, id: current.id })
  }
  unit.add({
    kind: 'delete',
    type: 'Patient',
    id: current.id,
    expectedVersion: current.version,
    updatedAt: unit.startedAt,
  })
  unit.event('patient.deleted', current.id, { type: 'Patient', id: current.id, version: current.version + 1 })
}

/** The refusal to change a merged record; it names the one that stands for the person. */
export function alreadyMerged(survivorId: string): DccError {
  return new DccError('patient.merged', { detail: { existing: `Patient/${survivorId}` } })
}

/** Links of a merge that a client has no say in. */
function refuseMergeLinks({ link }: Patient): void {
  const at = link?.findIndex(({ type }) => type === 'replaced-by' || type === 'replaces') ?? -1
  if (at >= 0) throw new DccError('patient.merge', { expression: `Patient.link[${at}]` })
}

/** Who read the links of merges may send them back; they stay even when left out, and others are refused. */
function withMergeLinks(before: Patient, sent: Patient): Patient {
  const merges = before.link?.filter(({ type }) => type === 'replaces') ?? []
  const known = new Set(merges.map(({ other }) => other?.reference))
  const at = sent.link?.findIndex(({ type, other }) => isMerge(type) && !known.has(other?.reference)) ?? -1
  if (at >= 0) throw new DccError('patient.merge', { expression: `Patient.link[${at}]` })
  if (merges.length === 0) return sent
  return { ...sent, link: [...(sent.link ?? []).filter(({ type }) => !isMerge(type)), ...merges] }
}

function isMerge(type: string | undefined): boolean {
  return type === 'replaces' || type === 'replaced-by'
}

function checkIdentity(unit: UnitOfWork, patient: Patient, tolerates?: (issue: IdentityIssue) => boolean): void {
  const issues: DccIssue[] = identifierRules(patient, {
    domain: unit.context.insDomain,
    frCore: unit.context.frCore,
  }).map((issue) => ({
    key: issue.key,
    expression: issue.expression,
    fr: issue.fr,
    en: issue.en,
    severity: issue.severity === 'error' && tolerates?.(issue) !== true ? 'error' : 'warning',
  }))
  const errors = issues.filter((issue) => issue.severity === 'error')
  if (errors.length > 0) throw new DccError('identity.rule', { issues: errors })
  unit.warnings.push(...issues)
}

/** One current patient per official INS; the same matricule with another trait is a conflict, never a merge. */
async function refuseKnownIns(
  unit: UnitOfWork,
  patient: Patient,
  self?: { id: string; regained: ReadonlySet<string> },
): Promise<void> {
  const ins = insOf(patient)
  if (ins?.system === undefined || ins.value === undefined) return
  const holder = await unit.context.store.lookup('patient', { system: ins.system, value: ins.value })
  if (holder === undefined || holder === self?.id || self?.regained.has(keyText(ins)) === true) return
  const state = await unit.context.store.patient(holder)
  if (state === undefined) return
  const differing = sameTraits(traitsOfPatient(JSON.parse(state.text)), traitsOfPatient(patient))
  if (differing.length > 0) throw new DccError('identity.conflict', { detail: { traits: differing.join(', ') } })
  throw new DccError('identity.known', { expression: 'Patient.identifier' })
}

function refuseIdentityChange(before: Patient, after: Patient): void {
  const known = insOf(before)
  if (known?.value === undefined) return
  const sent = insOf(after)
  if (known.system !== sent?.system || known.value !== sent?.value) {
    const keptAsOld = after.identifier?.some(({ use, value }) => use === 'old' && value === known.value) ?? false
    if (sent === undefined || !keptAsOld) throw new DccError('identity.conflict', { detail: { traits: 'matricule' } })
  }
  const differing = sameTraits(traitsOfPatient(before), traitsOfPatient(after))
  if (differing.length > 0) throw new DccError('identity.conflict', { detail: { traits: differing.join(', ') } })
}

async function claimable(unit: UnitOfWork, patient: Patient, registration: Registration): Promise<Patient> {
  const leftOut = new Set<string>()
  for (const identifier of keysOf(publishable(patient))) {
    const holder = await unit.context.store.lookup('patient', identifier)
    if (holder === undefined) continue
    if (registration.takenIdentifier === 'refuse') throw taken(patient, identifier)
    leftOut.add(keyText(identifier))
    unit.warnings.push(leftOutWarning(patient, identifier))
  }
  if (leftOut.size === 0) return patient
  const kept = (patient.identifier ?? []).filter(({ system, value }) => !leftOut.has(keyText({ system, value })))
  const { identifier: _dropped, ...rest } = patient
  return kept.length > 0 ? { ...rest, identifier: kept } : rest
}

function expressionOf(patient: Patient, key: { system: string; value: string }): string {
  const index = (patient.identifier ?? []).findIndex(
    ({ system, value }) => system === key.system && value === key.value,
  )
  return `Patient.identifier[${index}]`
}

function taken(patient: Patient, key: { system: string; value: string }): DccError {
  return new DccError('identity.identifier-taken', { expression: expressionOf(patient, key) })
}

/** Says that a local identifier of another patient was left out. */
export function leftOutWarning(patient: Patient, key: { system: string; value: string }): DccIssue {
  return {
    key: 'identity.identifier-taken',
    severity: 'warning',
    expression: expressionOf(patient, key),
    fr: 'Cet identifiant local est déjà celui d’un autre patient : il n’a pas été repris.',
    en: 'This local identifier already belongs to another patient: it was left out.',
  }
}
