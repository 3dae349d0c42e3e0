import { EvaluationError } from '../errors.ts'
import { computed, conditionOf, EMPTY, type Expression, focusOf, gathered, nodesOf, type Scope } from '../run.ts'
import type { PathNode } from '../types.ts'
import { type Call, type FunctionTable, rule } from './call.ts'

/** Utility functions, `iif` and `aggregate` (N1, 5.3.8, 5.9 and 7). `trace` hands its input on and writes nothing. */
export const UTILITY: FunctionTable = {
  iif: rule(2, 3, iif),
  trace: rule(1, 2, (call) => {
    call.outer(0)
    if (call.args.length > 1) call.inner(1)
    return call.source
  }),
  now: rule(0, 0, () => computed('System.DateTime', (...focus) => focus[3].env.now.toISOString(), true)),
  today: rule(0, 0, () => computed('System.Date', (...focus) => focus[3].env.now.toISOString().slice(0, 10), true)),
  timeOfDay: rule(0, 0, () =>
    computed('System.Time', (...focus) => focus[3].env.now.toISOString().slice(11, 23), true),
  ),
  aggregate: rule(1, 2, aggregate),
}

/** The arguments see the input as `$this`; an empty input is an empty `$this`, several items are an error. */
function iif(call: Call): Expression {
  if (call.source.focus) return choose(call, call.source)
  const { source } = call
  const [none, one] = [choose(call, EMPTY), choose(call, focusOf(source.types))]
  const nodes = nodesOf(source)
  return {
    types: typesOf([none, one]),
    single: false,
    fixed: false,
    fold: (sink, first, partners) => {
      const [empty, each] = [none.fold(sink, first, partners), one.fold(sink, first, partners)]
      return (value, partner, type, scope) => {
        const found = nodes(value, partner, type, scope)
        const [only] = found
        if (only === undefined) return empty(value, partner, type, scope)
        if (found.length > 1) throw new EvaluationError('iif wants one item at most')
        return each(only.value, only.partner, only.type, scope)
      }
    },
  }
}

function choose(call: Call, focus: Expression): Expression {
  const criterion = conditionOf(call.inner(0, focus))
  const [yes, no] = [call.inner(1, focus), call.args.length > 2 ? call.inner(2, focus) : EMPTY]
  return {
    types: typesOf([yes, no]),
    single: yes.single && no.single,
    fixed: false,
    fold: (sink, first, partners) => {
      const [then, otherwise] = [yes.fold(sink, first, partners), no.fold(sink, first, partners)]
      return (value, partner, type, scope) =>
        criterion(value, partner, type, scope) === true
          ? then(value, partner, type, scope)
          : otherwise(value, partner, type, scope)
    },
  }
}

function typesOf(expressions: readonly Expression[]): Expression['types'] {
  const types = expressions.map((expression) => expression.types)
  return types.includes(undefined) ? undefined : [...new Set(types.flatMap((some) => some ?? []))]
}

function aggregate(call: Call): Expression {
  const step = nodesOf(call.inner(0))
  const start = call.args.length > 1 ? nodesOf(call.outer(1)) : undefined
  const nodes = nodesOf(call.source)
  return gathered(undefined, (value, partner, type, scope: Scope): readonly PathNode[] => {
    const [total, index] = [scope.total, scope.index]
    let sum = start?.(value, partner, type, scope) ?? []
    for (const [i, node] of nodes(value, partner, type, scope).entries()) {
      scope.total = sum
      scope.index = i
      sum = step(node.value, node.partner, node.type, scope)
    }
    scope.total = total
    scope.index = index
    return sum
  })
}
