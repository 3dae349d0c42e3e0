import { isObject, type JsonObject } from './json.ts'
import type { Run } from './run.ts'

/** Every contained resource is referred to from its container, or refers to it (C5, dom-3). */
export function checkContained(container: JsonObject, contained: readonly unknown[], run: Run, depth: number): void {
  const fragments = new Set<string>()
  for (const key in container) if (key !== 'contained') collect(container[key], fragments, 0)
  let references: References | undefined
  contained.forEach((one, at) => {
    if (!isObject(one) || typeof one.id !== 'string') return
    const fragment = `#${one.id}`
    // Most are referred to by the container: what they say themselves is not searched.
    if (fragments.has(fragment)) return
    references ??= referencesAmong(contained)
    const own = references.of[at]
    const byOthers = (references.counts.get(fragment) ?? 0) - (own?.has(fragment) === true ? 1 : 0)
    if (byOthers > 0 || own?.has('#') === true) return
    run.names[depth + 1] = 'contained'
    run.indices[depth + 1] = at
    run.report(depth + 1, 'error', 'inv.dom-3', DOM_3)
  })
}

const DOM_3 = {
  key: 'dom-3',
  human:
    'If the resource is contained in another resource, it SHALL be referred to from elsewhere in the resource or SHALL refer to the containing resource',
}

/** What each contained resource refers to, and how many of them refer to one. */
interface References {
  of: readonly ReadonlySet<string>[]
  counts: ReadonlyMap<string, number>
}

function referencesAmong(contained: readonly unknown[]): References {
  const counts = new Map<string, number>()
  const of = contained.map((one) => {
    const own = new Set<string>()
    collect(one, own, 0)
    for (const fragment of own) counts.set(fragment, (counts.get(fragment) ?? 0) + 1)
    return own
  })
  return { of, counts }
}

/** All texts that could refer to something contained. */
function collect(value: unknown, fragments: Set<string>, depth: number): void {
  if (typeof value === 'string') {
    if (value.charCodeAt(0) === HASH) fragments.add(value)
  } else if (Array.isArray(value)) {
    if (depth < DEEPEST) for (let at = 0; at < value.length; at += 1) collect(value[at], fragments, depth + 1)
  } else if (isObject(value) && depth < DEEPEST) {
    for (const key in value) {
      const child = value[key]
      if (typeof child !== 'number' && typeof child !== 'boolean') collect(child, fragments, depth + 1)
    }
  }
}

const HASH = 0x23

/** Deeper values are refused by the walk. */
const DEEPEST = 500
