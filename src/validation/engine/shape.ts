import type { ElementNode } from '../model.ts'
import { isObject, type JsonObject } from './json.ts'
import { membersOf } from './members.ts'
import { ELE_1 } from './native-invariants.ts'
import type { Run } from './run.ts'
import { markOf } from './slicing/discriminators.ts'
import type { Check, Compiler, Member, Owner, ShapeKind } from './types.ts'
import { capitalised, printable, sourceOf } from './values.ts'

/** A choice or required element, which the walk marks as seen by its bit. */
interface Marked {
  node: ElementNode
  bit: number
}

/**
 * The check of an object: its properties are walked once, each found in a table; elements that are required or that
 * exclude each other have a bit (validation.md sections 1 and 3: J3, J4, J7, J8, C1, C3).
 */
export function compileShape(
  compiler: Compiler,
  children: readonly ElementNode[],
  owner: Owner,
  kind: ShapeKind,
): Check {
  const marked = children
    .filter((node) => node.choice === true || isRequired(node))
    .map((node, at): Marked => ({ node, bit: at < 31 ? 1 << at : 0 }))
  const bits = new Map(marked.map(({ node, bit }) => [node, bit]))
  const members = new Map<string, Member>()
  for (const node of children) membersOf(compiler, node, owner, bits.get(node) ?? 0, members)
  const required = marked.filter(({ node }) => isRequired(node))
  const mask = required.reduce((sum, { bit }) => sum | bit, 0)
  const uncounted = required.filter(({ bit }) => bit === 0)
  const isResource = kind === 'resource'
  const isPartner = kind === 'partner'

  return (value, run, depth) => {
    if (!isObject(value)) return run.report(depth, 'error', 'element.not-object', { type: owner.path })
    if (!run.enter(depth)) return
    let seen = 0
    let hasContent = isResource
    let clash = false
    let contained: Member | undefined
    for (const key in value) {
      const member = members.get(key)
      if (member === undefined) {
        const choice = isResource && key === 'resourceType' ? undefined : strange(key, children, owner, run, depth)
        // A choice of the wrong type is there all the same.
        if (choice !== undefined) seen |= bits.get(choice) ?? 0
        hasContent = true
        continue
      }
      if ((seen & member.choice) !== 0) clash = true
      seen |= member.bit
      hasContent ||= member.content || isPartner
      // Contained resources come last: the references to them tell which profiles they are held to.
      if (isResource && key === 'contained') {
        contained = member
        continue
      }
      run.names[depth + 1] = member.stem
      run.indices[depth + 1] = -1
      member.check(value[key], value, run, depth + 1)
    }
    if (contained !== undefined) {
      run.names[depth + 1] = 'contained'
      run.indices[depth + 1] = -1
      contained.check(value.contained, value, run, depth + 1)
    }
    if ((seen & mask) !== mask) reportMissing(compiler, required, seen, owner, run, depth)
    if (!hasContent) run.report(depth, 'error', 'inv.ele-1', ELE_1)
    if (clash) reportClashes(value, children, owner, run, depth)
    for (const { node } of uncounted) {
      if (!isPresent(value, node)) reportMissing(compiler, [{ node, bit: 1 }], 0, owner, run, depth)
    }
  }
}

/** An element is required by itself or by one of its slices. */
function isRequired(node: ElementNode): boolean {
  return node.max !== 0 && (node.min > 0 || mandatory(node).length > 0)
}

function mandatory({ slices = [] }: ElementNode): ElementNode[] {
  return slices.filter(({ min }) => min > 0)
}

function reportAbsent(
  compiler: Compiler,
  { slicing }: ElementNode,
  slice: ElementNode,
  name: string,
  owner: Owner,
  run: Run,
  depth: number,
): void {
  const mark = slicing === undefined ? '' : markOf(compiler, slice, slicing)
  const detail = { name, slice: slice.sliceName ?? '', mark, min: slice.min, count: 0 }
  run.report(depth, 'error', 'slice.min', detail, sourceOf(owner, slice))
}

function reportMissing(
  compiler: Compiler,
  required: readonly Marked[],
  seen: number,
  owner: Owner,
  run: Run,
  depth: number,
): void {
  for (const { node, bit } of required) {
    if (bit === 0 || (seen & bit) !== 0) continue
    const name = node.choice === true ? `${node.name}[x]` : node.name
    const source = sourceOf(owner, node)
    if (node.min > 0) run.report(depth, 'error', 'element.required', { name, min: node.min }, source)
    else for (const slice of mandatory(node)) reportAbsent(compiler, node, slice, name, owner, run, depth)
  }
}

function isPresent(value: JsonObject, node: ElementNode): boolean {
  return keysOf(node).some((key) => value[key] !== undefined || value[`_${key}`] !== undefined)
}

function keysOf(node: ElementNode): string[] {
  return node.choice === true ? node.types.map(({ code }) => node.name + capitalised(code)) : [node.name]
}

function reportClashes(
  value: JsonObject,
  children: readonly ElementNode[],
  owner: Owner,
  run: Run,
  depth: number,
): void {
  for (const node of children) {
    if (node.choice !== true) continue
    const present = keysOf(node).filter((key) => value[key] !== undefined || value[`_${key}`] !== undefined)
    if (present.length < 2) continue
    const detail = { name: `${node.name}[x]`, found: present.join(', ') }
    run.report(depth, 'error', 'choice.several', detail, sourceOf(owner, node))
  }
}

/**
 * Reports a property that the definition does not have: a wrong type of a choice (which is given back), a wrong case,
 * or nothing known.
 */
function strange(
  key: string,
  children: readonly ElementNode[],
  owner: Owner,
  run: Run,
  depth: number,
): ElementNode | undefined {
  const name = printable(key)
  const bare = key.startsWith('_') ? key.slice(1) : key
  const choice = children.find(
    (node) => node.choice === true && bare.startsWith(node.name) && /^[A-Z]/.test(bare.slice(node.name.length)),
  )
  const folded = bare.toLowerCase()
  const meant = children.flatMap(keysOf).find((known) => known.toLowerCase() === folded && known !== bare)
  if (key === 'resourceType') {
    run.report(depth, 'error', 'element.resource-type')
  } else if (choice !== undefined) {
    const allowed = keysOf(choice).join(', ')
    run.report(depth, 'error', 'choice.type', { name, allowed }, sourceOf(owner, choice))
  } else if (meant !== undefined) {
    run.report(depth, 'error', 'element.misspelt', { name, expected: meant })
  } else {
    run.report(depth, 'error', 'element.unknown', { name, type: owner.path })
  }
  return key === 'resourceType' ? undefined : choice
}
