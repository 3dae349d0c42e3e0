import { type CodeSet, codeSet, difference, intersection, sizeOf, UNKNOWN_SET, union, weightOf } from './code-set.ts'
import { passing } from './filters.ts'
import type { Registry } from './registry.ts'
import { type CodeSystem, type Filter, keyIn, type Member, type Part, type ValueSet } from './resources.ts'
import { SYNTAXES } from './syntaxes.ts'

/** What one expansion may cost: a hostile value set is answered as unknown. */
export interface ExpansionLimits {
  /** Codes in one set. */
  members: number
  /** Value sets inside one another. */
  depth: number
  /** Concepts looked at by filters, and codes moved between sets. */
  steps: number
}

/** Enough for the largest national tables (about 40,000 codes), a fraction of a second at most. */
export const EXPANSION_LIMITS: ExpansionLimits = { members: 200_000, depth: 20, steps: 2_000_000 }

/** For a value set that a caller sends along. */
export const INLINE_LIMITS: ExpansionLimits = { members: 20_000, depth: 10, steps: 200_000 }

/** Gives the codes of a value set. The result tells by itself what is unknown; nothing is thrown. */
export type Expander = (valueSet: ValueSet, limits?: ExpansionLimits) => CodeSet

/** An expander that expands each value set once; with limits of their own, results that they cut are not kept. */
export function newExpander(registry: Registry): Expander {
  const known = new WeakMap<ValueSet, CodeSet>()
  return (valueSet, limits) => {
    const found = known.get(valueSet)
    if (found !== undefined) return found
    const expanded = new Expansion(registry, limits ?? EXPANSION_LIMITS, known).of(valueSet, 0)
    if (limits === undefined) known.set(valueSet, expanded)
    return expanded
  }
}

class Expansion {
  private readonly registry: Registry
  private readonly limits: ExpansionLimits
  private readonly known: WeakMap<ValueSet, CodeSet>
  private readonly running = new Set<ValueSet>()
  /** What this expansion met; inside a cycle it may know less than it would alone, which is never wrong. */
  private readonly met = new Map<ValueSet, CodeSet>()
  private steps = 0

  constructor(registry: Registry, limits: ExpansionLimits, known: WeakMap<ValueSet, CodeSet>) {
    this.registry = registry
    this.limits = limits
    this.known = known
  }

  of(valueSet: ValueSet, depth: number): CodeSet {
    const found = this.known.get(valueSet) ?? this.met.get(valueSet)
    if (found !== undefined) return found
    if (!valueSet.defined || depth > this.limits.depth || this.running.has(valueSet)) return UNKNOWN_SET
    this.running.add(valueSet)
    const included = this.anyOf(valueSet.includes, depth)
    const whole =
      valueSet.excludes.length === 0
        ? included
        : this.combined(difference, included, this.anyOf(valueSet.excludes, depth))
    this.running.delete(valueSet)
    this.met.set(valueSet, whole)
    if (isDecided(whole)) this.known.set(valueSet, whole)
    return whole
  }

  private anyOf(parts: readonly Part[], depth: number): CodeSet {
    const whole = union(parts.map((part) => this.charged(this.part(part, depth))))
    return sizeOf(whole) > this.limits.members ? UNKNOWN_SET : whole
  }

  private part({ system, version, concepts, filters, valueSets }: Part, depth: number): CodeSet {
    this.steps += 1
    if (this.steps > this.limits.steps) return UNKNOWN_SET
    const sets = valueSets.map((canonical) => {
      const valueSet = this.registry.valueSet(canonical)
      return valueSet === undefined ? UNKNOWN_SET : this.of(valueSet, depth + 1)
    })
    if (system !== undefined) sets.push(this.ofSystem(system, version, concepts, filters))
    const [first = UNKNOWN_SET, ...others] = sets
    return others.reduce((whole, set) => this.combined(intersection, whole, set), first)
  }

  private ofSystem(
    url: string,
    version: string | undefined,
    concepts: readonly Member[] | undefined,
    filters: readonly Filter[],
  ): CodeSet {
    const pinned = version === undefined ? undefined : this.registry.codeSystem(`${url}|${version}`)
    const system = pinned ?? this.registry.codeSystem(url)
    if (concepts !== undefined) return codeSet({ sure: new Map([[url, membersOf(system, concepts)]]) })
    if (SYNTAXES.has(url) && filters.length === 0) return codeSet({ bySyntax: new Set([url]) })
    if (system === undefined || system.content === 'supplement') return codeSet({ open: new Set([url]) })
    // Of another version than the one asked for, as of a fragment, only what is there is known.
    const exact = version === undefined || pinned !== undefined
    const open = system.content === 'complete' && exact ? new Set<string>() : new Set([url])
    const members = this.filtered(system, filters)
    return members === undefined
      ? codeSet({ open: new Set([url]) })
      : codeSet({ sure: new Map([[url, members]]), open })
  }

  private filtered(system: CodeSystem, filters: readonly Filter[]): ReadonlyMap<string, Member> | undefined {
    let members: ReadonlyMap<string, Member> = system.concepts
    for (const filter of filters) {
      this.steps += system.concepts.size
      const keys = this.steps > this.limits.steps ? undefined : passing(system, filter)
      if (keys === undefined) return undefined
      members = new Map([...members].filter(([key]) => keys.has(key)))
    }
    return members
  }

  /** A set that costs too much to work with is unknown. */
  private charged(set: CodeSet): CodeSet {
    this.steps += weightOf(set)
    return this.steps > this.limits.steps ? UNKNOWN_SET : set
  }

  private combined(operation: (a: CodeSet, b: CodeSet) => CodeSet, a: CodeSet, b: CodeSet): CodeSet {
    const [first, second] = [this.charged(a), this.charged(b)]
    return this.steps > this.limits.steps ? UNKNOWN_SET : operation(first, second)
  }
}

function isDecided({ open, openToAll, doubtful }: CodeSet): boolean {
  return !openToAll && open.size === 0 && doubtful.size === 0
}

function membersOf(system: CodeSystem | undefined, concepts: readonly Member[]): ReadonlyMap<string, Member> {
  return new Map(concepts.map((member) => [keyIn(system, member.code), member]))
}
