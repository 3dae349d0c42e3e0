import { equalCollections, equivalentCollections, isMoment, isNumber, moment } from '../equality.ts'
import { EvaluationError } from '../errors.ts'
import { commonKind, type Kind, kindOfValue } from '../kinds.ts'
import { compareMeasures, measureOf } from '../quantity.ts'
import { type Condition, type Expression, nodesOf, onlyOf, type Raw, truth } from '../run.ts'
import { compareTemporal } from '../temporal.ts'
import type { PathNode } from '../types.ts'

/** `=`, `~`, their opposites, and the order of values (N1, 6.1 and 6.2). */
export const COMPARISON: Readonly<Record<string, (left: Expression, right: Expression) => Expression>> = {
  '=': (left, right) => truth(equals(left, right)),
  '!=': (left, right) => truth(opposite(equals(left, right))),
  '~': (left, right) => truth(equivalent(left, right)),
  '!~': (left, right) => truth(opposite(equivalent(left, right))),
  '<': ordered((order) => order < 0),
  '>': ordered((order) => order > 0),
  '<=': ordered((order) => order <= 0),
  '>=': ordered((order) => order >= 0),
}

function equals(left: Expression, right: Expression): Condition {
  const [kind, other] = [commonKind(left.types), commonKind(right.types)]
  if (left.raw !== undefined && right.raw !== undefined && kind !== undefined && isPlain(kind) && kind === other) {
    return equalRaw(left, right)
  }
  if (left.condition !== undefined && right.condition !== undefined) return equalTruth(left.condition, right.condition)
  const [a, b] = [nodesOf(left), nodesOf(right)]
  return (value, partner, type, scope) => {
    const found = a(value, partner, type, scope)
    return found.length === 0 ? undefined : equalCollections(found, b(value, partner, type, scope), scope)
  }
}

/** Kinds whose values are equal when JavaScript finds them so. */
function isPlain(kind: Kind): boolean {
  return kind === 'string' || kind === 'boolean' || isNumber(kind)
}

function equalRaw({ raw: a, constant: constantLeft }: Expression, { raw: b, constant }: Expression): Condition {
  if (a === undefined || b === undefined) return () => undefined
  const literal = constant?.[0]?.value
  if (literal !== undefined && constantLeft === undefined) {
    return (value, partner, type, scope) => {
      const found = a(value, partner, type, scope)
      return found === undefined ? undefined : found === literal
    }
  }
  return (value, partner, type, scope) => {
    const found = a(value, partner, type, scope)
    if (found === undefined) return undefined
    const other = b(value, partner, type, scope)
    return other === undefined ? undefined : found === other
  }
}

function equalTruth(a: Condition, b: Condition): Condition {
  return (value, partner, type, scope) => {
    const left = a(value, partner, type, scope)
    const right = b(value, partner, type, scope)
    return left === undefined || right === undefined ? undefined : left === right
  }
}

function equivalent(left: Expression, right: Expression): Condition {
  const [a, b] = [nodesOf(left), nodesOf(right)]
  return (value, partner, type, scope) =>
    equivalentCollections(a(value, partner, type, scope), b(value, partner, type, scope), scope)
}

function opposite(condition: Condition): Condition {
  return (value, partner, type, scope) => {
    const result = condition(value, partner, type, scope)
    return result === undefined ? undefined : !result
  }
}

function ordered(holds: (order: number) => boolean): (left: Expression, right: Expression) => Expression {
  return (left, right) => {
    const numeric = orderedNumbers(left, right, holds)
    if (numeric !== undefined) return truth(numeric)
    const [a, b] = [onlyOf(left), onlyOf(right)]
    return truth((value, partner, type, scope) => {
      const found = a(value, partner, type, scope)
      if (found === undefined || found.value === undefined) return undefined
      const other = b(value, partner, type, scope)
      if (other === undefined || other.value === undefined) return undefined
      const order = compare(found, other)
      return order === undefined ? undefined : holds(order)
    })
  }
}

/** Numbers that are read directly. */
function orderedNumbers(left: Expression, right: Expression, holds: (order: number) => boolean): Condition | undefined {
  const [a, b] = [numberOf(left), numberOf(right)]
  if (a === undefined || b === undefined) return undefined
  return (value, partner, type, scope) => {
    const found = a(value, partner, type, scope)
    if (found === undefined) return undefined
    const other = b(value, partner, type, scope)
    if (other === undefined) return undefined
    if (typeof found === 'number' && typeof other === 'number') return holds(found - other)
    throw new EvaluationError('numbers are compared with numbers')
  }
}

function numberOf({ raw, types }: Expression): Raw | undefined {
  const kind = commonKind(types)
  return kind !== undefined && isNumber(kind) ? raw : undefined
}

/** @throws EvaluationError when the two kinds have no order between them. */
function compare(a: PathNode, b: PathNode): number | undefined {
  const [left, right] = [kindOfValue(a.value, a.type), kindOfValue(b.value, b.type)]
  if (typeof a.value === 'number' && typeof b.value === 'number') return a.value - b.value
  if (left === 'string' && right === 'string') return compareTexts(String(a.value), String(b.value))
  if (isMoment(left) && isMoment(right)) {
    const [one, other] = [moment(a.value, left), moment(b.value, right)]
    return one === undefined || other === undefined ? undefined : compareTemporal(one, other)
  }
  const measurable = (kind: Kind): boolean => kind === 'quantity' || isNumber(kind)
  if (measurable(left) && measurable(right)) {
    const [one, other] = [measureOf(a.value, a.type), measureOf(b.value, b.type)]
    return one === undefined || other === undefined ? undefined : compareMeasures(one, other)
  }
  throw new EvaluationError(`${left} and ${right} have no order`)
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
