import { EvaluationError } from '../errors.ts'
import { isA, typeSpecifier } from '../kinds.ts'
import { type Expression, onlyOf, truth } from '../run.ts'
import type { TypeModel } from '../types.ts'
import { type FunctionTable, rule } from './call.ts'

/** Types of items (N1, 5.2.4 and 6.3). `as` keeps every item of the type, which R4's own invariants (dom-3) rely on. */
export const TYPES: FunctionTable = {
  is: rule(1, 1, (call) => isOf(call.source, call.type(0), call.model)),
  as: rule(1, 1, (call) => ofType(call.source, call.type(0), call.model)),
  ofType: rule(1, 1, (call) => ofType(call.source, call.type(0), call.model)),
}

/** `is`: whether the one item has the type or a special case of it. */
export function isOf(source: Expression, name: string, model: TypeModel): Expression {
  const wanted = typeSpecifier(name, model)
  if (wanted === undefined) return truth(() => noType(name))
  const only = onlyOf(source)
  return truth((value, partner, type, scope) => {
    const node = only(value, partner, type, scope)
    return node === undefined ? undefined : isA(node.type, wanted, model)
  })
}

/** `ofType`: the items that have the type or a special case of it. */
export function ofType(source: Expression, name: string, model: TypeModel): Expression {
  const wanted = typeSpecifier(name, model)
  if (wanted === undefined) {
    return { types: undefined, single: false, fixed: false, fold: () => () => noType(name) }
  }
  const types = source.types?.filter((type) => isA(type, wanted, model) || isA(wanted, type, model))
  const narrowed = types?.map((type) => (isA(type, wanted, model) ? type : wanted))
  return {
    types: narrowed ?? [wanted],
    single: source.single,
    fixed: source.fixed,
    fold: (sink, first, partners) => {
      const of = new Map<string, boolean>()
      return source.fold(
        (value, partner, type, scope) => {
          let matches = of.get(type)
          if (matches === undefined) {
            matches = isA(type, wanted, model)
            if (model.isType(type)) of.set(type, matches)
          }
          return matches ? sink(value, partner, type, scope) : 0
        },
        first,
        partners,
      )
    },
  }
}

/** A type that the model does not have is an error of the evaluation: profiles name types of other versions of FHIR. */
function noType(name: string): never {
  throw new EvaluationError(`there is no type ${name}`)
}
