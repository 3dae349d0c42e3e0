import { EvaluationError } from './errors.ts'
import { isGeneral } from './kinds.ts'
import type { Environment, PathNode } from './types.ts'

/**
 * How compiled expressions run. Nothing is collected where it need not be: an expression hands each of its items to a
 * sink that was fixed when it compiled, and adds up what the sinks answer. "exists" is a sink that answers 1 and stops
 * at the first; "count" is the same without stopping; only what must hold a collection gathers one.
 */

/** Takes one item; as a `Fold`, takes the focus. Answers a number that the caller adds up. */
export type Sink = (value: unknown, partner: unknown, type: string, scope: Scope) => number
export type Fold = Sink

/** Reads from the focus; undefined is the empty collection. */
export type Raw = (value: unknown, partner: unknown, type: string, scope: Scope) => unknown
export type Condition = (value: unknown, partner: unknown, type: string, scope: Scope) => boolean | undefined

/** One evaluation: the environment, `%context`, and what functions keep while they run. */
export interface Scope {
  readonly env: Environment
  /** `%context`. */
  readonly context: unknown
  readonly contextPartner: unknown
  readonly contextType: string
  /** Where items are gathered; set by whatever gathers. */
  out: PathNode[]
  index: number
  total: readonly PathNode[]
  /** Collections that do not depend on the focus, gathered once. */
  kept: Map<Expression, readonly PathNode[]> | undefined
}

/** The scope of an evaluation that begins. */
export function scopeOf(env: Environment, context: unknown, contextPartner: unknown, contextType: string): Scope {
  return { env, context, contextPartner, contextType, out: NOTHING, index: 0, total: NOTHING, kept: undefined }
}

const NOTHING: PathNode[] = []

/** A compiled expression. */
export interface Expression {
  /** Types its items may have; undefined when only evaluation tells. Empty when there can be no item. */
  readonly types: readonly string[] | undefined
  /** At most one item, in a resource of the right structure. */
  readonly single: boolean
  /** It gives the same collection whatever the focus. */
  readonly fixed: boolean
  /** Hands the items to the sink: all, or until the sum is not 0; `partners`: the sink looks at `_x` objects. */
  fold(sink: Sink, first: boolean, partners: boolean): Fold
  /** Of single items: reads the value alone. */
  readonly raw?: Raw
  /** Of booleans. */
  readonly condition?: Condition
  /** Tells whether there is an item without handing over. */
  readonly exists?: (value: unknown, partner: unknown, type: string, scope: Scope) => boolean
  /** Counts without handing over. */
  readonly count?: (value: unknown, partner: unknown, type: string, scope: Scope) => number
  /** Of literals. */
  readonly constant?: readonly PathNode[]
  /** It is the focus itself. */
  readonly focus?: true
}

/** The focus: `$this` where the expression stands. */
export function focusOf(types: readonly string[] | undefined): Expression {
  return { types, single: true, fixed: false, focus: true, fold: (sink) => sink, raw: (value) => value ?? undefined }
}

/** The empty collection. */
export const EMPTY: Expression = {
  types: [],
  single: true,
  fixed: true,
  constant: [],
  fold: () => () => 0,
  raw: () => undefined,
  condition: () => undefined,
}

/** Items known when the expression compiles. */
export function constantOf(nodes: readonly PathNode[]): Expression {
  const [only] = nodes
  if (only === undefined) return EMPTY
  return {
    types: [...new Set(nodes.map((node) => node.type))],
    single: nodes.length === 1,
    fixed: true,
    constant: nodes,
    fold: (sink, first) => (_value, _partner, _type, scope) => handOver(nodes, sink, first, scope),
    ...(nodes.length === 1 && { raw: () => only.value }),
    ...(nodes.length === 1 && typeof only.value === 'boolean' && { condition: literally(only.value) }),
  }
}

/** An expression of at most one item that is computed: a System value. */
export function computed(type: string, raw: Raw, fixed = false): Expression {
  return {
    types: [type],
    single: true,
    fixed,
    raw,
    fold: (sink) => (value, partner, own, scope) => {
      const result = raw(value, partner, own, scope)
      return result === undefined ? 0 : sink(result, undefined, type, scope)
    },
  }
}

/** A boolean that is computed. */
export function truth(condition: Condition, fixed = false): Expression {
  return { ...computed('System.Boolean', condition, fixed), condition }
}

