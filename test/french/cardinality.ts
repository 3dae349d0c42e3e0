/** What this check reads of a StructureDefinition. */
export type Snapshot = { snapshot: { element: { id: string; path: string; min: number; max: string }[] } }

/**
 * Broken cardinalities of a resource against the unsliced elements of a snapshot, to a given depth: `path min..max, found n`.
 * Enough to hold a mapping against a profile; slices, types and bindings are the validator's work.
 */
export function brokenCardinalities(resource: object, { snapshot }: Snapshot, depth: number): string[] {
  const elements = snapshot.element.filter(({ id, path }) => !id.includes(':') && path.split('.').length - 1 <= depth)
  return elements.slice(1).flatMap(({ path, min, max }) => {
    const steps = path.split('.').slice(1)
    const last = steps.pop() ?? ''
    return parents(resource, steps).flatMap((parent) => {
      const found = count(childOf(parent, last))
      const fits = found >= min && (max === '*' || found <= Number(max))
      return fits ? [] : [`${path} ${min}..${max}, found ${found}`]
    })
  })
}

function parents(resource: object, steps: readonly string[]): object[] {
  return steps.reduce<object[]>((level, step) => level.flatMap((parent) => many(childOf(parent, step))), [resource])
}

function childOf(parent: object, name: string): unknown {
  const entries = Object.entries(parent)
  if (!name.endsWith('[x]')) return entries.find(([key]) => key === name)?.[1]
  return entries.find(([key]) => key.startsWith(name.slice(0, -3)))?.[1]
}

function many(value: unknown): object[] {
  const values = Array.isArray(value) ? value : [value]
  return values.filter((one): one is object => typeof one === 'object' && one !== null)
}

function count(value: unknown): number {
  return value === undefined ? 0 : Array.isArray(value) ? value.length : 1
}
