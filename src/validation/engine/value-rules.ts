import type { ElementNode } from '../model.ts'
import { compareValues } from './bounds.ts'
import { isObject } from './json.ts'
import type { Check, Owner } from './types.ts'
import { isEqual, patternTest, shown, sourceOf } from './values.ts'

/** Fixed value, pattern, bounds and length of an element (validation.md P8 and section 2); undefined without any. */
export function valueRules(node: ElementNode, owner: Owner): Check | undefined {
  const source = sourceOf(owner, node)
  const rules: Check[] = []
  const { fixed, pattern, minValue, maxValue, maxLength } = node
  if (fixed !== undefined) rules.push(fixedRule(fixed, source))
  if (pattern !== undefined) rules.push(patternRule(pattern, source))
  if (minValue !== undefined) rules.push(boundRule(minValue, 'value.min', (order) => order >= 0, source))
  if (maxValue !== undefined) rules.push(boundRule(maxValue, 'value.max', (order) => order <= 0, source))
  if (maxLength !== undefined) {
    rules.push((value, run, depth) => {
      if (typeof value === 'string' && value.length > maxLength) {
        run.report(depth, 'error', 'value.max-length', { max: maxLength }, source)
      }
    })
  }
  return inOrder(rules)
}

function fixedRule(fixed: unknown, source: string): Check {
  const detail = { expected: shown(fixed) }
  if (!isObject(fixed)) {
    return (value, run, depth) => {
      if (value !== fixed) run.report(depth, 'error', 'value.fixed', detail, source)
    }
  }
  return (value, run, depth) => {
    if (!isEqual(value, fixed)) run.report(depth, 'error', 'value.fixed', detail, source)
  }
}

function patternRule(pattern: unknown, source: string): Check {
  const detail = { expected: shown(pattern) }
  const holds = patternTest(pattern)
  return (value, run, depth) => {
    if (!holds(value)) run.report(depth, 'error', 'value.pattern', detail, source)
  }
}

function boundRule(bound: unknown, key: string, holds: (order: number) => boolean, source: string): Check {
  const detail = { bound: shown(bound) }
  return (value, run, depth) => {
    const order = compareValues(value, bound)
    if (order === undefined) run.report(depth, 'warning', 'value.not-comparable', detail, source)
    else if (!holds(order)) run.report(depth, 'error', key, detail, source)
  }
}

/** Several checks as one; undefined for none. */
export function inOrder(checks: readonly (Check | undefined)[]): Check | undefined {
  const list = checks.filter((check) => check !== undefined)
  const [first, second, third, fourth] = list
  if (first === undefined || second === undefined) return first
  if (third === undefined) {
    return (value, run, depth) => {
      first(value, run, depth)
      second(value, run, depth)
    }
  }
  if (fourth === undefined) {
    return (value, run, depth) => {
      first(value, run, depth)
      second(value, run, depth)
      third(value, run, depth)
    }
  }
  return (value, run, depth) => {
    for (const check of list) check(value, run, depth)
  }
}
