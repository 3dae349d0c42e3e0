import type { Bundle, BundleEntry, Reference, Resource } from '@medplum/fhirtypes'
import { resolveSubject } from '../../dcc/subject.ts'
import { UnitOfWork, type Written } from '../../dcc/unit-of-work.ts'
import { newPatientId } from '../../store/ids.ts'
import type { StoredResource } from '../../store/store.ts'
import { etagOf, locationOf } from '../answers.ts'
import { matches } from '../conditional.ts'
import { FhirError } from '../errors.ts'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { REGISTRATION } from '../interactions/create.ts'
import { applyPatch } from '../interactions/patch.ts'
import { visible } from '../interactions/read.ts'
import { outcomeOf } from '../outcome.ts'
import { requireVersion } from '../preconditions.ts'
import { relativeTo, rewriteAddresses, withAbsoluteUrls } from '../references.ts'
import { isStoredType } from '../resource-types.ts'
import { create, held, mintId, remove, update } from '../write.ts'
import { at, type RequestEntry, requestEntries } from './entries.ts'
import { resolveAddresses } from './resolve.ts'

type Dispatch = (context: FhirContext, request: FhirRequest) => Promise<FhirResponse>

/** What an entry will do, once its condition has been looked up. */
interface Step {
  entry: RequestEntry
  /** `Type/id` that the entry stands for, when it writes. */
  target: string | undefined
  /** What the entry's URL or condition found. */
  current: StoredResource | undefined
  /** True when If-None-Exist found something: nothing is to be done. */
  existing: boolean
}

/**
 * transaction: POST [base] (FHIR http.html#transaction, MHD-65-10): conditions are looked up, ids assigned, addresses
 * rewritten, then everything is applied in one unit in the specified order and answered in the order of the request.
 */
export async function transaction(
  context: FhirContext,
  request: FhirRequest,
  bundle: Bundle,
  dispatch: Dispatch,
): Promise<FhirResponse> {
  const entries = requestEntries(bundle, context.baseUrl)
  const unit = new UnitOfWork(context.dcc)
  const steps = await planSteps(context, request, unit, entries)
  await resolveAddresses(context, request, steps)
  const answers = new Map<number, BundleEntry>()
  for (const step of inOrder(steps)) answers.set(step.entry.index, await apply(context, request, unit, step))
  await unit.commit()
  for (const { entry } of steps.filter((step) => step.entry.method === 'GET')) {
    answers.set(entry.index, await readEntry(context, request, entry, dispatch))
  }
  const head = JSON.stringify({ resourceType: 'Bundle', type: 'transaction-response' })
  const texts = entries.map(({ index }) => JSON.stringify(answers.get(index)))
  const text = texts.length === 0 ? head : `${head.slice(0, -1)},"entry":[${texts.join(',')}]}`
  return { status: 200, headers: {}, body: { kind: 'json', text: withAbsoluteUrls(text, context.baseUrl) } }
}

async function planSteps(
  context: FhirContext,
  request: FhirRequest,
  unit: UnitOfWork,
  entries: readonly RequestEntry[],
): Promise<Step[]> {
  const steps: Step[] = []
  for (const entry of entries) steps.push(await lookUp(context, request, entry))
  const patientId = await patientOf(context, unit, steps)
  const targets = new Set<string>()
  for (const step of steps) {
    const { entry } = step
    if (entry.method === 'GET') continue
    const type = typeOf(entry)
    if (step.current !== undefined) step.target = `${type}/${step.current.id}`
    else if (type === 'Patient') step.target = `Patient/${patientId}`
    else step.target = `${type}/${mintId(type, patientId, context.dcc.now())}`
    if (targets.has(step.target) && !step.existing)
      throw new FhirError('bundle.same-resource', at(entry.index, 'request.url'))
    targets.add(step.target)
  }
  return steps
}

/** Finds what an entry is about: the resource of its URL, or the match of its condition. */
async function lookUp(context: FhirContext, request: FhirRequest, entry: RequestEntry): Promise<Step> {
  const step: Step = { entry, target: undefined, current: undefined, existing: false }
  if (entry.method === 'GET') return step
  const type = typeOf(entry)
  if (entry.method === 'POST') {
    if (entry.path.length !== 1)
      throw new FhirError('bundle.entry', { detail: { reason: 'request.url' }, ...at(entry.index, 'request.url') })
    if (entry.ifNoneExist !== undefined) {
      step.current = await single(context, request, entry, entry.ifNoneExist)
      step.existing = step.current !== undefined
    }
    return step
  }
  const [, id, ...rest] = entry.path
  if (rest.length > 0)
    throw new FhirError('bundle.entry', { detail: { reason: 'request.url' }, ...at(entry.index, 'request.url') })
  if (id === undefined) {
    step.current = await single(context, request, entry, entry.query)
    if (step.current === undefined && entry.method === 'PATCH')
      throw new FhirError('precondition.none', at(entry.index, 'request.url'))
    return step
  }
  const current = await context.dcc.store.read(type, id)
  if (current === undefined && entry.method === 'PUT')
    throw new FhirError('resource.no-update-as-create', at(entry.index, 'request.url'))
  step.current = visible(current)
  return step
}

async function single(
  context: FhirContext,
  _request: FhirRequest,
  entry: RequestEntry,
  criteria: string | RequestEntry['query'],
): Promise<StoredResource | undefined> {
  const [match, ...others] = await matches(context, typeOf(entry), criteria)
  if (others.length > 0) throw new FhirError('precondition.multiple', at(entry.index, 'request'))
  return match
}

