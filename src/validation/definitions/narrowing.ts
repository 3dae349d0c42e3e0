import { includesPattern, isEqual } from '../engine/values.ts'
import type { Binding, TypeRule } from '../model.ts'
import type { Draft } from './draft.ts'
import type { Statement } from './statement.ts'

/** What tells whether a statement narrows. */
export interface Narrowing {
  /** Whether a profile is another or stands on it; undefined when it is not loaded. */
  standsOn(profile: string, other: string): boolean | undefined
  /** Whether all codes of a value set are in another; undefined when that cannot be told offline. */
  isSubset(valueSet: string, of: string): boolean | undefined
}

/**
 * What a constraint must not say of an element of its base (validation.md P4), besides cardinality and types (merge.ts):
 * the problem, or undefined when the statement only narrows. What replaces a rule must keep what it replaces.
 */
export function widening(draft: Draft, { rules, types = [] }: Statement, by: Narrowing): string | undefined {
  return (
    valueProblem(draft, rules) ??
    boundsProblem(draft, rules) ??
    (rules.binding === undefined ? undefined : bindingProblem(draft.binding, rules.binding, by)) ??
    types.map((type) => profileProblem(draft.types, type, by)).find((problem) => problem !== undefined)
  )
}

type Rules = Statement['rules']

/** P8: what is fixed stays fixed to the same value; a pattern stays within what takes its place. */
function valueProblem(base: Draft, { fixed, pattern }: Rules): string | undefined {
  if (base.fixed !== undefined) {
    if (fixed !== undefined && !isEqual(fixed, base.fixed)) return 'fixed value is not that of its base'
    if (pattern !== undefined && !includesPattern(base.fixed, pattern))
      return 'pattern excludes the fixed value of its base'
  }
  if (base.pattern !== undefined) {
    if (fixed !== undefined && !includesPattern(fixed, base.pattern))
      return 'fixed value breaks the pattern of its base'
    if (pattern !== undefined && !includesPattern(pattern, base.pattern))
      return 'pattern does not keep that of its base'
  }
  return undefined
}

/** Lengths and numbers; other bounds would need their calendars and units. */
function boundsProblem(base: Draft, { maxLength, minValue, maxValue }: Rules): string | undefined {
  if (isAbove(maxLength, base.maxLength)) return `maxLength ${maxLength} is more than the ${base.maxLength} of its base`
  if (isAbove(base.minValue, minValue)) return `minValue ${minValue} is less than the ${base.minValue} of its base`
  if (isAbove(maxValue, base.maxValue)) return `maxValue ${maxValue} is more than the ${base.maxValue} of its base`
  return undefined
}

function isAbove(one: unknown, other: unknown): boolean {
  return typeof one === 'number' && typeof other === 'number' && one > other
}

function bindingProblem(base: Binding | undefined, stated: Binding, by: Narrowing): string | undefined {
  if (base === undefined) return undefined
  if (STRENGTHS.indexOf(stated.strength) < STRENGTHS.indexOf(base.strength)) {
    return `binding ${stated.strength} is weaker than the ${base.strength} of its base`
  }
  const [set, of] = [stated.valueSet, base.valueSet]
  if (base.strength !== 'required' || set === undefined || of === undefined || set === of) return undefined
  return by.isSubset(set, of) === false ? `value set ${set} has codes that ${of} of its base has not` : undefined
}

const STRENGTHS: readonly Binding['strength'][] = ['example', 'preferred', 'extensible', 'required']

/** Profiles that a type must fulfil stay, or give way to profiles that stand on them. */
function profileProblem(base: readonly TypeRule[], { code, profiles }: TypeRule, by: Narrowing): string | undefined {
  const same = base.filter((type) => type.code === code)
  const allowed = same.flatMap((type) => type.profiles ?? [])
  if (allowed.length === 0 || same.some((type) => type.profiles === undefined)) return undefined
  if (profiles === undefined) return `type ${code} leaves out the profile that its base asks for`
  const added = profiles.find((profile) => allowed.every((each) => by.standsOn(profile, each) === false))
  return added === undefined ? undefined : `profile ${added} does not stand on one that its base asks for`
}
