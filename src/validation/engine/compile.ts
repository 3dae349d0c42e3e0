import type { Definitions, ProfileTree, Terminology } from '../model.ts'
import { constraintCheck } from './constraints.ts'
import { compileResource } from './resource.ts'
import { compileShape } from './shape.ts'
import { typeRule } from './type-rules.ts'
import type { Check, Compiler, ContextCompiler, InvariantCompiler, Owner } from './types.ts'
import { compileValue } from './value.ts'
import { inOrder, valueRules } from './value-rules.ts'

/** What the engine is built on. */
export interface EngineParts {
  definitions: Definitions
  terminology: Terminology
  invariants: InvariantCompiler
  contexts: ContextCompiler
  /** Codes of a value set to name in messages; none when there are more than ten or they are unknown. */
  codesOf?(valueSet: string): readonly string[]
  /** Report dom-6, the advice that every resource have a narrative; off unless asked for. */
  advice?: boolean
}

/** A compiler over these parts: each definition becomes closures when it is first needed, and stays. */
export function newCompiler(parts: EngineParts): Compiler {
  const checks = new Map<ProfileTree, Check>()
  const compiler: Compiler = {
    definitions: remembering(parts.definitions),
    terminology: parts.terminology,
    invariants: parts.invariants,
    contexts: parts.contexts,
    advice: parts.advice === true,
    codesOf: (valueSet) => parts.codesOf?.(valueSet) ?? [],
    referenced: new Map(),
    treeCheck(canonical) {
      const tree = compiler.definitions(canonical)
      return tree === undefined ? undefined : compiler.checkOf(tree)
    },
    checkOf(tree) {
      let check = checks.get(tree)
      if (check === undefined) {
        check = compileTree(compiler, tree)
        checks.set(tree, check)
      }
      return check
    },
    valueCheck: (node, rule, owner) => compileValue(compiler, node, rule, owner),
    shapeCheck: (children, owner, kind) => compileShape(compiler, children, owner, kind),
    resourceCheck: (anyOf) => compileResource(compiler, [], anyOf),
  }
  return compiler
}

/** The check of a whole resource that was given: by its type, the profiles it names and those asked for. */
export function applicableCheck(compiler: Compiler, asked: readonly string[]): Check {
  return compileResource(compiler, asked, [])
}

/** Definitions found once; one that cannot be read counts as unknown. What resources name and nobody has is not kept. */
function remembering(definitions: Definitions): Definitions {
  const known = new Map<string, ProfileTree>()
  return (canonical) => {
    let tree = known.get(canonical)
    if (tree !== undefined) return tree
    try {
      tree = definitions(canonical)
    } catch {
      return undefined
    }
    // A registry may answer a version that it lacks by the one it has: that is not the one that was asked for.
    const version = canonical.split('|')[1]
    if (tree === undefined || (version !== undefined && version !== tree.version)) return undefined
    known.set(canonical, tree)
    return tree
  }
}

/** All that a definition says of its values: children, rules of the type, fixed values and invariants of its root. */
function compileTree(compiler: Compiler, tree: ProfileTree): Check {
  const owner: Owner = { tree, path: tree.type, type: tree.type }
  const { root } = tree
  const shape = compiler.shapeCheck(root.children ?? [], owner, tree.kind === 'resource' ? 'resource' : 'element')
  return (
    inOrder([
      shape,
      typeRule(compiler, tree.type),
      valueRules(root, owner),
      constraintCheck(compiler, root.constraints, tree.type, new Set()),
    ]) ?? shape
  )
}
