import type { Terminology } from '../model.ts'

/** Whether a code is in a value set; undefined when that cannot be told, or is not for a code without its system. */
export type Membership = (system: string | undefined, code: string) => boolean | undefined

/** Codes remembered of one set or system: more than resources use, less than the largest sets have. */
const MOST = 1_000
/** Characters of a code or system that is remembered: what is longer is no usual one, and must not stay in memory. */
const LONGEST = 128

/**
 * The membership of one value set. Codes that were found in it are remembered, so that the usual ones cost a look-up;
 * bounded, because the codes of some sets (languages, media types) are told by their syntax.
 */
export function membershipOf(terminology: Terminology, valueSet: string): Membership {
  const found = new CodesBySystem<true>()
  const plain = new Set<string>()
  return (system, code) => {
    if (system === undefined ? plain.has(code) : found.get(system, code) === true) return true
    const answer = terminology.contains(valueSet, system, code)
    if (answer === true) {
      if (system !== undefined) found.set(system, code, true)
      else if (plain.size < MOST && code.length <= LONGEST) plain.add(code)
    }
    return answer
  }
}

/** Something remembered of codes, by system: two look-ups, no text is put together. */
export class CodesBySystem<T> {
  private readonly systems = new Map<string, Map<string, T>>()
  private size = 0

  get(system: string, code: string): T | undefined {
    return this.systems.get(system)?.get(code)
  }

  /** Remembers one more, unless they are too many already or one is too long. */
  set(system: string, code: string, what: T): void {
    let codes = this.systems.get(system)
    if (codes?.has(code) === true) {
      codes.set(code, what)
      return
    }
    if (this.size >= MOST || code.length > LONGEST || system.length > LONGEST) return
    if (codes === undefined) {
      codes = new Map()
      this.systems.set(system, codes)
    }
    codes.set(code, what)
    this.size += 1
  }
}
