import type { Reference, Resource } from '@medplum/fhirtypes'
import { isSamePerson } from '../../dcc/persons.ts'
import { resolveSubject } from '../../dcc/subject.ts'
import type { UnitOfWork } from '../../dcc/unit-of-work.ts'
import { newPatientId, parseClinicalId } from '../../store/ids.ts'
import type { StoredResource, StoredType } from '../../store/store.ts'
import { deleteMatches, matches, oneMatch, updateMatches, visibleMatches } from '../conditional.ts'
import { FhirError, inEntry } from '../errors.ts'
import type { FhirContext } from '../exchange.ts'
import { visible } from '../interactions/read.ts'
import { updatable } from '../interactions/update.ts'
import { relativeTo } from '../references.ts'
import { isReferenceType, isStoredType } from '../resource-types.ts'
import { covered, covers } from '../restrictions.ts'
import { binaryPatient, mintId } from '../write.ts'
import { at, type RequestEntry } from './entries.ts'

/** What an entry will do, once its condition has been looked up. */
export interface Step {
  entry: RequestEntry
  /** `Type/id` that the entry stands for, when its id is known beforehand. */
  target: string | undefined
  /** What the entry's URL or condition found. */
  current: StoredResource | undefined
  /** True when If-None-Exist found something: nothing is to be created. */
  existing: boolean
}

/**
 * Looks up what the entries of a transaction are about and gives ids to what they create, all of one patient
 * (storage.md section 3, rule 11). Refusals say which entry they concern.
 */
export async function planSteps(
  context: FhirContext,
  unit: UnitOfWork,
  entries: readonly RequestEntry[],
): Promise<Step[]> {
  const steps: Step[] = []
  for (const entry of entries) steps.push(await inEntry(entry.index, () => lookUp(context, entry)))
  const patientId = await patientOf(context, unit, steps)
  const targets = new Set<string>()
  for (const step of steps) {
    const { entry } = step
    if (entry.method === 'GET') {
      step.target = readAddress(entry)
      if (step.target !== undefined) await refuseMisleadingFullUrl(context, step)
      continue
    }
    step.target = targetOf(step, patientId, context.dcc.now())
    await refuseMisleadingFullUrl(context, step)
    if (step.target === undefined) continue
    const owner = ownerOf(step)
    if (owner !== undefined && !(patientId !== undefined && (await isSamePerson(unit, owner, patientId)))) {
      throw new FhirError('bundle.several-patients', at(entry.index, 'request.url'))
    }
    if (targets.has(step.target) && !step.existing) {
      throw new FhirError('bundle.same-resource', at(entry.index, 'request.url'))
    }
    targets.add(step.target)
  }
  return steps
}

/**
 * A fullUrl that is the address of a stored resource must be that of what the entry is about: other entries may mean
 * the stored one, and would be given to another patient.
 */
async function refuseMisleadingFullUrl(context: FhirContext, { entry, target }: Step): Promise<void> {
  const { fullUrl = '' } = entry
  const address = relativeTo(context.baseUrl)(fullUrl)
  if (address === fullUrl || address === target) return
  const [type, id = ''] = address.split('/')
  const stored = isStoredType(type) ? await context.dcc.store.read(type, id) : undefined
  if (stored === undefined || !(await covers(context, 'read', stored))) return
  throw new FhirError('bundle.entry', { detail: { reason: 'fullUrl' }, ...at(entry.index, 'fullUrl') })
}

/** `Type/id` that an entry reads: others may name it by its fullUrl. */
function readAddress({ path: [type, id, ...rest] }: RequestEntry): string | undefined {
  return isStoredType(type) && id !== undefined && rest.length === 0 ? `${type}/${id}` : undefined
}

/** The type that an entry is about. */
export function typeOf(entry: RequestEntry): StoredType {
  const [type] = entry.path
  if (!isStoredType(type)) throw notServed(entry)
  return type
}

/** Finds what an entry is about: the resource of its URL, or the match of its condition. */
async function lookUp(context: FhirContext, entry: RequestEntry): Promise<Step> {
  const step: Step = { entry, target: undefined, current: undefined, existing: false }
  if (entry.method === 'GET') return step
  const type = typeOf(entry)
  const [, id, ...rest] = entry.path
  if (rest.length > 0 || (entry.method === 'POST' && id !== undefined)) throw notServed(entry)
  if (entry.method === 'POST') {
    if (entry.ifNoneExist !== undefined) step.current = only(await matches(context, type, entry.ifNoneExist))
    step.existing = step.current !== undefined
    return step
  }
  if (id === undefined) {
    step.current = only(await conditional(context, entry))
    if (step.current === undefined && entry.method === 'PATCH') throw new FhirError('precondition.none')
    return step
  }
  const current = await covered(context, INTERACTION[entry.method], await context.dcc.store.read(type, id))
  step.current = entry.method === 'PUT' ? updatable(current) : visible(current)
  return step
}

