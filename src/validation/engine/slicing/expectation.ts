import type { ElementNode } from '../../model.ts'
import { memberTest } from '../binding.ts'
import { isObject } from '../json.ts'
import type { Compiler } from '../types.ts'
import { isEqual, patternTest } from '../values.ts'
import { nodesBelow } from './node-at.ts'
import { type PathStep, someAt, someOn, type Test } from './path.ts'

/**
 * What a slice expects at the path of a value discriminator: a fixed value, a pattern or a required binding, on the
 * element itself, on those around it (a pattern that reaches down) or below it (validation.md section 5.3). Undefined
 * when it expects nothing.
 */
export function expectationAt(
  compiler: Compiler,
  node: ElementNode,
  steps: readonly PathStep[],
  at = 0,
): Test | undefined {
  const tests = [...given(node, steps, at)]
  const step = steps[at]
  if (step !== undefined) {
    // Several elements say something of the same place (a slice and its profile): all of them hold.
    for (const below of nodesBelow(compiler, node, step)) {
      const test = expectationAt(compiler, below, steps, at + 1)
      if (test !== undefined) tests.push((value, run, depth) => someAt(value, step, test, run, depth))
    }
  } else {
    const { binding } = node
    const valueSet = binding?.strength === 'required' ? binding.valueSet : undefined
    if (tests.length === 0 && valueSet !== undefined) tests.push(memberTest(compiler.terminology, valueSet))
    if (tests.length === 0) tests.push(...descendants(compiler, node, 0))
  }
  return allOf(tests)
}

/** Tests of the fixed value and the pattern of an element, as far as they reach down the path. */
function given({ fixed, pattern }: ElementNode, steps: readonly PathStep[], at: number): Test[] {
  const tests: Test[] = []
  for (const wanted of wantedAt(fixed, steps, at)) {
    const holds: Test = (found) => isEqual(found, wanted)
    tests.push((value, run, depth) => someOn(value, steps, at, holds, run, depth))
  }
  for (const wanted of wantedAt(pattern, steps, at)) {
    const holds = patternTest(wanted)
    tests.push((value, run, depth) => someOn(value, steps, at, holds, run, depth))
  }
  return tests
}

/** The parts of a fixed value or pattern at the rest of a path. */
function wantedAt(value: unknown, steps: readonly PathStep[], at: number): unknown[] {
  if (value === undefined) return []
  if (Array.isArray(value) && at > 0) return value.flatMap((item) => wantedAt(item, steps, at))
  const step = steps[at]
  if (step === undefined) return [value]
  return isObject(value) && step.kind === 'child' ? wantedAt(value[step.name], steps, at + 1) : []
}

/** What the elements below the end of the path expect: `type` told by `type.coding.code`. */
function descendants(compiler: Compiler, node: ElementNode, depth: number): Test[] {
  if (depth > DEEPEST) return []
  return (node.children ?? []).flatMap((child): Test[] => {
    const step: PathStep = { kind: 'child', name: child.name }
    const own = [...given(child, [], 0), ...(isFixed(child) ? [] : descendants(compiler, child, depth + 1))]
    const test = allOf(own)
    return test === undefined ? [] : [(value, run, at) => someAt(value, step, test, run, at)]
  })
}

const DEEPEST = 4

const isFixed = ({ fixed, pattern }: ElementNode): boolean => fixed !== undefined || pattern !== undefined

function allOf(tests: readonly Test[]): Test | undefined {
  const [only, second] = tests
  if (second === undefined) return only
  return (value, run, depth) => tests.every((test) => test(value, run, depth))
}
