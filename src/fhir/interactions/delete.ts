import { UnitOfWork } from '../../dcc/unit-of-work.ts'
import type { StoredResource, StoredType } from '../../store/store.ts'
import { deleteMatches } from '../conditional.ts'
import { FhirError } from '../errors.ts'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { requireVersion } from '../preconditions.ts'
import { covered } from '../restrictions.ts'
import { remove } from '../write.ts'

/** delete: DELETE [type]/[id] (FHIR http.html#delete), as the domain allows; deleting again changes nothing. */
export async function deleteInteraction(
  context: FhirContext,
  request: FhirRequest,
  type: StoredType,
  id: string,
): Promise<FhirResponse> {
  const current = await covered(context, 'delete', await context.dcc.store.read(type, id))
  if (current?.deleted === true) return { status: 204, headers: {} }
  if (current === undefined || !current.visible) throw new FhirError('resource.unknown')
  return deleted(context, request, current)
}

async function deleted(context: FhirContext, request: FhirRequest, current: StoredResource): Promise<FhirResponse> {
  requireVersion(request.ifMatch, current.version)
  const unit = new UnitOfWork(context.dcc)
  await remove(unit, current)
  await unit.commit()
  return { status: 204, headers: {} }
}

/** Conditional delete, single: DELETE [type]?criteria; no match is no error, several are refused with 412. */
export async function conditionalDelete(
  context: FhirContext,
  request: FhirRequest,
  type: StoredType,
): Promise<FhirResponse> {
  const [current, ...others] = await deleteMatches(context, type, request.query)
  if (others.length > 0) throw new FhirError('precondition.multiple')
  if (current === undefined) return { status: 204, headers: {} }
  return deleted(context, request, current)
}
