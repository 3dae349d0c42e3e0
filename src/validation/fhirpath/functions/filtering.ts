import { Seen } from '../equality.ts'
import { EvaluationError } from '../errors.ts'
import { conditionOf, type Expression, focusOf, gathered, headOf, nodesOf, onlyOf, type Scope, spend } from '../run.ts'
import type { PathNode } from '../types.ts'
import { type Call, type FunctionTable, itemsOf, rule } from './call.ts'

/** Filtering, projection and subsetting (N1, 5.2 and 5.3). */
export const FILTERING: FunctionTable = {
  where: rule(1, 1, where),
  select: rule(1, 1, (call) => {
    const [items, projection] = [itemsOf(call), call.inner(0)]
    return {
      types: projection.types,
      single: items.single && projection.single,
      fixed: false,
      fold: (sink, first, partners) => items.fold(projection.fold(sink, first, partners), first, true),
    }
  }),
  repeat: rule(1, 1, repeat),
  single: rule(0, 0, ({ source }) => {
    const only = onlyOf(source)
    return gathered(source.types, (...focus) => listOf(only(...focus)), { single: true })
  }),
  first: rule(0, 0, ({ source }) => {
    const head = headOf(source)
    return gathered(source.types, (...focus) => listOf(head(...focus)), { single: true, fixed: source.fixed })
  }),
  last: slice((nodes) => nodes.slice(-1), true),
  tail: slice((nodes) => nodes.slice(1)),
  skip: rule(1, 1, (call) => numbered(call, (nodes, n) => nodes.slice(Math.max(n, 0)))),
  take: rule(1, 1, (call) => numbered(call, (nodes, n) => nodes.slice(0, Math.max(n, 0)))),
}

/** The items for which the criteria are true. */
export function where(call: Call): Expression {
  const criteria = conditionOf(call.inner(0))
  const items = itemsOf(call)
  return {
    types: items.types,
    single: items.single,
    fixed: call.source.fixed,
    fold: (sink, first) =>
      items.fold(
        (value, partner, type, scope) =>
          criteria(value, partner, type, scope) === true ? sink(value, partner, type, scope) : 0,
        first,
        true,
      ),
  }
}

/** The projection of the items, of what that gives, and so on; equal items once. */
function repeat(call: Call): Expression {
  const nodes = nodesOf(call.source)
  const projection = nodesOf(call.inner(0, focusOf(undefined)))
  const gather = (value: unknown, partner: unknown, type: string, scope: Scope): readonly PathNode[] => {
    const seen = new Seen(scope)
    const found: PathNode[] = []
    const queue = [...nodes(value, partner, type, scope)]
    for (const node of queue) {
      spend(scope, 1)
      for (const next of projection(node.value, node.partner, node.type, scope)) {
        if (!seen.add(next)) continue
        found.push(next)
        queue.push(next)
      }
    }
    return found
  }
  return gathered(undefined, gather)
}

function slice(cut: (nodes: readonly PathNode[]) => readonly PathNode[], single = false): FunctionTable[string] {
  return rule(0, 0, ({ source }) => {
    const nodes = nodesOf(source)
    return gathered(source.types, (...focus) => cut(nodes(...focus)), { single, fixed: source.fixed })
  })
}

function numbered(call: Call, cut: (nodes: readonly PathNode[], n: number) => readonly PathNode[]): Expression {
  const [nodes, only] = [nodesOf(call.source), onlyOf(call.outer(0))]
  return gathered(call.source.types, (...focus) => {
    const n = only(...focus)?.value
    if (typeof n !== 'number') throw new EvaluationError(`${call.name} wants a number`)
    return cut(nodes(...focus), n)
  })
}

function listOf(node: PathNode | undefined): readonly PathNode[] {
  return node === undefined ? [] : [node]
}
