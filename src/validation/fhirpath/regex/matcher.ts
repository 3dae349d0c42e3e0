import { UnsupportedExpression } from '../errors.ts'
import { parseRegex, type Regex } from './parse.ts'

/** A compiled regular expression. */
export interface Matcher {
  matches(text: string): boolean
  /** How many states its automaton has: what a character may cost at most. */
  readonly size: number
}

/**
 * Whether a regular expression matches anywhere in a text, in time linear in the text whatever the expression: its
 * automaton is followed in all its states at once (Thompson), and the sets of states are remembered as they appear.
 * @throws UnsupportedExpression for what cannot be matched so, and for more than 4,000 states.
 */
export function linearMatcher(pattern: string): (text: string) => boolean {
  const matcher = matcherOf(pattern)
  return (text) => matcher.matches(text)
}

/** As `linearMatcher`, with the size of the automaton for those who count costs. */
export function matcherOf(pattern: string): Matcher {
  const known = MATCHERS.get(pattern)
  if (known !== undefined) return known
  const matcher = new Automaton(programOf(parseRegex(pattern), pattern))
  if (MATCHERS.size >= MOST_MATCHERS) MATCHERS.clear()
  MATCHERS.set(pattern, matcher)
  return matcher
}

const MATCHERS = new Map<string, Matcher>()
const MOST_MATCHERS = 200
const MOST_STATES = 4000
const MOST_SETS = 400
const ASCII = 128

type Instruction =
  | { readonly op: 'set'; readonly has: (codePoint: number) => boolean }
  | { readonly op: 'split'; to: number; other: number }
  | { readonly op: 'start' | 'end' | 'match' }

/** The expression as instructions; each goes on to the next unless it says where. */
function programOf(regex: Regex, pattern: string): readonly Instruction[] {
  const program: Instruction[] = []
  const add = (instruction: Instruction): number => {
    if (program.length >= MOST_STATES) throw new UnsupportedExpression('a regular expression this large', pattern)
    return program.push(instruction) - 1
  }
  const emit = (node: Regex): void => {
    switch (node.kind) {
      case 'set':
        add({ op: 'set', has: node.has })
        return
      case 'start':
      case 'end':
        add({ op: node.kind })
        return
      case 'sequence':
        node.parts.forEach(emit)
        return
      case 'choice':
        alternatives(node.parts)
        return
      case 'repeat':
        repetition(node.part, node.min, node.max)
    }
  }
  const split = (): { to: number; other: number } => {
    const instruction = { op: 'split' as const, to: 0, other: 0 }
    instruction.to = instruction.other = add(instruction) + 1
    return instruction
  }
  const alternatives = (parts: readonly Regex[]): void => {
    const ends: { to: number; other: number }[] = []
    for (const [i, part] of parts.entries()) {
      const fork = i < parts.length - 1 ? split() : undefined
      emit(part)
      if (fork !== undefined) {
        ends.push(split())
        fork.other = program.length
      }
    }
    for (const end of ends) end.to = end.other = program.length
  }
  const repetition = (part: Regex, min: number, max: number): void => {
    for (let i = 0; i < min; i += 1) emit(part)
    if (max === Number.POSITIVE_INFINITY) {
      const [from, loop] = [program.length, split()]
      emit(part)
      const back = split()
      back.to = back.other = from
      loop.other = program.length
      return
    }
    const skips: { to: number; other: number }[] = []
    for (let i = min; i < max; i += 1) {
      skips.push(split())
      emit(part)
    }
    for (const skip of skips) skip.other = program.length
  }
  emit(regex)
  add({ op: 'match' })
  return program
}

/** A set of states of the automaton, with the sets that ASCII characters lead to. */
interface States {
  readonly at: readonly number[]
  readonly matched: boolean
  /** It would match if the text ended here. */
  readonly matchedAtEnd: boolean
  readonly next: (States | undefined)[]
}

class Automaton implements Matcher {
  readonly size: number
  readonly #program: readonly Instruction[]
  readonly #sets = new Map<string, States>()
  readonly #first: States

  constructor(program: readonly Instruction[]) {
    this.#program = program
    this.size = program.length
    this.#first = this.#statesFrom([0], true)
  }

  matches(text: string): boolean {
    let states = this.#first
    for (let i = 0; i < text.length; i += 1) {
      if (states.matched) return true
      const codePoint = text.codePointAt(i) ?? 0
      if (codePoint > 0xffff) i += 1
      states = this.#after(states, codePoint)
    }
    return states.matched || states.matchedAtEnd
  }

  #after(states: States, codePoint: number): States {
    const known = codePoint < ASCII ? states.next[codePoint] : undefined
    if (known !== undefined) return known
    const reached: number[] = []
    for (const at of states.at) {
      const instruction = this.#program[at]
      if (instruction?.op === 'set' && instruction.has(codePoint)) reached.push(at + 1)
    }
    reached.push(0)
    const next = this.#statesFrom(reached, false)
    if (codePoint < ASCII) states.next[codePoint] = next
    return next
  }

  #statesFrom(starts: readonly number[], atStart: boolean): States {
    const at = this.#closure(starts, atStart, false)
    const key = at.join()
    const known = this.#sets.get(key)
    if (known !== undefined && !atStart) return known
    const states: States = {
      at,
      matched: this.#isMatch(at),
      matchedAtEnd: this.#isMatch(this.#closure(at, atStart, true)),
      next: [],
    }
    if (this.#sets.size >= MOST_SETS) {
      for (const set of this.#sets.values()) set.next.length = 0
      this.#sets.clear()
    }
    if (!atStart) this.#sets.set(key, states)
    return states
  }

  #isMatch(at: readonly number[]): boolean {
    return at.some((state) => this.#program[state]?.op === 'match')
  }

  /** The states that are reached without reading a character. */
  #closure(starts: readonly number[], atStart: boolean, atEnd: boolean): readonly number[] {
    const seen = new Set<number>()
    const stack = [...starts]
    for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
      if (seen.has(state)) continue
      seen.add(state)
      const instruction = this.#program[state]
      if (instruction?.op === 'split') stack.push(instruction.to, instruction.other)
      else if ((instruction?.op === 'start' && atStart) || (instruction?.op === 'end' && atEnd)) stack.push(state + 1)
    }
    return [...seen].filter((state) => this.#program[state]?.op !== 'split').sort((a, b) => a - b)
  }
}
