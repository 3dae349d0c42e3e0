/** Any JSON value, as `JSON.parse` builds it. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject

/** A JSON object: a plain object whose own enumerable properties are its members. */
export interface JsonObject {
  [key: string]: JsonValue
}

/** Whether a value is a JSON object, that is neither `null`, nor an array, nor a primitive. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
