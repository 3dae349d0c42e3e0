import { isObject, kindOfValue } from '../kinds.ts'
import { computed, onlyOf, truth } from '../run.ts'
import { temporalOf, timeOf } from '../temporal.ts'
import type { PathNode } from '../types.ts'
import { type FunctionTable, rule } from './call.ts'

/** Conversions and their questions (N1, 5.5): what cannot be converted is empty. */
export const CONVERSION: FunctionTable = {
  ...conversion('Boolean', toBoolean),
  ...conversion('Integer', toInteger),
  ...conversion('Decimal', toDecimal),
  ...conversion('Date', toDate),
  ...conversion('DateTime', toDateTime),
  ...conversion('Time', (node) => (typeof node.value === 'string' && timeOf(node.value) ? node.value : undefined)),
  ...conversion('String', toText),
  ...conversion('Quantity', toQuantity),
}

function conversion(type: string, convert: (node: PathNode) => unknown): FunctionTable {
  return {
    [`to${type}`]: rule(0, type === 'Quantity' ? 1 : 0, ({ source }) => {
      const only = onlyOf(source)
      const read: Parameters<typeof computed>[1] = (...focus) => {
        const node = only(...focus)
        return node?.value === undefined ? undefined : convert(node)
      }
      if (type !== 'Boolean') return computed(`System.${type}`, read)
      return truth((...focus) => {
        const found = read(...focus)
        return typeof found === 'boolean' ? found : undefined
      })
    }),
    [`convertsTo${type}`]: rule(0, type === 'Quantity' ? 1 : 0, ({ source }) => {
      const only = onlyOf(source)
      return truth((...focus) => {
        const node = only(...focus)
        return node?.value === undefined ? undefined : convert(node) !== undefined
      })
    }),
  }
}

const TRUE = new Set(['true', 't', 'yes', 'y', '1', '1.0'])
const FALSE = new Set(['false', 'f', 'no', 'n', '0', '0.0'])

function toBoolean({ value }: PathNode): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value).toLowerCase()
  return TRUE.has(text) ? true : FALSE.has(text) ? false : undefined
}

function toInteger({ value }: PathNode): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined
  return typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value) ? Number(value) : undefined
}

function toDecimal({ value }: PathNode): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.length < 64 && /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined
}

/** The date of a dateTime; of texts only those that are dates. */
function toDate(node: PathNode): string | undefined {
  const text = toDateTime(node)
  return text !== undefined && kindOfValue(node.value, node.type) === 'string' && text.includes('T')
    ? undefined
    : text?.slice(0, 10)
}

function toDateTime({ value, type }: PathNode): string | undefined {
  if (typeof value !== 'string' || temporalOf(value) === undefined) return undefined
  return CALENDAR.has(kindOfValue(value, type)) ? value : undefined
}

const CALENDAR: ReadonlySet<string> = new Set(['string', 'date', 'dateTime'])

/** A text of any System value; numbers as JSON writes them, quantities as `10 'mg'`. */
function toText({ value, type }: PathNode): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (kindOfValue(value, type) !== 'quantity' || !isObject(value) || typeof value.value !== 'number') return undefined
  return `${value.value} '${String(value.code ?? value.unit ?? '1')}'`
}

const QUANTITY =
  /^([+-]?\d+(?:\.\d+)?)(?: *(?:'([^']+)'|(years?|months?|weeks?|days?|hours?|minutes?|seconds?|milliseconds?)))?$/

function toQuantity({ value, type }: PathNode): unknown {
  if (typeof value === 'number') return { value, unit: '1' }
  if (typeof value === 'boolean') return { value: value ? 1 : 0, unit: '1' }
  if (kindOfValue(value, type) === 'quantity' && isObject(value) && typeof value.value === 'number') {
    return { value: value.value, unit: value.code ?? value.unit ?? '1' }
  }
  const match = typeof value === 'string' && value.length < 64 ? QUANTITY.exec(value) : null
  return match === null ? undefined : { value: Number(match[1]), unit: match[2] ?? match[3] ?? '1' }
}