const INTERACTION = { GET: 'read', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const

/** What the condition in the URL of an entry matches. */
function conditional(context: FhirContext, entry: RequestEntry): Promise<StoredResource[]> {
  const type = typeOf(entry)
  if (entry.method === 'PUT') return updateMatches(context, type, entry.query, entry.resource)
  return entry.method === 'DELETE'
    ? deleteMatches(context, type, entry.query)
    : visibleMatches(context, type, entry.query)
}

function only([match, ...others]: readonly StoredResource[]): StoredResource | undefined {
  if (others.length > 0) throw new FhirError('precondition.multiple')
  return match
}

function notServed(entry: RequestEntry): FhirError {
  return new FhirError('bundle.entry', { detail: { reason: 'request.url' }, ...at(entry.index, 'request.url') })
}

/**
 * `Type/id` of what an entry writes. Undefined for a Binary when nothing in the transaction names a patient: it has to
 * name its own. A document or list that names none is refused.
 */
function targetOf({ entry, current }: Step, patientId: string | undefined, now: Date): string | undefined {
  const type = typeOf(entry)
  if (current !== undefined) return `${type}/${current.id}`
  if (entry.method === 'DELETE') return undefined
  if (type === 'Patient') return `Patient/${patientId ?? newPatientId()}`
  if (!isReferenceType(type) && patientId === undefined) {
    if (type === 'Binary') return undefined
    throw new FhirError('patient.missing', at(entry.index, 'resource.subject'))
  }
  return `${type}/${mintId(type, patientId ?? '', now)}`
}

/** The patient to whom the resource that an entry found belongs; undefined for none and for directories. */
function ownerOf({ current }: Step): string | undefined {
  if (current === undefined || isReferenceType(current.type)) return undefined
  return current.type === 'Patient' ? current.id : parseClinicalId(current.id)?.patientId
}

/** The one patient of the transaction: created in it, named by its resources, or whose resources it changes. */
async function patientOf(context: FhirContext, unit: UnitOfWork, steps: readonly Step[]): Promise<string | undefined> {
  const [own, second] = steps.filter(({ entry }) => entry.path[0] === 'Patient' && WRITES.has(entry.method))
  if (second !== undefined) throw new FhirError('bundle.several-patients', at(second.entry.index, 'resource'))
  if (own !== undefined) return own.current?.id ?? newPatientId()
  const toRelative = relativeTo(context.baseUrl)
  const reads = new Map(
    steps.map(({ entry }) => [entry.fullUrl, entry.method === 'GET' ? readAddress(entry) : undefined]),
  )
  const subjects = steps.flatMap(({ entry }) => {
    const subject = subjectOf(entry.resource)
    const reference = reads.get(subject?.reference ?? '') ?? subject?.reference
    return subject === undefined || reference?.startsWith('urn:') === true
      ? []
      : [{ entry, subject: reference === undefined ? subject : { ...subject, reference: toRelative(reference) } }]
  })
  const named = subjects.find(({ subject }) => subject.reference?.includes('?') !== true)
  if (named !== undefined) {
    const { entry, subject } = named
    return inEntry(entry.index, () =>
      entry.resource?.resourceType === 'Binary'
        ? binaryPatient(unit, subject)
        : resolveSubject(unit, subject, `${entry.resource?.resourceType ?? ''}.subject`),
    )
  }
  const criteria = subjects.find(({ subject }) => subject.reference?.startsWith('Patient?'))
  if (criteria !== undefined) {
    const address = criteria.subject.reference ?? ''
    const reference = await inEntry(criteria.entry.index, () => oneMatch(context, address))
    return reference.slice('Patient/'.length)
  }
  return steps.map(ownerOf).find((owner) => owner !== undefined)
}

const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

function subjectOf(resource: Resource | undefined): Reference | undefined {
  if (resource?.resourceType === 'DocumentReference' || resource?.resourceType === 'List') return resource.subject
  return resource?.resourceType === 'Binary' ? resource.securityContext : undefined
}
