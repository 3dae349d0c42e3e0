import type { JsonErrorKey } from './errors.ts'

/** What the scanner refuses, and where (UTF-16 offset in the text). */
export interface Fault {
  readonly key: JsonErrorKey
  readonly offset: number
}

/** The most values of a body, and keys of an object: a Bundle of 1000 large resources has fewer, FHIR no such type. */
const MOST_VALUES = 1_000_000
const MOST_KEYS = 1000

/**
 * Finds what JSON.parse accepts and we refuse: depth over `maxDepth`, a key twice in one object, a `__proto__` key,
 * a number that overflows a double, so many values that reading them would hold up everybody else. One linear pass, without recursion; strings are skipped by searching their quote.
 *
 * It is exact on well-formed JSON. On any other text it may stop early, and leaves the refusal to JSON.parse.
 */
export function findFault(text: string, maxDepth: number): Fault | undefined {
  const objects: boolean[] = [] // of each open container: is it an object?
  const seen = new KeysByObject()
  let inObject = false
  let keyNext = false
  let values = 0
  let at = 0
  while (at < text.length) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const close = closingQuote(text, at + 1)
        if (close < 0) return undefined
        if (keyNext) {
          const key = keyOf(text, at + 1, close)
          if (key === '__proto__') return { key: 'json.forbidden-key', offset: at }
          if (!seen.add(key)) return { key: 'json.duplicate-key', offset: at }
          if (seen.full) return { key: 'json.too-many-values', offset: at }
          keyNext = false
        }
        at = close
        break
      }
      case COMMA:
        if (++values > MOST_VALUES) return { key: 'json.too-many-values', offset: at }
        keyNext = inObject
        break
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (objects.length >= maxDepth) return { key: 'json.too-deep', offset: at }
        if (++values > MOST_VALUES) return { key: 'json.too-many-values', offset: at }
        inObject = keyNext = text.charCodeAt(at) === OPEN_BRACE
        objects.push(inObject)
        if (inObject) seen.open()
        break
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (objects.pop() === true) seen.close()
        inObject = objects[objects.length - 1] === true
        keyNext = false
        break
      case MINUS:
      case ZERO:
      case 0x31:
      case 0x32:
      case 0x33:
      case 0x34:
      case 0x35:
      case 0x36:
      case 0x37:
      case 0x38:
      case NINE: {
        const end = endOfNumber(text, at)
        if (Math.abs(Number(text.slice(at, end))) === Infinity) return { key: 'json.syntax', offset: at }
        at = end - 1
        break
      }
    }
    at++
  }
  return undefined
}

/**
 * The offset of an escape that writes one half of a surrogate pair without the other, or undefined.
 * Exact on well-formed JSON, where backslashes stand in strings only. (Decoded text cannot hold such a half as it is.)
 */
export function findLoneSurrogate(text: string): number | undefined {
  if (!text.includes('\\ud') && !text.includes('\\uD')) return undefined
  const escapes = /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u([dD][89a-fA-F][0-9a-fA-F]{2})|.)/gs
  for (let found = escapes.exec(text); found !== null; found = escapes.exec(text)) {
    if (found[1] !== undefined) return found.index
  }
  return undefined
}

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const ZERO = 0x30
const NINE = 0x39
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** The offset of the quote that closes a string whose content starts at `start`, -1 if none does. */
function closingQuote(text: string, start: number): number {
  let quote = text.indexOf('"', start)
  while (quote > start && text.charCodeAt(quote - 1) === BACKSLASH) {
    let slash = quote - 1
    while (slash > start && text.charCodeAt(slash - 1) === BACKSLASH) slash--
    if ((quote - slash) % 2 === 0) return quote
    quote = text.indexOf('"', quote + 1)
  }
  return quote
}

/** A key with its escapes undone: `"\u0061"` and `"a"` are the same key. */
function keyOf(text: string, start: number, end: number): string {
  const raw = text.slice(start, end)
  if (!raw.includes('\\')) return raw
  try {
    const key: unknown = JSON.parse(`"${raw}"`)
    return typeof key === 'string' ? key : raw
  } catch {
    return raw
  }
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at)
    const part = (c >= ZERO && c <= NINE) || c === 0x2e || c === 0x65 || c === 0x45 || c === 0x2b || c === MINUS
    if (!part) break
  }
  return at
}

/** The keys met so far in each open object: a short list compared one by one, a Set once it grows. */
class KeysByObject {
  private readonly keys: string[] = []
  private readonly starts: number[] = []
  private readonly sets: (Set<string> | undefined)[] = []
  private start = 0
  private set: Set<string> | undefined

  open(): void {
    this.starts.push(this.start)
    this.sets.push(this.set)
    this.start = this.keys.length
    this.set = undefined
  }

  close(): void {
    this.keys.length = this.start
    this.start = this.starts.pop() ?? 0
    this.set = this.sets.pop()
  }

  /** Whether the innermost object has more keys than it may. */
  get full(): boolean {
    return this.set !== undefined && this.set.size > MOST_KEYS
  }

  /** Adds a key of the innermost object; false when it was there. */
  add(key: string): boolean {
    if (this.set !== undefined) {
      const before = this.set.size
      return this.set.add(key).size > before
    }
    for (let i = this.start; i < this.keys.length; i++) if (this.keys[i] === key) return false
    this.keys.push(key)
    if (this.keys.length - this.start > SHORT_LIST) this.set = new Set(this.keys.slice(this.start))
    return true
  }
}

const SHORT_LIST = 16
