import type { ProfileTree } from '../model.ts'
import type { JsonObject } from './json.ts'
import type { Run } from './run.ts'
import type { Compiler } from './types.ts'

/**
 * Whether a resource fulfils a profile, apart from where it stands: the target of a reference, or the candidate for a
 * slice. Found once a run for each pair; while it is being found, it counts as yes, so that a cycle ends.
 */
export function meets(compiler: Compiler, resource: JsonObject, tree: ProfileTree, run: Run, depth: number): boolean {
  let verdicts = run.verdicts.get(resource)
  if (verdicts === undefined) {
    verdicts = new Map()
    run.verdicts.set(resource, verdicts)
  }
  const before = verdicts.get(tree.url)
  if (before !== undefined) return before
  verdicts.set(tree.url, true)
  const check = compiler.treeCheck(tree.url)
  const verdict =
    check === undefined || run.holds(() => within(run, resource, depth, () => check(resource, run, depth + 1)))
  verdicts.set(tree.url, verdict)
  return verdict
}

/** Looks at a resource that stands elsewhere: its place is kept above that of the value that led there. */
function within(run: Run, resource: JsonObject, depth: number, look: () => void): void {
  const before = { resource: run.resource, root: run.rootResource, depth: run.resourceDepth }
  const { rootResource } = run
  const isContained = Array.isArray(rootResource.contained) && rootResource.contained.includes(resource)
  run.names[depth + 1] = 'resolve()'
  run.indices[depth + 1] = -1
  run.resource = resource
  if (!isContained) run.rootResource = resource
  run.resourceDepth = depth + 1
  try {
    look()
  } finally {
    run.resource = before.resource
    run.rootResource = before.root
    run.resourceDepth = before.depth
  }
}
