import type { DocumentReference, Identifier, List, ListEntry } from '@medplum/fhirtypes'
import { labelsHidingFrom } from '../dcc/entitlement/labels.ts'
import { recordsOf } from '../dcc/persons.ts'
import type { Condition, StoredResource, TokenMatch } from '../store/store.ts'
import type { FhirContext } from './exchange.ts'
import { ownerOf, type Touched } from './owner.ts'
import { isSeen } from './personal-view.ts'
import { unversioned } from './search/datatypes.ts'

/**
 * Resources as the person behind the token sees them: the lists among them without the entries of documents that a
 * label hides. Others are given as they are stored, and so is everything to a back end.
 */
export async function shown<T extends Touched>(context: FhirContext, resources: readonly T[]): Promise<readonly T[]> {
  const lists = resources.filter(({ type, text }) => type === 'List' && text.includes(ENTRY))
  if (context.caller?.person === undefined || lists.length === 0) return resources
  const hidden = await hiddenDocuments(context, lists)
  if (hidden.size === 0) return resources
  return resources.map((resource) => (resource.type === 'List' ? without(hidden, resource) : resource))
}

/** Whether a label hides an entry of a list from the person: then they do not see it whole, and do not change it. */
export async function hidesEntries(context: FhirContext, resource: Touched): Promise<boolean> {
  const [seen] = await shown(context, [resource])
  return seen !== undefined && seen.text !== resource.text
}

/** What a search of lists asks, without the documents that the person must not learn of. */
export async function withoutHiddenItems(
  context: FhirContext,
  conditions: readonly Condition[],
): Promise<readonly Condition[]> {
  if (context.caller?.person === undefined) return conditions
  return Promise.all(
    conditions.map(async (condition): Promise<Condition> => {
      if (condition.kind === 'any')
        return { ...condition, conditions: await withoutHiddenItems(context, condition.conditions) }
      const isSeenItem = condition.kind === 'token' ? ITEMS.get(condition.param) : undefined
      if (condition.kind !== 'token' || isSeenItem === undefined) return condition
      const seen = await Promise.all(condition.anyOf.map((match) => isSeenItem(context, match)))
      return { ...condition, anyOf: condition.anyOf.filter((_, index) => seen[index]) }
    }),
  )
}

/** The parameters of lists that name documents. */
const ITEMS: ReadonlyMap<string, (context: FhirContext, match: TokenMatch) => Promise<boolean>> = new Map([
  ['item', namesSeen],
  ['item:identifier', identifiesSeen],
])

const ENTRY = '"entry":['

/** How entries may name the documents of the lists' patients that are hidden from the person. */
async function hiddenDocuments(context: FhirContext, lists: readonly Touched[]): Promise<ReadonlySet<string>> {
  const { caller, dcc } = context
  const labels = caller?.person === undefined ? [] : labelsHidingFrom(caller.person.eyes)
  const owners = [...new Set(lists.flatMap((list) => ownerOf(list) ?? []))]
  const labelled = await dcc.store.search({
    type: 'DocumentReference',
    conditions: [
      { kind: 'patient', ids: await recordsOf(dcc.store, owners) },
      { kind: 'token', param: 'security-label', anyOf: labels.map((code) => ({ code })) },
    ],
    sort: { key: '_id', descending: false },
    limit: MOST_LABELLED,
  })
  const seen = await Promise.all(labelled.map((document) => isSeen(context, document)))
  return new Set(labelled.flatMap((document, index) => (seen[index] ? [] : namesOf(document))))
}

/** The address of a document and of its content, and its identifiers (`identifierName`). */
function namesOf({ id, text }: StoredResource): string[] {
  const { content = [], masterIdentifier, identifier = [] }: DocumentReference = JSON.parse(text)
  const contents = content.flatMap(({ attachment }) => attachment?.url ?? [])
  return [`DocumentReference/${id}`, ...contents, ...[...identifier, masterIdentifier].flatMap(identifierName)]
}

function identifierName(identifier: Identifier | undefined): string[] {
  return identifier?.value === undefined ? [] : [`${identifier.system ?? ''}|${identifier.value}`]
}

/** Documents of the patients of one page that are labelled. */
const MOST_LABELLED = 10_000

function without<T extends Touched>(hidden: ReadonlySet<string>, list: T): T {
  const resource: List = JSON.parse(list.text)
  const isHidden = ({ item }: ListEntry) =>
    hidden.has(unversioned(item?.reference ?? '')) || identifierName(item?.identifier).some((name) => hidden.has(name))
  const entry = resource.entry?.filter((one) => !isHidden(one))
  if (entry === undefined || entry.length === resource.entry?.length) return list
  const { entry: _all, ...rest } = resource
  return { ...list, text: JSON.stringify(entry.length === 0 ? rest : { ...rest, entry }) }
}

async function namesSeen(context: FhirContext, match: TokenMatch): Promise<boolean> {
  const [type, id = ''] = (match.code ?? '').split('/')
  if (type === 'Binary') {
    const isNamed = (await context.dcc.store.documentsOf(id)).length > 0
    return !isNamed || isSeen(context, { type, id, text: '' })
  }
  const stored = type === 'DocumentReference' ? await context.dcc.store.read(type, id) : undefined
  return stored === undefined || isSeen(context, stored)
}

/** The same of an identifier: one that a hidden document holds finds no list. */
async function identifiesSeen(context: FhirContext, match: TokenMatch): Promise<boolean> {
  const conditions = [{ kind: 'token' as const, param: 'identifier', anyOf: [match] }]
  const sort = { key: '_id', descending: false } as const
  const found = await context.dcc.store.search({ type: 'DocumentReference', conditions, sort, limit: MOST_HOLDERS })
  const seen = await Promise.all(found.map((document) => isSeen(context, document)))
  return !seen.includes(false)
}

/** Documents that share a value in several systems. */
const MOST_HOLDERS = 100
