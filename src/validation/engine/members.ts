import type { ElementNode, TypeRule } from '../model.ts'
import { companionCheck } from './companions.ts'
import { compileExtensionItem } from './extensions.ts'
import { isPrimitive } from './primitives.ts'
import { compileSlices, type SliceCounter, type Slicer } from './slicing/slicer.ts'
import type { Check, Compiler, Member, Owner } from './types.ts'
import { inOrder } from './value-rules.ts'
import { capitalised, sourceOf } from './values.ts'

/** Adds the properties of an element to the table of its object: each type of a choice, and `_x` of primitives. */
export function membersOf(
  compiler: Compiler,
  node: ElementNode,
  owner: Owner,
  bit: number,
  members: Map<string, Member>,
): void {
  const rules = node.contentReference === undefined ? node.types : [CONTENT_REFERENCE]
  const stem = node.name
  const choice = node.choice === true ? bit : 0
  for (const rule of merged(rules)) {
    const key = node.choice === true ? node.name + capitalised(rule.code) : node.name
    const check = node.max === 0 ? prohibited(node, owner) : present(compiler, node, rule, owner)
    members.set(key, { stem, bit, choice, content: stem !== 'id', check })
    if (!isPrimitive(rule.code)) continue
    const companion = node.max === 0 ? prohibited(node, owner) : companionCheck(compiler, node, rule, key, owner)
    members.set(`_${key}`, { stem, bit, choice, content: true, check: companion })
  }
}

const CONTENT_REFERENCE: TypeRule = { code: '' }

/** Several rules of one type (a target each, in some packages) as one. */
function merged(rules: readonly TypeRule[]): TypeRule[] {
  const byCode = new Map<string, TypeRule>()
  for (const rule of rules) {
    const before = byCode.get(rule.code)
    byCode.set(rule.code, before === undefined ? rule : union(before, rule))
  }
  return [...byCode.values()]
}

function union(a: TypeRule, b: TypeRule): TypeRule {
  const profiles = a.profiles && b.profiles ? [...a.profiles, ...b.profiles] : undefined
  const targets = a.targets && b.targets ? [...a.targets, ...b.targets] : undefined
  return { code: a.code, ...(profiles ? { profiles } : {}), ...(targets ? { targets } : {}) }
}

function prohibited(node: ElementNode, owner: Owner): Member['check'] {
  const source = sourceOf(owner, node)
  return (_value, _object, run, depth) =>
    run.report(depth - 1, 'error', 'element.prohibited', { name: node.name }, source)
}

function present(compiler: Compiler, node: ElementNode, rule: TypeRule, owner: Owner): Member['check'] {
  const isExtension = rule.code === 'Extension' && (node.name === 'extension' || node.name === 'modifierExtension')
  const item = isExtension ? compileExtensionItem(compiler, node, rule, owner) : compiler.valueCheck(node, rule, owner)
  if (!node.array) return oneOf(compiler, node, rule, item, owner)
  const checkOf = (slice: ElementNode): Check => {
    const check = compiler.valueCheck(slice, slice.types[0] ?? rule, owner)
    if (isExtension) return compileExtensionItem(compiler, node, rule, owner, check)
    return node.children !== undefined && slice.children === undefined ? (inOrder([item, check]) ?? check) : check
  }
  return manyOf(node, rule, item, owner, compileSlices(compiler, node, owner, item, checkOf))
}

/** A single value, which a slice of its type may rule (validation.md section 5.8). */
function oneOf(compiler: Compiler, node: ElementNode, rule: TypeRule, item: Check, owner: Owner): Member['check'] {
  const slice = node.slices?.find(({ types }) => types.length === 1 && types[0]?.code === rule.code)
  const check = slice === undefined ? item : compiler.valueCheck(slice, slice.types[0] ?? rule, owner)
  const isClosed = slice === undefined && node.slicing?.rules === 'closed'
  const source = sourceOf(owner, node)
  return (value, _object, run, depth) => {
    if (typeof value !== 'object' && !isClosed) return check(value, run, depth)
    if (value === null) return run.report(depth, 'error', 'element.null')
    if (Array.isArray(value)) return run.report(depth, 'error', 'element.not-single', {}, source)
    if (isClosed) {
      const slices = (node.slices ?? []).map(({ sliceName }) => sliceName).join(', ')
      run.report(depth, 'error', 'slice.closed', { name: node.name, slices }, source)
    }
    check(value, run, depth)
  }
}

/** An array: its length, then each item by its slice or by the element itself. */
function manyOf(
  node: ElementNode,
  rule: TypeRule,
  item: Check,
  owner: Owner,
  slices: Slicer | undefined,
): Member['check'] {
  const max = node.max < 0 ? Number.POSITIVE_INFINITY : node.max
  const { min, name } = node
  const primitive = isPrimitive(rule.code)
  const source = sourceOf(owner, node)
  return (value, object, run, depth) => {
    if (!Array.isArray(value)) {
      return run.report(depth, 'error', value === null ? 'element.null' : 'element.not-array', {}, source)
    }
    const count = value.length
    if (count === 0) return run.report(depth, 'error', 'element.empty-array')
    if (count > max) run.report(depth, 'error', 'element.max', { name, max, count }, source)
    if (count < min) run.report(depth - 1, 'error', 'element.min', { name, min, count }, source)
    const counter: SliceCounter | undefined = slices?.count()
    for (let at = 0; at < count; at += 1) {
      const one: unknown = value[at]
      run.indices[depth] = at
      if (one === null) {
        if (!primitive || !hasPartner(object[`_${name}`], at)) run.report(depth, 'error', 'element.null')
        continue
      }
      if (counter === undefined) item(one, run, depth)
      else counter.check(one, run, depth)
    }
    run.indices[depth] = -1
    counter?.end(run, depth)
  }
}

function hasPartner(partners: unknown, at: number): boolean {
  return Array.isArray(partners) && partners[at] !== null && partners[at] !== undefined
}
