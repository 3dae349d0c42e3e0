import { isObject } from './json.ts'

/**
 * Compares a value with a bound of its definition: below 0, 0 or above 0; undefined when the two cannot be compared.
 * Dates compare as intervals: 2024 lies neither before nor after 2024-05, and so keeps any such bound (validation.md
 * section 2). Quantities compare in one unit, or in units of one dimension of the common UCUM units.
 */
export function compareValues(value: unknown, bound: unknown): number | undefined {
  if (typeof value === 'number' && typeof bound === 'number') return value - bound
  if (typeof value === 'string' && typeof bound === 'string') return compareMoments(value, bound)
  if (isObject(value) && isObject(bound)) return compareQuantities(value, bound)
  return undefined
}

function compareMoments(value: string, bound: string): number | undefined {
  const [a, b] = [intervalOf(value), intervalOf(bound)]
  if (a === undefined || b === undefined) return undefined
  if (a.end < b.start) return -1
  return a.start > b.end ? 1 : 0
}

/** First and last millisecond of a date, dateTime, instant or time. */
function intervalOf(text: string): { start: number; end: number } | undefined {
  const full = /^\d\d:/.test(text) ? `2000-01-01T${text}Z` : text
  const [, year, month, day, time] = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(T.*)?)?)?$/.exec(full) ?? []
  if (year === undefined) return undefined
  if (time !== undefined) {
    const at = Date.parse(full.replace(':60', ':59'))
    return Number.isNaN(at) ? undefined : { start: at, end: at }
  }
  const [y, m, d] = [Number(year), Number(month ?? 1) - 1, Number(day ?? 1)]
  const next = day !== undefined ? Date.UTC(y, m, d + 1) : month !== undefined ? Date.UTC(y, m + 1) : Date.UTC(y + 1, 0)
  return { start: Date.UTC(y, m, d), end: next - 1 }
}

function compareQuantities(value: Record<string, unknown>, bound: Record<string, unknown>): number | undefined {
  if (typeof value.value !== 'number' || typeof bound.value !== 'number') return undefined
  if (value.code === bound.code && value.system === bound.system) return value.value - bound.value
  if (value.system !== UCUM || bound.system !== UCUM) return undefined
  const [a, b] = [UNITS[String(value.code)], UNITS[String(bound.code)]]
  if (a === undefined || b === undefined || a.dimension !== b.dimension) return undefined
  return value.value * a.factor - bound.value * b.factor
}

const UCUM = 'http://unitsofmeasure.org'

/** Common UCUM units (ucum.org) with their factor to one unit of the dimension. */
const UNITS: Readonly<Record<string, { dimension: string; factor: number }>> = Object.fromEntries(
  Object.entries({
    mass: { kg: 1e3, g: 1, mg: 1e-3, ug: 1e-6, ng: 1e-9 },
    length: { km: 1e3, m: 1, dm: 1e-1, cm: 1e-2, mm: 1e-3, um: 1e-6, nm: 1e-9 },
    volume: { L: 1, l: 1, dL: 1e-1, dl: 1e-1, cL: 1e-2, mL: 1e-3, ml: 1e-3, uL: 1e-6 },
    time: { wk: 604_800, d: 86_400, h: 3600, min: 60, s: 1, ms: 1e-3 },
    years: { a: 12, mo: 1 },
    count: { '1': 1, '%': 1e-2 },
  }).flatMap(([dimension, units]) =>
    Object.entries(units).map(([code, factor]): [string, { dimension: string; factor: number }] => [
      code,
      { dimension, factor },
    ]),
  ),
)
