/** Reading JSON whose shape is not known: what is absent is undefined, what has another type is an error of the caller's. */

export type Json = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Raised by the readers below; callers turn it into an error that names the definition. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError'
}

export function textOf(object: Json, key: string): string | undefined {
  const value = object[key]
  if (value === undefined || typeof value === 'string') return value
  throw new ShapeError(`'${key}' must be a string`)
}

export function requiredText(object: Json, key: string): string {
  const value = textOf(object, key)
  if (value === undefined || value === '') throw new ShapeError(`'${key}' is missing`)
  return value
}

/** One of the words allowed; undefined when absent. */
export function wordOf<T extends string>(object: Json, key: string, words: readonly T[]): T | undefined {
  const value = textOf(object, key)
  if (value === undefined) return undefined
  const word = words.find((each) => each === value)
  if (word === undefined) throw new ShapeError(`'${key}' must be one of ${words.join(', ')}`)
  return word
}

export function flagOf(object: Json, key: string): boolean | undefined {
  const value = object[key]
  if (value === undefined || typeof value === 'boolean') return value
  throw new ShapeError(`'${key}' must be true or false`)
}

export function countOf(object: Json, key: string): number | undefined {
  const value = object[key]
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  throw new ShapeError(`'${key}' must be a whole number, 0 or more`)
}

/** The objects of an array; empty when absent. */
export function recordsOf(object: Json, key: string): readonly Json[] {
  const value = object[key]
  if (value === undefined) return []
  if (Array.isArray(value) && value.every(isRecord)) return value
  throw new ShapeError(`'${key}' must be an array of objects`)
}

/** The strings of an array; empty when absent. */
export function textsOf(object: Json, key: string): readonly string[] {
  const value = object[key]
  if (value === undefined) return []
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value
  throw new ShapeError(`'${key}' must be an array of strings`)
}

/** The value of a choice element of a definition (`fixedUri` for `fixed`), whatever its type. */
export function choiceOf(object: Json, stem: string): unknown {
  const key = Object.keys(object).find((each) => each.startsWith(stem) && /^[A-Z]/.test(each.slice(stem.length)))
  return key === undefined ? undefined : object[key]
}