/** A collection that is gathered before it is handed over. */
export function gathered(
  types: readonly string[] | undefined,
  gather: (value: unknown, partner: unknown, type: string, scope: Scope) => readonly PathNode[],
  traits: { single?: boolean; fixed?: boolean } = {},
): Expression {
  return {
    types,
    single: traits.single ?? false,
    fixed: traits.fixed ?? false,
    fold: (sink, first) => (value, partner, type, scope) =>
      handOver(gather(value, partner, type, scope), sink, first, scope),
  }
}

/** Hands nodes to a sink. */
export function handOver(nodes: readonly PathNode[], sink: Sink, first: boolean, scope: Scope): number {
  let sum = 0
  for (const node of nodes) {
    spend(scope, 1)
    sum += sink(node.value, node.partner, node.type, scope)
    if (first && sum !== 0) return sum
  }
  return sum
}

/** Takes steps from the budget. */
export function spend(scope: Scope, steps: number): void {
  const { budget } = scope.env
  budget.remaining -= steps
  if (budget.remaining < 0) throw new EvaluationError('the budget of steps is spent')
}

const ONE: Sink = () => 1
const GATHER: Sink = (value, partner, type, scope) => {
  scope.out.push({ value, partner, type })
  return 0
}

const GATHER_ONE: Sink = (value, partner, type, scope) => {
  scope.out.push({ value, partner, type })
  return 1
}

/** Whether there is an item. */
export function existsOf(
  expression: Expression,
): (value: unknown, partner: unknown, type: string, scope: Scope) => boolean {
  if (expression.exists !== undefined) return expression.exists
  const fold = expression.fold(ONE, true, false)
  return (value, partner, type, scope) => fold(value, partner, type, scope) > 0
}

/** How many items there are. */
export function countOf(
  expression: Expression,
): (value: unknown, partner: unknown, type: string, scope: Scope) => number {
  return expression.count ?? expression.fold(ONE, false, false)
}

/** The items as an array. */
export function nodesOf(
  expression: Expression,
): (value: unknown, partner: unknown, type: string, scope: Scope) => readonly PathNode[] {
  const { constant } = expression
  if (constant !== undefined) return () => constant
  const fold = expression.fold(GATHER, false, true)
  const gather: ReturnType<typeof nodesOf> = (value, partner, type, scope) => {
    const outer = scope.out
    const nodes: PathNode[] = []
    scope.out = nodes
    fold(value, partner, type, scope)
    scope.out = outer
    return nodes
  }
  if (!expression.fixed || expression.single) return gather
  return (value, partner, type, scope) => {
    scope.kept ??= new Map()
    const kept = scope.kept.get(expression)
    if (kept !== undefined) return kept
    const nodes = gather(value, partner, type, scope)
    scope.kept.set(expression, nodes)
    return nodes
  }
}

/** The first item, without gathering the others. */
export function headOf(
  expression: Expression,
): (value: unknown, partner: unknown, type: string, scope: Scope) => PathNode | undefined {
  const fold = expression.fold(GATHER_ONE, true, true)
  return (value, partner, type, scope) => {
    const outer = scope.out
    const nodes: PathNode[] = []
    scope.out = nodes
    fold(value, partner, type, scope)
    scope.out = outer
    return nodes[0]
  }
}

/** The only item; undefined when there is none. Several are an error (N1, singleton evaluation of collections). */
export function onlyOf(
  expression: Expression,
): (value: unknown, partner: unknown, type: string, scope: Scope) => PathNode | undefined {
  const { raw, types } = expression
  const [type] = types ?? []
  if (raw !== undefined && types?.length === 1 && type !== undefined && !isGeneral(type)) {
    return (value, partner, own, scope) => {
      const result = raw(value, partner, own, scope)
      return result === undefined ? undefined : { value: result, partner: undefined, type }
    }
  }
  const nodes = nodesOf(expression)
  return (value, partner, own, scope) => {
    const found = nodes(value, partner, own, scope)
    if (found.length > 1) throw new EvaluationError('one item is wanted, there are several')
    return found[0]
  }
}

/** The value of the only item, as a boolean: one item that is no boolean counts as true (N1, singleton evaluation). */
export function conditionOf(expression: Expression): Condition {
  if (expression.condition !== undefined) return expression.condition
  const only = onlyOf(expression)
  return (value, partner, type, scope) => {
    const node = only(value, partner, type, scope)
    if (node === undefined) return undefined
    if (node.value === undefined) return isBoolean(node.type) ? undefined : true
    return typeof node.value === 'boolean' ? node.value : true
  }
}

function literally(value: boolean): Condition {
  return () => value
}

function isBoolean(type: string): boolean {
  return type === 'boolean' || type === 'System.Boolean'
}
