import type { DocumentReference, HumanName, Identifier, List, Patient, Reference, Resource } from '@medplum/fhirtypes'
import { fold } from '../french/fold.ts'
import { insAuthority } from '../french/ins.ts'
import { sameTraits, type TraitName, traitsOfPatient } from '../french/traits.ts'
import { parseClinicalId } from '../store/ids.ts'
import { DccError } from './errors.ts'
import { isSamePerson } from './persons.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/**
 * A document or list may name its patient in several places: the reference that files it, an identifier beside it, the
 * identity at its source, its items. All must mean the same patient, or who reads it would file it with somebody else
 * (design.md section 6, rule 1); records that were merged are one patient's. Refuses with `patient.several` or
 * `list.item-unknown`.
 */
export async function requireOnePatient(
  unit: UnitOfWork,
  resource: DocumentReference | List,
  patientId: string,
): Promise<void> {
  const path = `${resource.resourceType}.subject`
  await requireOwn(unit, resource.subject?.identifier, patientId, `${path}.identifier`)
  if (resource.resourceType === 'DocumentReference') await requireSource(unit, resource, patientId)
  else await requireItems(unit, resource, patientId)
}

/**
 * The traits in which another account of a patient, such as the identity at the source of a document, contradicts the
 * record: strict traits known on both sides, and any name where the account does not say which one is official.
 */
export async function contradictedTraits(unit: UnitOfWork, patientId: string, account: Patient): Promise<TraitName[]> {
  const known = unit.patients.get(patientId) ?? (await knownPatient(unit, patientId))
  if (known === undefined) return []
  const differing = sameTraits(traitsOfPatient(known), traitsOfPatient(account))
  if (account.name?.some(({ use }) => use === 'official') === true) return differing
  const family = isDisjoint(
    names(account, ({ family }) => family),
    names(known, ({ family }) => family),
  )
  const given = isDisjoint(
    names(account, ({ given }) => given?.[0]),
    names(known, ({ given }) => given?.[0]),
  )
  return [...differing, ...(family ? ['birthFamily' as const] : []), ...(given ? ['firstGiven' as const] : [])]
}

/** No identifier of another account of a patient is another patient's, nor an INS that this one does not hold. */
export async function requireOwnIdentifiers(
  unit: UnitOfWork,
  { identifier = [] }: Patient,
  patientId: string,
  path: string,
): Promise<void> {
  for (const [index, one] of identifier.entries()) {
    await requireOwn(unit, one, patientId, `${path}.identifier[${index}]`)
  }
}

async function knownPatient(unit: UnitOfWork, patientId: string): Promise<Patient | undefined> {
  const state = await unit.patientState(patientId)
  return state === undefined || state.text === '' ? undefined : JSON.parse(state.text)
}

function names({ name = [] }: Patient, part: (name: HumanName) => string | undefined): string[] {
  return name.flatMap((one) => part(one)?.trim() || []).map(fold)
}

/** Whether two lists, both known, have nothing in common. */
function isDisjoint(some: readonly string[], others: readonly string[]): boolean {
  return some.length > 0 && others.length > 0 && !some.some((one) => others.includes(one))
}

/** The identity at the source (MHD sourcePatientInfo) is that of the same person, contained or not. */
async function requireSource(unit: UnitOfWork, document: DocumentReference, patientId: string): Promise<void> {
  const source = document.context?.sourcePatientInfo
  const path = 'DocumentReference.context.sourcePatientInfo'
  if (await namesAnother(unit, source, patientId)) throw several(path)
  await requireOwn(unit, source?.identifier, patientId, `${path}.identifier`)
  const named = (one: Resource) => one.id !== undefined && source?.reference === `#${one.id}`
  const at = document.contained?.findIndex(named) ?? -1
  // Of two that have the same id one reader takes the first, another the last.
  const last = document.contained?.findLastIndex(named) ?? -1
  if (last !== at) throw several(`DocumentReference.contained[${last}]`)
  const contained = document.contained?.[at]
  if (contained?.resourceType !== 'Patient') return
  await requireOwnIdentifiers(unit, contained, patientId, `DocumentReference.contained[${at}]`)
}

/** Items that are not documents or lists, which are checked when the list is filed. */
async function requireItems(unit: UnitOfWork, list: List, patientId: string): Promise<void> {
  for (const [index, { item }] of (list.entry ?? []).entries()) {
    const expression = `List.entry[${index}].item`
    const { system, value } = item?.identifier ?? {}
    const named = system !== undefined && value !== undefined
    const holder = named ? await unit.context.store.lookup('document', { system, value }) : undefined
    const owner = holder === undefined ? undefined : parseClinicalId(holder)?.patientId
    const foreign = owner !== undefined && !(await isSamePerson(unit, owner, patientId))
    if (foreign || (await namesAnother(unit, item, patientId))) throw new DccError('list.item-unknown', { expression })
  }
}

async function namesAnother(unit: UnitOfWork, reference: Reference | undefined, patientId: string): Promise<boolean> {
  const [type, id = ''] = reference?.reference?.split('/') ?? []
  if (type === 'Patient') return !(await isSamePerson(unit, id, patientId))
  if (type !== 'Binary') return false
  const owner = parseClinicalId(id)?.patientId
  return owner === undefined || !(await isSamePerson(unit, owner, patientId))
}

/** Refuses an identifier that another patient holds, and an INS (or any number, `ownNumbersOnly`) that this one does not. */
async function requireOwn(
  unit: UnitOfWork,
  identifier: Identifier | undefined,
  patientId: string,
  expression: string,
): Promise<void> {
  const { system, value } = identifier ?? {}
  if (system === undefined || value === undefined || isOf(unit.patients.get(patientId), { system, value })) return
  const holder = await unit.context.store.lookup('patient', { system, value })
  if (holder !== undefined && (await isSamePerson(unit, holder, patientId))) return
  const mustHold = unit.context.ownNumbersOnly === true || insAuthority(system) !== undefined
  if (holder !== undefined || mustHold) throw several(expression)
}

function isOf(patient: Patient | undefined, key: { system: string; value: string }): boolean {
  return patient?.identifier?.some(({ system, value }) => system === key.system && value === key.value) === true
}

function several(expression: string): DccError {
  return new DccError('patient.several', { expression })
}
