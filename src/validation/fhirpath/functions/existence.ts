import { distinct, Seen } from '../equality.ts'
import { EvaluationError } from '../errors.ts'
import {
  type Condition,
  computed,
  conditionOf,
  countOf,
  type Expression,
  existsOf,
  gathered,
  nodesOf,
  truth,
} from '../run.ts'
import { type Call, type FunctionTable, itemsOf, rule } from './call.ts'
import { where } from './filtering.ts'

/** Existence (N1, 5.1): none of them gathers what it can count. */
export const EXISTENCE: FunctionTable = {
  empty: rule(0, 0, ({ source }) => truth(not(existsOf(source)), source.fixed)),
  exists: rule(0, 1, (call) => truth(existsOf(call.args.length === 0 ? call.source : where(call)), call.source.fixed)),
  all: rule(1, 1, (call) => {
    const criteria = conditionOf(call.inner(0))
    const fails = itemsOf(call).fold((...item) => (criteria(...item) === true ? 0 : 1), true, true)
    return truth((...focus) => fails(...focus) === 0)
  }),
  allTrue: booleans(true, false),
  anyTrue: booleans(true, true),
  allFalse: booleans(false, false),
  anyFalse: booleans(false, true),
  count: rule(0, 0, ({ source }) => computed('System.Integer', countOf(source), source.fixed)),
  distinct: rule(0, 0, ({ source }) => {
    const nodes = nodesOf(source)
    return gathered(
      source.types,
      (value, partner, type, scope) => distinct(nodes(value, partner, type, scope), scope),
      source,
    )
  }),
  isDistinct: rule(0, 0, ({ source }) => {
    const nodes = nodesOf(source)
    return truth((value, partner, type, scope) => {
      const seen = new Seen(scope)
      return nodes(value, partner, type, scope).every((node) => seen.add(node))
    })
  }),
  subsetOf: subset((call) => [call.source, call.outer(0)]),
  supersetOf: subset((call) => [call.outer(0), call.source]),
  not: rule(0, 0, ({ source }) => {
    const condition = conditionOf(source)
    return truth((value, partner, type, scope) => {
      const result = condition(value, partner, type, scope)
      return result === undefined ? undefined : !result
    }, source.fixed)
  }),
}

function not(exists: ReturnType<typeof existsOf>): Condition {
  return (value, partner, type, scope) => !exists(value, partner, type, scope)
}

/** Whether all or any of the items are the value that is looked for. */
function booleans(wanted: boolean, any: boolean): FunctionTable[string] {
  return rule(0, 0, ({ source, name }) => {
    const found = source.fold(
      (value) => {
        if (typeof value !== 'boolean') throw new EvaluationError(`${name} wants booleans`)
        return value === (any ? wanted : !wanted) ? 1 : 0
      },
      true,
      false,
    )
    return truth((...focus) => found(...focus) > 0 === any)
  })
}

function subset(sides: (call: Call) => readonly [Expression, Expression]): FunctionTable[string] {
  return rule(1, 1, (call) => {
    const [inner, outer] = sides(call)
    const [some, all] = [nodesOf(inner), nodesOf(outer)]
    return truth((value, partner, type, scope) => {
      const seen = new Seen(scope)
      for (const node of all(value, partner, type, scope)) seen.add(node)
      return some(value, partner, type, scope).every((node) => seen.has(node))
    })
  })
}
