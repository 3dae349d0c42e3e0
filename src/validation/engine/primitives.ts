import { PRIMITIVE_FORMATS } from '../primitive-formats.ts'
import type { Check } from './types.ts'

/** Whether a type is primitive: it is a JSON value and has a `_` partner. */
export function isPrimitive(type: string): boolean {
  return Object.hasOwn(PRIMITIVE_FORMATS, type)
}

/** The check of the JSON value of a primitive (validation.md section 2), then `next` for a value that has its form. */
export function primitiveCheck(type: string, next: Check | undefined): Check {
  const holds = type === 'element-id' ? isElementId : PRIMITIVE_FORMATS[type]
  if (holds === undefined) throw new TypeError(`No primitive type ${type}`)
  const issue = `primitive.${type}`
  const limit = type === 'string' || type === 'markdown' ? LONGEST_STRING : Number.POSITIVE_INFINITY
  return (value, run, depth) => {
    if (!holds(value)) return run.report(depth, 'error', issue)
    if (typeof value === 'string' && value.length > limit) {
      return run.report(depth, 'error', 'value.max-length', { max: limit })
    }
    next?.(value, run, depth)
  }
}

/** Element.id is any text without white space; Resource.id is an `id`. */
const isElementId = (value: unknown): boolean => typeof value === 'string' && /^\S+$/.test(value)

/** Characters of a string (datatypes.html#string). */
const LONGEST_STRING = 1_048_576
