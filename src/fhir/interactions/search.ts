import type { Condition, Found, SearchableType, SearchQuery, StoredType } from '../../store/store.ts'
import { requireAccess } from '../caller.ts'
import { FhirError } from '../errors.ts'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { seenConditions } from '../personal-view.ts'
import { withAbsoluteUrls } from '../references.ts'
import { isSearchable } from '../resource-types.ts'
import { restrictionConditions } from '../restrictions.ts'
import { resolveChain } from '../search/chains.ts'
import { PAGE_PARAMETER } from '../search/controls.ts'
import { type CursorPayload, openCursor, scopeFor, sealCursor } from '../search/cursor.ts'
import { SearchError } from '../search/errors.ts'
import { ignoredEntry } from '../search/ignored.ts'
import { includedResources } from '../search/included.ts'
import { pageLength } from '../search/page-length.ts'
import type { ParsedSearch } from '../search/parsed.ts'
import { restricted, unknownDomainEntry } from '../search/patient-domains.ts'
import { parseSearch } from '../search/query.ts'
import { type Subset, summarise } from '../search/summary.ts'
import { idsOfPersons, ofWholePersons } from '../search/whole-persons.ts'
import { shown, withoutHiddenItems } from '../seen-lists.ts'

const DEFAULT_COUNT = 20
const MAX_COUNT = 200
/** Most resources that a chain may lead through: beyond, the search is too vague to be answered. */
const MAX_CHAINED = 1000

/** search-type: GET [type]?… and POST [type]/_search (FHIR http.html#search; ITI-66, ITI-67, ITI-78). */
export async function searchType(context: FhirContext, request: FhirRequest, type: StoredType): Promise<FhirResponse> {
  if (!isSearchable(type)) throw new FhirError('resource.interaction', { detail: { interaction: 'search-type', type } })
  const cursor = cursorOf(context, request.query, type)
  const query = cursor === undefined ? request.query : continued(cursor, request.query)
  const parsed = parseSearch(type, query, {
    handling: request.prefer.handling,
    maxValues: context.limits.maxSearchValues,
    defaultCount: DEFAULT_COUNT,
    maxCount: MAX_COUNT,
    baseUrl: context.baseUrl,
    now: context.dcc.now(),
  })
  const unknownDomain = cursor === undefined ? await unknownDomainEntry(context, request, parsed) : undefined
  const conditions = await searchConditions(context, parsed)
  const pieces =
    parsed.count === 0 || parsed.summary === 'count'
      ? await countOnly(context, parsed, conditions)
      : await page(context, parsed, conditions, cursor, [unknownDomain, ignored(parsed, cursor, request)])
  return { status: 200, headers: {}, body: { kind: 'json', pieces } }
}

/** What was left out is said on the first page. */
function ignored(parsed: ParsedSearch, cursor: CursorPayload | undefined, { language }: FhirRequest) {
  return cursor === undefined ? ignoredEntry(parsed.ignored, language) : undefined
}

/** The position that a `next` link carries; undefined on the first page. */
function cursorOf(context: FhirContext, query: FhirRequest['query'], type: SearchableType): CursorPayload | undefined {
  const sealed = query.find(([name]) => name === PAGE_PARAMETER)?.[1]
  return sealed === undefined
    ? undefined
    : openCursor(sealed, context.cursorKey, context.dcc.now(), scopeFor(type, context.caller))
}

/** A later page is the query of the first; only page size and format may be given anew beside the cursor. */
function continued(cursor: CursorPayload, query: FhirRequest['query']): FhirRequest['query'] {
  const given = query.filter(([name]) => name !== PAGE_PARAMETER)
  if (given.some(isCriterion)) throw new SearchError('search.cursor-invalid', { parameter: PAGE_PARAMETER })
  return [...cursor.query, ...given]
}

function isCriterion([name]: readonly [string, string]): boolean {
  return !PAGING.has(name)
}

const PAGING: ReadonlySet<string> = new Set([PAGE_PARAMETER, '_count', '_format', '_pretty'])

/**
 * The conditions of a search, or of a conditional interaction, with its chains followed; the caller's scopes add theirs.
 * Throws `http.forbidden` for a chain through what the caller may not search.
 */
