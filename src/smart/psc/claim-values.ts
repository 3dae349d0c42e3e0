/** Claims as they came, verified but not yet read. */
export type Claims = Readonly<Record<string, unknown>>

/** Longest name of a person or place that is read. */
const LONGEST = 200

/**
 * The text of a claim; undefined when it is absent, empty (Pro Santé Connect says "" for absent), too long, or holds
 * what no name holds: control or direction characters, angle brackets.
 */
export function textOf(value: unknown, longest: number = LONGEST): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  return text === '' || text.length > longest || /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}<>]/u.test(text)
    ? undefined
    : text
}

/** The text of a claim of a certain form. */
export function coded(value: unknown, form: RegExp): string | undefined {
  const text = textOf(value)
  return text !== undefined && form.test(text) ? text : undefined
}

/** The object of a claim; one without members when it is none. */
export function objectOf(value: unknown): Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

/** The objects of a list, the first ones of a very long one. */
export function objectsOf(value: unknown, most = 50): Claims[] {
  return Array.isArray(value) ? value.slice(0, most).map(objectOf) : []
}
