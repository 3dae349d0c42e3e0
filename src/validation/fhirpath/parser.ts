import type { Ast } from './ast.ts'
import { UnsupportedExpression } from './errors.ts'
import { type Token, tokensOf } from './lexer.ts'

/**
 * Parses a FHIRPath expression (N1, grammar and precedence table).
 * @throws UnsupportedExpression where it is no FHIRPath, or nested deeper than 100 levels.
 */
export function parse(expression: string): Ast {
  const reader = new Reader(expression)
  const ast = binary(reader, 0)
  if (reader.peek().kind !== 'end') throw reader.refused()
  return ast
}

const DEEPEST = 100

/** Binary operators from the loosest to the tightest; `is` and `as` stand between `+` and `|`. */
const LEVELS: readonly (readonly string[])[] = [
  ['implies'],
  ['or', 'xor'],
  ['and'],
  ['in', 'contains'],
  ['=', '~', '!=', '!~'],
  ['<', '>', '<=', '>='],
  ['|'],
  ['is', 'as'],
  ['+', '-', '&'],
  ['*', '/', 'div', 'mod'],
]

const UNITS = /^(year|month|week|day|hour|minute|second|millisecond)s?$/

class Reader {
  readonly #tokens: readonly Token[]
  readonly #expression: string
  #at = 0
  #depth = 0

  constructor(expression: string) {
    this.#expression = expression
    this.#tokens = tokensOf(expression)
  }

  peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', at: this.#expression.length }
  }

  next(): Token {
    const token = this.peek()
    this.#at += 1
    return token
  }

  /** Takes a symbol or word if it is next. */
  take(...texts: readonly string[]): string | undefined {
    const { kind, text } = this.peek()
    if ((kind !== 'symbol' && kind !== 'name') || !texts.includes(text)) return undefined
    this.#at += 1
    return text
  }

  expect(text: string): void {
    if (this.take(text) === undefined) throw this.refused()
  }

  refused(): UnsupportedExpression {
    return new UnsupportedExpression(`the syntax at character ${this.peek().at}`, this.#expression)
  }

  nested<T>(read: () => T): T {
    this.#depth += 1
    if (this.#depth > DEEPEST) throw new UnsupportedExpression('nesting this deep', this.#expression)
    const result = read()
    this.#depth -= 1
    return result
  }
}

function binary(reader: Reader, level: number): Ast {
  const operators = LEVELS[level]
  if (operators === undefined) return signed(reader)
  let left = binary(reader, level + 1)
  for (;;) {
    const operator = reader.take(...operators)
    if (operator === undefined) return left
    left =
      operator === 'is' || operator === 'as'
        ? { kind: 'type', operator, operand: left, type: qualifiedName(reader) }
        : { kind: 'binary', operator, left, right: binary(reader, level + 1) }
  }
}

function signed(reader: Reader): Ast {
  const operator = reader.take('+', '-')
  if (operator !== '+' && operator !== '-') return path(reader)
  return { kind: 'sign', operator, operand: reader.nested(() => signed(reader)) }
}

function path(reader: Reader): Ast {
  let ast = term(reader)
  for (;;) {
    if (reader.take('.') !== undefined) ast = invocation(reader, ast)
    else if (reader.take('[') !== undefined) {
      ast = { kind: 'item', source: ast, index: reader.nested(() => binary(reader, 0)) }
      reader.expect(']')
    } else return ast
  }
}

/** A name or a call, after a dot or at the head of a path. */
function invocation(reader: Reader, source: Ast | undefined): Ast {
  const token = reader.next()
  if (token.text === '$this' || token.text === '$index' || token.text === '$total') {
    if (token.kind === 'name' && source === undefined) return { kind: 'special', name: token.text }
    throw reader.refused()
  }
  if (token.kind !== 'name' && token.kind !== 'quoted-name') throw reader.refused()
  if (reader.take('(') === undefined) return { kind: 'child', source, name: token.text }
  return { kind: 'call', source, name: token.text, args: reader.nested(() => argumentsOf(reader)) }
}

function argumentsOf(reader: Reader): Ast[] {
  const args: Ast[] = []
  if (reader.take(')') !== undefined) return args
  do args.push(binary(reader, 0))
  while (reader.take(',') !== undefined)
  reader.expect(')')
  return args
}

function term(reader: Reader): Ast {
  const token = reader.peek()
  switch (token.kind) {
    case 'string':
      reader.next()
      return { kind: 'literal', type: 'System.String', value: token.text }
    case 'number':
      reader.next()
      return number(reader, token.text)
    case 'date':
    case 'dateTime':
    case 'time':
      reader.next()
      return { kind: 'literal', type: TEMPORAL[token.kind], value: token.text.replace(/T$/, '') }
    case 'variable':
      reader.next()
      return { kind: 'variable', name: token.text }
    case 'symbol':
      return bracketed(reader)
    default:
      return token.kind === 'name' && (token.text === 'true' || token.text === 'false')
        ? { kind: 'literal', type: 'System.Boolean', value: reader.next().text === 'true' }
        : invocation(reader, undefined)
  }
}

const TEMPORAL = { date: 'System.Date', dateTime: 'System.DateTime', time: 'System.Time' } as const

function bracketed(reader: Reader): Ast {
  if (reader.take('{') !== undefined) {
    reader.expect('}')
    return { kind: 'empty' }
  }
  reader.expect('(')
  const ast = reader.nested(() => binary(reader, 0))
  reader.expect(')')
  return ast
}

/** A number, or a quantity when a unit follows: `4 days`, `10 'mg'`. */
function number(reader: Reader, text: string): Ast {
  const value = Number(text)
  const next = reader.peek()
  if (next.kind === 'string' || (next.kind === 'name' && UNITS.test(next.text))) {
    reader.next()
    return { kind: 'literal', type: 'System.Quantity', value: { value, unit: next.text } }
  }
  return { kind: 'literal', type: text.includes('.') ? 'System.Decimal' : 'System.Integer', value }
}

function qualifiedName(reader: Reader): string {
  const names: string[] = []
  do {
    const token = reader.next()
    if (token.kind !== 'name' && token.kind !== 'quoted-name') throw reader.refused()
    names.push(token.text)
  } while (reader.take('.') !== undefined)
  return names.join('.')
}
