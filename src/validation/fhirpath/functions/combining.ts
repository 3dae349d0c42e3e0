import { Seen } from '../equality.ts'
import { union } from '../operators/membership.ts'
import { gathered, nodesOf, type Scope } from '../run.ts'
import type { PathNode } from '../types.ts'
import { type FunctionTable, rule } from './call.ts'

/** Two collections (N1, 5.3.7 and 5.4). */
export const COMBINING: FunctionTable = {
  union: rule(1, 1, (call) => union(call.source, call.outer(0))),
  combine: both((nodes, others) => [...nodes, ...others]),
  intersect: both((nodes, others, scope) => {
    const [wanted, seen] = [seenOf(others, scope), new Seen(scope)]
    return nodes.filter((node) => wanted.has(node) && seen.add(node))
  }, true),
  exclude: both((nodes, others, scope) => {
    const unwanted = seenOf(others, scope)
    return nodes.filter((node) => !unwanted.has(node))
  }, true),
}

function both(
  join: (nodes: readonly PathNode[], others: readonly PathNode[], scope: Scope) => readonly PathNode[],
  narrows = false,
): FunctionTable[string] {
  return rule(1, 1, (call) => {
    const argument = call.outer(0)
    const [a, b] = [nodesOf(call.source), nodesOf(argument)]
    const all = [call.source.types, argument.types]
    const types = narrows
      ? call.source.types
      : all.includes(undefined)
        ? undefined
        : [...new Set(all.flatMap((some) => some ?? []))]
    return gathered(types, (value, partner, type, scope) =>
      join(a(value, partner, type, scope), b(value, partner, type, scope), scope),
    )
  })
}

function seenOf(nodes: readonly PathNode[], scope: Scope): Seen {
  const seen = new Seen(scope)
  for (const node of nodes) seen.add(node)
  return seen
}
