import type { Bundle, BundleEntry } from '@medplum/fhirtypes'
import { UnitOfWork, type Written } from '../../dcc/unit-of-work.ts'
import type { StoredResource } from '../../store/store.ts'
import { etagOf, locationOf } from '../answers.ts'
import { FhirError, inEntry } from '../errors.ts'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { applyPatch } from '../interactions/patch.ts'
import { REGISTRATION, registerKnown } from '../known-patient.ts'
import { outcomeOf } from '../outcome.ts'
import { requireVersion } from '../preconditions.ts'
import { withAbsoluteUrls } from '../references.ts'
import { create, held, remove, update } from '../write.ts'
import { at, type RequestEntry, requestEntries } from './entries.ts'
import { planSteps, type Step } from './plan.ts'
import { resolveAddresses } from './resolve.ts'
import { answerBudget, answerEntry, type Dispatch, statusLine } from './sub-request.ts'

/**
 * transaction: POST [base] (FHIR http.html#transaction, MHD-65-10): conditions are looked up, ids assigned, addresses
 * rewritten, then everything is applied in one unit in the specified order and answered in the order of the request.
 * Reads see what the transaction wrote; one that fails says so in its entry, since what was written stays.
 */
export async function transaction(
  context: FhirContext,
  request: FhirRequest,
  bundle: Bundle,
  dispatch: Dispatch,
): Promise<FhirResponse> {
  const entries = requestEntries(bundle, context.baseUrl)
  const unit = new UnitOfWork(context.dcc)
  const steps = await planSteps(context, unit, entries)
  await resolveAddresses(context, steps)
  const answers = new Map<number, BundleEntry>()
  for (const step of inOrder(steps)) {
    const { index } = step.entry
    answers.set(index, await inEntry(index, () => applied(context, request, unit, step)))
  }
  await unit.commit()
  const budget = answerBudget(context)
  for (const entry of entries.filter(({ method }) => method === 'GET')) {
    answers.set(entry.index, await answerEntry(context, request, entry.index, () => entry, dispatch, budget))
  }
  const head = JSON.stringify({ resourceType: 'Bundle', type: 'transaction-response' })
  const texts = entries.map(({ index }) => JSON.stringify(answers.get(index)))
  const text = texts.length === 0 ? head : `${head.slice(0, -1)},"entry":[${texts.join(',')}]}`
  return { status: 200, headers: {}, body: { kind: 'json', pieces: [withAbsoluteUrls(text, context.baseUrl)] } }
}

/** DELETE, POST, PUT, PATCH as FHIR orders them; inside a method what others refer to comes first. */
function inOrder(steps: readonly Step[]): Step[] {
  return steps
    .filter(({ entry }) => entry.method !== 'GET')
    .sort((a, b) => rank(a) - rank(b) || a.entry.index - b.entry.index)
}

const METHOD_RANK = { DELETE: 0, POST: 10, PUT: 20, PATCH: 30, GET: 40 } as const
const TYPE_RANK: Readonly<Record<string, number>> = {
  Organization: 0,
  Practitioner: 1,
  PractitionerRole: 2,
  Patient: 3,
  Binary: 4,
  DocumentReference: 5,
  List: 6,
}

function rank({ entry }: Step): number {
  const nested =
    entry.resource?.resourceType === 'List' &&
    entry.resource.entry?.some(({ item }) => item?.reference?.startsWith('List/'))
  return METHOD_RANK[entry.method] + (TYPE_RANK[entry.path[0] ?? ''] ?? 8) + (nested === true ? 1 : 0)
}

async function applied(context: FhirContext, request: FhirRequest, unit: UnitOfWork, step: Step): Promise<BundleEntry> {
  const { entry, current, target } = step
  const before = unit.warnings.length
  const answer = (result: Written | (StoredResource & { created: boolean })) =>
    written(context, request, result, unit, before)
  if (entry.method === 'DELETE') {
    if (current !== undefined) {
      requireVersion(entry.ifMatch, current.version)
      await remove(unit, current)
    }
    return { response: { status: statusLine(204) } }
  }
  const sent = entry.resource ?? missing(entry)
  if (entry.method === 'PATCH' && current !== undefined) return answer(await patchStep(context, unit, entry, current))
  const resource = held(sent)
  if (resource.resourceType !== entry.path[0]) {
    throw new FhirError('structure.type-mismatch', at(entry.index, 'resource'))
  }
  if (step.existing && current !== undefined) {
    if (resource.resourceType === 'Patient') await registerKnown(unit, current, resource)
    return answer({ ...current, created: false })
  }
  // A resource that says it is another one was meant for that one.
  if (current !== undefined && resource.id !== undefined && resource.id !== current.id) {
    throw new FhirError('resource.id-mismatch', at(entry.index, 'resource.id'))
  }
  if (current !== undefined) return answer(await update(unit, current, { ...resource, id: current.id }, entry.ifMatch))
  const id = target?.slice(target.indexOf('/') + 1)
  const creation = {
    ...(id === undefined ? {} : { id }),
    ...(entry.method === 'POST' ? { pathwayOrigin: REGISTRATION } : {}),
  }
  return answer(await create(unit, resource, creation))
}

/**
 * MHD-65-07: the PATCH that supersedes a replaced document repeats what publishing the successor has already done. One
 * that changes anything else would be lost, and is refused.
 */
async function patchStep(
  context: FhirContext,
  unit: UnitOfWork,
  entry: RequestEntry,
  current: StoredResource,
): Promise<Written> {
  const body = { kind: 'resource' as const, resource: entry.resource ?? missing(entry) }
  const pending = unit.documents.get(current.id)
  if (pending === undefined) return applyPatch(context, unit, current, body, entry.ifMatch)
  requireVersion(entry.ifMatch, current.version)
  const repeated = new UnitOfWork(context.dcc)
  const patched = await applyPatch(context, repeated, current, body, undefined)
  const same = JSON.stringify(repeated.documents.get(current.id)?.resource) === JSON.stringify(pending.resource)
  if (!same) throw new FhirError('bundle.same-resource', at(entry.index, 'request.url'))
  return { ...patched, version: pending.version, updatedAt: unit.startedAt }
}

function written(
  context: FhirContext,
  request: FhirRequest,
  result: Written | (StoredResource & { created: boolean }),
  unit: UnitOfWork,
  warningsBefore: number,
): BundleEntry {
  const warnings = unit.warnings.slice(warningsBefore)
  const wantsResource = request.prefer.return === 'representation' && result.type !== 'Binary'
  const wantsOutcome = request.prefer.return === 'OperationOutcome' || warnings.length > 0
  return {
    ...(wantsResource
      ? { fullUrl: `${context.baseUrl}/${result.type}/${result.id}`, resource: JSON.parse(result.text) }
      : {}),
    response: {
      status: statusLine(result.created ? 201 : 200),
      location: locationOf(context, result),
      etag: etagOf(result.version),
      lastModified: result.updatedAt,
      ...(wantsOutcome ? { outcome: outcomeOf(warnings, request.language) } : {}),
    },
  }
}

function missing(entry: RequestEntry): never {
  throw new FhirError('bundle.entry', { detail: { reason: 'resource' }, ...at(entry.index, 'resource') })
}
