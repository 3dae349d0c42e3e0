import { UnsupportedExpression } from '../errors.ts'

/** A regular expression as a tree. `set` tests one code point. */
export type Regex =
  | { readonly kind: 'set'; readonly has: (codePoint: number) => boolean }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Regex[] }
  | { readonly kind: 'repeat'; readonly part: Regex; readonly min: number; readonly max: number }

const DEEPEST = 50

/**
 * Parses the regular expressions that profiles write: literals, classes, groups, alternatives, quantifiers, `^` and `$`.
 * Backreferences, look-around and word boundaries cannot be matched in linear time and are refused.
 * @throws UnsupportedExpression naming what is not covered.
 */
export function parseRegex(pattern: string): Regex {
  const reader = new Reader(pattern)
  const regex = choice(reader, 0)
  if (!reader.done()) throw reader.refused(`the regular expression's ${reader.peek()}`)
  return regex
}

class Reader {
  readonly #chars: readonly string[]
  readonly #pattern: string
  #at = 0

  constructor(pattern: string) {
    this.#pattern = pattern
    this.#chars = [...pattern]
  }

  done(): boolean {
    return this.#at >= this.#chars.length
  }

  peek(ahead = 0): string {
    return this.#chars[this.#at + ahead] ?? ''
  }

  next(): string {
    const char = this.peek()
    if (this.done()) throw this.refused('an unfinished regular expression')
    this.#at += 1
    return char
  }

