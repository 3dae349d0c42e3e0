import type { DocumentReference, Identifier, List, Patient, Reference } from '@medplum/fhirtypes'
import { insAuthority } from '../french/ins.ts'
import { parseClinicalId } from '../store/ids.ts'
import { DccError } from './errors.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/**
 * A document or list may name its patient in several places: the reference that files it, an identifier beside it, the
 * identity at its source, its items. All must mean the same patient, or who reads it would file it with somebody else
 * (design.md section 6, rule 1). Refuses with `patient.several` or `list.item-unknown`.
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

/** The identity at the source (MHD sourcePatientInfo) is that of the same person, contained or not. */
async function requireSource(unit: UnitOfWork, document: DocumentReference, patientId: string): Promise<void> {
  const source = document.context?.sourcePatientInfo
  const path = 'DocumentReference.context.sourcePatientInfo'
  if (namesAnother(source, patientId)) throw several(path)
  await requireOwn(unit, source?.identifier, patientId, `${path}.identifier`)
  const at = document.contained?.findIndex(({ id }) => id !== undefined && source?.reference === `#${id}`) ?? -1
  const contained = document.contained?.[at]
  const identifiers = contained?.resourceType === 'Patient' ? (contained.identifier ?? []) : []
  for (const [index, identifier] of identifiers.entries()) {
    const expression = `DocumentReference.contained[${at}].identifier[${index}]`
    await requireOwn(unit, identifier, patientId, expression)
  }
}

/** Items that are not documents or lists, which are checked when the list is filed. */
async function requireItems(unit: UnitOfWork, list: List, patientId: string): Promise<void> {
  for (const [index, { item }] of (list.entry ?? []).entries()) {
    const expression = `List.entry[${index}].item`
    const { system, value } = item?.identifier ?? {}
    const named = system !== undefined && value !== undefined
    const holder = named ? await unit.context.store.lookup('document', { system, value }) : undefined
    const foreign = holder !== undefined && parseClinicalId(holder)?.patientId !== patientId
    if (foreign || namesAnother(item, patientId)) throw new DccError('list.item-unknown', { expression })
  }
}

function namesAnother(reference: Reference | undefined, patientId: string): boolean {
  const [type, id = ''] = reference?.reference?.split('/') ?? []
  if (type === 'Patient') return id !== patientId
  return type === 'Binary' && parseClinicalId(id)?.patientId !== patientId
}

/** Refuses an identifier that another patient holds, and an INS that this one does not hold. */
async function requireOwn(
  unit: UnitOfWork,
  identifier: Identifier | undefined,
  patientId: string,
  expression: string,
): Promise<void> {
  const { system, value } = identifier ?? {}
  if (system === undefined || value === undefined || isOf(unit.patients.get(patientId), { system, value })) return
  const holder = await unit.context.store.lookup('patient', { system, value })
  if (holder === patientId) return
  if (holder !== undefined || insAuthority(system) !== undefined) throw several(expression)
}

function isOf(patient: Patient | undefined, key: { system: string; value: string }): boolean {
  return patient?.identifier?.some(({ system, value }) => system === key.system && value === key.value) === true
}

function several(expression: string): DccError {
  return new DccError('patient.several', { expression })
}
