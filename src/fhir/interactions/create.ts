import type { Readable } from 'node:stream'
import type { Binary, DocumentReference } from '@medplum/fhirtypes'
import { storeContent } from '../../dcc/contents.ts'
import type { DccIssue } from '../../dcc/errors.ts'
import { UnitOfWork } from '../../dcc/unit-of-work.ts'
import { isSimplifiedPublish, publishSimplified } from '../../ihe/iti-105.ts'
import { clinicalId, newLocalId } from '../../store/ids.ts'
import type { StoredResource, StoredType } from '../../store/store.ts'
import { locationOf, writtenAnswer } from '../answers.ts'
import { matches } from '../conditional.ts'
import { FhirError } from '../errors.ts'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { REGISTRATION, registerKnown } from '../known-patient.ts'
import { received, relativeTo } from '../references.ts'
import { requireOwnSubject } from '../restricted-writes.ts'
import { shown } from '../seen-lists.ts'
import { binaryPatient, create, type HeldResource, held, requireMediaType } from '../write.ts'

/** create: POST [type] (FHIR http.html#create), conditional by If-None-Exist; a Binary may come as raw bytes. */
export async function createInteraction(
  context: FhirContext,
  request: FhirRequest,
  type: StoredType,
): Promise<FhirResponse> {
  const { body } = request
  if (body?.kind === 'bytes') return createRawBinary(context, request, body.contentType, body.bytes)
  if (body?.kind !== 'resource') throw new FhirError('http.body-missing')
  if (body.resource.resourceType !== type) throw new FhirError('structure.type-mismatch')
  const resource = held(received(body.resource, context.baseUrl))
  await requireOwnSubject(context, 'create', resource)
  if (request.ifNoneExist !== undefined) {
    const [existing, ...others] = await matches(context, type, request.ifNoneExist)
    if (others.length > 0) throw new FhirError('precondition.multiple')
    if (existing !== undefined) return found(context, request, existing, resource)
  }
  if (resource.resourceType === 'DocumentReference' && isSimplifiedPublish(resource)) {
    return simplifiedPublish(context, request, resource)
  }
  const unit = new UnitOfWork(context.dcc)
  const written = await create(unit, resource, { pathwayOrigin: REGISTRATION })
  await unit.commit()
  return writtenAnswer(context, request, written, unit.warnings)
}

/** ITI-105 (src/ihe/iti-105.ts): 201 with what was created, 200 with what is there when the same was sent before. */
async function simplifiedPublish(
  context: FhirContext,
  request: FhirRequest,
  sent: DocumentReference,
): Promise<FhirResponse> {
  const result = await publishSimplified(context.dcc, sent, (unit, document) => create(unit, document, {}))
  if (result.outcome === 'published') return writtenAnswer(context, request, result.written, result.warnings)
  return existingAnswer(context, request, result.existing, [])
}

/** Nothing is created when If-None-Exist finds one: 200 with what is there. */
async function found(
  context: FhirContext,
  request: FhirRequest,
  existing: StoredResource,
  sent: HeldResource,
): Promise<FhirResponse> {
  const unit = new UnitOfWork(context.dcc)
  if (sent.resourceType === 'Patient') await registerKnown(unit, existing, sent)
  await unit.commit()
  const [own = existing] = await shown(context, [existing])
  return existingAnswer(context, request, own, unit.warnings)
}

function existingAnswer(
  context: FhirContext,
  request: FhirRequest,
  existing: StoredResource,
  warnings: readonly DccIssue[],
): FhirResponse {
  const answer = writtenAnswer(context, request, { ...existing, created: false }, warnings)
  return { ...answer, headers: { ...answer.headers, Location: locationOf(context, existing) } }
}

async function createRawBinary(
  context: FhirContext,
  request: FhirRequest,
  contentType: string,
  bytes: Readable,
): Promise<FhirResponse> {
  if (request.ifNoneExist !== undefined) throw new FhirError('precondition.missing')
  requireMediaType(contentType, 'Binary.contentType')
  const unit = new UnitOfWork(context.dcc)
  const reference = request.securityContext
  const securityContext = reference === undefined ? undefined : { reference: relativeTo(context.baseUrl)(reference) }
  if (securityContext !== undefined) {
    await requireOwnSubject(context, 'create', { resourceType: 'Binary', contentType, securityContext })
  }
  const patientId = await binaryPatient(unit, securityContext)
  unit.requirePatient(patientId)
  const id = clinicalId(patientId, newLocalId(context.dcc.now().getTime()))
  try {
    await storeContent(unit, id, contentType, bytes, { maxSize: context.limits.maxBody })
  } catch (error) {
    throw bytes.errored === null ? error : new FhirError('http.body-incomplete')
  }
  await unit.commit()
  const resource: Binary = {
    resourceType: 'Binary',
    id,
    meta: { versionId: '1', lastUpdated: unit.startedAt },
    contentType,
    ...(securityContext === undefined ? {} : { securityContext }),
  }
  const version = { type: 'Binary', id, version: 1, updatedAt: unit.startedAt, created: true } as const
  return writtenAnswer(context, request, { ...version, text: JSON.stringify(resource) }, unit.warnings)
}
