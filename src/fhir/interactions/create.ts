import type { Binary } from '@medplum/fhirtypes'
import { storeContent } from '../../dcc/contents.ts'
import { UnitOfWork } from '../../dcc/unit-of-work.ts'
import { clinicalId, newLocalId } from '../../store/ids.ts'
import type { StoredType } from '../../store/store.ts'
import { locationOf, resourceAnswer, versionHeaders, writtenAnswer } from '../answers.ts'
import { matches } from '../conditional.ts'
import { FhirError } from '../errors.ts'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { relativeTo, rewriteAddresses } from '../references.ts'
import { binaryPatient, create, held } from '../write.ts'

/** What a POST of a Patient says: this person is now followed for cancer (RESOURCE_TYPES.Patient.documentation). */
export const REGISTRATION = 'registration'

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
  if (request.ifNoneExist !== undefined) {
    const [existing, ...others] = await matches(context, type, request.ifNoneExist)
    if (others.length > 0) throw new FhirError('precondition.multiple')
    if (existing !== undefined) {
      const { body: text, ...answer } = resourceAnswer(context, existing)
      const location = { ...answer.headers, Location: locationOf(context, existing) }
      const minimal = request.prefer.return === 'minimal' || text === undefined
      return { status: 200, headers: location, ...(minimal ? {} : { body: text }) }
    }
  }
  const unit = new UnitOfWork(context.dcc)
  const resource = held(rewriteAddresses(body.resource, relativeTo(context.baseUrl)))
  const written = await create(unit, resource, { pathwayOrigin: REGISTRATION })
  await unit.commit()
  return writtenAnswer(context, request, written, unit.warnings)
}

async function createRawBinary(
  context: FhirContext,
  request: FhirRequest,
  contentType: string,
  bytes: Parameters<typeof storeContent>[3],
): Promise<FhirResponse> {
  const unit = new UnitOfWork(context.dcc)
  const reference = request.securityContext
  const securityContext = reference === undefined ? undefined : { reference: relativeTo(context.baseUrl)(reference) }
  const patientId = await binaryPatient(unit, securityContext)
  unit.add({ kind: 'require-patient', id: patientId })
  const id = clinicalId(patientId, newLocalId(context.dcc.now().getTime()))
  await storeContent(unit, id, contentType, bytes, { maxSize: context.limits.maxBody })
  await unit.commit()
  const version = { type: 'Binary' as const, id, version: 1, updatedAt: unit.startedAt }
  const location = `${context.baseUrl}/Binary/${id}/_history/1`
  const answer: FhirResponse = { status: 201, headers: { ...versionHeaders(version), Location: location } }
  if (request.prefer.return === 'minimal') return answer
  const resource: Binary = {
    resourceType: 'Binary',
    id,
    meta: { versionId: '1', lastUpdated: unit.startedAt },
    contentType,
    ...(securityContext === undefined ? {} : { securityContext }),
  }
  return { ...answer, body: { kind: 'json', text: JSON.stringify(resource) } }
}
