import type { Parameters } from '@medplum/fhirtypes'
import { UnitOfWork, type Written } from '../../dcc/unit-of-work.ts'
import { forbiddenChange, wrongValue } from '../../ihe/pdsm-update.ts'
import type { StoredResource, StoredType } from '../../store/store.ts'
import { writtenAnswer } from '../answers.ts'
import { forbidden } from '../caller.ts'
import { visibleMatches } from '../conditional.ts'
import { FhirError } from '../errors.ts'
import type { FhirBody, FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { applyFhirPathPatch } from '../patch/fhirpath-patch.ts'
import { applyJsonPatch } from '../patch/json-patch.ts'
import { received, withAbsoluteUrls } from '../references.ts'
import { covered } from '../restrictions.ts'
import { hidesEntries } from '../seen-lists.ts'
import { requireSeenItems } from '../seen-parts.ts'
import { checkedResource } from '../structure.ts'
import { held, update } from '../write.ts'
import { visible } from './read.ts'

/** patch: PATCH [type]/[id] by JSON Patch or FHIRPath Patch (FHIR http.html#patch, MHD-65-07). */
export async function patchInteraction(
  context: FhirContext,
  request: FhirRequest,
  type: StoredType,
  id: string,
): Promise<FhirResponse> {
  requireBody(request)
  const current = visible(await covered(context, 'patch', await context.dcc.store.read(type, id)))
  return patched(context, request, current)
}

/** Conditional patch: PATCH [type]?criteria (PDSm flow 03): none is 404, several are 412. */
export async function conditionalPatch(
  context: FhirContext,
  request: FhirRequest,
  type: StoredType,
): Promise<FhirResponse> {
  requireBody(request)
  const [current, ...others] = await visibleMatches(context, type, request.query)
  if (others.length > 0) throw new FhirError('precondition.multiple')
  if (current === undefined) throw new FhirError('precondition.none')
  return patched(context, request, current)
}

/**
 * Adds a patch of `current` to a unit: the patched resource passes the same checks as an update. A document is patched
 * in its metadata only (PDSm flow 03), wherever the patch comes from.
 */
export async function applyPatch(
  context: FhirContext,
  unit: UnitOfWork,
  current: StoredResource,
  body: FhirBody | undefined,
  ifMatch: string | undefined,
): Promise<Written> {
  if (await hidesEntries(context, current)) throw forbidden({ interaction: 'patch', type: current.type })
  // As the client has read it, so that its `test` operations may name what it has seen.
  const before: Record<string, unknown> = JSON.parse(withAbsoluteUrls(current.text, context.baseUrl))
  const patched = patchedJson(before, body)
  if (current.type === 'DocumentReference') requireMetadataUpdate(before, patched)
  const after = checkedResource(patched)
  if (after.id !== current.id) throw new FhirError('resource.id-mismatch')
  if (after.resourceType !== current.type) throw new FhirError('structure.type-mismatch')
  const resource = held(received(after, context.baseUrl))
  await requireSeenItems(context, resource)
  return update(unit, current, resource, ifMatch, 'PATCH')
}

/** PDSm wants 405 for what a PATCH may not change (reference/documents-fr.md 1.11), and RFC 9110 the methods that may. */
function requireMetadataUpdate(before: Record<string, unknown>, patched: unknown): void {
  const after: Record<string, unknown> = typeof patched === 'object' && patched !== null ? { ...patched } : {}
  const element = forbiddenChange(before, after)
  if (element !== undefined) {
    const shown = /^_?[A-Za-z]{1,40}$/.test(element) ? element : '?'
    const headers = { Allow: 'GET, HEAD, PUT, PATCH, DELETE' }
    throw new FhirError('document.metadata-only', { detail: { element: shown }, headers })
  }
  const wrong = wrongValue(before, after)
  if (wrong === undefined) return
  const { expression, accepted } = wrong
  throw new FhirError('document.metadata-value', { expression, detail: { accepted } })
}

function requireBody(request: FhirRequest): void {
  if (request.body === undefined) throw new FhirError('http.body-missing')
}

async function patched(context: FhirContext, request: FhirRequest, current: StoredResource): Promise<FhirResponse> {
  const unit = new UnitOfWork(context.dcc)
  const written = await applyPatch(context, unit, current, request.body, request.ifMatch)
  await unit.commit()
  return writtenAnswer(context, request, written, unit.warnings)
}

function patchedJson(before: Record<string, unknown>, body: FhirBody | undefined): unknown {
  if (body?.kind === 'json-patch') return applyJsonPatch(before, body.operations)
  if (body?.kind === 'resource' && body.resource.resourceType === 'Parameters') {
    return applyFhirPathPatch(before, body.resource satisfies Parameters)
  }
  throw new FhirError('http.media-type', {
    detail: {
      formats: 'application/json-patch+json, application/fhir+json (Parameters), application/fhir+xml (Parameters)',
    },
  })
}
