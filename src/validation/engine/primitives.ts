import { PRIMITIVE_FORMATS } from '../primitive-formats.ts'
import type { Check } from './types.ts'

/** Whether a type is primitive: it is a JSON value and has a `_` partner. */
export function isPrimitive(type: string): boolean {
  return Object.hasOwn(PRIMITIVE_FORMATS, type)
}

/** Whether a JSON value has the form of a primitive type; `element-id` is the id of an element. */
export function formOf(type: string): (value: unknown) => boolean {
  const holds = type === 'element-id' ? isElementId : PRIMITIVE_FORMATS[type]
  if (holds === undefined) throw new TypeError(`No primitive type ${type}`)
  if (WORDS.has(type)) return (value) => (typeof value === 'string' && isPlain(value, BLANK + 1)) || holds(value)
  if (TEXTS.has(type)) return (value) => (typeof value === 'string' && isPlain(value, BLANK)) || holds(value)
  if (type === 'base64Binary') return (value) => (typeof value === 'string' && isPlainBase64(value)) || holds(value)
  return holds
}

/** The check of the JSON value of a primitive (validation.md section 2), then `next` for a value that has its form. */
export function primitiveCheck(type: string, next: Check | undefined): Check {
  const holds = formOf(type)
  const issue = `primitive.${type}`
  const limit = TEXTS.has(type) ? LONGEST_STRING : Number.POSITIVE_INFINITY
  return (value, run, depth) => {
    if (!holds(value)) return run.report(depth, 'error', issue)
    if (typeof value === 'string' && value.length > limit) {
      return run.report(depth, 'error', 'value.max-length', { max: limit })
    }
    if (next !== undefined) next(value, run, depth)
  }
}

/** Element.id is any text without white space; Resource.id is an `id`. */
const isElementId = (value: unknown): boolean => typeof value === 'string' && /^\S+$/.test(value)

/** Types whose values may be any characters but white space and controls, and those that may have blanks as well. */
const WORDS: ReadonlySet<string> = new Set(['code', 'uri', 'url', 'canonical', 'element-id'])
const TEXTS: ReadonlySet<string> = new Set(['string', 'markdown'])

/**
 * Whether a short text is of letters, digits and signs that every such type takes: what most values are, seen faster
 * than by a pattern. It begins with no blank; `least` is the least character allowed after that. No only means that the
 * pattern decides.
 */
function isPlain(value: string, least: number): boolean {
  const { length } = value
  if (length === 0 || length > SHORT || value.charCodeAt(0) <= BLANK) return false
  for (let at = 0; at < length; at += 1) {
    const c = value.charCodeAt(at)
    if (c < least || (c > TILDE && (c < FIRST_LETTER || c > LAST_LETTER))) return false
  }
  return true
}

/**
 * Whether a text is base64 without white space, seen by what the decoder makes of it: as many bytes as its length says.
 * It takes the two characters of base64url as well, which are none here.
 */
function isPlainBase64(value: string): boolean {
  const { length } = value
  if (length === 0 || length % 4 !== 0 || length > LONGEST_PLAIN) return false
  scratch ??= Buffer.allocUnsafeSlow((LONGEST_PLAIN / 4) * 3)
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0
  const isWhole = scratch.write(value, 'base64') === (length / 4) * 3 - padding
  return isWhole && !value.includes('-') && !value.includes('_')
}

/** Documents of the usual size; the pattern of longer ones costs little beside all else that is done with them. */
const LONGEST_PLAIN = 1_048_576
/** Where the decoder writes what nobody reads. */
let scratch: Buffer | undefined

const SHORT = 128
const BLANK = 0x20
const TILDE = 0x7e
/** The letters with accents of Latin-1 and Latin Extended-A. */
const [FIRST_LETTER, LAST_LETTER] = [0xc0, 0x17f]

/** Characters of a string (datatypes.html#string). */
const LONGEST_STRING = 1_048_576
