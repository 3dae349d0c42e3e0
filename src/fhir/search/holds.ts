import type { Condition, IndexValues } from '../../store/store.ts'

/**
 * Whether the values by which a resource is found meet a condition on tokens, as a search would compare them
 * (store.ts, Condition). A condition of another kind is not met: what cannot be told is not granted.
 */
export function holds(values: IndexValues, condition: Condition): boolean {
  switch (condition.kind) {
    case 'token':
      return (
        values.tokens.some((token) => condition.anyOf.some((match) => isMatch(token, condition.param, match))) !==
        (condition.not === true)
      )
    case 'missing':
      return (
        condition.index === 'token' &&
        values.tokens.some(({ param }) => param === condition.param) !== condition.missing
      )
    case 'any':
      return condition.conditions.some((one) => holds(values, one))
    default:
      return false
  }
}

function isMatch(
  token: IndexValues['tokens'][number],
  param: string,
  { system, code }: { system?: string; code?: string },
): boolean {
  if (token.param !== param) return false
  return (system === undefined || system === token.system) && (code === undefined || code === token.code)
}
