import { parisToUtc } from './paris.ts'

/** First instant of an open range. */
export const BEGINNING = '0001-01-01T00:00:00.000Z'
/** Last instant of an open range. */
export const END = '9999-12-31T23:59:59.999Z'

/** The instants that a FHIR date covers, in milliseconds since 1970, both inclusive. */
export interface InstantRange {
  lo: number
  hi: number
}

/** How a value without zone is read: dateTime as French local time, `date` (a birth date) as itself. */
export type Zoneless = 'paris' | 'utc'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const DATE =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/

/**
 * The range that a date, dateTime or instant implies by its precision (R4 search.html#date): `2025-04` is all of April.
 * Minutes without seconds are accepted, as in search values. undefined when the text is not a date.
 */
export function instantRange(text: string, zoneless: Zoneless): InstantRange | undefined {
  const match = DATE.exec(text)
  if (match === null) return undefined
  const [, year = '', month, day, hour, minute = '', second, fraction, zone] = match
  const local = localRange(Number(year), month, day, hour, minute, second, fraction)
  if (local === undefined) return undefined
  if (zone !== undefined) {
    const offset = offsetOf(zone)
    return offset === undefined ? undefined : { lo: local.lo - offset, hi: local.hi - offset }
  }
  if (zoneless === 'utc') return local
  return { lo: parisToUtc(local.lo, 'earlier'), hi: parisToUtc(local.hi, 'later') }
}

/** Milliseconds since 1970 as ISO 8601 UTC of fixed width, kept between BEGINNING and END so that text order is time order. */
export function isoInstant(milliseconds: number): string {
  if (milliseconds <= FIRST) return BEGINNING
  if (milliseconds >= LAST) return END
  return new Date(milliseconds).toISOString()
}

function localRange(
  year: number,
  month: string | undefined,
  day: string | undefined,
  hour: string | undefined,
  minute: string,
  second: string | undefined,
  fraction: string | undefined,
): InstantRange | undefined {
  if (year === 0) return undefined
  if (month === undefined) return { lo: civil(year, 1, 1), hi: civil(year + 1, 1, 1) - 1 }
  const m = Number(month)
  if (m < 1 || m > 12) return undefined
  const nextMonth = m === 12 ? civil(year + 1, 1, 1) : civil(year, m + 1, 1)
  if (day === undefined) return { lo: civil(year, m, 1), hi: nextMonth - 1 }
  const midnight = civil(year, m, Number(day))
  if (Number(day) < 1 || midnight >= nextMonth) return undefined
  if (hour === undefined) return { lo: midnight, hi: midnight + DAY - 1 }
  const start = midnight + Number(hour) * HOUR + Number(minute) * MINUTE
  if (Number(hour) > 23 || Number(minute) > 59) return undefined
  if (second === undefined) return { lo: start, hi: start + MINUTE - 1 }
  if (Number(second) > 60) return undefined
  const exact = start + Math.min(Number(second), 59) * 1000
  if (fraction === undefined) return { lo: exact, hi: exact + 999 }
  const width = fraction.length >= 3 ? 1 : 10 ** (3 - fraction.length)
  const lo = exact + Number(fraction.slice(0, 3).padEnd(3, '0'))
  return { lo, hi: lo + width - 1 }
}

function offsetOf(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4, 6))
  if (hours > 14 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * HOUR + minutes * MINUTE)
}

/** Midnight of a civil date; Date.UTC alone reads the years 1 to 99 as 1901 to 1999. */
function civil(year: number, month: number, day: number): number {
  return year >= 100 ? Date.UTC(year, month - 1, day) : Date.UTC(year + 400, month - 1, day) - FOUR_CENTURIES
}

/** The Gregorian calendar repeats every 400 years of 146,097 days. */
const FOUR_CENTURIES = 146_097 * DAY
const FIRST = Date.parse(BEGINNING)
const LAST = Date.parse(END)
