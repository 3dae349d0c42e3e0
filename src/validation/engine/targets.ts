import type { ProfileTree } from '../model.ts'
import type { JsonObject } from './json.ts'
import type { Run } from './run.ts'
import type { Check, Compiler } from './types.ts'

/**
 * Whether a resource fulfils a profile, apart from where it stands: the target of a reference, or the candidate for a
 * slice. Found once a run for each pair; while it is being found, it counts as yes, so that a cycle ends.
 */
export function meets(compiler: Compiler, resource: JsonObject, tree: ProfileTree, run: Run, depth: number): boolean {
  run.verdicts ??= new Map()
  let verdicts = run.verdicts.get(resource)
  if (verdicts === undefined) {
    verdicts = new Map()
    run.verdicts.set(resource, verdicts)
  }
  const before = verdicts.get(tree.url)
  if (before !== undefined) return before
  verdicts.set(tree.url, true)
  const verdict = fulfils(compiler.checkOf(tree), resource, run, depth)
  verdicts.set(tree.url, verdict)
  return verdict
}

function fulfils(check: Check, resource: JsonObject, run: Run, depth: number): boolean {
  const { contained } = run.rootResource
  const at = Array.isArray(contained) ? contained.indexOf(resource) : -1
  if (at < 0) return run.holds(() => elsewhere(run, resource, depth, () => check(resource, run, depth + 1)))
  const place = run.rootDepth + 1
  const findings = run.attempt(() => inPlace(run, resource, at, depth, () => check(resource, run, place)))
  // A profile holds all of its base: what it finds is what there is to say of the resource.
  if (findings.errors === 0) run.keep(resource, findings)
  return findings.errors === 0
}

/** Looks at a resource that stands elsewhere: its place is kept above that of the value that led there. */
function elsewhere(run: Run, resource: JsonObject, depth: number, look: () => void): void {
  run.names[depth + 1] = 'resolve()'
  run.indices[depth + 1] = -1
  const { rootResource, rootDepth } = run
  run.rootResource = resource
  run.rootDepth = depth + 1
  try {
    inside(run, resource, depth + 1, look)
  } finally {
    run.rootResource = rootResource
    run.rootDepth = rootDepth
  }
}

/** Looks at a contained resource where it stands; the place of the value that led there comes back. */
function inPlace(run: Run, resource: JsonObject, at: number, depth: number, look: () => void): void {
  const place = run.rootDepth + 1
  const [names, indices] = [run.names.slice(place, depth + 1), run.indices.slice(place, depth + 1)]
  run.names[place] = 'contained'
  run.indices[place] = at
  try {
    inside(run, resource, place, look)
  } finally {
    names.forEach((name, i) => {
      run.names[place + i] = name
      run.indices[place + i] = indices[i] ?? -1
    })
  }
}

function inside(run: Run, resource: JsonObject, depth: number, look: () => void): void {
  const before = { resource: run.resource, depth: run.resourceDepth }
  run.resource = resource
  run.resourceDepth = depth
  try {
    look()
  } finally {
    run.resource = before.resource
    run.resourceDepth = before.depth
  }
}
