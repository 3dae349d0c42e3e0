import type { Binary, DocumentReference, List, Patient, Reference, Resource } from '@medplum/fhirtypes'
import { storeContent } from '../dcc/contents.ts'
import { publishDocument, reviseDocument, withdrawDocument } from '../dcc/documents.ts'
import { DccError } from '../dcc/errors.ts'
import { fileList, reviseList } from '../dcc/lists.ts'
import { changePatient } from '../dcc/merge.ts'
import { deletePatient, registerPatient } from '../dcc/patients.ts'
import { deleteReference, type ReferenceResource, writeReference } from '../dcc/references.ts'
import { requireOnePatient } from '../dcc/same-patient.ts'
import { bytesOfData } from '../dcc/set-aside.ts'
import { resolveSubject } from '../dcc/subject.ts'
import type { UnitOfWork, Written } from '../dcc/unit-of-work.ts'
import { fedRevision } from '../ihe/iti-104.ts'
import { clinicalId, newLocalId, newPatientId, newReferenceId, parseClinicalId } from '../store/ids.ts'
import type { IdentifierKey, StoredResource, StoredType } from '../store/store.ts'
import { FhirError } from './errors.ts'
import { isMediaType } from './media-types.ts'
import { requireVersion } from './preconditions.ts'
import { modest } from './resource-limits.ts'

/** What a creation needs to know besides the resource. */
export interface Creation {
  /** The id assigned beforehand (transactions rewrite references first); minted here when absent. */
  id?: string
  /** What opens the pathway of a new patient, or undefined (identity feed). */
  pathwayOrigin?: string
}

/** A resource of a type that the server holds; its structure has been checked. */
export type HeldResource = Patient | DocumentReference | List | Binary | ReferenceResource

/** Narrows a parsed resource to the types that the server holds. */
export function held(resource: Resource): HeldResource {
  switch (resource.resourceType) {
    case 'Patient':
    case 'DocumentReference':
    case 'List':
    case 'Binary':
    case 'Practitioner':
    case 'PractitionerRole':
    case 'Organization':
      return resource
    default:
      throw new FhirError('structure.type-mismatch')
  }
}

/** Adds the creation of a resource to a unit, by the rules of its type. */
export async function create(unit: UnitOfWork, sent: HeldResource, creation: Creation): Promise<Written> {
  const resource = modest(sent)
  switch (resource.resourceType) {
    case 'Patient':
      return registerPatient(unit, resource, {
        id: creation.id ?? newPatientId(),
        pathwayOrigin: creation.pathwayOrigin,
        takenIdentifier: 'refuse',
      })
    case 'DocumentReference': {
      for (const { attachment } of resource.content ?? []) {
        requireMediaType(attachment?.contentType, 'DocumentReference.content[0].attachment.contentType')
        requireAddress(attachment?.url, 'DocumentReference.content[0].attachment.url')
      }
      const { id, patientId } = await placed(unit, resource.subject, 'DocumentReference.subject', creation.id)
      await requireOnePatient(unit, resource, patientId)
      return publishDocument(unit, resource, { id, patientId, unknownTarget: 'refuse' })
    }
    case 'List': {
      const { id, patientId } = await placed(unit, resource.subject, 'List.subject', creation.id)
      await requireOnePatient(unit, resource, patientId)
      return fileList(unit, resource, id, patientId)
    }
    case 'Binary':
      return createBinary(unit, resource, creation.id)
    default:
      return writeReference(unit, resource, creation.id ?? newReferenceId(), undefined, 'POST')
  }
}

/**
 * Adds an update of `current` to a unit. If-Match has to name the current version when it is given; `feed` is the
 * identifier by which an identity source named a patient (ITI-104).
 */
export async function update(
  unit: UnitOfWork,
  current: StoredResource,
  sent: HeldResource,
  ifMatch: string | undefined,
  method: 'PUT' | 'PATCH' = 'PUT',
  feed?: IdentifierKey,
): Promise<Written> {
  requireVersion(ifMatch, current.version)
  const resource = modest(sent)
  const { store } = unit.context
  const patientId = parseClinicalId(current.id)?.patientId
  if (patientId !== undefined && (resource.resourceType === 'DocumentReference' || resource.resourceType === 'List')) {
    await requireOnePatient(unit, resource, patientId)
  }
  switch (resource.resourceType) {
    case 'Patient': {
      const state = await store.patient(current.id)
      if (state === undefined) throw new FhirError('resource.unknown')
      const revision = feed === undefined ? resource : fedRevision(JSON.parse(state.text), resource, feed)
      return changePatient(unit, state, revision, { method, feed })
    }
    case 'DocumentReference': {
      const state = await store.document(current.id)
      if (state === undefined) throw new FhirError('resource.unknown')
      return reviseDocument(unit, state, resource, method)
    }
    case 'List':
      return reviseList(unit, current, resource, method)
    case 'Binary':
      throw new DccError('document.immutable', { expression: 'Binary.data' })
    default:
      return writeReference(unit, resource, current.id, current, method)
  }
}

