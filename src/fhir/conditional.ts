import type { Resource } from '@medplum/fhirtypes'
import { feedKeyOf, knownPerson, recordMeant, requireFedIdentifier } from '../ihe/iti-104.ts'
import type { StoredResource, StoredType } from '../store/store.ts'
import { FhirError } from './errors.ts'
import type { FhirContext, FhirRequest } from './exchange.ts'
import { searchConditions } from './interactions/search.ts'
import { isSearchable, isStoredType } from './resource-types.ts'
import { covers } from './restrictions.ts'
import { parseSearch } from './search/query.ts'

/**
 * What the criteria of a conditional interaction match, two at most: enough to tell none, one and several
 * (FHIR http.html#cond-update). Unknown criteria are refused: ignoring one would widen the match to other resources.
 */
export async function matches(
  context: FhirContext,
  type: StoredType,
  criteria: string | FhirRequest['query'],
): Promise<StoredResource[]> {
  const pairs = typeof criteria === 'string' ? [...new URLSearchParams(criteria.replace(/^\?/, ''))] : criteria
  const selecting = pairs.filter(([name]) => !FORMAT_ONLY.has(name))
  if (!isSearchable(type) || selecting.length === 0) throw new FhirError('precondition.missing')
  if (type === 'Patient') {
    const known = await byIdentifier(context, selecting)
    if (known !== undefined) return findable(context, known)
  }
  const parsed = parseSearch(type, selecting, {
    handling: 'strict',
    maxValues: context.limits.maxSearchValues,
    defaultCount: 2,
    maxCount: 2,
    baseUrl: context.baseUrl,
    now: context.dcc.now(),
  })
  const conditions = await searchConditions(context, parsed)
  if (conditions.length === 0) throw new FhirError('precondition.missing')
  return context.dcc.store.search({ type, conditions, sort: { key: '_id', descending: false }, limit: 2 })
}

/** What criteria match that may be seen: a hidden resource must not differ from one that is not there. */
export async function visibleMatches(
  context: FhirContext,
  type: StoredType,
  criteria: FhirRequest['query'],
): Promise<StoredResource[]> {
  const found = (await matches(context, type, criteria)).filter(({ visible }) => visible)
  return type === 'Patient' ? meant(context, found, criteria) : found
}

/**
 * What a conditional update is about. A patient sent by an identity source holds the identifier of the address; when
 * nobody holds it yet, the person may be known by the INS sent (PIX-104-1).
 */
export async function updateMatches(
  context: FhirContext,
  type: StoredType,
  criteria: FhirRequest['query'],
  sent: Resource | undefined,
): Promise<StoredResource[]> {
  const found = await matches(context, type, criteria)
  const key = type === 'Patient' ? feedKeyOf(criteria) : undefined
  if (key === undefined || sent?.resourceType !== 'Patient') return found
  requireFedIdentifier(sent, key)
  if (found.length > 0) return meant(context, found, criteria)
  const person = await knownPerson(context.dcc.store, sent)
  const stored = person === undefined ? undefined : await context.dcc.store.read('Patient', person)
  return stored === undefined ? [] : findable(context, [stored])
}

/**
 * What a conditional deletion is about. By one exact identifier a hidden patient is found too: an identity source takes
 * back whom it has sent (PIX-104-3).
 */
export async function deleteMatches(
  context: FhirContext,
  type: StoredType,
  criteria: FhirRequest['query'],
): Promise<StoredResource[]> {
  if (type !== 'Patient' || feedKeyOf(criteria) === undefined) return visibleMatches(context, type, criteria)
  return meant(context, await matches(context, type, criteria), criteria)
}

/** The record that a number means to whoever changes it: the merged one, for the source that told of the merge. */
async function meant(
  context: FhirContext,
  found: StoredResource[],
  criteria: FhirRequest['query'],
): Promise<StoredResource[]> {
  const { store } = context.dcc
  const [holder] = found
  const key = feedKeyOf(criteria)
  if (key === undefined || holder === undefined) return found
  const id = await recordMeant(store, holder.id, key)
  const stored = id === holder.id ? holder : await store.read('Patient', id)
  return stored === undefined ? [] : findable(context, [stored])
}

/** What the caller may find: scopes restrict what is looked up without a search as they restrict searches. */
async function findable(context: FhirContext, known: StoredResource[]): Promise<StoredResource[]> {
  const all = await Promise.all(known.map((one) => covers(context, 'search-type', one)))
  return known.filter((_, index) => all[index])
}

/** The one resource, as `Type/id`, that a conditional reference (`Type?criteria`) means (FHIR http.html#trules). */
export async function oneMatch(context: FhirContext, address: string): Promise<string> {
  const mark = address.indexOf('?')
  const type = address.slice(0, mark)
  if (!isStoredType(type)) throw new FhirError('bundle.unresolved')
  const [match, ...others] = await matches(context, type, address.slice(mark + 1))
  if (match === undefined) throw new FhirError('precondition.none')
  if (others.length > 0) throw new FhirError('precondition.multiple')
  return `${type}/${match.id}`
}

const FORMAT_ONLY: ReadonlySet<string> = new Set(['_format', '_pretty'])

/**
 * A patient by one exact identifier is looked up in the directory, hidden patients included: an identity feed must
 * find again whom it sent, or it would try to create the patient twice (PIX-104-1).
 */
async function byIdentifier(context: FhirContext, pairs: FhirRequest['query']): Promise<StoredResource[] | undefined> {
  const key = feedKeyOf(pairs)
  if (key === undefined) return undefined
  const id = await context.dcc.store.lookup('patient', key)
  const stored = id === undefined ? undefined : await context.dcc.store.read('Patient', id)
  return stored === undefined || stored.deleted ? [] : [stored]
}
