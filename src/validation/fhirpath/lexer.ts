import { UnsupportedExpression } from './errors.ts'

/** One token of an expression. `text` of strings and delimited names is without quotes and escapes. */
export interface Token {
  readonly kind:
    | 'name'
    | 'quoted-name'
    | 'string'
    | 'number'
    | 'date'
    | 'dateTime'
    | 'time'
    | 'variable'
    | 'symbol'
    | 'end'
  readonly text: string
  readonly at: number
}

const LONGEST = 20_000
const MOST = 3000

/**
 * Reads an expression into tokens (N1, grammar).
 * @throws UnsupportedExpression where it is no FHIRPath, or longer than 20,000 characters or 3,000 tokens.
 */
export function tokensOf(expression: string): readonly Token[] {
  if (expression.length > LONGEST) throw new UnsupportedExpression('an expression of this length', expression)
  const tokens: Token[] = []
  let at = 0
  while (at < expression.length) {
    const token = RULES.map((rule) => rule.read(expression, at)).find((read) => read !== undefined)
    if (token === undefined) throw new UnsupportedExpression(`the syntax at character ${at}`, expression)
    if (token.kind !== undefined) tokens.push({ kind: token.kind, text: token.text, at })
    at = token.end
    if (tokens.length > MOST) throw new UnsupportedExpression('an expression of this length', expression)
  }
  tokens.push({ kind: 'end', text: '', at })
  return tokens
}

interface Read {
  /** Undefined of white space and comments. */
  kind: Token['kind'] | undefined
  text: string
  end: number
}

interface Rule {
  read(expression: string, at: number): Read | undefined
}

const DATE = '\\d{4}(?:-\\d\\d(?:-\\d\\d)?)?'
const TIME = '\\d\\d(?::\\d\\d(?::\\d\\d(?:\\.\\d+)?)?)?'

/** In this order: the first that reads something wins. */
const RULES: readonly Rule[] = [
  rule(undefined, /\s+|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\//y),
  rule('dateTime', new RegExp(`@(${DATE}T(?:${TIME}(?:Z|[+-]\\d\\d:\\d\\d)?)?)`, 'y'), 1),
  rule('date', new RegExp(`@(${DATE})`, 'y'), 1),
  rule('time', new RegExp(`@T(${TIME})`, 'y'), 1),
  rule('number', /\d+(?:\.\d+)?/y),
  rule('name', /[A-Za-z_][A-Za-z0-9_]*|\$(?:this|index|total)\b/y),
  rule('quoted-name', /`((?:[^`\\]|\\.)*)`/sy, 1),
  rule('string', /'((?:[^'\\]|\\.)*)'/sy, 1),
  rule('variable', /%([A-Za-z_][A-Za-z0-9_-]*)|%`((?:[^`\\]|\\.)*)`|%"((?:[^"\\]|\\.)*)"|%'((?:[^'\\]|\\.)*)'/sy, 1),
  rule('symbol', /<=|>=|!=|!~|[-+*/&|=~<>()[\]{},.]/y),
]

function rule(kind: Token['kind'] | undefined, pattern: RegExp, group = 0): Rule {
  return {
    read(expression, at) {
      pattern.lastIndex = at
      const match = pattern.exec(expression)
      if (match === null) return undefined
      const text = group === 0 ? match[0] : (match.slice(group).find((part) => part !== undefined) ?? '')
      const quoted = kind === 'string' || kind === 'quoted-name' || kind === 'variable'
      return { kind, text: quoted ? unescaped(text) : text, end: pattern.lastIndex }
    },
  }
}

const ESCAPES: Readonly<Record<string, string>> = { f: '\f', n: '\n', r: '\r', t: '\t' }

/** An unknown escape keeps its backslash: published profiles write `'\d'` where the grammar wants `'\\d'`. */
function unescaped(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (whole, code: string) => {
    if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    if (`'"\`\\/`.includes(code)) return code
    return ESCAPES[code] ?? whole
  })
}
