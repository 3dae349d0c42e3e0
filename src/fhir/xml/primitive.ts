import type { JsonValue } from '../json/value.ts'

/** The JSON value that a `value` attribute stands for, undefined when the text is not one of the type (R4 datatypes). */
export function primitiveFromText(type: string, text: string): JsonValue | undefined {
  switch (type) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'integer':
    case 'positiveInt':
    case 'unsignedInt':
      return integer.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) + 0 : undefined
    case 'decimal':
      return decimal.test(text) && Number.isFinite(Number(text)) ? Number(text) + 0 : undefined
    default:
      return text === '' ? undefined : text
  }
}

/** The text of the `value` attribute for a JSON value, undefined when the value is not one of the type. */
export function primitiveToText(type: string, value: JsonValue): string | undefined {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : undefined
    case 'integer':
    case 'positiveInt':
    case 'unsignedInt':
      return Number.isSafeInteger(value) ? String(value) : undefined
    case 'decimal':
      return Number.isFinite(value) ? String(value) : undefined
    default:
      return typeof value === 'string' && value !== '' ? value : undefined
  }
}

const integer = /^(?:0|[-+]?[1-9][0-9]*)$/
const decimal = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/