export async function searchConditions(context: FhirContext, parsed: ParsedSearch): Promise<Condition[]> {
  requireChained(context, parsed)
  const asked = parsed.type === 'List' ? await withoutHiddenItems(context, parsed.conditions) : parsed.conditions
  const conditions = await ofWholePersons(context.dcc.store, asked)
  for (const chain of parsed.chains) {
    // Documents and lists always name their patient literally: the logical reference has nothing to add.
    const literal = COMPARTMENT_CHAINS.has(chain.parameter) ? { ...chain, direct: undefined } : chain
    conditions.push(await resolveChain(literal, (type, found) => idsOf(context, type, found)))
  }
  return [...conditions, ...(await restrictionConditions(context, parsed.type))]
}

const COMPARTMENT_CHAINS: ReadonlySet<string> = new Set(['patient.identifier', 'subject.identifier'])

/**
 * A chain asks about other resources: the caller must be allowed to search them too. That a document is one of the
 * patient with an identifier is told by the document itself (ITI-67), hence asks for no more than documents do.
 */
function requireChained({ caller }: FhirContext, { chains }: ParsedSearch): void {
  for (const { parameter, lookups } of chains) {
    if (COMPARTMENT_CHAINS.has(parameter)) continue
    const types = lookups.flatMap(({ type, through }) => (through === undefined ? [type] : [type, through.type]))
    for (const type of types) requireAccess(caller, { interaction: 'search-type', type })
  }
}

async function idsOf(context: FhirContext, type: SearchableType, conditions: readonly Condition[]): Promise<string[]> {
  const found = await context.dcc.store.search({
    type,
    conditions: [...conditions, ...(await seenConditions(context, type))],
    sort: { key: '_id', descending: false },
    limit: MAX_CHAINED + 1,
  })
  if (found.length > MAX_CHAINED) throw new FhirError('search.too-many-values')
  return type === 'Patient' ? idsOfPersons(context.dcc.store, found) : found.map(({ id }) => id)
}

async function countOnly(
  context: FhirContext,
  { type, used }: ParsedSearch,
  conditions: readonly Condition[],
): Promise<string[]> {
  const total = await context.dcc.store.count({ type, conditions, withMerged: asksForMerged(type, conditions) })
  return bundlePieces({ total, self: linkOf(context, type, used) }, [])
}

async function page(
  context: FhirContext,
  parsed: ParsedSearch,
  conditions: readonly Condition[],
  cursor: CursorPayload | undefined,
  notices: readonly (string | undefined)[],
): Promise<string[]> {
  const { type, sort, count, used } = parsed
  const createdUntil = cursor?.createdUntil ?? context.dcc.now().toISOString()
  const query: SearchQuery = {
    type,
    conditions,
    withMerged: asksForMerged(type, conditions),
    sort,
    limit: count + 1,
    ...(cursor === undefined ? {} : { after: cursor.position, createdUntil }),
  }
  const rows = await context.dcc.store.search(query)
  const found = await shown(context, rows.slice(0, pageLength(rows, count)))
  const more = rows.length > found.length
  const total = await totalOf(context, parsed, conditions, cursor, more ? undefined : found.length, createdUntil)
  const last = found.at(-1)
  const payload = {
    scope: scopeFor(type, context.caller),
    query: used.filter(isCriterion),
    createdUntil,
    ...(total === undefined ? {} : { total }),
  }
  const next = more && last !== undefined ? nextLink(context, parsed, payload, last) : undefined
  const entries = found.map((row) => entryText(context, row, matchText(context, parsed, row), 'match'))
  const included = await includedResources(context, parsed, found)
  for (const resource of included)
    entries.push(entryText(context, resource, withAbsoluteUrls(resource.text, context.baseUrl), 'include'))
  entries.push(...notices.flatMap((notice) => notice ?? []))
  return bundlePieces({ total, self: linkOf(context, type, used), next }, entries)
}

/**
 * Bundle.total (mandatory in ITI-66, ITI-67 and ITI-78): known without counting when everything is on the page, counted
 * when the search is narrow or `_total` asks for it. A search over the documents of all patients, which no IHE
 * transaction makes, is not counted unasked: its cost would grow with the record.
 */
