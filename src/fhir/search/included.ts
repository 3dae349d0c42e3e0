import { setImmediate as turn } from 'node:timers/promises'
import type { StoredResource } from '../../store/store.ts'
import { mayAccess } from '../caller.ts'
import type { FhirContext } from '../exchange.ts'
import { isStoredType } from '../resource-types.ts'
import { covers, restrictionConditions } from '../restrictions.ts'
import { shown } from '../seen-lists.ts'
import { type Inclusion, includedKeys, revincludedSearches } from './include.ts'
import type { ParsedSearch } from './parsed.ts'
import { ofWholePersons } from './whole-persons.ts'

/** Most resources and characters that inclusions may add to a page, and how often `:iterate` follows them. */
const MAX_INCLUDED = 1000
const MAX_CHARACTERS = 16 * 1024 * 1024
const MAX_ROUNDS = 5

/**
 * The resources that `_include` and `_revinclude` add to a page: visible ones that the caller may read, each once, none
 * that is a match.
 */
export async function includedResources(
  context: FhirContext,
  { includes, revincludes }: Pick<ParsedSearch, 'includes' | 'revincludes'>,
  matches: readonly StoredResource[],
): Promise<StoredResource[]> {
  if (includes.length + revincludes.length === 0) return []
  const page = new Included(matches)
  const [to, from] = [distinct(includes), distinct(revincludes)]
  let round: readonly StoredResource[] = matches
  for (let depth = 0; depth < MAX_ROUNDS && round.length > 0 && page.room > 0; depth += 1) {
    // The embedded store answers without waiting: other requests get their turn between two rounds.
    if (depth > 0) await turn()
    const [forward, backward] = depth === 0 ? [to, from] : [to.filter(iterates), from.filter(iterates)]
    const before = page.resources.length
    await follow(context, page, round, forward, depth > 0)
    await followBack(context, page, round, backward)
    round = page.resources.slice(before)
  }
  return page.resources
}

/** What was included so far; full when it has as many resources or characters as a page may gain. */
class Included {
  readonly resources: StoredResource[] = []
  private readonly seen: Set<string>
  private characters = 0

  constructor(matches: readonly StoredResource[]) {
    this.seen = new Set(matches.map(addressOf))
  }

  /** How many more resources there may be. */
  get room(): number {
    return this.characters > MAX_CHARACTERS ? 0 : MAX_INCLUDED - this.resources.length
  }

  has(address: string): boolean {
    return this.seen.has(address)
  }

  add(resource: StoredResource): void {
    const address = addressOf(resource)
    if (this.room <= 0 || this.seen.has(address)) return
    this.seen.add(address)
    this.characters += resource.text.length
    this.resources.push(resource)
  }
}

async function follow(
  context: FhirContext,
  page: Included,
  round: readonly StoredResource[],
  includes: readonly Inclusion[],
  iterated: boolean,
): Promise<void> {
  if (includes.length === 0) return
  for (const key of includedKeys(round.map(parsed), includes, context.baseUrl, iterated)) {
    if (page.room <= 0) return
    if (page.has(`${key.type}/${key.id}`)) continue
    const { type, id } = key
    const stored = isStoredType(type) && type !== 'Binary' ? await context.dcc.store.read(type, id) : undefined
    if (stored?.visible === true && !stored.deleted && (await covers(context, 'read', stored)))
      for (const own of await shown(context, [stored])) page.add(own)
  }
}

async function followBack(
  context: FhirContext,
  page: Included,
  round: readonly StoredResource[],
  revincludes: readonly Inclusion[],
): Promise<void> {
  for (const { type, conditions } of revincludedSearches(round, revincludes)) {
    if (page.room <= 0) return
    const sort = { key: '_id' as const, descending: false }
    if (!mayAccess(context.caller, { interaction: 'read', type })) continue
    const own = await restrictionConditions(context, type, 'read')
    const whole = [...(await ofWholePersons(context.dcc.store, conditions)), ...own]
    const found = await context.dcc.store.search({ type, conditions: whole, sort, limit: MAX_INCLUDED })
    for (const own of await shown(context, found)) page.add(own)
  }
}

/** The same inclusion asked for again would only be followed again. */
function distinct(inclusions: readonly Inclusion[]): Inclusion[] {
  const keyOf = ({ source, parameter, target, iterate }: Inclusion) => [source, parameter, target, iterate].join(':')
  return [...new Map(inclusions.map((inclusion) => [keyOf(inclusion), inclusion])).values()]
}

function iterates({ iterate }: Inclusion): boolean {
  return iterate
}

function parsed({ text }: StoredResource): unknown {
  return JSON.parse(text)
}

function addressOf({ type, id }: StoredResource): string {
  return `${type}/${id}`
}
