import type { Identifier, Patient } from '@medplum/fhirtypes'
import { type IdentityIssue, insOf } from '../french/identity.ts'
import { missingTraits, sameTraits, type TraitName, traitsOfPatient } from '../french/traits.ts'
import { newPatientId } from '../store/ids.ts'
import type { PatientState } from '../store/store.ts'
import { DccError } from './errors.ts'
import { leftOutWarning, registerPatient, revisePatient } from './patients.ts'
import type { DccContext, UnitOfWork } from './unit-of-work.ts'

/**
 * What becomes of a document whose patient nobody has registered. `refuse` is for documents that come over the network:
 * they say whom they are about, and change nothing of the record of that patient.
 */
export type UnknownPatient = 'register' | 'refuse'

/**
 * The patient whom a document names: by INS with all strict traits equal, else by a local identifier with all strict
 * traits equal, else a new one without pathway. Names alone never match (identity-fr.md 1.7). A known patient gains the
 * local identifiers that nobody holds, unless unknown patients are refused: the hospital can then find the record by
 * them. Refuses with `identity.conflict`, `identity.identifier-taken`, `patient.ambiguous`, the rules of a registration
 * or `patient.unknown`.
 */
export async function matchPatient(unit: UnitOfWork, sent: Patient, unknown: UnknownPatient): Promise<string> {
  const ins = insOf(sent)
  const found = ins === undefined ? await byLocalIdentifiers(unit, sent) : await byIns(unit, sent, ins)
  const tolerates = toleranceOf(unit.context)
  if (found !== undefined) {
    if (unknown === 'register') await addLocalIdentifiers(unit, found, sent, tolerates)
    return found.id
  }
  if (unknown === 'refuse') throw new DccError('patient.unknown')
  const id = newPatientId()
  await registerPatient(unit, sent, { id, pathwayOrigin: undefined, takenIdentifier: 'leave-out', tolerates })
  return id
}

async function byIns(unit: UnitOfWork, sent: Patient, ins: Identifier): Promise<PatientState | undefined> {
  const found = await holderOf(unit, ins)
  if (found === undefined) return undefined
  const differing = sameTraits(traitsOfPatient(JSON.parse(found.text)), traitsOfPatient(sent))
  if (differing.length > 0) throw new DccError('identity.conflict', { detail: { traits: differing.join(', ') } })
  return found
}

async function byLocalIdentifiers(unit: UnitOfWork, sent: Patient): Promise<PatientState | undefined> {
  const holders = new Map<string, PatientState>()
  for (const identifier of sent.identifier ?? []) {
    const holder = await holderOf(unit, identifier)
    if (holder !== undefined) holders.set(holder.id, holder)
  }
  const [found, ...others] = holders.values()
  if (others.length > 0) throw new DccError('patient.ambiguous', { expression: 'Patient.identifier' })
  if (found === undefined) return undefined
  const [held, named] = [traitsOfPatient(JSON.parse(found.text)), traitsOfPatient(sent)]
  const missing = new Set([...missingTraits(held), ...missingTraits(named)])
  const unproved = NEEDED_WITHOUT_INS.filter((trait) => missing.has(trait))
  const differing = [...unproved, ...sameTraits(held, named)]
  if (differing.length > 0) throw notTheSame(differing)
  return found
}

/** A local identifier alone proves nothing: hospitals reuse numbers. Without INS these must be known on both sides. */
const NEEDED_WITHOUT_INS = ['birthFamily', 'firstGiven', 'gender', 'birthDate'] as const satisfies readonly TraitName[]

function notTheSame(traits: readonly TraitName[]): DccError {
  const expression = 'Patient.identifier'
  const names = traits.join(', ')
  const issue = {
    key: 'identity.identifier-taken',
    severity: 'error' as const,
    expression,
    fr: `Cet identifiant local désigne un patient dont un trait strict diffère ou manque (${names}) : faites vérifier l’identité.`,
    en: `This local identifier belongs to a patient with a different or missing strict trait (${names}): have the identity checked.`,
  }
  return new DccError('identity.identifier-taken', { expression, detail: { traits: names }, issues: [issue] })
}

async function holderOf(unit: UnitOfWork, { system, value }: Identifier): Promise<PatientState | undefined> {
  if (system === undefined || value === undefined) return undefined
  const id = await unit.context.store.lookup('patient', { system, value })
  const state = id === undefined ? undefined : await unit.context.store.patient(id)
  if (state?.state !== 'current') return undefined
  unit.requireHolder({ system, value }, state.id)
  return state
}

async function addLocalIdentifiers(
  unit: UnitOfWork,
  found: PatientState,
  sent: Patient,
  tolerates: (issue: IdentityIssue) => boolean,
): Promise<void> {
  const patient: Patient = JSON.parse(found.text)
  const added: Identifier[] = []
  for (const identifier of sent.identifier ?? []) {
    const { system, value } = identifier
    if (system === undefined || value === undefined) continue
    if (patient.identifier?.some((held) => held.system === system && held.value === value)) continue
    const holder = await unit.context.store.lookup('patient', { system, value })
    if (holder === undefined) added.push(identifier)
    else if (holder !== found.id) unit.warnings.push(leftOutWarning(sent, { system, value }))
  }
  if (added.length === 0) return
  const completed = { ...patient, identifier: [...(patient.identifier ?? []), ...added] }
  await revisePatient(unit, found, completed, { tolerates })
}

/**
 * A test installation takes documents whose fictitious patients carry a production OID or a wrong key (samples of the
 * national agency do), with a warning; a production installation takes neither (INS-03, INS-05).
 */
function toleranceOf({ insDomain }: DccContext): (issue: IdentityIssue) => boolean {
  return ({ key, reason }) => insDomain === 'test' && (key === 'INS-05' || (key === 'INS-03' && reason === 'key'))
}
