import type { Resource } from '@medplum/fhirtypes'
import { DccError } from '../dcc/errors.ts'
import type { Change, DccStore, StoredType } from '../store/store.ts'
import type { RequestEntry } from './bundle/entries.ts'
import { type Caller, forbidden, mayAccess } from './caller.ts'
import { FhirError } from './errors.ts'
import type { FhirContext } from './exchange.ts'
import { ownerOf, type Touched } from './owner.ts'
import { isWritten } from './personal-view.ts'
import { relativeTo } from './references.ts'
import { covers, type Limit, limitOf } from './restrictions.ts'
import { hidesEntries } from './seen-lists.ts'
import { requireSeenParts } from './seen-parts.ts'

/**
 * The context in which a caller's request is served: whatever is done in it is held to the caller's scopes, and nothing
 * that they do not cover is ever committed.
 */
export function contextOf(context: FhirContext, caller: Caller | undefined): FhirContext {
  if (caller === undefined || context.caller === caller) return context
  const ofCallers = known.get(context) ?? new WeakMap<Caller, FhirContext>()
  const before = ofCallers.get(caller)
  if (before !== undefined) return before
  const held = heldContext(context, caller)
  known.set(context, ofCallers.set(caller, held))
  return held
}

/** Contexts by the one that they come from and by caller, for as long as both are there: wrapping costs as much as a read. */
const known = new WeakMap<FhirContext, WeakMap<Caller, FhirContext>>()

function heldContext(context: FhirContext, caller: Caller): FhirContext {
  const held: FhirContext = { ...context, caller }
  const commit: DccStore['commit'] = async (changes) => {
    await requireCovered(held, changes)
    await context.dcc.store.commit(changes)
  }
  const store: DccStore = Object.create(context.dcc.store, { commit: { value: commit } })
  return { ...held, dcc: { ...context.dcc, store, ownNumbersOnly: caller.person !== undefined } }
}

/**
 * Refuses to write for another patient than the one of the launch before anything is looked up: whether others are known
 * must not be told. Who is limited to a patient names them by `Patient/id`, a Patient by its own id; `urn:` and
 * `Patient?…` lead to entries and searches that are restricted themselves. Throws `patient.unknown`, as for a patient
 * who is not there.
 */
export async function requireOwnSubject(
  context: FhirContext,
  interaction: 'create' | 'update',
  resource: Resource | undefined,
): Promise<void> {
  if (context.caller === undefined) return
  const [type, subject] = subjectOf(resource)
  if (type === undefined) return
  const limit = await limitOf(context, interaction, type)
  if (limit === undefined) return
  if (!(await isOwnSubject(context, limit, type, subject))) {
    throw new DccError('patient.unknown', { expression: SUBJECTS[type] ?? type })
  }
  await requireSeenParts(context, resource)
}

async function isOwnSubject(
  { baseUrl }: FhirContext,
  limit: NonNullable<Limit>,
  type: StoredType,
  subject: string | undefined,
): Promise<boolean> {
  if (subject === undefined && type === 'Binary') return true
  const reference = relativeTo(baseUrl)(subject ?? '')
  if (reference.startsWith('urn:') || reference.startsWith('Patient?')) return true
  const [named, id = '', ...rest] = reference.split('/')
  const owner = named === 'Patient' || named === 'DocumentReference' ? ownerOf({ type: named, id }) : undefined
  return owner !== undefined && rest.length === 0 && (await limit.includes(owner))
}

/** An entry of a transaction: what it reads is looked at while it is planned, what it writes must be the patient's. */
export async function requireOwnEntry(
  context: FhirContext,
  { method, path: [type, id], resource }: Pick<RequestEntry, 'method' | 'path' | 'resource'>,
): Promise<void> {
  if (context.caller === undefined) return
  if (method !== 'GET') return requireOwnSubject(context, method === 'POST' ? 'create' : 'update', resource)
  if (type !== 'Patient' || id === undefined) return
  const limit = await limitOf(context, 'read', type)
  if (limit !== undefined && !(await limit.includes(id))) throw new FhirError('resource.unknown')
}

