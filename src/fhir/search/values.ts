import type { DateMatch, TokenMatch } from '../../store/store.ts'
import { unversioned } from './datatypes.ts'
import { instantRange, isoInstant, isoRange, type Zoneless } from './dates.ts'
import { indexable } from './text.ts'

/** What the values of a query are read against. */
export interface ValueContext {
  /** The FHIR base, without a slash at the end: addresses below it are our own resources. */
  baseUrl: string
  now: Date
}

/** Splits at every separator that no backslash precedes; the parts keep their escapes. */
export function splitUnescaped(text: string, separator: ',' | '|', limit = Number.POSITIVE_INFINITY): string[] {
  const parts: string[] = []
  let from = 0
  for (let index = 0; index < text.length && parts.length < limit - 1; index += 1) {
    if (text[index] === '\\') index += 1
    else if (text[index] === separator) {
      parts.push(text.slice(from, index))
      from = index + 1
    }
  }
  parts.push(text.slice(from))
  return parts
}

/** Resolves the escapes `\,` `\|` `\$` `\\` (R4 search.html#escaping); another backslash stands for itself. */
export function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\([,|$\\])/g, '$1') : text
}

/** A token value in its parts: `code`, `system|code`, `|code`, `system|`; undefined when it says nothing. */
export function tokenValue(text: string): TokenMatch | undefined {
  const [first = '', second] = splitUnescaped(text, '|', 2)
  if (second === undefined) return { code: indexable(unescaped(first)) }
  const system = indexable(unescaped(first))
  const code = indexable(unescaped(second))
  if (code === '') return system === '' ? undefined : { system }
  return { system, code }
}

/**
 * A date value as the comparisons that must all hold, undefined when it is none. `ap` is 10 % of the distance to now on
 * either side, and an overlap: two comparisons.
 */
export function dateValue(text: string, zoneless: Zoneless, now: Date): readonly DateMatch[] | undefined {
  const [, prefix = 'eq', written = ''] = PREFIXED.exec(text) ?? []
  // A plus sign that was not percent-encoded arrives as a blank.
  const range = instantRange(written.replace(/ (?=\d\d:\d\d$)/, '+'), zoneless)
  if (range === undefined) return undefined
  if (prefix !== 'ap') return isOperator(prefix) ? [{ op: prefix, ...isoRange(range) }] : undefined
  const instant = now.getTime()
  const distance = instant < range.lo ? range.lo - instant : Math.max(0, instant - range.hi)
  const before = isoInstant(range.lo - distance / 10 - 1)
  const after = isoInstant(range.hi + distance / 10 + 1)
  return [
    { op: 'gt', lo: before, hi: before },
    { op: 'lt', lo: after, hi: after },
  ]
}

const PREFIXED = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)$/s
const OPERATORS: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'])

function isOperator(prefix: string): prefix is DateMatch['op'] {
  return OPERATORS.has(prefix)
}

/**
 * The addresses that a reference value stands for: `Type/id`, an address on our base (made relative), another absolute
 * address as it is, or a bare id, which may be of any of the `targets`. undefined when it is none of these.
 */
export function referenceValue(
  text: string,
  targets: readonly string[],
  { baseUrl }: ValueContext,
): readonly string[] | undefined {
  const address = unversioned(relative(unescaped(text), baseUrl))
  if (ID.test(address)) return targets.map((type) => `${type}/${address}`)
  if (RELATIVE.test(address)) return [address]
  return ABSOLUTE.test(address) ? [indexable(address)] : undefined
}

/** An address on our base without that base; another one as it is. */
export function relative(address: string, baseUrl: string): string {
  return address.startsWith(`${baseUrl}/`) ? address.slice(baseUrl.length + 1) : address
}

/** Whether a text has the syntax of a FHIR id. */
export function isId(text: string): boolean {
  return ID.test(text)
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/
const RELATIVE = /^[A-Z][A-Za-z]{1,60}\/[A-Za-z0-9\-.]{1,64}$/
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:[^\s]+$/i
