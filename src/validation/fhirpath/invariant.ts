import { compileExpression } from './compile.ts'
import { correctedInvariant } from './corrections.ts'
import { actualType, isGeneral, typeAt } from './kinds.ts'
import { conditionOf, countOf, nodesOf, scopeOf } from './run.ts'
import type { Invariant, Path, PathNode, TypeModel } from './types.ts'

/**
 * Compiles an invariant of an element of type `contextType`: `Patient`, `HumanName`, `Patient.contact`, or the path of
 * an element that is no choice, `Patient.name` (of a choice the actual type, or only the value tells what it is). It holds when the expression gives exactly one item that counts as true; nothing or several is false.
 * Invariants of R4 that are published wrong are taken as they are meant (corrections.ts).
 * @throws UnsupportedExpression naming what the compiler does not cover.
 */
export function compileInvariant(expression: string, contextType: string, types: TypeModel): Invariant {
  const focus = typeAt(contextType, types)
  const compiled = compileExpression(correctedInvariant(expression), focus, types)
  const condition = conditionOf(compiled)
  const count = compiled.single || compiled.condition !== undefined ? undefined : countOf(compiled)
  const general = isGeneral(focus)
  return (value, env, partner) => {
    try {
      const type = general ? actualType(value, focus) : focus
      const scope = scopeOf(env, value, partner, type)
      if (count !== undefined && count(value, partner, type, scope) !== 1) return false
      return condition(value, partner, type, scope) === true
    } catch {
      return 'failed'
    }
  }
}

/**
 * Compiles a path to the nodes it leads to from an element of type `contextType`: discriminators and extension contexts.
 * @throws UnsupportedExpression naming what the compiler does not cover.
 */
export function compilePath(expression: string, contextType: string, types: TypeModel): Path {
  const focus = typeAt(contextType, types)
  const nodes = nodesOf(compileExpression(expression, focus, types))
  const general = isGeneral(focus)
  return (value, env, partner) => {
    try {
      const type = general ? actualType(value, focus) : focus
      return nodes(value, partner, type, scopeOf(env, value, partner, type))
    } catch {
      return NOWHERE
    }
  }
}

const NOWHERE: readonly PathNode[] = []
