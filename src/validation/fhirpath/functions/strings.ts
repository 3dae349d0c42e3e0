import { EvaluationError } from '../errors.ts'
import { type Matcher, matcherOf } from '../regex/matcher.ts'
import { replacer } from '../regex/replacer.ts'
import { computed, type Expression, gathered, onlyOf, type Scope, spend, truth } from '../run.ts'
import { type Call, type FunctionTable, rule } from './call.ts'

/** Texts (N1, 5.6). An empty collection anywhere gives an empty one. */
export const STRINGS: FunctionTable = {
  indexOf: text('System.Integer', (input, part) => input.indexOf(part)),
  startsWith: text('System.Boolean', (input, part) => input.startsWith(part)),
  endsWith: text('System.Boolean', (input, part) => input.endsWith(part)),
  contains: text('System.Boolean', (input, part) => input.includes(part)),
  upper: plain('System.String', (input) => input.toUpperCase()),
  lower: plain('System.String', (input) => input.toLowerCase()),
  length: plain('System.Integer', (input) => input.length),
  substring: rule(1, 2, (call) => {
    const [input, start] = [textOf(call.source), onlyOf(call.outer(0))]
    const length = call.args.length > 1 ? onlyOf(call.outer(1)) : undefined
    return computed('System.String', (...focus) => {
      const whole = input(...focus)
      const from = start(...focus)?.value
      if (whole === undefined || typeof from !== 'number' || from < 0 || from >= whole.length) return undefined
      const many = length?.(...focus)?.value
      return typeof many === 'number' ? whole.slice(from, from + Math.max(many, 0)) : whole.slice(from)
    })
  }),
  replace: rule(2, 2, (call) => {
    const [input, part, by] = [textOf(call.source), textOf(call.outer(0)), textOf(call.outer(1))]
    return computed('System.String', (...focus) => {
      const [whole, old, fresh] = [input(...focus), part(...focus), by(...focus)]
      if (whole === undefined || old === undefined || fresh === undefined) return undefined
      return bounded(whole.split(old).join(fresh), focus[3])
    })
  }),
  matches: rule(1, 1, (call) => {
    const input = textOf(call.source)
    const pattern = call.outer(0)
    const literal = pattern.constant?.[0]?.value
    if (typeof literal === 'string') {
      const matcher = matcherOf(literal)
      return truth((value, partner, type, scope) => {
        const whole = input(value, partner, type, scope)
        return whole === undefined ? undefined : matched(matcher, whole, scope)
      })
    }
    const written = textOf(pattern)
    return truth((value, partner, type, scope) => {
      const [whole, regex] = [input(value, partner, type, scope), written(value, partner, type, scope)]
      return whole === undefined || regex === undefined ? undefined : matched(matcherOf(regex), whole, scope)
    })
  }),
  replaceMatches: rule(2, 2, (call) => {
    const [input, pattern, by] = [textOf(call.source), call.outer(0), textOf(call.outer(1))]
    const literal = pattern.constant?.[0]?.value
    const [known, written] = [typeof literal === 'string' ? replacer(literal) : undefined, textOf(pattern)]
    return computed('System.String', (...focus) => {
      const [whole, regex, fresh] = [input(...focus), written(...focus), by(...focus)]
      if (whole === undefined || regex === undefined || fresh === undefined) return undefined
      return bounded((known ?? replacer(regex))(bounded(whole, focus[3]), fresh), focus[3])
    })
  }),
  toChars: rule(0, 0, ({ source }) => {
    const input = textOf(source)
    return gathered(['System.String'], (value, partner, type, scope) =>
      [...bounded(input(value, partner, type, scope) ?? '', scope)].map((char) => ({
        value: char,
        partner: undefined,
        type: 'System.String',
      })),
    )
  }),
}

type TextReader = (value: unknown, partner: unknown, type: string, scope: Scope) => string | undefined

/** The only item as a text; a number or an object is an error. */
function textOf(expression: Expression): TextReader {
  const only = onlyOf(expression)
  return (value, partner, type, scope) => {
    const found = only(value, partner, type, scope)?.value
    if (found === undefined || typeof found === 'string') return found
    throw new EvaluationError('a text is wanted')
  }
}

/** Long texts take from the budget what they cost. */
function bounded(whole: string, scope: Scope): string {
  spend(scope, whole.length >> 6)
  return whole
}

/** The worst a regular expression can cost is taken from the budget, a step for a thousand states looked at. */
function matched(matcher: Matcher, whole: string, scope: Scope): boolean {
  spend(scope, Math.ceil((whole.length * matcher.size) / 1024))
  return matcher.matches(whole)
}

function text(type: string, compute: (input: string, argument: string) => unknown): FunctionTable[string] {
  return rule(1, 1, (call) => {
    const [input, argument] = [textOf(call.source), textOf(call.outer(0))]
    const read: Parameters<typeof computed>[1] = (value, partner, own, scope) => {
      const whole = input(value, partner, own, scope)
      if (whole === undefined) return undefined
      const part = argument(value, partner, own, scope)
      return part === undefined ? undefined : compute(whole, part)
    }
    return result(type, read)
  })
}

function plain(type: string, compute: (input: string) => unknown): FunctionTable[string] {
  return rule(0, 0, (call: Call) => {
    const input = textOf(call.source)
    return result(type, (value, partner, own, scope) => {
      const whole = input(value, partner, own, scope)
      return whole === undefined ? undefined : compute(whole)
    })
  })
}

function result(type: string, read: Parameters<typeof computed>[1]): Expression {
  if (type !== 'System.Boolean') return computed(type, read)
  return truth((value, partner, own, scope) => {
    const found = read(value, partner, own, scope)
    return typeof found === 'boolean' ? found : undefined
  })
}
