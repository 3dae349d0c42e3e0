import type { OperationOutcomeIssue, Resource } from '@medplum/fhirtypes'
import { DccError } from '../../dcc/errors.ts'
import { UnitOfWork } from '../../dcc/unit-of-work.ts'
import type { StoredResource, StoredType } from '../../store/store.ts'
import { requireAccess } from '../caller.ts'
import { FhirError } from '../errors.ts'
import { updatable } from '../interactions/update.ts'
import { outcomeOf, refusalOf } from '../outcome.ts'
import { received } from '../references.ts'
import { isStoredType, RESOURCE_TYPES } from '../resource-types.ts'
import { requireOwnSubject } from '../restricted-writes.ts'
import { covered } from '../restrictions.ts'
import { withoutUnseen } from '../seen-parts.ts'
import { checkedResource } from '../structure.ts'
import { create, held, remove, update } from '../write.ts'
import type { OperationCall } from './operation.ts'

/** The interactions that `$validate` may be asked about. */
export type Mode = 'create' | 'update' | 'delete'

/**
 * What the server would say of an interaction besides the validation of what was sent: identifiers that are taken,
 * documents that are there already, references that lead nowhere, what never changes, and what profiles of the record say
 * of the resource as it would be stored. It is prepared through the same door as ever and never committed. What only the commit sees (a change at the same moment, hidden drafts of a patient that
 * is to be deleted) is not told.
 */
export async function rehearse(call: OperationCall, mode: Mode, resource: unknown): Promise<OperationOutcomeIssue[]> {
  const { context, request } = call
  const unit = new UnitOfWork(context.dcc)
  try {
    if (mode === 'delete') await rehearseDelete(call, unit)
    else await rehearseWrite(call, unit, mode, resource)
  } catch (error) {
    // Who may not do it is not told what would come of it.
    if (error instanceof FhirError && error.key === 'http.forbidden') throw error
    const { outcome, status } = refusalOf(await withoutUnseen(context, error), request.language, request.requestId)
    if (status >= 500) throw error
    return outcome.issue ?? []
  }
  return unit.warnings.length === 0 ? [] : (outcomeOf(unit.warnings, request.language).issue ?? [])
}

/** The resource as R4 has it; undefined when it is none, which the validation tells. */
function asResource(json: unknown): Resource | undefined {
  try {
    return checkedResource(json)
  } catch (error) {
    if (error instanceof FhirError) return undefined
    throw error
  }
}

async function rehearseWrite(call: OperationCall, unit: UnitOfWork, mode: Mode, json: unknown): Promise<void> {
  const { context } = call
  const resource = asResource(json)
  if (resource === undefined || (call.type !== undefined && call.type !== resource.resourceType)) return
  const type = servedType(resource.resourceType, mode)
  requireAccess(call.request.caller, { interaction: mode, type })
  await requireOwnSubject(context, mode === 'create' ? mode : 'update', received(resource, context.baseUrl))
  if (mode === 'create') {
    await create(unit, held(received(resource, context.baseUrl)), {})
    return
  }
  const id = call.id ?? resource.id
  // A body without id, or with another one, is told by the validation.
  if (id === undefined || (resource.id !== undefined && resource.id !== id)) return
  const current = updatable(await covered(context, mode, await context.dcc.store.read(type, id)))
  await update(unit, current, held(received({ ...resource, id }, context.baseUrl)), call.request.ifMatch)
}

async function rehearseDelete({ context, request, type, id = '' }: OperationCall, unit: UnitOfWork): Promise<void> {
  const stored = servedType(type, 'delete')
  requireAccess(request.caller, { interaction: 'delete', type: stored })
  const current = await covered(context, 'delete', await context.dcc.store.read(stored, id))
  if (current === undefined || !current.visible) throw new FhirError('resource.unknown')
  if (current.type === 'Patient') await requireEmpty(unit, current)
  await remove(unit, current)
}

/** The store refuses a patient of whom something is still filed. */
async function requireEmpty({ context }: UnitOfWork, { id }: StoredResource): Promise<void> {
  const conditions = [{ kind: 'patient' as const, ids: [id] }]
  for (const type of ['DocumentReference', 'List'] as const) {
    if ((await context.store.count({ type, conditions })) > 0) throw new DccError('patient.has-documents')
  }
}

function servedType(type: string | undefined, interaction: Mode): StoredType {
  if (!isStoredType(type)) {
    throw new FhirError('resource.type-unknown', { detail: { types: Object.keys(RESOURCE_TYPES).join(', ') } })
  }
  if (!RESOURCE_TYPES[type].interactions.includes(interaction)) {
    throw new FhirError('resource.interaction', { detail: { interaction, type } })
  }
  return type
}
