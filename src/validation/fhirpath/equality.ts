import { isObject, type Kind, kindOfValue } from './kinds.ts'
import { compareMeasures, measureOf } from './quantity.ts'
import { type Scope, spend } from './run.ts'
import { compareTemporal, type Temporal, temporalOf, timeOf } from './temporal.ts'
import type { PathNode } from './types.ts'

/** `=` of two items (N1, 6.1.1); undefined when it cannot be decided. */
export function equalNodes(a: PathNode, b: PathNode, scope: Scope): boolean | undefined {
  spend(scope, 1)
  const [left, right] = [kindOfValue(a.value, a.type), kindOfValue(b.value, b.type)]
  if (left !== 'complex' && right !== 'complex' && (a.value === undefined || b.value === undefined)) return undefined
  if (isNumber(left) && isNumber(right)) return a.value === b.value
  if (isMoment(left) && isMoment(right)) return equalTemporal(moment(a.value, left), moment(b.value, right))
  if (left === 'quantity' || right === 'quantity') return equalQuantities(a, b, left, right, scope)
  return left === right && equalJson(a.value, b.value, scope)
}

/** `=` of two collections: same length, same order; undefined when one is empty or an item cannot be decided. */
export function equalCollections(a: readonly PathNode[], b: readonly PathNode[], scope: Scope): boolean | undefined {
  if (a.length === 0 || b.length === 0) return undefined
  if (a.length !== b.length) return false
  let verdict: boolean | undefined = true
  for (const [i, left] of a.entries()) {
    const right = b[i]
    const equal = right === undefined ? false : equalNodes(left, right, scope)
    if (equal === false) return false
    if (equal === undefined) verdict = undefined
  }
  return verdict
}

/** `~` of two items (N1, 6.1.2): texts whatever their case and kind of white space, numbers at the lesser precision, always decided. */
export function equivalentNodes(a: PathNode, b: PathNode, scope: Scope): boolean {
  spend(scope, 1)
  const [left, right] = [kindOfValue(a.value, a.type), kindOfValue(b.value, b.type)]
  if (left === 'string' && right === 'string') return foldedText(a.value) === foldedText(b.value)
  if (isNumber(left) && isNumber(right)) return equivalentNumbers(a.value, b.value)
  if (left === 'complex' && right === 'complex') return equivalentJson(a.value, b.value, scope)
  return equalNodes(a, b, scope) ?? false
}

/** `~` of two collections: same length, in any order. */
export function equivalentCollections(a: readonly PathNode[], b: readonly PathNode[], scope: Scope): boolean {
  if (a.length !== b.length) return false
  const left = [...b]
  return a.every((node) => {
    const at = left.findIndex((other) => equivalentNodes(node, other, scope))
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
}

/** Whether a collection has an item equal to this one. */
export function includes(nodes: readonly PathNode[], node: PathNode, scope: Scope): boolean {
  return nodes.some((other) => equalNodes(node, other, scope) === true)
}

/** The items without those that equal an earlier one, in their order. */
export function distinct(nodes: readonly PathNode[], scope: Scope): readonly PathNode[] {
  const seen = new Seen(scope)
  return nodes.filter((node) => seen.add(node))
}

/** Remembers items; those that are texts by their text, so that many are cheap. */
export class Seen {
  readonly #scope: Scope
  readonly #texts = new Set<string>()
  readonly #others: PathNode[] = []

  constructor(scope: Scope) {
    this.#scope = scope
  }

  /** False when an equal item is there already. */
  add(node: PathNode): boolean {
    if (this.has(node)) return false
    if (isText(node)) this.#texts.add(node.value)
    else this.#others.push(node)
    return true
  }

  has(node: PathNode): boolean {
    return isText(node) ? this.#texts.has(node.value) : includes(this.#others, node, this.#scope)
  }
}

/** Deep equality of JSON, each key a step of the budget. */
export function equalJson(a: unknown, b: unknown, scope: Scope): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    spend(scope, a.length)
    return a.length === b.length && a.every((item, i) => equalJson(item, b[i], scope))
  }
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  spend(scope, keys.length)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key], b[key], scope))
  )
}

/** Whether a kind is a number. */
export function isNumber(kind: Kind): boolean {
  return kind === 'integer' || kind === 'decimal'
}

/** Whether a kind is a date, dateTime or time. */
export function isMoment(kind: Kind): boolean {
  return kind === 'date' || kind === 'dateTime' || kind === 'time'
}

/** A temporal value as it can be compared; undefined when it is none. */
export function moment(value: unknown, kind: Kind): Temporal | undefined {
  if (typeof value !== 'string') return undefined
  return kind === 'time' ? timeOf(value) : temporalOf(value)
}

function isText(node: PathNode): node is PathNode & { value: string } {
  return typeof node.value === 'string' && kindOfValue(node.value, node.type) === 'string'
}

function equalTemporal(a: Temporal | undefined, b: Temporal | undefined): boolean | undefined {
  if (a === undefined || b === undefined) return undefined
  if (a.time !== b.time) return false
  const order = compareTemporal(a, b)
  return order === undefined ? undefined : order === 0
}

function equalQuantities(a: PathNode, b: PathNode, left: Kind, right: Kind, scope: Scope): boolean | undefined {
  const number = (kind: Kind): boolean => kind === 'quantity' || isNumber(kind)
  if (!number(left) || !number(right)) return false
  if (left === right && equalJson(a.value, b.value, scope)) return true
  const [one, other] = [measureOf(a.value, a.type), measureOf(b.value, b.type)]
  if (one === undefined || other === undefined) return false
  const order = compareMeasures(one, other)
  return order === undefined ? undefined : order === 0
}

function foldedText(value: unknown): string {
  return String(value ?? '')
    .toLowerCase()
    .replace(/\s/g, ' ')
}

function equivalentNumbers(a: unknown, b: unknown): boolean {
  const digits = Math.min(decimals(a), decimals(b))
  return Number(a).toFixed(digits) === Number(b).toFixed(digits)
}

function decimals(value: unknown): number {
  return Math.min(String(value).split('.')[1]?.length ?? 0, 20)
}

function equivalentJson(a: unknown, b: unknown, scope: Scope): boolean {
  spend(scope, 1)
  if (typeof a === 'string' && typeof b === 'string') return foldedText(a) === foldedText(b)
  if (Array.isArray(a) && Array.isArray(b)) {
    const left = [...b]
    return (
      a.length === b.length &&
      a.every((item) => {
        const at = left.findIndex((other) => equivalentJson(item, other, scope))
        if (at >= 0) left.splice(at, 1)
        return at >= 0
      })
    )
  }
  if (!isObject(a) || !isObject(b)) return a === b
  const keys = Object.keys(a).filter((key) => key !== 'id')
  const others = Object.keys(b).filter((key) => key !== 'id')
  return (
    keys.length === others.length && keys.every((key) => Object.hasOwn(b, key) && equivalentJson(a[key], b[key], scope))
  )
}
