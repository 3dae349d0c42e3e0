import { UnitOfWork } from '../../dcc/unit-of-work.ts'
import { feedKeyOf } from '../../ihe/iti-104.ts'
import type { IdentifierKey, StoredResource, StoredType } from '../../store/store.ts'
import { writtenAnswer } from '../answers.ts'
import { updateMatches } from '../conditional.ts'
import { FhirError } from '../errors.ts'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { received } from '../references.ts'
import { requireOwnSubject } from '../restricted-writes.ts'
import { covered } from '../restrictions.ts'
import { requireSeenItems } from '../seen-parts.ts'
import { create, type HeldResource, held, update } from '../write.ts'
import { visible } from './read.ts'

/** update: PUT [type]/[id] (FHIR http.html#update). Ids are the server's: an unknown id is refused, not created. */
export async function updateInteraction(
  context: FhirContext,
  request: FhirRequest,
  type: StoredType,
  id: string,
): Promise<FhirResponse> {
  const resource = bodyOf(context, request, type)
  if (resource.id === undefined) throw new FhirError('resource.id-missing')
  if (resource.id !== id) throw new FhirError('resource.id-mismatch')
  const current = updatable(await covered(context, 'update', await context.dcc.store.read(type, id)))
  return updated(context, request, current, resource)
}

/** The row that a PUT would change: an unknown id is not created, and a hidden one must not differ from it. */
export function updatable(stored: StoredResource | undefined): StoredResource {
  if (stored === undefined || (!stored.visible && !stored.deleted)) throw new FhirError('resource.no-update-as-create')
  return visible(stored)
}

/**
 * Conditional update: PUT [type]?criteria (FHIR http.html#cond-update; PIX-104-1 for Patient): none creates, one
 * updates, several are refused with 412. A patient created here is an identity, not a registration: no pathway opens.
 */
export async function conditionalUpdate(
  context: FhirContext,
  request: FhirRequest,
  type: StoredType,
): Promise<FhirResponse> {
  const resource = bodyOf(context, request, type)
  await requireOwnSubject(context, 'update', resource)
  const [current, ...others] = await updateMatches(context, type, request.query, resource)
  if (others.length > 0) throw new FhirError('precondition.multiple')
  if (current === undefined) {
    if (resource.id !== undefined) throw new FhirError('resource.no-update-as-create')
    await requireOwnSubject(context, 'create', resource)
    const unit = new UnitOfWork(context.dcc)
    const written = await create(unit, resource, {})
    await unit.commit()
    return writtenAnswer(context, request, written, unit.warnings)
  }
  if (resource.id !== undefined && resource.id !== current.id) throw new FhirError('resource.id-mismatch')
  return updated(context, request, current, resource, type === 'Patient' ? feedKeyOf(request.query) : undefined)
}

async function updated(
  context: FhirContext,
  request: FhirRequest,
  current: StoredResource,
  resource: HeldResource,
  feed?: IdentifierKey,
): Promise<FhirResponse> {
  await requireSeenItems(context, resource)
  const unit = new UnitOfWork(context.dcc)
  const written = await update(unit, current, resource, request.ifMatch, 'PUT', feed)
  await unit.commit()
  return writtenAnswer(context, request, written, unit.warnings)
}

function bodyOf(context: FhirContext, request: FhirRequest, type: StoredType): HeldResource {
  if (request.body?.kind !== 'resource') throw new FhirError('http.body-missing')
  if (request.body.resource.resourceType !== type) throw new FhirError('structure.type-mismatch')
  return held(received(request.body.resource, context.baseUrl))
}
