import type { ElementNode } from '../model.ts'
import { isObject } from './json.ts'
import type { Owner } from './types.ts'

/** Deep equality of JSON, the order of keys aside (`fixed[x]`, validation.md P8). */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => isEqual(item, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
}

/** Whether a value holds everything a pattern gives, asked once. */
export function includesPattern(value: unknown, pattern: unknown): boolean {
  return patternTest(pattern)(value)
}

/**
 * Compiles whether a value holds everything a pattern gives; each item of an array by some item (`pattern[x]`, P8).
 */
export function patternTest(pattern: unknown): (value: unknown) => boolean {
  if (Array.isArray(pattern)) {
    const items = pattern.map(patternTest)
    return (value) => {
      if (!Array.isArray(value)) return false
      for (const item of items) if (!someOf(value, item)) return false
      return true
    }
  }
  if (!isObject(pattern)) return (value) => value === pattern
  const members = Object.entries(pattern).map(([key, wanted]) => ({ key, test: patternTest(wanted) }))
  return (value) => {
    if (!isObject(value)) return false
    for (const { key, test } of members) if (!test(value[key])) return false
    return true
  }
}

function someOf(values: readonly unknown[], test: (value: unknown) => boolean): boolean {
  for (let at = 0; at < values.length; at += 1) if (test(values[at])) return true
  return false
}

/** A value of a definition as text for messages, never longer than a line or two. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 300 ? `${text.slice(0, 299)}…` : text
}

/** A property name of a resource as a message may show it: only what could be a name of FHIR. */
export function printable(name: string): string {
  return /^_?[A-Za-z][A-Za-z0-9_]{0,39}$/.test(name) ? name : '?'
}

/** `Quantity` as it ends the key of a choice: `valueQuantity`, `valueDateTime`. */
export function capitalised(type: string): string {
  return type.charAt(0).toUpperCase() + type.slice(1)
}

/** The source of an issue: `<profile URL>#<element id>`. */
export function sourceOf(owner: Owner, node: ElementNode): string {
  return `${owner.tree.url}#${node.id}`
}
