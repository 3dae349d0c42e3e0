import { recordsOf } from '../dcc/persons.ts'
import type { Condition, SearchableType, StoredType } from '../store/store.ts'
import type { Interaction, Restriction } from './access.ts'
import { mayAccess, requireAccess } from './caller.ts'
import { FhirError } from './errors.ts'
import type { FhirContext } from './exchange.ts'
import { ownerOf, type Touched } from './owner.ts'
import { isSeen, labelConditions, seenConditions } from './personal-view.ts'
import { isReferenceType, isSearchable } from './resource-types.ts'
import { anyOf } from './search/conditions.ts'
import { indexValues } from './search/extract.ts'
import { holds } from './search/holds.ts'
import { parseSearch } from './search/query.ts'

export { ownerOf, type Touched } from './owner.ts'

/**
 * The resource, or undefined when the caller may not do this to it: then it must look as if it were not there. Of
 * another patient than the one of the launch, or not met by the search restrictions of the scopes.
 */
export async function covered<T extends Touched>(
  context: FhirContext,
  interaction: Interaction,
  resource: T | undefined,
): Promise<T | undefined> {
  return resource !== undefined && (await covers(context, interaction, resource)) ? resource : undefined
}

/** Whether the caller of a context may do this to a resource; without a caller, always. */
export async function covers(context: FhirContext, interaction: Interaction, resource: Touched): Promise<boolean> {
  const verdict = context.caller?.allows({ interaction, type: resource.type, id: resource.id })
  if (verdict === undefined || (verdict.kind === 'allowed' && context.caller?.person === undefined)) return true
  if (verdict.kind === 'refused') return false
  if (!(await isSeen(context, resource))) return false
  if (verdict.kind === 'allowed') return true
  for (const restriction of verdict.alternatives) if (await meets(context, restriction, resource)) return true
  return false
}

/**
 * The conditions that the caller's scopes add to a search of a type, or to what is read along with one. Throws
 * `http.forbidden` when the type is not theirs.
 */
export async function restrictionConditions(
  context: FhirContext,
  type: SearchableType,
  interaction: 'search-type' | 'read' = 'search-type',
): Promise<Condition[]> {
  const access = { interaction, type }
  requireAccess(context.caller, access)
  const verdict = context.caller?.allows(access)
  if (verdict?.kind !== 'restricted') return seenConditions(context, type)
  const allowed = await entitledAlternatives(context, type, verdict.alternatives)
  if (allowed.length === 0) return [{ kind: 'none' }]
  const alternatives = await Promise.all(allowed.map((one) => conditionsOf(context, type, one)))
  const named = allowed.every(({ patient }) => patient !== undefined)
  const seen = named ? await labelConditions(context, type) : await seenConditions(context, type)
  return [...inEachWay(alternatives), ...seen]
}

/** Who may see nothing of the patient of the launch any more finds nothing: no search need go on. */
async function entitledAlternatives(
  context: FhirContext,
  type: SearchableType,
  alternatives: readonly Restriction[],
): Promise<readonly Restriction[]> {
  const person = context.caller?.person
  if (person === undefined || isReferenceType(type)) return alternatives
  const open = await Promise.all(
    alternatives.map(({ patient }) => (patient === undefined ? true : person.sees(patient))),
  )
  return alternatives.filter((_, index) => open[index])
}

/** Whether the caller may see what is stored of a type when a write answers it. */
export function maySee(context: FhirContext, type: StoredType): boolean {
  return SEEING.some((interaction) => mayAccess(context.caller, { interaction, type }))
}

const SEEING = ['read', 'search-type'] as const

/**
 * The records of the only person with whom a caller may do this, none when that person may not be seen any more;
 * undefined for a caller who is not limited to one.
 */
