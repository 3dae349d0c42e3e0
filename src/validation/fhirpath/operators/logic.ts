import { type Condition, conditionOf, type Expression, truth } from '../run.ts'

/** Boolean operators with three values (N1, 6.5); the right side is not looked at when the left decides. */
export const LOGIC: Readonly<Record<string, (left: Expression, right: Expression) => Expression>> = {
  and: of((a, b) => (value, partner, type, scope) => {
    const left = a(value, partner, type, scope)
    if (left === false) return false
    const right = b(value, partner, type, scope)
    return right === false ? false : left === true && right === true ? true : undefined
  }),
  or: of((a, b) => (value, partner, type, scope) => {
    const left = a(value, partner, type, scope)
    if (left === true) return true
    const right = b(value, partner, type, scope)
    return right === true ? true : left === false && right === false ? false : undefined
  }),
  xor: of((a, b) => (value, partner, type, scope) => {
    const left = a(value, partner, type, scope)
    if (left === undefined) return undefined
    const right = b(value, partner, type, scope)
    return right === undefined ? undefined : left !== right
  }),
  implies: of((a, b) => (value, partner, type, scope) => {
    const left = a(value, partner, type, scope)
    if (left === false) return true
    const right = b(value, partner, type, scope)
    return right === true ? true : left === true ? right : undefined
  }),
}

function of(join: (a: Condition, b: Condition) => Condition): (left: Expression, right: Expression) => Expression {
  return (left, right) => truth(join(conditionOf(left), conditionOf(right)), left.fixed && right.fixed)
}
