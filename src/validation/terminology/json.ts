/** Reading JSON whose shape nobody has checked: a wrong shape reads as absent. */

export type JsonObject = Readonly<Record<string, unknown>>

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The text under a name, if there is one that is not empty. */
export function textOf(object: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The objects of the array under a name. */
export function objectsOf(object: JsonObject, name: string): readonly JsonObject[] {
  const value = Object.hasOwn(object, name) ? object[name] : undefined
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** The texts of the array under a name. */
export function textsOf(object: JsonObject, name: string): readonly string[] {
  const value = Object.hasOwn(object, name) ? object[name] : undefined
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string' && item !== '') : []
}

/** `{ name: text }` when there is a text, for optional members. */
export function optional<K extends string>(name: K, text: string | undefined): { [P in K]?: string } {
  const found: { [P in K]?: string } = {}
  if (text !== undefined) found[name] = text
  return found
}
