import type { StoredResource } from '../../store/store.ts'
import type { FhirContext } from '../exchange.ts'
import { isStoredType } from '../resource-types.ts'
import { includedKeys, type ResourceKey, revincludedSearches } from './include.ts'
import type { ParsedSearch } from './parsed.ts'

/** Most resources that inclusions may add to a page, and how often `:iterate` follows what was included. */
const MAX_INCLUDED = 1000
const MAX_ROUNDS = 5

/** The resources that `_include` and `_revinclude` add to a page: visible ones, each once, none that is a match. */
export async function includedResources(
  context: FhirContext,
  { includes, revincludes }: Pick<ParsedSearch, 'includes' | 'revincludes'>,
  matches: readonly StoredResource[],
): Promise<StoredResource[]> {
  if (includes.length + revincludes.length === 0) return []
  const seen = new Set(matches.map(addressOf))
  const included: StoredResource[] = []
  let round: readonly StoredResource[] = matches
  for (let depth = 0; depth < MAX_ROUNDS && round.length > 0; depth += 1) {
    const iterated = depth > 0
    const found = [
      ...(await forward(context, includedKeys(round.map(parsed), includes, context.baseUrl, iterated))),
      ...(await backward(context, round, iterated ? revincludes.filter(({ iterate }) => iterate) : revincludes)),
    ]
    round = found.filter((resource) => !seen.has(addressOf(resource)) && seen.add(addressOf(resource)))
    included.push(...round)
    if (included.length > MAX_INCLUDED) return included.slice(0, MAX_INCLUDED)
  }
  return included
}

async function forward(context: FhirContext, keys: readonly ResourceKey[]): Promise<StoredResource[]> {
  const found: StoredResource[] = []
  for (const { type, id } of keys.slice(0, MAX_INCLUDED)) {
    const stored = isStoredType(type) && type !== 'Binary' ? await context.dcc.store.read(type, id) : undefined
    if (stored?.visible === true && !stored.deleted) found.push(stored)
  }
  return found
}

async function backward(
  context: FhirContext,
  round: readonly StoredResource[],
  revincludes: ParsedSearch['revincludes'],
): Promise<StoredResource[]> {
  const found: StoredResource[] = []
  for (const { type, conditions } of revincludedSearches(round, revincludes)) {
    const sort = { key: '_id' as const, descending: false }
    found.push(...(await context.dcc.store.search({ type, conditions, sort, limit: MAX_INCLUDED })))
  }
  return found
}

function parsed({ text }: StoredResource): unknown {
  return JSON.parse(text)
}

function addressOf({ type, id }: StoredResource): string {
  return `${type}/${id}`
}
