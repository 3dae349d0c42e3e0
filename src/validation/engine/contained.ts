import { isObject, type JsonObject } from './json.ts'
import type { Run } from './run.ts'

/** Every contained resource is referred to from its container, or refers to it (C5, dom-3). */
export function checkContained(container: JsonObject, contained: readonly unknown[], run: Run, depth: number): void {
  const fragments = new Set<string>()
  for (const key in container) if (key !== 'contained') collect(container[key], fragments, 0)
  const lists: Set<string>[] = []
  const listAt = (at: number): Set<string> => {
    for (let next = lists.length; next <= at; next += 1) {
      const own = new Set<string>()
      collect(contained[next], own, 0)
      lists.push(own)
    }
    return lists[at] ?? fragments
  }
  contained.forEach((one, at) => {
    if (!isObject(one) || typeof one.id !== 'string') return
    const fragment = `#${one.id}`
    // Most are referred to by the container, or by one of the first: the others are not searched.
    const isReferred =
      fragments.has(fragment) || contained.some((_, other) => other !== at && listAt(other).has(fragment))
    if (isReferred || listAt(at).has('#')) return
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
