import { type CodeSystem, keyIn } from './resources.ts'

/** The keys below a code, itself included; empty for a code that the system does not have. Cycles end. */
export function descendantsOf(system: CodeSystem, code: string): ReadonlySet<string> {
  return closure(childrenOf(system), keyIn(system, code), system)
}

/** The keys above a code, itself included; empty for a code that the system does not have. Cycles end. */
export function ancestorsOf(system: CodeSystem, code: string): ReadonlySet<string> {
  return closure(parentsOf(system), keyIn(system, code), system)
}

/** The keys directly below a code. */
export function childrenKeys(system: CodeSystem, code: string): readonly string[] {
  return childrenOf(system)(keyIn(system, code))
}

/** The keys directly above a code. */
export function parentKeys(system: CodeSystem, code: string): readonly string[] {
  return parentsOf(system)(keyIn(system, code))
}

type Neighbours = (key: string) => readonly string[]

function parentsOf(system: CodeSystem): Neighbours {
  return (key) => (system.concepts.get(key)?.parents ?? []).map((parent) => keyIn(system, parent))
}

const CHILDREN = new WeakMap<CodeSystem, ReadonlyMap<string, readonly string[]>>()

function childrenOf(system: CodeSystem): Neighbours {
  let children = CHILDREN.get(system)
  if (children === undefined) {
    const found = new Map<string, string[]>()
    for (const [key, { parents }] of system.concepts) {
      for (const parent of parents) {
        const above = keyIn(system, parent)
        const siblings = found.get(above)
        if (siblings === undefined) found.set(above, [key])
        else siblings.push(key)
      }
    }
    children = found
    CHILDREN.set(system, children)
  }
  const known = children
  return (key) => known.get(key) ?? []
}

function closure(neighbours: Neighbours, start: string, system: CodeSystem): ReadonlySet<string> {
  const reached = new Set<string>()
  const wanted = system.concepts.has(start) ? [start] : []
  for (let key = wanted.pop(); key !== undefined; key = wanted.pop()) {
    if (reached.has(key) || !system.concepts.has(key)) continue
    reached.add(key)
    for (const next of neighbours(key)) wanted.push(next)
  }
  return reached
}
