import { type Ast, mentions } from '../ast.ts'
import { type Expression, nodesOf, spend } from '../run.ts'
import type { TypeModel } from '../types.ts'

/** One call of a function, as the compiler hands it to the function's own compiler. */
export interface Call {
  readonly name: string
  /** The input collection. */
  readonly source: Expression
  readonly args: readonly Ast[]
  readonly model: TypeModel
  /** An argument evaluated once, in the focus of the call: `startsWith(x)`, `combine(x)`. */
  outer(index: number): Expression
  /** An argument evaluated for each item of the source, or in the focus that is given: `where(x)`, `select(x)`. */
  inner(index: number, focus?: Expression): Expression
  /** An argument that is a type specifier. */
  type(index: number): string
}

/** A function: how many arguments it takes, and how a call of it compiles. */
export interface FunctionRule {
  readonly least: number
  readonly most: number
  compile(call: Call): Expression
}

export type FunctionTable = Readonly<Record<string, FunctionRule>>

/** A function of so many arguments. */
export function rule(least: number, most: number, compile: (call: Call) => Expression): FunctionRule {
  return { least, most, compile }
}

/** The source of a function whose argument stands for each item; `$index` is set while an argument mentions it. */
export function itemsOf({ source, args }: Call): Expression {
  if (!args.some((arg) => mentions(arg, '$index'))) return source
  const nodes = nodesOf(source)
  return {
    types: source.types,
    single: source.single,
    fixed: source.fixed,
    fold: (sink, first) => (value, partner, type, scope) => {
      const outer = scope.index
      let sum = 0
      for (const [i, node] of nodes(value, partner, type, scope).entries()) {
        spend(scope, 1)
        scope.index = i
        sum += sink(node.value, node.partner, node.type, scope)
        if (first && sum !== 0) break
      }
      scope.index = outer
      return sum
    },
  }
}
