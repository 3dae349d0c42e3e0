/**
 * Dates, dateTimes and times of any precision (N1, 2.1.7 and 6). Seconds and fractions are one precision. Values with
 * an offset are compared as instants; where only one of two has one, the parts are compared as they are written.
 */
export interface Temporal {
  /** Year, month, day, hour, minute, second with fraction: as many as are written; of a time from the hour on. */
  readonly parts: readonly number[]
  /** Minutes east of UTC. */
  readonly offset: number | undefined
  readonly time: boolean
}

const DATE_TIME =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(?:(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?)?(?:(Z)|([+-])(\d\d):(\d\d))?)?)?)?$/
const TIME = /^T?(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?$/
const RANGES: readonly (readonly [number, number])[] = [
  [1, 9999],
  [1, 12],
  [1, 31],
  [0, 23],
  [0, 59],
  [0, 60.999999999],
]
/** No temporal value is longer; longer texts are not even looked at. */
const LONGEST = 64

/** Reads a date, dateTime or instant; undefined when it is none. */
export function temporalOf(text: string): Temporal | undefined {
  const match = text.length > LONGEST ? null : DATE_TIME.exec(text)
  if (match === null) return undefined
  const parts = numbers(match.slice(1, 7))
  if (!within(parts, RANGES) || (parts.length > 2 && (parts[2] ?? 0) > daysOf(parts[0] ?? 0, parts[1] ?? 1)))
    return undefined
  return { parts, offset: offsetOf(match), time: false }
}

/** Reads a time; undefined when it is none. */
export function timeOf(text: string): Temporal | undefined {
  const match = text.length > LONGEST ? null : TIME.exec(text)
  if (match === null) return undefined
  const parts = numbers(match.slice(1, 4))
  return within(parts, RANGES.slice(3)) ? { parts, offset: undefined, time: true } : undefined
}

/** Negative, 0 or positive; undefined when the common precision does not decide. */
export function compareTemporal(a: Temporal, b: Temporal): number | undefined {
  if (a.time !== b.time) return undefined
  const instants = a.offset !== undefined && b.offset !== undefined
  if (a.parts.length > 3 && b.parts.length > 3 && !instants && a.offset !== b.offset) return undefined
  const [left, right] = instants ? [inUtc(a), inUtc(b)] : [a.parts, b.parts]
  const common = Math.min(left.length, right.length)
  for (let i = 0; i < common; i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return left.length === right.length ? 0 : undefined
}

/** Adds a calendar quantity, as N1 6.6.1: months keep within their days, smaller units than the precision are dropped. */
export function addTo(text: string, amount: number, unit: string, time: boolean): string | undefined {
  const temporal = time ? timeOf(text) : temporalOf(text)
  const step = STEPS.get(unit.replace(/s$/, ''))
  if (temporal === undefined || step === undefined) return undefined
  return time ? timePlus(temporal, amount, step) : dateTimePlus(text, temporal, amount, step)
}

interface Step {
  months?: number
  ms?: number
  /** Parts that a value must have for the step to move it. */
  precision: number
}

const DAY = 86_400_000
const STEPS: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['year', { months: 12, precision: 1 }],
  ['month', { months: 1, precision: 2 }],
  ['week', { ms: 7 * DAY, precision: 3 }],
  ['day', { ms: DAY, precision: 3 }],
  ['hour', { ms: 3_600_000, precision: 4 }],
  ['minute', { ms: 60_000, precision: 5 }],
  ['second', { ms: 1000, precision: 6 }],
  ['s', { ms: 1000, precision: 6 }],
  ['millisecond', { ms: 1, precision: 6 }],
  ['m', { ms: 1, precision: 6 }],
])

function timePlus(temporal: Temporal, amount: number, step: Step): string | undefined {
  if (step.ms === undefined) return undefined
  const [hour = 0, minute = 0, second = 0] = temporal.parts
  const moved = (((hour * 60 + minute) * 60 + second) * 1000 + step.ms * Math.trunc(amount)) % DAY
  return new Date((moved + DAY) % DAY).toISOString().slice(11, [13, 16, 23][temporal.parts.length - 1])
}

function dateTimePlus(text: string, temporal: Temporal, amount: number, step: Step): string | undefined {
  const { parts } = temporal
  const whole = wholeSteps(parts.length, amount, step)
  const at = new Date(0)
  const [year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts
  at.setUTCFullYear(year, month - 1, day)
  at.setUTCHours(hour, minute, 0, Math.round(second * 1000))
  if (whole.months !== 0) {
    const months = year * 12 + (month - 1) + whole.months
    const [toYear, toMonth] = [Math.floor(months / 12), months - Math.floor(months / 12) * 12]
    at.setUTCFullYear(toYear, toMonth, Math.min(day, daysOf(toYear, toMonth + 1)))
  }
  const moved = new Date(at.getTime() + whole.ms)
  if (Number.isNaN(moved.getTime()) || moved.getUTCFullYear() < 1 || moved.getUTCFullYear() > 9999) return undefined
  const zone = /(?:Z|[+-]\d\d:\d\d)$/.exec(parts.length > 3 ? text : '')?.[0] ?? ''
  const fraction = /\.\d/.test(text) || moved.getUTCMilliseconds() !== 0
  const length = [4, 7, 10, 13, 16, fraction ? 23 : 19][parts.length - 1]
  return moved.toISOString().slice(0, length) + zone
}

/** A value of lower precision than the unit moves by whole steps of its own precision: 24 months are 2 years. */
function wholeSteps(precision: number, amount: number, step: Step): { months: number; ms: number } {
  const months = (step.months ?? 0) * Math.trunc(amount)
  const ms = (step.ms ?? 0) * Math.trunc(amount)
  if (precision >= step.precision) return { months, ms }
  if (precision === 1) return { months: Math.trunc((months + Math.trunc(ms / DAY / 30)) / 12) * 12, ms: 0 }
  if (precision === 2) return { months: months + Math.trunc(ms / DAY / 30), ms: 0 }
  const unit = precision === 3 ? DAY : precision === 4 ? 3_600_000 : 60_000
  return { months, ms: Math.trunc(ms / unit) * unit }
}

function numbers(groups: readonly (string | undefined)[]): readonly number[] {
  return groups.filter((group) => group !== undefined).map(Number)
}

function within(parts: readonly number[], ranges: readonly (readonly [number, number])[]): boolean {
  return parts.every((part, i) => part >= (ranges[i]?.[0] ?? 0) && part <= (ranges[i]?.[1] ?? 0))
}

function daysOf(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 31
}

function offsetOf(match: RegExpExecArray): number | undefined {
  if (match[7] === 'Z') return 0
  if (match[8] === undefined) return undefined
  return (match[8] === '-' ? -1 : 1) * (Number(match[9]) * 60 + Number(match[10]))
}

/** The parts of an instant in UTC, at the same precision. */
function inUtc({ parts, offset = 0 }: Temporal): readonly number[] {
  if (offset === 0 || parts.length < 4) return parts
  const [year = 1, month = 1, day = 1, hour = 0, minute = 0] = parts
  const at = new Date(0)
  at.setUTCFullYear(year, month - 1, day)
  at.setUTCHours(hour, minute - offset)
  const all = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes()]
  return [...all.slice(0, Math.min(parts.length, 5)), ...parts.slice(5)]
}
