import type { Patient } from '@medplum/fhirtypes'
import { type IdentityIssue, identifierRules, identityStatusOf, insOf, publishable } from '../french/identity.ts'
import { sameTraits, traitsOfPatient } from '../french/traits.ts'
import { newLocalId } from '../store/ids.ts'
import type { PatientState } from '../store/store.ts'
import { DccError, type DccIssue } from './errors.ts'
import { stamp, type UnitOfWork, type Written } from './unit-of-work.ts'

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
  checkIdentity(unit, patient, registration.tolerates)
  await refuseKnownIns(unit, patient)
  const kept = await claimable(unit, patient, registration)
  return writePatient(unit, kept, registration.id, undefined, registration.pathwayOrigin)
}

/**
 * Replaces a patient's resource. A qualified identity keeps its strict traits and its matricule; another matricule (a
 * waiting number that becomes final) is taken only when the former one stays with use `old` (identity-fr.md 1.4).
 */
export async function revisePatient(
  unit: UnitOfWork,
  current: PatientState,
  patient: Patient,
  method: 'PUT' | 'PATCH' = 'PUT',
  tolerates?: (issue: IdentityIssue) => boolean,
): Promise<Written> {
  checkIdentity(unit, patient, tolerates)
  const before: Patient = JSON.parse(current.text)
  refuseIdentityChange(before, patient)
  await refuseKnownIns(unit, patient, current.id)
  const claims = keysOf(publishable(patient))
  for (const identifier of claims) {
    const holder = await unit.context.store.lookup('patient', identifier)
    if (holder !== undefined && holder !== current.id) throw taken(patient, identifier)
  }
  const kept = new Set(claims.map(keyText))
  for (const identifier of keysOf(before)) {
    if (!kept.has(keyText(identifier))) {
      unit.add({ kind: 'release', directory: 'patient', ...identifier, id: current.id })
    }
  }
  return writePatient(unit, patient, current.id, current.version, undefined, method)
}

/** Deletes a patient; the identifiers become free. The store refuses while documents or lists, even hidden, are there. */
export function deletePatient(unit: UnitOfWork, current: PatientState): void {
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

/** Opens an oncology pathway unless the patient has one: from then on the patient and the documents are visible. */
export async function openPathway(
  unit: UnitOfWork,
  patientId: string,
  origin: string,
  topography?: string,
): Promise<boolean> {
  if (unit.pathways.has(patientId)) return false
  if ((await unit.context.store.pathways(patientId)).length > 0) return false
  unit.pathways.add(patientId)
  unit.add({
    kind: 'open-pathway',
    pathway: {
      id: newLocalId(unit.context.now().getTime()),
      patientId,
      status: topography === undefined ? 'suspected' : 'active',
      origin,
      topography,
      openedAt: unit.startedAt,
    },
  })
  return true
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
async function refuseKnownIns(unit: UnitOfWork, patient: Patient, self?: string): Promise<void> {
  const ins = insOf(patient)
  if (ins?.system === undefined || ins.value === undefined) return
  const holder = await unit.context.store.lookup('patient', { system: ins.system, value: ins.value })
  if (holder === undefined || holder === self) return
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

function writePatient(
  unit: UnitOfWork,
  patient: Patient,
  id: string,
  expectedVersion: number | undefined,
  pathwayOrigin: string | undefined,
  method: 'POST' | 'PUT' | 'PATCH' = 'POST',
): Written {
  const version = (expectedVersion ?? 0) + 1
  const updatedAt = unit.startedAt
  const kept = publishable(patient)
  unit.hold(kept)
  const { text, resource } = stamp('Patient', kept, id, version, updatedAt)
  const sort = unit.context.indexer.sort(resource)
  // Only what is kept is taken: what the stored text does not name could never be given back.
  for (const identifier of keysOf(kept)) unit.add({ kind: 'claim', directory: 'patient', ...identifier, id })
  unit.add({
    kind: 'put-patient',
    id,
    expectedVersion,
    updatedAt,
    method,
    text,
    index: unit.context.indexer.index(resource),
    identityStatus: identityStatusOf(patient),
    state: 'current',
    birthDate: sort.birthDate,
    family: sort.family,
  })
  unit.patients.set(id, patient)
  const written: Written = { type: 'Patient', id, version, updatedAt, created: expectedVersion === undefined, text }
  if (pathwayOrigin !== undefined) {
    unit.pathways.add(id)
    unit.add({
      kind: 'open-pathway',
      pathway: {
        id: newLocalId(unit.context.now().getTime()),
        patientId: id,
        status: 'suspected',
        origin: pathwayOrigin,
        topography: undefined,
        openedAt: updatedAt,
      },
    })
  }
  unit.event(written.created ? 'patient.created' : 'patient.updated', id, written)
  return written
}

function keysOf(patient: Patient): { system: string; value: string }[] {
  const keys = new Map<string, { system: string; value: string }>()
  for (const { system, value } of patient.identifier ?? []) {
    if (system !== undefined && value !== undefined) keys.set(keyText({ system, value }), { system, value })
  }
  return [...keys.values()]
}

function keyText({ system, value }: { system?: string | undefined; value?: string | undefined }): string {
  return `${system ?? ''}|${value ?? ''}`
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
