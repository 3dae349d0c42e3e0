import type { ElementNode, TypeRule } from '../model.ts'
import { bindingCheck, requiredMembership } from './binding.ts'
import { constraintCheck } from './constraints.ts'
import { type BoundNode, covering } from './coverage.ts'
import { narrativeCheck } from './narrative.ts'
import { formOf, isPrimitive, primitiveCheck } from './primitives.ts'
import { profileCheck } from './profiles.ts'
import { canonicalTargets, referenceTargets } from './references.ts'
import { typeRule } from './type-rules.ts'
import type { Check, Compiler, Owner } from './types.ts'
import { inOrder, valueRules } from './value-rules.ts'

/** The check of one value of an element for one of its types (validation.md sections 2, 3, 6 and 7). */
export function compileValue(compiler: Compiler, node: ElementNode, rule: TypeRule, owner: Owner): Check {
  if (node.contentReference !== undefined) return referencedContent(compiler, node.contentReference)
  const type = rule.code
  if (type === 'xhtml') return narrativeCheck
  if (isPrimitive(type)) return primitiveValue(compiler, node, rule, owner)
  if (compiler.definitions(type)?.kind === 'resource') {
    return (
      inOrder([compiler.resourceCheck(rule.profiles ?? []), nodeRules(compiler, node, rule, owner, new Set())]) ??
      nothing
    )
  }
  return complexValue(compiler, node, rule, owner)
}

const nothing: Check = () => undefined

/** The id of a resource is an id, that of an element any text without white space. */
function primitiveValue(compiler: Compiler, node: ElementNode, rule: TypeRule, owner: Owner): Check {
  const ofResource = owner.tree.kind === 'resource' && owner.path === owner.tree.type
  const type = node.name !== 'id' || node.types.length > 1 ? rule.code : ofResource ? 'id' : 'element-id'
  const binding = bindingCheck(compiler, node, rule.code, owner)
  const check = primitiveCheck(
    type,
    inOrder([
      binding === undefined ? undefined : (value, run, depth) => void binding(value, run, depth),
      nodeRules(compiler, node, rule, owner, new Set()),
    ]),
  )
  const isRight = rightValues(compiler, node, rule)
  return isRight === undefined ? check : remembering(check, formOf(type), isRight)
}

/** Tells the values about which there is nothing to say, where the element says which they are: a fixed one, a few codes. */
function rightValues(compiler: Compiler, node: BoundNode, rule: TypeRule): ((value: unknown) => boolean) | undefined {
  const { fixed, pattern, minValue, maxValue, maxLength, binding, constraints } = node
  const isOpen = [minValue, maxValue, maxLength, rule.targets, node.also].every((each) => each === undefined)
  if (!isOpen || (constraints ?? []).length > 0) return undefined
  const wanted = [fixed, pattern].filter((each) => each !== undefined)
  const isMember = requiredMembership(compiler, binding)
  const isRule =
    binding?.strength === 'required' || binding?.strength === 'extensible' || binding?.maxValueSet !== undefined
  if (isRule ? isMember === undefined : wanted.length === 0) return undefined
  return (value) =>
    typeof value === 'string' &&
    value.length <= LONGEST &&
    wanted.every((each) => each === value) &&
    (isMember === undefined || isMember(undefined, value) === true)
}

/** A check that says nothing of a value is not made again of the same one. */
function remembering(check: Check, hasForm: (value: unknown) => boolean, isRight: (value: unknown) => boolean): Check {
  const right = new Set<unknown>()
  return (value, run, depth) => {
    if (right.has(value)) return
    check(value, run, depth)
    if (right.size < MOST && hasForm(value) && isRight(value)) right.add(value)
  }
}

/** More than the codes of any element that resources use; the sets told by syntax have no end. */
const MOST = 1_000
/** Characters of a value that is remembered. */
const LONGEST = 256