/** Adds the deletion of `current` to a unit, as its type allows. */
export async function remove(unit: UnitOfWork, current: StoredResource): Promise<void> {
  const { store } = unit.context
  const { type } = current
  switch (type) {
    case 'Patient': {
      const state = await store.patient(current.id)
      if (state === undefined) throw new FhirError('resource.unknown')
      return deletePatient(unit, state)
    }
    case 'DocumentReference': {
      const state = await store.document(current.id)
      if (state === undefined) throw new FhirError('resource.unknown')
      return withdrawDocument(unit, state)
    }
    case 'List':
      unit.add({ kind: 'delete', type, id: current.id, expectedVersion: current.version, updatedAt: unit.startedAt })
      return
    case 'Binary':
      throw new DccError('document.immutable', { expression: 'Binary' })
    default:
      return deleteReference(unit, type, current)
  }
}

/** A new id of the right shape for a type; clinical ids carry their patient's. */
export function mintId(type: StoredType, patientId: string, now: Date): string {
  if (type === 'Patient') return newPatientId()
  if (type === 'Practitioner' || type === 'PractitionerRole' || type === 'Organization') return newReferenceId()
  return clinicalId(patientId, newLocalId(now.getTime()))
}

async function placed(
  unit: UnitOfWork,
  subject: Reference | undefined,
  expression: string,
  id: string | undefined,
): Promise<{ id: string; patientId: string }> {
  const patientId = await resolveSubject(unit, subject, expression)
  const placedId = id ?? clinicalId(patientId, newLocalId(unit.context.now().getTime()))
  // A transaction mints ids for one patient; a resource of another one must not be routed there.
  if (parseClinicalId(placedId)?.patientId !== patientId) throw new FhirError('bundle.several-patients', { expression })
  return { id: placedId, patientId }
}

async function createBinary(unit: UnitOfWork, binary: Binary, assigned: string | undefined): Promise<Written> {
  requireMediaType(binary.contentType, 'Binary.contentType')
  // In a transaction that names its patient a Binary need not repeat whose it is, but must not say otherwise.
  const routed = assigned === undefined ? undefined : parseClinicalId(assigned)?.patientId
  const patientId =
    binary.securityContext === undefined && routed !== undefined
      ? routed
      : await binaryPatient(unit, binary.securityContext)
  if (routed !== undefined && routed !== patientId) {
    throw new FhirError('bundle.several-patients', { expression: 'Binary.securityContext' })
  }
  unit.requirePatient(patientId)
  const id = assigned ?? clinicalId(patientId, newLocalId(unit.context.now().getTime()))
  const bytes = bytesOfData(binary.data ?? '')
  await storeContent(unit, id, binary.contentType ?? 'application/octet-stream', bytes)
  const text = binaryText(binary, id, unit)
  return { type: 'Binary', id, version: 1, updatedAt: unit.startedAt, created: true, text }
}

/** A content type goes out as a header and must be one. */
export function requireMediaType(contentType: string | undefined, expression: string): void {
  if (contentType !== undefined && !isMediaType(contentType)) {
    throw new FhirError('structure.value', { expression, detail: { expected: 'media type (RFC 9110)' } })
  }
}

/**
 * A document is in a Binary of ours or at an address that anybody can follow: one that is relative would be resolved
 * by each reader against something else, and one of another scheme (`javascript:`, `data:`, `file:`) would act.
 */
function requireAddress(url: string | undefined, expression: string): void {
  if (url !== undefined && !/^(Binary\/|https?:\/\/[^/])/i.test(url)) {
    throw new FhirError('structure.value', { expression, detail: { expected: 'url (Binary/…, https://…)' } })
  }
}

/** The patient that a Binary's security context names, directly or by one of the patient's documents. */
export async function binaryPatient(unit: UnitOfWork, context: Reference | undefined): Promise<string> {
  const expression = 'Binary.securityContext'
  if (context === undefined) throw new DccError('content.context-missing', { expression })
  const [type, id] = context.reference?.split('/') ?? []
  const patientId = type === 'DocumentReference' && id !== undefined ? parseClinicalId(id)?.patientId : undefined
  return resolveSubject(unit, patientId === undefined ? context : { reference: `Patient/${patientId}` }, expression)
}

function binaryText(binary: Binary, id: string, unit: UnitOfWork): string {
  const { data: _data, id: _id, meta: _meta, resourceType: _type, ...rest } = binary
  return JSON.stringify({ resourceType: 'Binary', id, meta: { versionId: '1', lastUpdated: unit.startedAt }, ...rest })
}
