import type { ProfileTree } from '../model.ts'
import { applicable, fitting } from './applicable.ts'
import { checkBundle } from './bundle.ts'
import { BundleIndex } from './bundle-index.ts'
import { checkContained } from './contained.ts'
import { isObject, type JsonObject } from './json.ts'
import type { Run } from './run.ts'
import type { Check, Compiler } from './types.ts'

/**
 * The check of a resource wherever one stands: the root, `contained`, an entry, a parameter (validation.md J1, P1, C5,
 * C8, B7). `asked` are profiles of which all must hold, `any` those of which one must.
 */
export function compileResource(compiler: Compiler, asked: readonly string[], any: readonly string[]): Check {
  return (value, run, depth) => {
    if (!isObject(value)) return run.report(depth, 'error', 'json.not-a-resource')
    const base = baseOf(compiler, value, run, depth)
    if (base === undefined) return
    const { resource, rootResource, resourceDepth, rootDepth, bundle } = run
    const isContained = depth > 0 && run.names[depth] === 'contained'
    run.resource = value
    run.resourceDepth = depth
    if (!isContained) {
      run.rootResource = value
      run.rootDepth = depth
    }
    if (base.type === 'Bundle') run.bundle = new BundleIndex(value, run.bundle)
    checkOne(compiler, base, value, asked, any, isContained, run, depth)
    run.resource = resource
    run.rootResource = rootResource
    run.resourceDepth = resourceDepth
    run.rootDepth = rootDepth
    run.bundle = bundle
  }
}

function checkOne(
  compiler: Compiler,
  base: ProfileTree,
  value: JsonObject,
  asked: readonly string[],
  any: readonly string[],
  isContained: boolean,
  run: Run,
  depth: number,
): void {
  const chosen = any.length === 0 ? asked : fitting(compiler, value, any, run, depth)
  const trees = applicable(compiler, base, value, chosen, run, depth)
  const isTold = isContained && trees.length === 1 && trees[0] === base && run.tellKept(value)
  if (!isTold) for (const tree of trees) compiler.checkOf(tree)(value, run, depth)
  if (value.implicitRules !== undefined) run.report(depth, 'error', 'resource.implicit-rules')
  if (isContained && value.id === undefined) run.report(depth, 'error', 'contained.id')
  if (Array.isArray(value.contained) && !isContained) checkContained(value, value.contained, run, depth)
  if (base.type === 'Bundle') checkBundle(compiler, value, run, depth)
}

/** The definition of a resource's type (J1); undefined, and said, when there is none. */
function baseOf(compiler: Compiler, value: JsonObject, run: Run, depth: number): ProfileTree | undefined {
  const { resourceType } = value
  if (typeof resourceType !== 'string') {
    run.report(depth, 'error', 'resource.type-missing')
    return undefined
  }
  const tree = /^[A-Z][A-Za-z]{1,63}$/.test(resourceType) ? compiler.definitions(resourceType) : undefined
  if (tree === undefined || tree.kind !== 'resource' || tree.constraint) {
    run.report(depth, 'error', 'resource.type-unknown')
    return undefined
  }
  if (tree.abstract) run.report(depth, 'error', 'resource.type-abstract')
  return tree.abstract ? undefined : tree
}
