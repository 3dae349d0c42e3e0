import { EvaluationError } from '../errors.ts'
import { isExact, isObject, isPrimitive, kindOfValue } from '../kinds.ts'
import { type Condition, type Expression, gathered, nodesOf, onlyOf, type Scope, spend, truth } from '../run.ts'
import { step } from '../step.ts'
import type { PathNode } from '../types.ts'
import { type Call, type FunctionRule, type FunctionTable, rule } from './call.ts'

/** The functions that FHIR adds (R4, fhirpath.html). */
export const FHIR: FunctionTable = {
  extension: rule(1, 1, extension),
  hasValue: rule(0, 0, ({ source, model }) => {
    const never = isExact(source.types, model) && !source.types.some(isPrimitive)
    return truth(never ? () => false : hasValue(source))
  }),
  getValue: rule(0, 0, ({ source }) => {
    const [only, has] = [onlyOf(source), hasValue(source)]
    return gathered(source.types, (...focus) => {
      const node = has(...focus) === true ? only(...focus) : undefined
      return node === undefined ? [] : [node]
    })
  }),
  resolve: rule(0, 0, ({ source }) => ({
    types: undefined,
    single: source.single,
    fixed: source.fixed,
    fold: (sink, first) =>
      source.fold(
        (value, _partner, type, scope) => {
          const reference = isObject(value)
            ? value.reference
            : kindOfValue(value, type) === 'string'
              ? value
              : undefined
          if (typeof reference !== 'string') return 0
          spend(scope, 1)
          const target = scope.env.resolve(reference)
          return target === undefined ? 0 : sink(target.resource, undefined, target.type, scope)
        },
        first,
        false,
      ),
  })),
  memberOf: rule(
    1,
    1,
    hook((canonical, node, scope) => scope.env.memberOf?.(canonical, node)),
  ),
  conformsTo: rule(
    1,
    1,
    hook((canonical, node, scope) => scope.env.conformsTo?.(canonical, node)),
  ),
  htmlChecks: rule(0, 0, ({ source }) => {
    const only = onlyOf(source)
    return truth((...focus) => {
      const value = only(...focus)?.value
      if (typeof value !== 'string') return undefined
      const { env } = focus[3]
      if (env.htmlChecks === undefined) throw new EvaluationError('nothing here checks a narrative')
      return env.htmlChecks(value)
    })
  }),
}

/** `extension(url)`: the extensions with that url. */
function extension(call: Call): Expression {
  const extensions = step(call.source, 'extension', call.model)
  const url = call.outer(0)
  const literal = url.constant?.[0]?.value
  const only = onlyOf(url)
  if (typeof literal !== 'string') {
    const nodes = nodesOf(extensions)
    return gathered(['Extension'], (...focus) => {
      const wanted = only(...focus)?.value
      return nodes(...focus).filter(({ value }) => isObject(value) && wanted !== undefined && value.url === wanted)
    })
  }
  return {
    types: extensions.types?.length === 0 ? [] : ['Extension'],
    single: false,
    fixed: call.source.fixed,
    fold: (sink, first) =>
      extensions.fold(
        (value, partner, type, scope) =>
          isObject(value) && value.url === literal ? sink(value, partner, type, scope) : 0,
        first,
        false,
      ),
  }
}

const NO_VALUE = 2 ** 30

/** One item, a primitive, with a value besides its extensions. */
function hasValue(source: Expression): Condition {
  const count = source.fold(
    (value, _partner, type) =>
      value !== undefined && typeof value !== 'object' && (isPrimitive(type) || kindOfValue(value, type) !== 'complex')
        ? 1
        : NO_VALUE,
    false,
    false,
  )
  return (...focus) => count(...focus) === 1
}

/** A question that the surroundings answer; unanswered it is empty. */
function hook(ask: (canonical: string, node: PathNode, scope: Scope) => boolean | undefined): FunctionRule['compile'] {
  return (call) => {
    const [only, canonical] = [onlyOf(call.source), onlyOf(call.outer(0))]
    return truth((...focus) => {
      const node = only(...focus)
      const url = canonical(...focus)?.value
      return node === undefined || typeof url !== 'string' ? undefined : ask(url, node, focus[3])
    })
  }
}
