import { actualType, isObject, isPrimitive } from '../kinds.ts'
import { computed, countOf, type Expression, existsOf, type Scope, type Sink, spend } from '../run.ts'
import { choiceKey, eachItem } from '../step.ts'
import type { PathNode, TypeModel } from '../types.ts'
import { type FunctionTable, rule } from './call.ts'

/** Tree navigation (N1, 5.8): the children that JSON has, with the types the model gives them. */
export const TREE: FunctionTable = {
  children: rule(0, 0, ({ source, model }) => ({
    types: undefined,
    single: false,
    fixed: source.fixed,
    fold: (sink, first) => source.fold(childrenTo(sink, first, model), first, true),
    count: countOf(fold(source, countChildren)),
  })),
  descendants: rule(0, 0, ({ source, model }) => ({
    types: undefined,
    single: false,
    fixed: source.fixed,
    fold: (sink, first) => source.fold(descendantsTo(sink, first, model), first, true),
    exists: existsOf(fold(source, countChildren)),
  })),
}

function fold(source: Expression, sink: Sink): Expression {
  const count = source.fold(sink, false, true)
  return { ...computed('System.Integer', count), count, exists: (...focus) => count(...focus) > 0 }
}

/** How many children a node has, without telling their types. */
const countChildren: Sink = (value, partner, type) => {
  const parent = isPrimitive(type) || !isObject(value) ? partner : value
  if (!isObject(parent)) return 0
  let count = 0
  for (const key in parent) {
    if (key === 'resourceType') continue
    if (key.charCodeAt(0) === UNDERSCORE && parent[key.slice(1)] !== undefined) continue
    const child = parent[key]
    count += Array.isArray(child) ? child.length : child === null ? 0 : 1
  }
  return count
}

const UNDERSCORE = 95

function childrenTo(sink: Sink, first: boolean, model: TypeModel): Sink {
  return (value, partner, type, scope) => {
    const inPartner = isPrimitive(type) || !isObject(value)
    const parent = inPartner ? partner : value
    if (!isObject(parent)) return 0
    const parentType = inPartner ? 'Element' : type
    let sum = 0
    for (const key in parent) {
      if (key === 'resourceType') continue
      sum += childTo(parent, key, parentType, sink, first, model, scope)
      if (first && sum !== 0) return sum
    }
    return sum
  }
}

function childTo(
  parent: Readonly<Record<string, unknown>>,
  key: string,
  parentType: string,
  sink: Sink,
  first: boolean,
  model: TypeModel,
  scope: Scope,
): number {
  const lone = key.charCodeAt(0) === UNDERSCORE
  const name = lone ? key.slice(1) : key
  if (lone && parent[name] !== undefined) return 0
  spend(scope, 1)
  const type = typeOfKey(model, parentType, name)
  const beside = lone ? parent[key] : parent[`_${name}`]
  const value = lone ? undefined : parent[key]
  if (Array.isArray(value)) return eachItem(value, beside, type, sink, first, scope)
  if (Array.isArray(beside)) return eachItem([], beside, type, sink, first, scope)
  if ((value ?? undefined) === undefined && !isObject(beside)) return 0
  return sink(value ?? undefined, beside, type === 'Resource' ? actualType(value, type) : type, scope)
}

/** Depth first, with a stack of its own: JSON may be deeper than JavaScript can call. */
function descendantsTo(sink: Sink, first: boolean, model: TypeModel): Sink {
  const push = childrenTo(
    (value, partner, type, scope) => {
      scope.out.push({ value, partner, type })
      return 0
    },
    false,
    model,
  )
  return (value, partner, type, scope) => {
    const outer = scope.out
    const stack: PathNode[] = [{ value, partner, type }]
    let sum = 0
    let root = true
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      scope.out = outer
      if (!root) sum += sink(node.value, node.partner, node.type, scope)
      if (first && sum !== 0) break
      root = false
      const children: PathNode[] = []
      scope.out = children
      push(node.value, node.partner, node.type, scope)
      for (let i = children.length - 1; i >= 0; i -= 1) {
        const child = children[i]
        if (child !== undefined) stack.push(child)
      }
    }
    scope.out = outer
    return sum
  }
}

/** Types by JSON key, remembered where the model has one. */
const KNOWN = new WeakMap<TypeModel, Map<string, Map<string, string>>>()

function typeOfKey(model: TypeModel, parentType: string, key: string): string {
  const types = KNOWN.get(model) ?? new Map<string, Map<string, string>>()
  KNOWN.set(model, types)
  const known = types.get(parentType)?.get(key)
  if (known !== undefined) return known
  const found = findType(model, parentType, key)
  if (found !== undefined) {
    const ofParent = types.get(parentType) ?? new Map<string, string>()
    types.set(parentType, ofParent.set(key, found))
  }
  return found ?? ''
}

function findType(model: TypeModel, parentType: string, key: string): string | undefined {
  const child = model.child(parentType, key)
  if (child !== undefined && !child.choice) return child.types[0]
  for (let at = 1; at < Math.min(key.length, 64); at += 1) {
    if (key.charAt(at) < 'A' || key.charAt(at) > 'Z') continue
    const stem = key.slice(0, at)
    const choice = model.child(parentType, stem)
    const type = choice?.choice ? choice.types.find((name) => choiceKey(stem, name) === key) : undefined
    if (type !== undefined) return type
  }
  return undefined
}
