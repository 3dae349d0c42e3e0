import type { Discriminator, ElementNode, Slicing } from '../../model.ts'
import { isObject } from '../json.ts'
import { meets } from '../targets.ts'
import type { Compiler } from '../types.ts'
import { capitalised } from '../values.ts'
import { expectationAt } from './expectation.ts'
import { nodesAt, treesOf } from './node-at.ts'
import { type PathStep, parsePath, someOn, type Test } from './path.ts'

/**
 * The test that tells the items of a slice (validation.md section 5.3); undefined when a discriminator cannot tell
 * them, so that nothing can be said of the slice.
 */
export function sliceTest(
  compiler: Compiler,
  slice: ElementNode,
  discriminators: readonly Discriminator[],
): Test | undefined {
  const tests = discriminators.map((discriminator) => testOf(compiler, slice, discriminator))
  const [first, second] = tests
  if (first === undefined || tests.includes(undefined)) return undefined
  if (second === undefined && tests.length === 1) return first
  return (value, run, depth) => tests.every((test) => test?.(value, run, depth) === true)
}

function testOf(compiler: Compiler, slice: ElementNode, { type, path }: Discriminator): Test | undefined {
  const steps = parsePath(path)
  if (steps === undefined) return undefined
  switch (type) {
    case 'value':
    case 'pattern':
      return expectationAt(compiler, slice, steps)
    case 'exists':
      return existence(compiler, slice, steps)
    case 'type':
      return typeTest(compiler, slice, steps)
    case 'profile':
      return profileTest(compiler, slice, steps)
  }
}

/** The one text that a slice expects at a path of one step: such slices are found in a table. */
export function literalOf(
  compiler: Compiler,
  slice: ElementNode,
  discriminators: readonly Discriminator[],
): string | undefined {
  const [only, second] = discriminators
  if (only === undefined || second !== undefined || only.type === 'exists') return undefined
  const steps = parsePath(only.path)
  if (steps?.length !== 1 || steps[0]?.kind !== 'child') return undefined
  const literals = new Set(nodesAt(compiler, slice, steps).map(({ fixed, pattern }) => fixed ?? pattern))
  literals.delete(undefined)
  const [literal] = literals
  return literals.size === 1 && typeof literal === 'string' ? literal : undefined
}

/** What tells the items of a slice from others, as messages show it: `url = https://…`, else the discriminators. */
export function markOf(compiler: Compiler, slice: ElementNode, { discriminators }: Slicing): string {
  const literal = literalOf(compiler, slice, discriminators)
  const paths = discriminators.map(({ path }) => path).join(', ')
  return literal === undefined ? paths : `${paths} = ${literal}`
}

/** A code that every item of a slice has in the concept at one member. */
export interface CodeHint {
  member: string
  code: string
}

/** The code that the pattern of a slice asks for: most items are seen not to belong to it without the pattern. */
export function codeHint(
  compiler: Compiler,
  slice: ElementNode,
  discriminators: readonly Discriminator[],
): CodeHint | undefined {
  for (const { type, path } of discriminators) {
    const steps = type === 'value' || type === 'pattern' ? parsePath(path) : undefined
    const step = steps?.length === 1 ? steps[0] : undefined
    if (steps === undefined || step?.kind !== 'child' || step.type !== undefined) continue
    for (const { pattern } of nodesAt(compiler, slice, steps)) {
      const coding: unknown = isObject(pattern) && Array.isArray(pattern.coding) ? pattern.coding[0] : undefined
      if (isObject(coding) && typeof coding.code === 'string') return { member: step.name, code: coding.code }
    }
  }
  return undefined
}

/** Whether an item may have the code; only a list of codings without it tells that it has not. */
export function mayHave(item: unknown, { member, code }: CodeHint): boolean {
  const concept = isObject(item) ? item[member] : undefined
  if (!isObject(concept) || !Array.isArray(concept.coding)) return true
  for (let at = 0; at < concept.coding.length; at += 1) {
    const coding: unknown = concept.coding[at]
    if (isObject(coding) && coding.code === code) return true
  }
  return false
}

function existence(compiler: Compiler, slice: ElementNode, steps: readonly PathStep[]): Test | undefined {
  const [node] = nodesAt(compiler, slice, steps)
  if (node === undefined) return undefined
  const isThere: Test = (value, run, depth) => someOn(value, steps, 0, () => true, run, depth)
  if (node.max === 0) return (value, run, depth) => !isThere(value, run, depth)
  return node.min > 0 ? isThere : () => true
}

function typeTest(compiler: Compiler, slice: ElementNode, steps: readonly PathStep[]): Test | undefined {
  const last = steps.at(-1)
  const nodes = nodesAt(compiler, slice, last?.kind === 'resolve' ? steps.slice(0, -1) : steps)
  const codes = new Set(
    last?.kind === 'resolve'
      ? nodes.flatMap((node) => treesOf(compiler, node, 'targets').map(({ type }) => type))
      : nodes.flatMap(({ types }) => types.map(({ code }) => code)),
  )
  if (codes.size === 0) return undefined
  if (codes.has('Resource')) return () => true
  if (last?.kind === 'child' && nodes.some(({ choice }) => choice === true)) {
    const keys = [...codes].map((code) => last.name + capitalised(code))
    const holds: Test = (value) =>
      isObject(value) && keys.some((key) => value[key] !== undefined || value[`_${key}`] !== undefined)
    return (value, run, depth) => someOn(value, steps.slice(0, -1), 0, holds, run, depth)
  }
  const isOfType: Test = (value) =>
    isObject(value) && typeof value.resourceType === 'string' && codes.has(value.resourceType)
  return (value, run, depth) => someOn(value, steps, 0, isOfType, run, depth)
}

function profileTest(compiler: Compiler, slice: ElementNode, steps: readonly PathStep[]): Test | undefined {
  const isResolved = steps.at(-1)?.kind === 'resolve'
  const nodes = nodesAt(compiler, slice, isResolved ? steps.slice(0, -1) : steps)
  const trees = nodes.flatMap((node) => treesOf(compiler, node, isResolved ? 'targets' : 'profiles'))
  if (trees.length === 0) return undefined
  const fits: Test = (value, run, depth) =>
    isObject(value) &&
    trees.some((tree) => {
      if (tree.kind === 'resource') return tree.type === value.resourceType && meets(compiler, value, tree, run, depth)
      return run.holds(() => compiler.treeCheck(tree.url)?.(value, run, depth))
    })
  return (value, run, depth) => someOn(value, steps, 0, fits, run, depth)
}
