import { JsonError } from './errors.ts'
import { findSyntaxError, positionAt } from './locate.ts'
import { findFault, findLoneSurrogate } from './scan.ts'
import { firstInvalidUtf8 } from './utf8.ts'
import type { JsonValue } from './value.ts'

export { JsonError } from './errors.ts'

/** What a JSON body may cost. */
export interface JsonLimits {
  /** The most arrays and objects inside one another; the outermost counts as 1. */
  readonly maxDepth: number
}

/**
 * Reads an untrusted JSON body (RFC 8259, and the stricter rules J2 and J3 of FHIR JSON).
 *
 * A UTF-8 byte order mark is accepted. Decimals become doubles: `1.50` is read as `1.5`, as by any JSON.parse.
 * `JSON.parse` builds the value; before it, one linear pass over the text refuses what JSON.parse would hide
 * (duplicate keys) or what would hurt later (`__proto__`, depth, numbers that overflow to infinity).
 *
 * @throws {JsonError} and nothing else, whatever the bytes.
 */
export function parseJson(bytes: Uint8Array, limits: JsonLimits): JsonValue {
  const text = decode(bytes)
  const fault = findFault(text, limits.maxDepth)
  if (fault !== undefined) throw new JsonError(fault.key, positionAt(text, fault.offset))
  const half = findLoneSurrogate(text)
  if (half !== undefined) throw new JsonError('json.encoding', positionAt(text, half))
  try {
    const value: JsonValue = JSON.parse(text)
    return value
  } catch {
    throw new JsonError('json.syntax', positionAt(text, findSyntaxError(text)))
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    const offset = firstInvalidUtf8(bytes)
    if (offset === undefined) throw new JsonError('json.syntax', { line: 1, column: 1, offset: 0 }) // longer than any string
    const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, offset))
    throw new JsonError('json.encoding', positionAt(before, before.length))
  }
}
