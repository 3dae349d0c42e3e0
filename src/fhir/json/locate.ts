import type { JsonPosition } from './errors.ts'

/** The line and column (from 1) of a UTF-16 offset in a text; lines end with LF, CR LF or CR. */
export function positionAt(text: string, offset: number): JsonPosition {
  let line = 1
  let lineStart = 0
  const breaks = /\r\n?|\n/g
  for (let found = breaks.exec(text); found !== null && breaks.lastIndex <= offset; found = breaks.exec(text)) {
    line++
    lineStart = breaks.lastIndex
  }
  return { line, column: offset - lineStart + 1, offset }
}

/**
 * The offset where a text stops being JSON (RFC 8259), its length when it ends too early.
 * Linear and without recursion. Only called once JSON.parse has refused the text, whose own message would quote it.
 */
export function findSyntaxError(text: string): number {
  const closers: string[] = []
  let expected: Expected = 'value'
  let at = 0
  for (;;) {
    at = skip(space, text, at)
    const c = text.charAt(at)
    if (c === '') return at
    const next: Step = step(expected, c, text, at, closers)
    if (next.error) return next.at
    expected = next.expected
    at = next.at
  }
}

/** What the grammar wants next. `first-value` and `first-key` also take the end of an empty array or object. */
type Expected = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'comma' | 'end'

type Step = { error: false; at: number; expected: Expected } | { error: true; at: number }

function step(expected: Expected, c: string, text: string, at: number, closers: string[]): Step {
  switch (expected) {
    case 'first-key':
    case 'key':
      if (c === '}' && expected === 'first-key') return closed(closers, at)
      return c === '"' ? string(text, at, 'colon') : { error: true, at }
    case 'colon':
      return c === ':' ? { error: false, at: at + 1, expected: 'value' } : { error: true, at }
    case 'comma':
      if (c === closers.at(-1)) return closed(closers, at)
      if (c !== ',') return { error: true, at }
      return { error: false, at: at + 1, expected: closers.at(-1) === '}' ? 'key' : 'value' }
    case 'first-value':
    case 'value':
      if (c === ']' && expected === 'first-value') return closed(closers, at)
      return value(c, text, at, closers)
    case 'end':
      return { error: true, at }
  }
}

function value(c: string, text: string, at: number, closers: string[]): Step {
  if (c === '{') {
    closers.push('}')
    return { error: false, at: at + 1, expected: 'first-key' }
  }
  if (c === '[') {
    closers.push(']')
    return { error: false, at: at + 1, expected: 'first-value' }
  }
  const after: Expected = closers.length > 0 ? 'comma' : 'end'
  if (c === '"') return string(text, at, after)
  const end = skip(scalar, text, at)
  return end > at ? { error: false, at: end, expected: after } : { error: true, at }
}

function closed(closers: string[], at: number): Step {
  closers.pop()
  return { error: false, at: at + 1, expected: closers.length > 0 ? 'comma' : 'end' }
}

/** Steps over a string; stops at a control character, a wrong escape or the end of the text. */
function string(text: string, open: number, after: Expected): Step {
  let at = open + 1
  for (;;) {
    stop.lastIndex = at
    const found = stop.exec(text)
    if (found === null) return { error: true, at: text.length }
    if (found[0] === '"') return { error: false, at: stop.lastIndex, expected: after }
    at = skip(escape, text, found.index)
    if (at === found.index) return { error: true, at }
  }
}

const space = /[ \t\r\n]*/y
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them as they are in strings
const stop = /["\\\u0000-\u001f]/g
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/** Where a sticky pattern ends when it is applied at `at`; `at` when it does not match. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}
