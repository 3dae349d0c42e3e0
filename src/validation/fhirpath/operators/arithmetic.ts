import { isMoment } from '../equality.ts'
import { EvaluationError } from '../errors.ts'
import { commonKind, isObject, kindOfValue } from '../kinds.ts'
import { computed, type Expression, gathered, onlyOf } from '../run.ts'
import { addTo } from '../temporal.ts'
import type { PathNode } from '../types.ts'

/** `+ - * / div mod &` (N1, 6.6). Decimals keep 8 places; a division by zero is empty. */
export const ARITHMETIC: Readonly<Record<string, (left: Expression, right: Expression) => Expression>> = {
  '+': (left, right) => sum(left, right) ?? of(plus)(left, right),
  '-': of(minus),
  '*': of((a, b) => numbers(a, b, '*', (x, y) => x * y)),
  '/': of((a, b) => numbers(a, b, '/', (x, y) => (y === 0 ? undefined : x / y), 'System.Decimal')),
  div: of((a, b) => numbers(a, b, 'div', (x, y) => (y === 0 ? undefined : Math.trunc(x / y)), 'System.Integer')),
  mod: of((a, b) => numbers(a, b, 'mod', (x, y) => (y === 0 ? undefined : x % y))),
  '&': joined,
}

/** `-x` and `+x`. */
export function signed(operator: '+' | '-', operand: Expression): Expression {
  const only = onlyOf(operand)
  return single((value, partner, type, scope) => {
    const node = only(value, partner, type, scope)
    if (node === undefined || operator === '+') return node
    if (isObject(node.value) && typeof node.value.value === 'number') {
      return { ...node, value: { ...node.value, value: -node.value.value } }
    }
    if (typeof node.value !== 'number') throw new EvaluationError('a sign stands before a number')
    return { ...node, value: -node.value }
  }, operand.types)
}

/** A decimal as FHIRPath keeps it: 8 places after the point. */
export function rounded(value: number): number {
  return Number.isInteger(value) || Math.abs(value) > 1e12 ? value : Number(value.toFixed(8))
}

type Calculation = (a: PathNode, b: PathNode) => PathNode | undefined

function of(calculate: Calculation): (left: Expression, right: Expression) => Expression {
  return (left, right) => {
    const [a, b] = [onlyOf(left), onlyOf(right)]
    return single((value, partner, type, scope) => {
      const found = a(value, partner, type, scope)
      if (found?.value === undefined) return undefined
      const other = b(value, partner, type, scope)
      return other?.value === undefined ? undefined : calculate(found, other)
    }, undefined)
  }
}

function single(
  calculate: (...focus: Parameters<ReturnType<typeof onlyOf>>) => PathNode | undefined,
  types: Expression['types'],
): Expression {
  return gathered(
    types,
    (value, partner, type, scope) => {
      const node = calculate(value, partner, type, scope)
      return node === undefined ? [] : [node]
    },
    { single: true },
  )
}

/** Whole numbers that are read directly, counts above all. */
function sum(left: Expression, right: Expression): Expression | undefined {
  const [a, b] = [left.raw, right.raw]
  if (a === undefined || b === undefined) return undefined
  if (commonKind(left.types) !== 'integer' || commonKind(right.types) !== 'integer') return undefined
  return computed('System.Integer', (value, partner, type, scope) => {
    const found = a(value, partner, type, scope)
    const other = b(value, partner, type, scope)
    if (found === undefined || other === undefined) return undefined
    if (typeof found === 'number' && typeof other === 'number') return found + other
    throw new EvaluationError('+ wants numbers')
  })
}

function plus(a: PathNode, b: PathNode): PathNode | undefined {
  if (typeof a.value === 'string' && typeof b.value === 'string') return system('System.String', a.value + b.value)
  return moved(a, b, 1) ?? numbers(a, b, '+', (x, y) => x + y)
}

function minus(a: PathNode, b: PathNode): PathNode | undefined {
  return moved(a, b, -1) ?? numbers(a, b, '-', (x, y) => x - y)
}

/** A date, dateTime or time and a quantity of time; undefined when the two are something else. */
function moved(a: PathNode, b: PathNode, sign: 1 | -1): PathNode | undefined {
  const kind = kindOfValue(a.value, a.type)
  if (!isMoment(kind) || typeof a.value !== 'string' || !isObject(b.value) || typeof b.value.value !== 'number')
    return undefined
  const unit = b.value.unit ?? b.value.code
  const value = addTo(a.value, sign * b.value.value, String(unit), kind === 'time')
  if (value === undefined) throw new EvaluationError('a date moves by a quantity of time')
  return { value, partner: undefined, type: a.type }
}

function numbers(
  a: PathNode,
  b: PathNode,
  operator: string,
  calculate: (x: number, y: number) => number | undefined,
  type?: string,
): PathNode | undefined {
  if (isObject(a.value) && isObject(b.value)) return quantities(a, b, operator, calculate)
  if (typeof a.value !== 'number' || typeof b.value !== 'number') throw new EvaluationError(`${operator} wants numbers`)
  const result = calculate(a.value, b.value)
  if (result === undefined || !Number.isFinite(result)) return undefined
  const whole = kindOfValue(a.value, a.type) === 'integer' && kindOfValue(b.value, b.type) === 'integer'
  return system(type ?? (whole ? 'System.Integer' : 'System.Decimal'), rounded(result))
}

/** Quantities of one unit are added and subtracted. */
function quantities(
  a: PathNode,
  b: PathNode,
  operator: string,
  calculate: (x: number, y: number) => number | undefined,
): PathNode | undefined {
  if (!isObject(a.value) || !isObject(b.value) || (operator !== '+' && operator !== '-')) {
    throw new EvaluationError(`${operator} wants numbers`)
  }
  const [x, y] = [a.value.value, b.value.value]
  const [unit, other] = [a.value.code ?? a.value.unit, b.value.code ?? b.value.unit]
  if (typeof x !== 'number' || typeof y !== 'number' || unit !== other) return undefined
  return { ...a, value: { ...a.value, value: rounded(calculate(x, y) ?? 0) } }
}

/** `&`: texts one after the other, an empty collection as an empty text. */
function joined(left: Expression, right: Expression): Expression {
  const [a, b] = [onlyOf(left), onlyOf(right)]
  return gathered(
    ['System.String'],
    (value, partner, type, scope) => {
      const [one, other] = [a(value, partner, type, scope), b(value, partner, type, scope)]
      return [system('System.String', text(one) + text(other))]
    },
    { single: true, fixed: left.fixed && right.fixed },
  )
}

function text(node: PathNode | undefined): string {
  if (node?.value === undefined) return ''
  if (typeof node.value !== 'string') throw new EvaluationError('& joins texts')
  return node.value
}

function system(type: string, value: unknown): PathNode {
  return { value, partner: undefined, type }
}