async function totalOf(
  context: FhirContext,
  { type, total }: ParsedSearch,
  conditions: readonly Condition[],
  cursor: CursorPayload | undefined,
  complete: number | undefined,
  createdUntil: string,
): Promise<number | undefined> {
  if (total === 'none') return undefined
  if (cursor !== undefined) return cursor.total
  if (complete !== undefined) return complete
  if (total === undefined && !isNarrow(type, conditions)) return undefined
  return context.dcc.store.count({ type, conditions, withMerged: asksForMerged(type, conditions), createdUntil })
}

/** PDQ-78-6: a record that was merged is left out, unless records that are not in use are asked for. */
function asksForMerged(type: SearchableType, conditions: readonly Condition[]): boolean {
  return type === 'Patient' && conditions.some(namesInactive)
}

function namesInactive(condition: Condition): boolean {
  if (condition.kind === 'any') return condition.conditions.some(namesInactive)
  if (condition.kind !== 'token' || condition.param !== 'active' || condition.not === true) return false
  return condition.anyOf.some(({ code }) => code === 'false')
}

function isNarrow(type: SearchableType, conditions: readonly Condition[]): boolean {
  // PDQ-78-1: a search of patients always says its total.
  if (type === 'Patient') return true
  if (type !== 'DocumentReference' && type !== 'List') {
    return conditions.some((condition) => !('param' in condition && WIDE.has(condition.param)))
  }
  return conditions.some(
    (condition) =>
      condition.kind === 'patient' ||
      condition.kind === 'id' ||
      (condition.kind === 'token' && condition.param === 'identifier'),
  )
}

/** Parameters that most resources of a type meet. */
const WIDE: ReadonlySet<string> = new Set(['active', 'gender', '_lastUpdated'])

function nextLink(
  context: FhirContext,
  { type, used }: ParsedSearch,
  payload: Omit<CursorPayload, 'position'>,
  last: Found,
): string {
  const position = { value: last.sortValue, id: last.id }
  const sealed = sealCursor({ ...payload, position }, context.cursorKey, context.dcc.now())
  return linkOf(context, type, [...used.filter((pair) => !isCriterion(pair)), [PAGE_PARAMETER, sealed]])
}

function linkOf(context: FhirContext, type: string, used: ParsedSearch['used']): string {
  const search = new URLSearchParams(used.map(([name, value]): [string, string] => [name, value])).toString()
  return `${context.baseUrl}/${type}${search === '' ? '' : `?${search}`}`
}

/** The stored text as it is, unless a part of it is asked for (`_summary`, `_elements`, identifier domains). */
function matchText(context: FhirContext, parsed: ParsedSearch, row: Found): string {
  const text = withAbsoluteUrls(row.text, context.baseUrl)
  const subset = subsetOf(parsed)
  const domains = parsed.type === 'Patient' ? parsed.identifierDomains : []
  if (subset === undefined && domains.length === 0) return text
  const stored = JSON.parse(text)
  const resource = domains.length > 0 ? restricted(stored, domains, `${context.baseUrl}/Patient/${row.id}`) : stored
  if (subset === undefined) return resource === stored ? text : JSON.stringify(resource)
  return JSON.stringify(summarise(resource, subset))
}

function subsetOf({ summary, elements }: ParsedSearch): Subset | undefined {
  if (elements !== undefined) return { elements }
  return summary === 'true' || summary === 'text' || summary === 'data' ? { summary } : undefined
}

function entryText(
  context: FhirContext,
  { type, id }: Pick<Found, 'type' | 'id'>,
  text: string,
  mode: 'match' | 'include',
): string {
  return `{"fullUrl":"${context.baseUrl}/${type}/${id}","resource":${text},"search":{"mode":"${mode}"}}`
}

/** Entries are spliced as text, never parsed (design.md section 4, resource text). */
function bundlePieces(
  { total, self, next }: { total: number | undefined; self: string; next?: string | undefined },
  entries: readonly string[],
): string[] {
  const link = [{ relation: 'self', url: self }]
  if (next !== undefined) link.push({ relation: 'next', url: next })
  const head = JSON.stringify({
    resourceType: 'Bundle',
    type: 'searchset',
    ...(total === undefined ? {} : { total }),
    link,
  })
  if (entries.length === 0) return [head]
  return [`${head.slice(0, -1)},"entry":[`, ...entries.flatMap((entry, i) => (i === 0 ? [entry] : [',', entry])), ']}']
}
