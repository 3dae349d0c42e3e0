import type { ElementNode, TypeRule } from '../model.ts'
import { isObject, type JsonObject } from './json.ts'
import { ELE_1 } from './native-invariants.ts'
import type { Check, Compiler, Member, Owner } from './types.ts'

/**
 * The check of `_x`, which carries the id and the extensions of the primitive `x` (json.html#primitive; validation.md
 * C4, J4): the same array shape, and in an array a null exactly where there is nothing to add.
 */
export function companionCheck(
  compiler: Compiler,
  node: ElementNode,
  rule: TypeRule,
  key: string,
  owner: Owner,
): Member['check'] {
  const own = node.children?.filter(({ name }) => name !== 'value') ?? []
  const children = own.length > 0 ? own : childrenOf(compiler, rule.code)
  const inner: Owner = { tree: owner.tree, path: `${owner.path}.${node.name}`, type: rule.code }
  let shape: Check | undefined
  const check: Check = (value, run, depth) => {
    shape ??= compiler.shapeCheck(children, inner, 'partner')
    shape(value, run, depth)
  }
  return node.array ? manyCompanions(key, check) : oneCompanion(key, check)
}

/** Every primitive type has an id and extensions; a definition of it says so, or Element does. */
function childrenOf(compiler: Compiler, type: string): readonly ElementNode[] {
  const children = (compiler.definitions(type) ?? compiler.definitions('Element'))?.root.children
  return (children ?? []).filter(({ name }) => name !== 'value')
}

function oneCompanion(key: string, check: Check): Member['check'] {
  return (value, object, run, depth) => {
    if (!isObject(value)) return run.report(depth, 'error', 'primitive.companion', { shape: '{}' })
    check(value, run, depth)
    if (object[key] === undefined && value.extension === undefined) run.report(depth, 'error', 'inv.ele-1', ELE_1)
  }
}

function manyCompanions(key: string, check: Check): Member['check'] {
  return (value, object, run, depth) => {
    if (!Array.isArray(value)) return run.report(depth, 'error', 'primitive.companion', { shape: '[]' })
    if (value.length === 0) return run.report(depth, 'error', 'element.empty-array')
    const values = object[key]
    if (Array.isArray(values) && values.length !== value.length)
      run.report(depth, 'error', 'primitive.companion-length')
    for (let at = 0; at < value.length; at += 1) {
      const one: unknown = value[at]
      run.indices[depth] = at
      if (isObject(one)) {
        check(one, run, depth)
        if (one.extension === undefined && !hasValue(object, key, at)) run.report(depth, 'error', 'inv.ele-1', ELE_1)
      } else if (one !== null) run.report(depth, 'error', 'primitive.companion', { shape: '{}' })
      else if (!hasValue(object, key, at)) run.report(depth, 'error', 'element.null')
    }
    run.indices[depth] = -1
  }
}

function hasValue(object: JsonObject, key: string, at: number): boolean {
  const values = object[key]
  return Array.isArray(values) && values[at] !== null && values[at] !== undefined
}
