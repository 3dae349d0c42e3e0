import type { Bundle, BundleEntry } from '@medplum/fhirtypes'
import type { DccIssue } from '../../dcc/errors.ts'
import { type Holding, UnitOfWork, type Written } from '../../dcc/unit-of-work.ts'
import { feedKeyOf } from '../../ihe/iti-104.ts'
import type { StoredResource } from '../../store/store.ts'
import { etagOf, locationOf } from '../answers.ts'
import { FhirError, inEntry } from '../errors.ts'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { applyPatch } from '../interactions/patch.ts'
import { REGISTRATION, registerKnown } from '../known-patient.ts'
import { outcomeOf } from '../outcome.ts'
import { requireVersion } from '../preconditions.ts'
import { withAbsoluteUrls } from '../references.ts'
import { maySee } from '../restrictions.ts'
import { shown } from '../seen-lists.ts'
import { create, held, remove, update } from '../write.ts'
import { at, type RequestEntry, requestEntries } from './entries.ts'
import { planSteps, type Step } from './plan.ts'
import { resolveAddresses } from './resolve.ts'
import { answerBudget, answerEntry, type Dispatch, statusLine } from './sub-request.ts'

/** What a kind of transaction does at the steps of every one; all of it is left out of an ordinary transaction. */
export interface Course {
  /** How the unit holds what comes in. */
  holding?: Holding
  /** Changes what an entry asks, before anything is looked up. */
  asked?(entry: RequestEntry): RequestEntry
  /** Everything is looked up and every address rewritten. */
  planned?(unit: UnitOfWork, steps: readonly Step[]): Promise<void>
  /** The step is about to be done. */
  before?(unit: UnitOfWork, step: Step): Promise<void>
  /** The step is done; its warnings are those of the unit from `from` on. */
  after?(unit: UnitOfWork, step: Step, from: number): void
  /** Does the patch of a document that was written in this unit. */
  patch?(unit: UnitOfWork, step: Step & { current: StoredResource }): Written
  /** Everything is done and about to be stored. */
  settled?(unit: UnitOfWork, answers: ReadonlyMap<number, BundleEntry>): void
  /** The entry has been read. */
  read?(entry: RequestEntry, answer: BundleEntry): BundleEntry
}

/**
 * Does a transaction (FHIR http.html#transaction, MHD-65-10): conditions are looked up, ids assigned, addresses
 * rewritten, then everything is applied in one unit in the specified order and answered in the order of the request.
 * Reads see what the transaction wrote; one that fails says so in its entry, since what was written stays.
 */
export async function perform(
  context: FhirContext,
  request: FhirRequest,
  bundle: Bundle,
  dispatch: Dispatch,
  course: Course = {},
): Promise<FhirResponse> {
  const entries = requestEntries(bundle, context.baseUrl).map((entry) => course.asked?.(entry) ?? entry)
  const unit = new UnitOfWork(context.dcc, course.holding)
  const steps = await planSteps(context, unit, entries)
  await resolveAddresses(context, unit, steps)
  await course.planned?.(unit, steps)
  const answers = new Map<number, BundleEntry>()
  for (const step of inOrder(steps)) {
    const { index } = step.entry
    answers.set(index, await inEntry(index, () => applied(context, request, unit, step, course)))
  }
  course.settled?.(unit, answers)
  await unit.commit()
  return answered(context, request, entries, answers, dispatch, course)
}

/** The transaction-response: what was written, then what is read (FHIR: GET comes last), in the order of the request. */
export async function answered(
  context: FhirContext,
  request: FhirRequest,
  entries: readonly RequestEntry[],
  written: ReadonlyMap<number, BundleEntry>,
  dispatch: Dispatch,
  course: Course = {},
): Promise<FhirResponse> {
  const answers = new Map(written)
  const budget = answerBudget(context)
  for (const entry of entries.filter(({ method }) => method === 'GET')) {
    const answer = await answerEntry(context, request, entry.index, () => entry, dispatch, budget)
    answers.set(entry.index, course.read?.(entry, answer) ?? answer)
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

function rank({ entry, current }: Step): number {
  // A PUT that creates is a creation: others may refer to what it makes.
  const method = entry.method === 'PUT' && current === undefined ? 'POST' : entry.method
  const nested =
    entry.resource?.resourceType === 'List' &&
    entry.resource.entry?.some(({ item }) => item?.reference?.startsWith('List/'))
  return METHOD_RANK[method] + (TYPE_RANK[entry.path[0] ?? ''] ?? 8) + (nested === true ? 1 : 0)
}

async function applied(
  context: FhirContext,
  request: FhirRequest,
  unit: UnitOfWork,
  step: Step,
  course: Course,
): Promise<BundleEntry> {
  const { entry, current, target } = step
  const before = unit.warnings.length
  await course.before?.(unit, step)
  const answer = (result: Written | (StoredResource & { created: boolean })) => {
    course.after?.(unit, step, before)
    return writtenEntry(context, request, result, unit.warnings.slice(before))
  }
  if (entry.method === 'DELETE') {
    if (current !== undefined) {
      requireVersion(entry.ifMatch, current.version)
      await remove(unit, current)
    }
    return { response: { status: statusLine(204) } }
  }
  const sent = entry.resource ?? missing(entry)
  if (entry.method === 'PATCH' && current !== undefined) {
    return answer(course.patch?.(unit, { ...step, current }) ?? (await patchStep(context, unit, entry, current)))
  }
  const resource = held(sent)
  if (resource.resourceType !== entry.path[0]) {
    throw new FhirError('structure.type-mismatch', at(entry.index, 'resource'))
  }
  if (step.existing && current !== undefined) {
    if (resource.resourceType === 'Patient') await registerKnown(unit, current, resource)
    const [own = current] = await shown(context, [current])
    return answer({ ...own, created: false })
  }
  // A resource that says it is another one was meant for that one.
  if (current !== undefined && resource.id !== undefined && resource.id !== current.id) {
    throw new FhirError('resource.id-mismatch', at(entry.index, 'resource.id'))
  }
  if (current !== undefined) {
    const feed = resource.resourceType === 'Patient' && entry.path.length === 1 ? feedKeyOf(entry.query) : undefined
    return answer(await update(unit, current, { ...resource, id: current.id }, entry.ifMatch, 'PUT', feed))
  }
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

/** The entry that answers a write, as `Prefer: return` asks; warnings are told in any case. */
export function writtenEntry(
  context: FhirContext,
  request: FhirRequest,
  result: Written | (StoredResource & { created: boolean }),
  warnings: readonly DccIssue[],
): BundleEntry {
  const isShown = result.created || maySee(context, result.type)
  const wantsResource =
    isShown && request.prefer.return === 'representation' && result.type !== 'Binary' && result.text !== ''
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
