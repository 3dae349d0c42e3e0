/** Stable keys of the errors of the JSON reader. */
export type JsonErrorKey =
  | 'json.encoding' // not UTF-8, or an escape that stands for half a character
  | 'json.syntax' // not JSON (RFC 8259), or a number that no double can hold
  | 'json.duplicate-key' // the same key twice in one object
  | 'json.forbidden-key' // a key named `__proto__`
  | 'json.too-deep' // more nested arrays and objects than allowed
  | 'json.too-many-values' // more values, or more keys in one object, than any request needs

/** Where a JSON body is wrong. Lines and columns count from 1; columns and offsets count UTF-16 units of the decoded text. */
export interface JsonPosition {
  readonly line: number
  readonly column: number
  readonly offset: number
}

/** A refusal of a JSON body, by stable key and position. It never holds a part of the body. */
export class JsonError extends Error {
  readonly key: JsonErrorKey
  readonly detail: Readonly<Record<'line' | 'column' | 'offset', number>>

  constructor(key: JsonErrorKey, position: JsonPosition) {
    super(`${key} at line ${position.line}, column ${position.column}`)
    this.name = 'JsonError'
    this.key = key
    this.detail = { line: position.line, column: position.column, offset: position.offset }
  }
}