  take(text: string): boolean {
    if (
      !this.#chars
        .slice(this.#at, this.#at + text.length)
        .join('')
        .startsWith(text)
    )
      return false
    this.#at += text.length
    return true
  }

  /** What a pattern matches from here on, without taking it. */
  ahead(pattern: RegExp): RegExpExecArray | null {
    return pattern.exec(this.#chars.slice(this.#at, this.#at + 24).join(''))
  }

  refused(construct: string): UnsupportedExpression {
    return new UnsupportedExpression(construct, this.#pattern)
  }
}

function choice(reader: Reader, depth: number): Regex {
  if (depth > DEEPEST) throw reader.refused('a regular expression this deep')
  const parts = [sequence(reader, depth)]
  while (reader.take('|')) parts.push(sequence(reader, depth))
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'choice', parts }
}

function sequence(reader: Reader, depth: number): Regex {
  const parts: Regex[] = []
  while (!reader.done() && reader.peek() !== '|' && reader.peek() !== ')') parts.push(quantified(reader, depth))
  return { kind: 'sequence', parts }
}

function quantified(reader: Reader, depth: number): Regex {
  let part = atom(reader, depth)
  for (;;) {
    const bounds = quantifier(reader)
    if (bounds === undefined) return part
    if (part.kind === 'repeat') throw reader.refused('a quantifier of a quantifier')
    part = { kind: 'repeat', part, ...bounds }
    reader.take('?')
  }
}

function quantifier(reader: Reader): { min: number; max: number } | undefined {
  if (reader.take('*')) return { min: 0, max: Number.POSITIVE_INFINITY }
  if (reader.take('+')) return { min: 1, max: Number.POSITIVE_INFINITY }
  if (reader.take('?')) return { min: 0, max: 1 }
  const match = reader.ahead(/^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/)
  if (match === null) return undefined
  reader.take(match[0])
  const min = Number(match[1])
  const max = match[2] === undefined ? min : match[3] === undefined ? Number.POSITIVE_INFINITY : Number(match[3])
  if (max < min) throw reader.refused(`the quantifier ${match[0]}`)
  return { min, max }
}

function atom(reader: Reader, depth: number): Regex {
  if (reader.take('(')) {
    if (reader.take('?') && !reader.take(':')) throw reader.refused(`the regular expression's group (?${reader.peek()}`)
    const inner = choice(reader, depth + 1)
    if (!reader.take(')')) throw reader.refused('an unfinished group')
    return inner
  }
  if (reader.take('^')) return { kind: 'start' }
  if (reader.take('$')) return { kind: 'end' }
  if (reader.take('[')) return { kind: 'set', has: classOf(reader) }
  if (reader.take('.')) return { kind: 'set', has: () => true }
  if (reader.take('\\')) return { kind: 'set', has: escaped(reader).has }
  if (reader.peek() === '*' || reader.peek() === '+' || reader.peek() === '?') {
    throw reader.refused(`the quantifier ${reader.peek()}`)
  }
  return { kind: 'set', has: exactly(reader.next()) }
}

/** `[...]`, after its opening bracket. */
function classOf(reader: Reader): (codePoint: number) => boolean {
  const negated = reader.take('^')
  const tests: ((codePoint: number) => boolean)[] = []
  while (!reader.take(']')) {
    const from = classItem(reader)
    if (from.codePoint === undefined || reader.peek() !== '-' || reader.peek(1) === ']') {
      tests.push(from.has)
      continue
    }
    reader.next()
    const to = classItem(reader)
    const [low, high] = [from.codePoint, to.codePoint]
    if (high === undefined || high < low) throw reader.refused('a range of the regular expression')
    tests.push((codePoint) => codePoint >= low && codePoint <= high)
  }
  return (codePoint) => tests.some((test) => test(codePoint)) !== negated
}

interface Item {
  has: (codePoint: number) => boolean
  codePoint?: number
}

function classItem(reader: Reader): Item {
  if (reader.take('\\')) return escaped(reader)
  const char = reader.next()
  return { has: exactly(char), codePoint: char.codePointAt(0) ?? 0 }
}

const SPACES = new Set([...' \t\n\r\f\v\u00a0\ufeff\u2028\u2029\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006'])
for (const space of '\u2007\u2008\u2009\u200a\u202f\u205f\u3000') SPACES.add(space)

const CLASSES: Readonly<Record<string, (codePoint: number) => boolean>> = {
  d: (c) => c >= 48 && c <= 57,
  w: (c) => (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || c === 95 || (c >= 97 && c <= 122),
  s: (c) => SPACES.has(String.fromCodePoint(c)),
}
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', '0': '\0' }

/** What stands after a backslash. */
function escaped(reader: Reader): Item {
  const char = reader.next()
  const known = CLASSES[char.toLowerCase()]
  if (known !== undefined) return { has: char in CLASSES ? known : (codePoint) => !known(codePoint) }
  if (char === 'p' || char === 'P') return property(reader, char)
  const hexadecimal =
    char === 'u' ? reader.ahead(/^[0-9a-fA-F]{4}/) : char === 'x' ? reader.ahead(/^[0-9a-fA-F]{2}/) : null
  if (hexadecimal !== null) {
    reader.take(hexadecimal[0])
    return literal(String.fromCharCode(Number.parseInt(hexadecimal[0], 16)))
  }
  const control = CONTROLS[char]
  if (control !== undefined) return literal(control)
  if (/[A-Za-z0-9]/.test(char)) throw reader.refused(`the regular expression's \\${char}`)
  return literal(char)
}

/** `\p{L}`: a Unicode property, asked of one character at a time. */
function property(reader: Reader, letter: string): Item {
  const name = reader.ahead(/^\{[A-Za-z_=]{1,20}\}/)
  if (name === null) throw reader.refused(`the regular expression's \\${letter}`)
  reader.take(name[0])
  let test: RegExp
  try {
    test = new RegExp(`^\\${letter}${name[0]}$`, 'u')
  } catch {
    throw reader.refused(`the regular expression's \\${letter}${name[0]}`)
  }
  return { has: (codePoint) => test.test(String.fromCodePoint(codePoint)) }
}

function literal(char: string): Item {
  return { has: exactly(char), codePoint: char.codePointAt(0) ?? 0 }
}

function exactly(char: string): (codePoint: number) => boolean {
  const wanted = char.codePointAt(0)
  return (codePoint) => codePoint === wanted
}
