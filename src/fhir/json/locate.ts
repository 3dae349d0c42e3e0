import type { JsonPosition } from './errors.ts'

/** The line and column (from 1) of a UTF-16 offset in a text. */
export function positionAt(text: string, offset: number): JsonPosition {
  let line = 1
  let lineStart = 0
  for (let at = 0; at < offset; at++) {
    if (text.charCodeAt(at) !== NEWLINE) continue
    line++
    lineStart = at + 1
  }
  return { line, column: offset - lineStart + 1, offset }
}

/**
 * The offset where a text stops being JSON (RFC 8259), its length when it ends too early.
 * Linear and without recursion. Only called once JSON.parse has refused the text, since its own message would quote it.
 */
export function findSyntaxError(text: string): number {
  const closers: string[] = []
  let expected: Expected = 'value'
  let at = skipSpace(text, 0)
  for (; at < text.length; at = skipSpace(text, at)) {
    const c = text.charAt(at)
    if (expected === 'comma' ? c === closers.at(-1) : c === emptyCloser[expected]) {
      closers.pop()
      at++
      expected = closers.length > 0 ? 'comma' : 'end'
    } else if (expected === 'colon') {
      if (c !== ':') return at
      at++
      expected = 'value'
    } else if (expected === 'comma') {
      if (c !== ',') return at
      at++
      expected = closers.at(-1) === '}' ? 'key' : 'value'
    } else if (c === '"') {
      if (expected === 'end') return at
      const end = endOfString(text, at + 1)
      if (text.charCodeAt(end) !== QUOTE) return end
      at = end + 1
      const isValue: boolean = expected === 'value' || expected === 'first-value'
      expected = isValue ? afterValue(closers) : 'colon'
    } else if (expected !== 'value' && expected !== 'first-value') {
      return at
    } else if (c === '{' || c === '[') {
      closers.push(c === '{' ? '}' : ']')
      at++
      expected = c === '{' ? 'first-key' : 'first-value'
    } else {
      scalar.lastIndex = at
      if (!scalar.test(text)) return at
      at = scalar.lastIndex
      expected = afterValue(closers)
    }
  }
  return at
}

/** What the grammar wants next. `first-value` and `first-key` also take the end of an empty array or object. */
type Expected = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'comma' | 'end'

const emptyCloser: Partial<Record<Expected, string>> = { 'first-key': '}', 'first-value': ']' }
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const NEWLINE = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c

const afterValue = (closers: readonly string[]): Expected => (closers.length > 0 ? 'comma' : 'end')

function skipSpace(text: string, start: number): number {
  let at = start
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at)
    if (c !== 0x20 && c !== NEWLINE && c !== 0x0d && c !== 0x09) break
  }
  return at
}

/** The offset of the closing quote, or of what no string may hold: a control character, a wrong escape, the end. */
function endOfString(text: string, start: number): number {
  let at = start
  while (at < text.length) {
    const c = text.charCodeAt(at)
    if (c === QUOTE || c < 0x20) return at
    if (c !== BACKSLASH) {
      at++
      continue
    }
    escapeSequence.lastIndex = at
    if (!escapeSequence.test(text)) return at
    at = escapeSequence.lastIndex
  }
  return at
}
