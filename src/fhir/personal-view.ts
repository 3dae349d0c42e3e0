import { type HidingLabel, labelsHidingFrom } from '../dcc/entitlement/labels.ts'
import type { PersonalView } from '../dcc/entitlement/view.ts'
import { PROFESSIONALS_OID } from '../french/oids.ts'
import type { Condition, SearchableType, StoredResource } from '../store/store.ts'
import type { FhirContext } from './exchange.ts'
import { ownerOf, type Touched } from './owner.ts'
import { isReferenceType } from './resource-types.ts'
import { resolveChain } from './search/chains.ts'
import { anyOf } from './search/conditions.ts'
import { indexValues } from './search/extract.ts'
import { holds } from './search/holds.ts'
import { parseSearch } from './search/query.ts'

/**
 * What the person behind a token sees, whatever the scopes: records of persons to whom they are entitled, and of those
 * what no label hides from them (docs/decisions/0017). A back end is no person, and nothing is hidden from it here.
 */
export async function isSeen(context: FhirContext, resource: Touched): Promise<boolean> {
  const person = context.caller?.person
  if (person === undefined || isReferenceType(resource.type)) return true
  const owner = ownerOf(resource)
  if (owner === undefined || !(await person.sees(owner))) return false
  if (resource.type === 'Binary') return isContentSeen(context, resource.id)
  return resource.type !== 'DocumentReference' || isUnhidden(context, person, resource)
}

/** The same as conditions of a search, so that its totals and pages are right. */
export async function seenConditions(context: FhirContext, type: SearchableType): Promise<Condition[]> {
  const person = context.caller?.person
  if (person === undefined || isReferenceType(type)) return []
  const within = await person.within()
  const own: Condition =
    'patients' in within
      ? { kind: type === 'Patient' ? 'id' : 'patient', ids: within.patients }
      : { kind: 'entitled', to: within.entitledTo }
  return [own, ...(await labelConditions(context, type))]
}

/** What labels leave of a type for the person, as conditions. */
export async function labelConditions(context: FhirContext, type: SearchableType): Promise<readonly Condition[]> {
  const person = context.caller?.person
  if (person === undefined || type !== 'DocumentReference') return []
  const before = known.get(person)
  if (before !== undefined) return before
  const conditions = unhidden(context, person)
  known.set(person, conditions)
  // A store that was away for a moment is asked again.
  conditions.catch(() => known.delete(person))
  return conditions
}

/** Looked up once for each request. */
const known = new WeakMap<PersonalView, Promise<readonly Condition[]>>()

/** A system that a label is written with makes no difference: whoever labels a document means to hide it. */
async function unhidden(context: FhirContext, { eyes, nationalId, rpps }: PersonalView): Promise<readonly Condition[]> {
  const labels = labelsHidingFrom(eyes).map((code) => ({ code }))
  const unlabelled: Condition = { kind: 'token', param: 'security-label', anyOf: labels, not: true }
  if (eyes !== 'professional') return [unlabelled]
  return [anyOf([unlabelled, await authored(context, nationalId, rpps)])]
}

/** The documents that a professional wrote: contained authors, and those of the directories. */
async function authored({ baseUrl, dcc }: FhirContext, nationalId: string, rpps: string | undefined) {
  const own = [`urn:oid:${PROFESSIONALS_OID}|${escaped(nationalId)}`]
  if (rpps !== undefined) own.push(`https://rpps.esante.gouv.fr|${escaped(rpps)}`)
  const options = { handling: 'strict', maxValues: 10, defaultCount: 1, maxCount: 1 } as const
  const query = [['author.identifier', own.join(',')]] as const
  const { chains } = parseSearch('DocumentReference', query, { ...options, baseUrl, now: dcc.now() })
  const ways = chains.map((chain) =>
    resolveChain(chain, async (type, conditions) => {
      if (type === 'Patient') return []
      const sort = { key: '_id' as const, descending: false }
      return (await dcc.store.search({ type, conditions, sort, limit: MOST_ENTRIES })).map(({ id }) => id)
    }),
  )
  return anyOf(await Promise.all(ways))
}

/** Entries of one professional in the directories. */
const MOST_ENTRIES = 200

function escaped(value: string): string {
  return value.replaceAll(/[\\$|,]/g, '\\$&')
}

/** Most documents have no label that hides them, which their text tells without being read. */
async function isUnhidden(context: FhirContext, { eyes }: PersonalView, resource: Touched): Promise<boolean> {
  const text = resource.text === '' ? await lastText(context, resource) : resource.text
  if (!labelsHidingFrom(eyes).some((code) => text.includes(code))) return true
  const values = indexValues(JSON.parse(text))
  return (await labelConditions(context, 'DocumentReference')).every((condition) => holds(values, condition))
}

/** Whether the person wrote a document: it would stay theirs to see if it were masked to professionals. */
export async function isWritten(context: FhirContext, { text, ...document }: Touched): Promise<boolean> {
  const person = context.caller?.person
  if (person === undefined || text === '') return true
  const masked = { ...JSON.parse(text), securityLabel: [{ coding: [{ code: 'MASQUE_PS' satisfies HidingLabel }] }] }
  return isUnhidden(context, person, { ...document, text: JSON.stringify(masked) })
}

/** What a deleted document was: its labels outlive it. */
async function lastText({ dcc }: FhirContext, { type, id }: Touched): Promise<string> {
  const versions = await dcc.store.history({ type, id, limit: 3 })
  return versions.find(({ text }) => text !== '')?.text ?? ''
}

/** A Binary is what its documents are: one that may be seen is enough. */
async function isContentSeen(context: FhirContext, id: string): Promise<boolean> {
  const { store } = context.dcc
  for (const documentId of await store.documentsOf(id)) {
    const document = await store.read('DocumentReference', documentId)
    if (document?.visible === true && !document.deleted && (await isSeen(context, document))) return true
  }
  return false
}

/** Those of a type's versions that belong to what is seen now: what is masked today was not always labelled. */
export async function ofSeenNow<T extends StoredResource>(
  context: FhirContext,
  entries: readonly T[],
): Promise<readonly T[]> {
  const person = context.caller?.person
  if (person === undefined) return entries
  await person.seesAll(entries.flatMap((entry) => ownerOf(entry) ?? []))
  const seen = new Map<string, boolean>()
  for (const { type, id } of entries) {
    if (type !== 'DocumentReference' || seen.has(id)) continue
    const current = await context.dcc.store.read(type, id)
    seen.set(id, current !== undefined && (await isSeen(context, current)))
  }
  return entries.filter(({ id }) => seen.get(id) !== false)
}
