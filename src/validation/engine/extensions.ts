import type { ElementNode, ProfileTree, TypeRule } from '../model.ts'
import { contextRule } from './extension-context.ts'
import { isObject } from './json.ts'
import type { Check, Compiler, Owner } from './types.ts'

/**
 * The check of one item of `extension` or `modifierExtension` (validation.md section 10): by the definition that its
 * url names, at a place that the definition allows. `slice` checks an item by the profile of the slice it belongs to.
 */
export function compileExtensionItem(
  compiler: Compiler,
  node: ElementNode,
  rule: TypeRule,
  owner: Owner,
  slice?: Check,
): Check {
  const isModifier = node.name === 'modifierExtension'
  const plain = compiler.valueCheck(node, rule, owner)
  const inExtension = owner.type === 'Extension'
  const known = new Map<string, Check>()
  return (value, run, depth) => {
    if (!isObject(value) || typeof value.url !== 'string') return (slice ?? plain)(value, run, depth)
    const { url } = value
    let check = known.get(url)
    if (check === undefined) {
      const tree = url.includes(':') ? definitionOf(compiler, url) : undefined
      if (tree !== undefined) {
        check = knownExtension(compiler, tree, owner, isModifier, slice)
        known.set(url, check)
      }
    }
    if (check !== undefined) return check(value, run, depth)
    ;(slice ?? plain)(value, run, depth)
    // The parts of an extension have plain names.
    if (inExtension && !url.includes(':')) return
    if (!/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(url)) {
      if (!inExtension) run.report(depth, 'error', 'extension.url-absolute')
    } else if (slice === undefined) {
      if (isModifier) run.report(depth, 'error', 'extension.modifier-unknown')
      else run.reportOnce(url, depth, 'information', 'extension.unknown')
    }
  }
}

function definitionOf({ definitions }: Compiler, url: string): ProfileTree | undefined {
  const tree = definitions(url)
  return tree?.type === 'Extension' && tree.constraint && tree.url === url ? tree : undefined
}

/** X2, X3, X5: value and place as the definition says. */
function knownExtension(
  compiler: Compiler,
  tree: ProfileTree,
  owner: Owner,
  isModifier: boolean,
  slice: Check | undefined,
): Check {
  const check = slice ?? compiler.treeCheck(tree.url)
  const place = contextRule(compiler, tree, owner)
  const belongs = (tree.root.isModifier === true) === isModifier
  if (check !== undefined && place === undefined && belongs) return check
  return (value, run, depth) => {
    check?.(value, run, depth)
    place?.(value, run, depth)
    if (!belongs) run.report(depth, 'error', isModifier ? 'extension.not-modifier' : 'extension.modifier', {}, tree.url)
  }
}