/** What the element itself says of its values: fixed, pattern, bounds, targets of references, invariants. */
function nodeRules(
  compiler: Compiler,
  node: ElementNode,
  rule: TypeRule,
  owner: Owner,
  known: Set<string>,
): Check | undefined {
  return inOrder([
    valueRules(node, owner),
    rule.code === 'Reference' ? referenceTargets(compiler, node, rule, owner) : undefined,
    rule.code === 'canonical' ? canonicalTargets(compiler, rule) : undefined,
    constraintCheck(compiler, node.constraints, typeName(node, rule.code, owner), known),
  ])
}

function complexValue(compiler: Compiler, node: ElementNode, rule: TypeRule, owner: Owner): Check {
  const known = new Set<string>()
  const structure = structureOf(compiler, node, rule, owner, known)
  const binding = bindingCheck(compiler, node, rule.code, owner)
  const rules = nodeRules(compiler, node, rule, owner, known)
  if (binding === undefined) return inOrder([structure, rules]) ?? structure
  return (value, run, depth) => {
    const refused = !binding(value, run, depth)
    if (refused) run.codesRefused += 1
    structure(value, run, depth)
    if (refused) run.codesRefused -= 1
    rules?.(value, run, depth)
  }
}

/** Parts without a type of their own are named by their path. */
function typeName(node: ElementNode, code: string, owner: Owner): string {
  return code === 'BackboneElement' || code === 'Element' ? `${owner.type}.${node.name}` : code
}

/** The children: of the type, of the profiles named for it, or those the definition itself lists. */
function structureOf(compiler: Compiler, node: ElementNode, rule: TypeRule, owner: Owner, known: Set<string>): Check {
  const type = rule.code
  const profiled = rule.profiles === undefined ? undefined : profileCheck(compiler, rule.profiles, type)
  const constraints = compiler.definitions(type)?.root.constraints
  if (node.children === undefined || node.children.length === 0) {
    for (const { key } of constraints ?? []) known.add(key)
    return profiled ?? lazyTree(compiler, type)
  }
  const inner: Owner = { tree: owner.tree, path: `${owner.path}.${node.name}`, type: typeName(node, type, owner) }
  const only = rule.profiles?.length === 1 ? compiler.definitions(rule.profiles[0] ?? '') : undefined
  const covered = only && covering(node.children, only.root.children ?? [], only.url)
  const own = inOrder([
    compiler.shapeCheck(covered ?? node.children, inner, 'element'),
    typeRule(compiler, type),
    constraintCheck(compiler, constraints, inner.type, known),
  ])
  if (only === undefined || covered === undefined) return inOrder([own, profiled]) ?? nothing
  // The children say all that the profile says of them; what its root says besides is left.
  const root = inOrder([
    valueRules(only.root, inner),
    constraintCheck(compiler, only.root.constraints, inner.type, known),
  ])
  return inOrder([own, root]) ?? nothing
}

function lazyTree(compiler: Compiler, type: string): Check {
  let check: Check | undefined
  return (value, run, depth) => {
    check ??= compiler.treeCheck(type)
    if (check === undefined) run.reportOnce(type, depth, 'warning', 'profile.unknown', { profile: type })
    else check(value, run, depth)
  }
}

/** The rules of another element of the base resource: `Bundle.link` for `Bundle.entry.link` (C6). */
function referencedContent(compiler: Compiler, reference: string): Check {
  return (value, run, depth) => {
    let check = compiler.referenced.get(reference)
    if (check === undefined) {
      check = compileReferenced(compiler, reference)
      compiler.referenced.set(reference, check)
    }
    check(value, run, depth)
  }
}

function compileReferenced(compiler: Compiler, reference: string): Check {
  const [type = '', ...names] = reference.slice(reference.indexOf('#') + 1).split('.')
  const tree = compiler.definitions(type)
  let node = tree?.root
  for (const name of names) node = node?.children?.find((child) => child.name === name)
  if (tree === undefined || node === undefined) {
    return (_value, run, depth) =>
      run.reportOnce(reference, depth, 'warning', 'profile.unknown', { profile: reference })
  }
  const path = [type, ...names.slice(0, -1)].join('.')
  return compiler.valueCheck(node, node.types[0] ?? { code: 'BackboneElement' }, { tree, path, type: path })
}
