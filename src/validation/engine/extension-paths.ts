import type { Path } from '../fhirpath/types.ts'
import { isObject, type JsonObject } from './json.ts'
import type { Run } from './run.ts'
import type { Compiler } from './types.ts'

/** Whether an extension stands where a FHIRPath context leads; undefined when that cannot be evaluated. */
export type PathContext = (extension: JsonObject, run: Run) => boolean | undefined

/**
 * A context of type `fhirpath` (R4 StructureDefinition.context): the extension stands on an element that the expression
 * gives when it is evaluated on the nearest resource. What it gives is found once for each resource of a run.
 */
export function pathContext(compiler: Compiler, expression: string): PathContext {
  const paths = new Map<string, Path | undefined>()
  const carried = new WeakMap<Run, Map<JsonObject, ReadonlySet<unknown>>>()
  const pathOn = (type: string): Path | undefined => {
    if (!paths.has(type)) paths.set(type, compiled(compiler, expression, type))
    return paths.get(type)
  }
  return (extension, run) => {
    const { resource } = run
    const path = pathOn(String(resource.resourceType))
    if (path === undefined) return undefined
    const known = carried.get(run) ?? new Map<JsonObject, ReadonlySet<unknown>>()
    carried.set(run, known)
    const extensions = known.get(resource) ?? extensionsAt(path, resource, run)
    known.set(resource, extensions)
    if (extensions.has(extension)) return true
    return run.budget.remaining <= 0 ? undefined : false
  }
}

function compiled(compiler: Compiler, expression: string, type: string): Path | undefined {
  try {
    return compiler.contexts(expression, type)
  } catch {
    return undefined
  }
}

/** All extensions of the elements that a path leads to; of a primitive they are on its partner. */
function extensionsAt(path: Path, resource: JsonObject, run: Run): ReadonlySet<unknown> {
  const found = new Set<unknown>()
  for (const { value, partner } of path(resource, run)) {
    for (const carrier of [value, partner]) {
      if (!isObject(carrier)) continue
      for (const list of [carrier.extension, carrier.modifierExtension]) {
        if (Array.isArray(list)) for (const extension of list) found.add(extension)
      }
    }
  }
  return found
}