export async function confinement(
  context: FhirContext,
  interaction: Interaction,
  type: StoredType,
): Promise<readonly string[] | undefined> {
  const verdict = context.caller?.allows({ interaction, type })
  if (verdict?.kind !== 'restricted') return undefined
  const patients = verdict.alternatives.map(({ patient }) => patient)
  if (patients.includes(undefined)) return undefined
  const person = context.caller?.person
  const open: string[] = []
  for (const patient of patients) {
    if (patient !== undefined && (person === undefined || (await person.sees(patient)))) open.push(patient)
  }
  return recordsOf(context.dcc.store, open)
}

/** Whether a caller is limited to some persons: then others must look as if they were not there. */
export async function limitOf(context: FhirContext, interaction: Interaction, type: StoredType): Promise<Limit> {
  const records = await confinement(context, interaction, type)
  const person = context.caller?.person
  if (records === undefined && person === undefined) return undefined
  return {
    includes: async (patientId) =>
      (records === undefined || records.includes(patientId)) &&
      (person === undefined || (await person.sees(patientId))),
  }
}

/** The persons to whom a caller is limited; undefined for a caller who is not. */
export type Limit = { includes(patientId: string): Promise<boolean> } | undefined

async function meets(context: FhirContext, { patient, criteria }: Restriction, resource: Touched): Promise<boolean> {
  const owner = ownerOf(resource)
  if (patient !== undefined && owner !== patient) {
    // What was filed under a record that was merged belongs to the person (src/dcc/persons.ts).
    const records = owner === undefined ? [] : await recordsOf(context.dcc.store, [patient])
    if (owner === undefined || !records.includes(owner)) return false
  }
  if (criteria.length === 0) return true
  if (resource.type === 'Binary') return documentMeets(context, criteria, resource.id)
  if (!isSearchable(resource.type) || resource.text === '') return false
  const values = indexValues(JSON.parse(resource.text))
  return criteriaConditions(context, resource.type, criteria).every((condition) => holds(values, condition))
}

/** A Binary is what its documents are: one that may be read is enough. */
async function documentMeets(
  { dcc, ...rest }: FhirContext,
  criteria: Restriction['criteria'],
  id: string,
): Promise<boolean> {
  for (const documentId of await dcc.store.documentsOf(id)) {
    const document = await dcc.store.read('DocumentReference', documentId)
    if (document?.visible === true && !document.deleted && (await meets({ dcc, ...rest }, { criteria }, document)))
      return true
  }
  return false
}

async function conditionsOf(
  context: FhirContext,
  type: SearchableType,
  { patient, criteria }: Restriction,
): Promise<readonly Condition[]> {
  const others = criteriaConditions(context, type, criteria)
  if (patient === undefined) return others
  const ids = await recordsOf(context.dcc.store, [patient])
  return [{ kind: type === 'Patient' ? 'id' : 'patient', ids }, ...others]
}

function criteriaConditions(
  { baseUrl, dcc }: FhirContext,
  type: SearchableType,
  criteria: Restriction['criteria'],
): readonly Condition[] {
  if (criteria.length === 0) return []
  const options = { handling: 'strict', maxValues: MOST_VALUES, defaultCount: 1, maxCount: 1 } as const
  return parseSearch(type, criteria, { ...options, baseUrl, now: dcc.now() }).conditions
}

/** Values in the restrictions of one scope: a scope string is not longer. */
const MOST_VALUES = 1000
/** Most conditions that alternatives may become together. */
const MOST_CONDITIONS = 64

/** Alternatives of several conditions each as conditions that are all to be met: (a and b) or c is (a or c) and (b or c). */
function inEachWay(alternatives: readonly (readonly Condition[])[]): Condition[] {
  let ways: readonly (readonly Condition[])[] = [[]]
  for (const conditions of alternatives) {
    ways = ways.flatMap((way) => conditions.map((condition) => (isIn(way, condition) ? way : [...way, condition])))
    if (ways.length > MOST_CONDITIONS) throw new FhirError('search.too-many-values')
  }
  const distinct = new Map(ways.map((way) => [JSON.stringify(way), way]))
  return [...distinct.values()].map((way) => anyOf(way))
}

function isIn(way: readonly Condition[], condition: Condition): boolean {
  return way.some((one) => JSON.stringify(one) === JSON.stringify(condition))
}
