import { distinct, equalNodes } from '../equality.ts'
import { EvaluationError } from '../errors.ts'
import { kindOfValue } from '../kinds.ts'
import { type Condition, type Expression, existsOf, gathered, nodesOf, onlyOf, truth } from '../run.ts'

/** `in`, `contains` and `|` (N1, 6.3 and 5.4.1). */
export const MEMBERSHIP: Readonly<Record<string, (left: Expression, right: Expression) => Expression>> = {
  in: (left, right) => truth(isIn(left, right)),
  contains: (left, right) => truth(isIn(right, left)),
  '|': union,
}

/** All items of both, equal ones once. Whether there is any is known without gathering. */
export function union(left: Expression, right: Expression): Expression {
  const [a, b] = [nodesOf(left), nodesOf(right)]
  const types =
    left.types === undefined || right.types === undefined ? undefined : [...new Set([...left.types, ...right.types])]
  const fixed = left.fixed && right.fixed
  const both = gathered(
    types,
    (value, partner, type, scope) =>
      distinct([...a(value, partner, type, scope), ...b(value, partner, type, scope)], scope),
    { fixed },
  )
  if (left.constant !== undefined && right.constant !== undefined) {
    const all = [...left.constant, ...right.constant]
    if (all.every(({ value, type }) => typeof value === 'string' && type === 'System.String')) {
      const once = all.filter(({ value }, i) => all.findIndex((other) => other.value === value) === i)
      return { ...both, constant: once }
    }
  }
  const [hasLeft, hasRight] = [existsOf(left), existsOf(right)]
  return {
    ...both,
    exists: (value, partner, type, scope) =>
      hasLeft(value, partner, type, scope) || hasRight(value, partner, type, scope),
  }
}

function isIn(item: Expression, collection: Expression): Condition {
  const only = onlyOf(item)
  const texts = textsOf(collection)
  const nodes = nodesOf(collection)
  return (value, partner, type, scope) => {
    const node = only(value, partner, type, scope)
    if (node === undefined) return undefined
    if (texts !== undefined && typeof node.value === 'string' && kindOfValue(node.value, node.type) === 'string') {
      return texts.has(node.value)
    }
    return nodes(value, partner, type, scope).some((other) => equalNodes(node, other, scope) === true)
  }
}

/** The texts of a list of literals. */
function textsOf({ constant }: Expression): ReadonlySet<string> | undefined {
  if (constant === undefined || constant.length === 0) return undefined
  const texts = constant.map(({ value }) => value).filter((value) => typeof value === 'string')
  return texts.length === constant.length && constant.every(({ type }) => type === 'System.String')
    ? new Set(texts)
    : undefined
}

/** `[n]`: the item at a place counted from 0. */
export function itemAt(source: Expression, index: Expression): Expression {
  const [nodes, at] = [nodesOf(source), onlyOf(index)]
  return gathered(
    source.types,
    (value, partner, type, scope) => {
      const place = at(value, partner, type, scope)?.value
      if (place !== undefined && typeof place !== 'number') throw new EvaluationError('an index is a number')
      const node = place === undefined ? undefined : nodes(value, partner, type, scope)[place]
      return node === undefined ? [] : [node]
    },
    { single: true, fixed: source.fixed && index.fixed },
  )
}
