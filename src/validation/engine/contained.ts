import { isObject, type JsonObject } from './json.ts'
import type { Run } from './run.ts'

/** Every contained resource is referred to from its container, or refers to it (C5, dom-3). */
export function checkContained(container: JsonObject, contained: readonly unknown[], run: Run, depth: number): void {
  const fragments = new Set<string>()
  for (const key in container) if (key !== 'contained') collect(container[key], fragments, 0)
  const lists = contained.map((one) => {
    const own = new Set<string>()
    collect(one, own, 0)
    return own
  })
  contained.forEach((one, at) => {
    if (!isObject(one) || typeof one.id !== 'string') return
    const own = lists[at]
    const isReferred =
      fragments.has(`#${one.id}`) || lists.some((list, other) => other !== at && list.has(`#${one.id}`))
    if (isReferred || own?.has('#') === true) return
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
    if (value.startsWith('#')) fragments.add(value)
  } else if (typeof value === 'object' && value !== null && depth < DEEPEST) {
    for (const key in value) collect(Reflect.get(value, key), fragments, depth + 1)
  }
}

/** Deeper values are refused by the walk. */
const DEEPEST = 500
