/** Reading JSON that may have any shape: what is not as expected counts as absent, the structure rules report it. */

/** A JSON object of unknown members. */
export type Json = { readonly [name: string]: unknown }

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as an object; an empty one for anything else. */
export function objectOf(value: unknown): Json {
  return isObject(value) ? value : EMPTY
}

/** The value as a list of objects, each at its own index; an empty list for anything else. */
export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(objectOf) : []
}

/** The value as a text; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

const EMPTY: Json = Object.freeze({})