const SUBJECTS: Readonly<Record<string, string>> = {
  DocumentReference: 'DocumentReference.subject',
  List: 'List.subject',
  Binary: 'Binary.securityContext',
  Patient: 'Patient.id',
}

function subjectOf(resource: Resource | undefined): [StoredType, string | undefined] | [undefined] {
  if (resource?.resourceType === 'DocumentReference' || resource?.resourceType === 'List') {
    return [resource.resourceType, resource.subject?.reference]
  }
  if (resource?.resourceType === 'Patient') return ['Patient', resource.id && `Patient/${resource.id}`]
  if (resource?.resourceType !== 'Binary') return [undefined]
  const { securityContext } = resource
  return ['Binary', securityContext === undefined ? undefined : (securityContext.reference ?? '')]
}

/** A change of a resource, as it will be. */
interface Touch {
  how: 'created' | 'changed' | 'deleted'
  resource: Touched
}

/**
 * Every resource that a commit writes must be covered, as it was and as it will be. What the rules of the domain change
 * besides (the replaced document, the submission set) needs no scope of its own, and is the same patient's. Throws
 * `resource.unknown` for what the caller may not see, `http.forbidden` for what the caller sent.
 */
async function requireCovered(context: FhirContext, changes: readonly Change[]): Promise<void> {
  const owners = new Set<string | undefined>()
  const besides: Touched[] = []
  for (const touch of changes.flatMap(touchOf)) {
    const interaction = INTERACTIONS[touch.how].find((one) =>
      mayAccess(context.caller, { interaction: one, type: touch.resource.type }),
    )
    if (interaction === undefined) {
      besides.push(touch.resource)
      continue
    }
    await requireTouch(context, interaction, touch)
    owners.add(ownerOf(touch.resource))
  }
  for (const resource of besides) if (!owners.has(ownerOf(resource))) throw new FhirError('resource.unknown')
}

/** What covers a change: a conditional update that creates is an update (smart-launch.md 1.6). */
const INTERACTIONS = { created: ['create', 'update'], changed: ['update'], deleted: ['delete'] } as const

async function requireTouch(
  context: FhirContext,
  interaction: 'create' | 'update' | 'delete',
  { how, resource }: Touch,
): Promise<void> {
  const { type, id } = resource
  if (type === 'Binary') {
    // Nothing says yet what a Binary is for: the document that will point to it is held to the scopes itself.
    const limit = await limitOf(context, interaction, type)
    if (limit !== undefined && !(await limit.includes(ownerOf(resource) ?? ''))) throw new FhirError('resource.unknown')
    return
  }
  const before = how === 'created' ? undefined : await context.dcc.store.read(type, id)
  if (before !== undefined && !(await covers(context, interaction, before))) throw new FhirError('resource.unknown')
  if (before !== undefined && (await hidesEntries(context, before))) throw forbidden({ interaction, type })
  if (how !== 'deleted' && !(await covers(context, interaction, resource))) {
    throw forbidden({ interaction, type })
  }
  // Who became the author of what is there could hide it from all others, its author included.
  if (type !== 'DocumentReference' || how !== 'changed' || before === undefined) return
  if (!(await isWritten(context, before)) && (await isWritten(context, resource))) {
    throw forbidden({ interaction, type })
  }
}

function touchOf(change: Change): Touch[] {
  switch (change.kind) {
    case 'put-patient':
      return [put(change, 'Patient')]
    case 'put-document':
      return [put(change, 'DocumentReference')]
    case 'put-list':
      return [put(change, 'List')]
    case 'put-reference':
      return [put(change, change.type)]
    case 'put-content':
      return [put({ ...change, text: '' }, 'Binary')]
    case 'delete':
      return [{ how: 'deleted', resource: { type: change.type, id: change.id, text: '' } }]
    default:
      return []
  }
}

function put(
  { id, text, expectedVersion }: { id: string; text: string; expectedVersion: number | undefined },
  type: StoredType,
): Touch {
  return { how: expectedVersion === undefined ? 'created' : 'changed', resource: { type, id, text } }
}
