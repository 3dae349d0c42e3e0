import { EvaluationError } from '../errors.ts'
import { rounded } from '../operators/arithmetic.ts'
import { gathered, onlyOf } from '../run.ts'
import { type FunctionTable, rule } from './call.ts'

/** Numbers (N1, 5.7). */
export const MATH: FunctionTable = {
  abs: calculation((x) => Math.abs(x)),
  ceiling: calculation((x) => Math.ceil(x), 'System.Integer'),
  floor: calculation((x) => Math.floor(x), 'System.Integer'),
  truncate: calculation((x) => Math.trunc(x), 'System.Integer'),
  exp: calculation((x) => Math.exp(x), 'System.Decimal'),
  ln: calculation((x) => Math.log(x), 'System.Decimal'),
  sqrt: calculation((x) => Math.sqrt(x), 'System.Decimal'),
  log: calculation((x, base) => Math.log(x) / Math.log(base), 'System.Decimal', 1),
  power: calculation((x, exponent) => x ** exponent, undefined, 1),
  round: calculation(
    (x, places) => Number(`${Math.round(Number(`${x}e${places}`))}e-${places}`),
    'System.Decimal',
    0,
    1,
  ),
}

function calculation(
  calculate: (x: number, y: number) => number,
  type?: string,
  least = 0,
  most = least,
): FunctionTable[string] {
  return rule(least, most, (call) => {
    const only = onlyOf(call.source)
    const argument = call.args.length > 0 ? onlyOf(call.outer(0)) : undefined
    return gathered(type === undefined ? undefined : [type], (...focus) => {
      const node = only(...focus)
      const other = argument === undefined ? { value: 0 } : argument(...focus)
      if (node?.value === undefined || other?.value === undefined) return []
      if (typeof node.value !== 'number' || typeof other.value !== 'number')
        throw new EvaluationError(`${call.name} wants numbers`)
      const result = calculate(node.value, other.value)
      if (!Number.isFinite(result)) return []
      const own = type ?? (Number.isInteger(result) ? 'System.Integer' : 'System.Decimal')
      return [{ value: rounded(result), partner: undefined, type: own }]
    })
  })
}