/** The one patient of the transaction (storage.md section 3, rule 11): created in it, or named by its resources. */
async function patientOf(context: FhirContext, unit: UnitOfWork, steps: readonly Step[]): Promise<string> {
  const patients = steps.filter(
    ({ entry }) => entry.method !== 'GET' && entry.method !== 'DELETE' && entry.path[0] === 'Patient',
  )
  if (patients.length > 1) throw new FhirError('bundle.several-patients', at(patients[1]?.entry.index ?? 0, 'resource'))
  const [own] = patients
  if (own !== undefined) return own.current?.id ?? newPatientId()
  for (const { entry } of steps) {
    const subject = subjectOf(entry.resource)
    if (subject === undefined || subject.reference?.startsWith('urn:') === true) continue
    const reference = { ...subject, ...relative(context, subject) }
    if (reference.reference?.includes('?') === true) continue
    return resolveSubject(unit, reference, `${at(entry.index, 'resource').expression}.subject`)
  }
  const criteria = steps
    .map(({ entry }) => subjectOf(entry.resource)?.reference)
    .find((reference) => reference?.startsWith('Patient?'))
  if (criteria !== undefined) {
    const [match, ...others] = await matches(context, 'Patient', criteria.slice('Patient?'.length))
    if (match !== undefined && others.length === 0) return match.id
  }
  return steps.map(({ current }) => current?.id.split('.')[0]).find((id) => id !== undefined) ?? newPatientId()
}

function relative(context: FhirContext, { reference }: Reference): { reference?: string } {
  return reference === undefined ? {} : { reference: relativeTo(context.baseUrl)(reference) }
}

function subjectOf(resource: Resource | undefined): Reference | undefined {
  if (resource?.resourceType === 'DocumentReference' || resource?.resourceType === 'List') return resource.subject
  return resource?.resourceType === 'Binary' ? resource.securityContext : undefined
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

async function apply(context: FhirContext, request: FhirRequest, unit: UnitOfWork, step: Step): Promise<BundleEntry> {
  try {
    return await applied(context, request, unit, step)
  } catch (error) {
    throw located(error, step.entry.index)
  }
}

async function applied(context: FhirContext, request: FhirRequest, unit: UnitOfWork, step: Step): Promise<BundleEntry> {
  const { entry, current, target } = step
  const before = unit.warnings.length
  if (entry.method === 'DELETE') {
    if (current !== undefined) {
      requireVersion(entry.ifMatch, current.version)
      await remove(unit, current)
    }
    return { response: { status: '204 No Content' } }
  }
  if (step.existing && current !== undefined)
    return written(context, request, { ...current, created: false }, unit, before)
  if (entry.method === 'PATCH' && current !== undefined) {
    return written(context, request, await patchStep(context, unit, entry, current), unit, before)
  }
  const resource = held(rewriteAddresses(entry.resource ?? missing(entry), relativeTo(context.baseUrl)))
  if (resource.resourceType !== entry.path[0])
    throw new FhirError('structure.type-mismatch', at(entry.index, 'resource'))
  if (current !== undefined) {
    const result = await update(unit, current, { ...resource, id: current.id }, entry.ifMatch)
    return written(context, request, result, unit, before)
  }
  const id = target?.slice(target.indexOf('/') + 1)
  const result = await create(unit, resource, {
    ...(id === undefined ? {} : { id }),
    ...(entry.method === 'POST' ? { pathwayOrigin: REGISTRATION } : {}),
  })
  return written(context, request, result, unit, before)
}

/** MHD-65-07: the PATCH that supersedes a replaced document repeats what publishing the successor has already done. */
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
  if (repeated.documents.get(current.id)?.resource.status !== pending.resource.status) {
    throw new FhirError('bundle.same-resource', at(entry.index, 'request.url'))
  }
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
  return {
    ...(wantsResource
      ? { fullUrl: `${context.baseUrl}/${result.type}/${result.id}`, resource: JSON.parse(result.text) }
      : {}),
    response: {
      status: result.created ? '201 Created' : '200 OK',
      location: locationOf(context, result),
      etag: etagOf(result.version),
      lastModified: result.updatedAt,
      ...(warnings.length > 0 ? { outcome: outcomeOf(warnings, request.language) } : {}),
    },
  }
}

async function readEntry(
  context: FhirContext,
  request: FhirRequest,
  entry: RequestEntry,
  dispatch: Dispatch,
): Promise<BundleEntry> {
  const answer = await dispatch(context, {
    ...request,
    method: 'GET',
    path: entry.path,
    query: entry.query,
    body: undefined,
  })
  return {
    ...(answer.body?.kind === 'json' ? { resource: JSON.parse(answer.body.text) } : {}),
    response: {
      status: `${answer.status} OK`,
      ...(answer.headers.ETag === undefined ? {} : { etag: answer.headers.ETag }),
    },
  }
}

function typeOf(entry: RequestEntry): Parameters<typeof mintId>[0] {
  const [type] = entry.path
  if (!isStoredType(type))
    throw new FhirError('bundle.entry', { detail: { reason: 'request.url' }, ...at(entry.index, 'request.url') })
  return type
}

function missing(entry: RequestEntry): never {
  throw new FhirError('bundle.entry', { detail: { reason: 'resource' }, ...at(entry.index, 'resource') })
}

/** Says in which entry a refusal happened: `Bundle.entry[2].resource.subject`. */
function located(error: unknown, index: number): unknown {
  if (error instanceof Error && 'expression' in error) {
    const inner = typeof error.expression === 'string' ? error.expression.replace(/^[A-Z]\w*/, '') : ''
    if (!inner.startsWith('Bundle') && !String(error.expression).startsWith('Bundle.')) {
      Object.assign(error, { expression: `Bundle.entry[${index}].resource${inner}` })
    }
  }
  return error
}
