import { isObject } from './kinds.ts'

/** A quantity of FHIR or of FHIRPath, reduced to what can be compared. */
export interface Measure {
  readonly value: number
  /** Unit code with its system, or the written unit when there is no code. */
  readonly unit: string
}

const UCUM = 'http://unitsofmeasure.org'

/** Reads a Quantity, or a System.Quantity (`{ value, unit }`); undefined without a number, or with a comparator. */
export function measureOf(value: unknown, type: string): Measure | undefined {
  if (typeof value === 'number') return { value, unit: '1' }
  if (!isObject(value) || typeof value.value !== 'number' || value.comparator !== undefined) return undefined
  const { code, system, unit } = value
  if (type === 'System.Quantity' || (system === UCUM && typeof code === 'string')) {
    const written = type === 'System.Quantity' ? unit : code
    return { value: value.value, unit: typeof written === 'string' ? normal(written) : '1' }
  }
  if (typeof code === 'string') return { value: value.value, unit: `${String(system ?? '')}|${code}` }
  return { value: value.value, unit: typeof unit === 'string' ? `unit|${unit}` : '1' }
}

/** Negative, 0 or positive; undefined when the units cannot be compared. */
export function compareMeasures(a: Measure, b: Measure): number | undefined {
  if (a.unit === b.unit) return a.value - b.value
  const [left, right] = [SCALES.get(a.unit), SCALES.get(b.unit)]
  if (left === undefined || right === undefined || left[0] !== right[0]) return undefined
  const difference = a.value * left[1] - b.value * right[1]
  return Math.abs(difference) < 1e-9 * Math.abs(a.value * left[1]) ? 0 : difference
}

const WORDS: Readonly<Record<string, string>> = {
  week: 'wk',
  day: 'd',
  hour: 'h',
  minute: 'min',
  second: 's',
  millisecond: 'ms',
}

/** Calendar words as UCUM codes; years and months are no fixed length and stay words. */
function normal(unit: string): string {
  const word = unit.replace(/s$/, '')
  return Object.hasOwn(WORDS, word) ? (WORDS[word] ?? unit) : word === 'year' || word === 'month' ? word : unit
}

/** UCUM units (https://ucum.org) that measure the same thing, in one of them. */
const SCALES: ReadonlyMap<string, readonly [string, number]> = new Map(
  Object.entries({
    mass: { kg: 1000, g: 1, mg: 1e-3, ug: 1e-6, ng: 1e-9 },
    length: { km: 1000, m: 1, dm: 0.1, cm: 1e-2, mm: 1e-3, um: 1e-6, nm: 1e-9 },
    volume: { L: 1, l: 1, dL: 0.1, dl: 0.1, cL: 1e-2, mL: 1e-3, ml: 1e-3, uL: 1e-6 },
    time: { wk: 604_800, d: 86_400, h: 3600, min: 60, s: 1, ms: 1e-3 },
    part: { '1': 1, '%': 1e-2 },
    amount: { mol: 1, mmol: 1e-3, umol: 1e-6, nmol: 1e-9 },
  }).flatMap(([dimension, units]) => Object.entries(units).map(([unit, scale]) => [unit, [dimension, scale]] as const)),
)
