import type { ProfileTree } from '../model.ts'
import { isObject, type JsonObject } from './json.ts'
import type { Run } from './run.ts'
import { meets } from './targets.ts'
import type { Compiler } from './types.ts'

/**
 * The definitions that a resource is held against (validation.md P1): the outermost of its type, of the profiles asked
 * for and of those it names. A profile that another one derives from is in the other's snapshot already.
 */
export function applicable(
  compiler: Compiler,
  base: ProfileTree,
  resource: JsonObject,
  asked: readonly string[],
  run: Run,
  depth: number,
): readonly ProfileTree[] {
  const named = isObject(resource.meta) && Array.isArray(resource.meta.profile) ? resource.meta.profile : NONE
  if (asked.length === 0 && named.length === 0) return [base]
  const trees: ProfileTree[] = [base]
  for (const profile of asked) add(trees, profile, profile, compiler, base, run, depth)
  for (let at = 0; at < named.length; at += 1) {
    const profile: unknown = named[at]
    if (typeof profile === 'string') add(trees, profile, `meta.profile[${at}]`, compiler, base, run, depth)
  }
  return trees.length === 1
    ? trees
    : trees.filter((tree) => !trees.some((other) => other !== tree && stands(compiler, other, tree)))
}

const NONE: readonly unknown[] = []

function add(
  trees: ProfileTree[],
  profile: string,
  shown: string,
  compiler: Compiler,
  base: ProfileTree,
  run: Run,
  depth: number,
): void {
  const tree = /[:/]/.test(profile) ? compiler.definitions(profile) : undefined
  if (tree === undefined) {
    const other = profile.includes('|') ? compiler.definitions(profile.split('|')[0] ?? '') : undefined
    if (other === undefined) run.report(depth, 'warning', 'profile.unknown', { profile: shown })
    else run.report(depth, 'warning', 'profile.version', { profile: shown, version: other.version ?? '' })
  } else if (tree.type !== base.type && !tree.abstract) {
    run.report(depth, 'error', 'profile.other-type', { profile: shown, type: tree.type })
  } else if (!tree.abstract && !trees.includes(tree)) {
    trees.push(tree)
  }
}

/** Whether a profile stands on a definition: derives from it, over any number of steps. */
function stands(compiler: Compiler, profile: ProfileTree, on: ProfileTree): boolean {
  if (!on.constraint) return true
  let base = profile.base
  for (let steps = 0; base !== undefined && steps < 32; steps += 1) {
    if (base === on.url || base === `${on.url}|${on.version}`) return true
    base = compiler.definitions(base)?.base
  }
  return false
}

/** Of profiles any one of which must hold, those that the resource is to be held against. */
export function fitting(
  compiler: Compiler,
  resource: JsonObject,
  any: readonly string[],
  run: Run,
  depth: number,
): readonly string[] {
  const [only, second] = any
  if (only !== undefined && second === undefined) return any
  const ofType = any.filter((profile) => {
    const tree = compiler.definitions(profile)
    return tree === undefined || tree.abstract || tree.type === resource.resourceType
  })
  if (ofType.length === 1) return ofType
  const fits = ofType.find((profile) => {
    const tree = compiler.definitions(profile)
    return tree === undefined || meets(compiler, resource, tree, run, depth)
  })
  if (fits !== undefined) return [fits]
  run.report(depth, 'error', 'profile.none-fits', { profiles: any.join(', ') })
  return NO_PROFILE
}

const NO_PROFILE: readonly string[] = []
