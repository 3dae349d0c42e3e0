import type { Member } from './resources.ts'

/**
 * A set of codes of which part may be unknown. Every question has three answers: in, out, or undefined when it cannot be
 * told offline (a system that is not carried, a nested value set that is not loaded).
 */
export interface CodeSet {
  /** Codes that are in, by system, then by key (in lower case where case does not matter). */
  readonly sure: ReadonlyMap<string, ReadonlyMap<string, Member>>
  /** Single codes that may be in. */
  readonly doubtful: ReadonlyMap<string, ReadonlySet<string>>
  /** Systems any code of which may be in. */
  readonly open: ReadonlySet<string>
  /** Systems whose codes are in when their syntax is right. */
  readonly bySyntax: ReadonlySet<string>
  /** Any code of any system may be in. */
  readonly openToAll: boolean
}

type Sure = ReadonlyMap<string, ReadonlyMap<string, Member>>
type Doubtful = ReadonlyMap<string, ReadonlySet<string>>

/** A set with nothing in it, or the parts given. */
export function codeSet(parts: Partial<CodeSet>): CodeSet {
  return { sure: NO_CODES, doubtful: NO_DOUBTS, open: NONE, bySyntax: NONE, openToAll: false, ...parts }
}

const NO_CODES: Sure = new Map()
const NO_DOUBTS: Doubtful = new Map()
const NONE: ReadonlySet<string> = new Set()

/** Nothing can be told of it. */
export const UNKNOWN_SET: CodeSet = codeSet({ openToAll: true })

/** Whether a key is in; `bySyntax` is asked of nobody here: such a system counts as undecided. */
export function decide(set: CodeSet, system: string, key: string): boolean | undefined {
  if (set.sure.get(system)?.has(key) === true) return true
  return isUndecided(set, system) || set.doubtful.get(system)?.has(key) === true ? undefined : false
}

/** Whether codes of a system besides those listed may be in. */
export function isUndecided(set: CodeSet, system: string): boolean {
  return set.openToAll || set.open.has(system) || set.bySyntax.has(system)
}

/** Whether every code of the set is listed. */
export function isWhole(set: CodeSet): boolean {
  return !set.openToAll && set.open.size === 0 && set.bySyntax.size === 0 && set.doubtful.size === 0
}

/** How many codes are listed. */
export function sizeOf(set: CodeSet): number {
  let size = 0
  for (const codes of set.sure.values()) size += codes.size
  return size
}

/** What working with a set costs, in codes and systems. */
export function weightOf(set: CodeSet): number {
  let weight = sizeOf(set) + set.open.size + set.bySyntax.size
  for (const keys of set.doubtful.values()) weight += keys.size
  return weight
}

/** What is in any of the sets. */
export function union(sets: readonly CodeSet[]): CodeSet {
  const [only] = sets
  if (only !== undefined && sets.length === 1) return only
  const sure = new Map<string, ReadonlyMap<string, Member>>()
  // A system's codes are copied when a second set adds to them, once.
  const merged = new Map<string, Map<string, Member>>()
  const doubtful = new Map<string, Set<string>>()
  for (const set of sets) {
    for (const [system, codes] of set.sure) {
      const known = sure.get(system)
      if (known === undefined) {
        sure.set(system, codes)
        continue
      }
      const whole = merged.get(system) ?? new Map(known)
      for (const [key, member] of codes) whole.set(key, member)
      merged.set(system, whole)
      sure.set(system, whole)
    }
    for (const [system, keys] of set.doubtful) addAll(doubtful, system, keys)
  }
  return {
    sure,
    doubtful,
    open: new Set(sets.flatMap(({ open }) => [...open])),
    bySyntax: new Set(sets.flatMap(({ bySyntax }) => [...bySyntax])),
    openToAll: sets.some(({ openToAll }) => openToAll),
  }
}

/** What is in both sets. */
export function intersection(a: CodeSet, b: CodeSet): CodeSet {
  const sure = new Map<string, Map<string, Member>>()
  const doubtful = new Map<string, Set<string>>()
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    for (const [system, codes] of one.sure) {
      for (const [key, member] of codes) {
        const there = decide(other, system, key)
        if (there === true && !(sure.get(system)?.has(key) ?? false)) setIn(sure, system, key, member)
        if (there === undefined) addAll(doubtful, system, [key])
      }
    }
    for (const [system, keys] of one.doubtful) {
      for (const key of keys) if (decide(other, system, key) !== false) addAll(doubtful, system, [key])
    }
  }
  const systems = new Set([...a.open, ...a.bySyntax, ...b.open, ...b.bySyntax])
  const undecided = [...systems].filter((system) => isUndecided(a, system) && isUndecided(b, system))
  const bySyntax = undecided.filter((system) => a.bySyntax.has(system) && b.bySyntax.has(system))
  return {
    sure,
    doubtful,
    open: new Set(undecided.filter((system) => !bySyntax.includes(system))),
    bySyntax: new Set(bySyntax),
    openToAll: a.openToAll && b.openToAll,
  }
}

/** What is in the first set and not in the second. */
export function difference(a: CodeSet, b: CodeSet): CodeSet {
  const sure = new Map<string, Map<string, Member>>()
  const doubtful = new Map<string, Set<string>>()
  for (const [system, codes] of a.sure) {
    for (const [key, member] of codes) {
      const there = decide(b, system, key)
      if (there === false) setIn(sure, system, key, member)
      if (there === undefined) addAll(doubtful, system, [key])
    }
  }
  for (const [system, keys] of a.doubtful) {
    for (const key of keys) if (decide(b, system, key) !== true) addAll(doubtful, system, [key])
  }
  const touched = (system: string) => b.sure.has(system) || b.doubtful.has(system) || isUndecided(b, system)
  return {
    sure,
    doubtful,
    open: new Set([...a.open, ...[...a.bySyntax].filter(touched)]),
    bySyntax: new Set([...a.bySyntax].filter((system) => !touched(system))),
    openToAll: a.openToAll,
  }
}

function setIn(map: Map<string, Map<string, Member>>, system: string, key: string, member: Member): void {
  const codes = map.get(system)
  if (codes === undefined) map.set(system, new Map([[key, member]]))
  else codes.set(key, member)
}

function addAll(map: Map<string, Set<string>>, system: string, keys: Iterable<string>): void {
  const known = map.get(system) ?? new Set()
  for (const key of keys) known.add(key)
  map.set(system, known)
}
