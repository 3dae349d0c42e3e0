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

/**
 * The range that a date, dateTime or instant implies by its precision (R4 search.html#date): `2025-04` is all of April.
 * Minutes without seconds are accepted, as in search values. undefined when the text is not a date.
 */
export function instantRange(text: string, zoneless: Zoneless): InstantRange | undefined {
  const day = calendarRange(text)
  if (day === undefined || text.length <= 10) return day === undefined ? undefined : placed(day, zoneless)
  const time = clockRange(text, day.lo)
  if (time === undefined) return undefined
  if (time.zoneAt === text.length) return placed(time, zoneless)
  const offset = offsetOf(text, time.zoneAt)
  return Number.isNaN(offset) ? undefined : { lo: time.lo - offset, hi: time.hi - offset }
}

/** The bounds of a range as ISO 8601 UTC texts. Most ranges are one second long: their texts differ in milliseconds only. */
export function isoRange({ lo, hi }: InstantRange): { lo: string; hi: string } {
  const first = isoInstant(lo)
  const sameSecond = Math.floor(lo / 1000) === Math.floor(hi / 1000)
  if (!sameSecond || lo <= FIRST || hi >= LAST) return { lo: first, hi: isoInstant(hi) }
  const milliseconds = ((hi % 1000) + 1000) % 1000
  return { lo: first, hi: `${first.slice(0, 20)}${String(milliseconds).padStart(3, '0')}Z` }
}

/** Milliseconds since 1970 as ISO 8601 UTC of fixed width, kept between BEGINNING and END: text order is time order. */
export function isoInstant(milliseconds: number): string {
  if (milliseconds <= FIRST) return BEGINNING
  if (milliseconds >= LAST) return END
  return new Date(milliseconds).toISOString()
}

function placed({ lo, hi }: InstantRange, zoneless: Zoneless): InstantRange {
  return zoneless === 'utc' ? { lo, hi } : { lo: parisToUtc(lo, 'earlier'), hi: parisToUtc(hi, 'later') }
}

/** The year, month or day at the start of a text, as local time. */
function calendarRange(text: string): InstantRange | undefined {
  const year = digits(text, 0, 4)
  if (!(year > 0)) return undefined
  if (text.length === 4) return { lo: civil(year, 1), hi: civil(year + 1, 1) - 1 }
  const month = digits(text, 5, 2)
  const days = month === 2 && isLeap(year) ? 29 : DAYS[month]
  if (text[4] !== '-' || days === undefined) return undefined
  const first = civil(year, month)
  if (text.length === 7) return { lo: first, hi: first + days * DAY - 1 }
  const day = digits(text, 8, 2)
  if (text[7] !== '-' || !(day >= 1 && day <= days)) return undefined
  const lo = first + (day - 1) * DAY
  return { lo, hi: lo + DAY - 1 }
}

/** The minute, second or fraction that follows a day in a text, and where its zone begins. */
function clockRange(text: string, midnight: number): (InstantRange & { zoneAt: number }) | undefined {
  const hour = digits(text, 11, 2)
  const minute = digits(text, 14, 2)
  if (text[10] !== 'T' || text[13] !== ':' || !(hour <= 23) || !(minute <= 59)) return undefined
  const start = midnight + hour * HOUR + minute * MINUTE
  if (text[16] !== ':') return { lo: start, hi: start + MINUTE - 1, zoneAt: 16 }
  const second = digits(text, 17, 2)
  if (!(second <= 60)) return undefined
  const exact = start + Math.min(second, 59) * 1000
  if (text[19] !== '.') return { lo: exact, hi: exact + 999, zoneAt: 19 }
  let zoneAt = 20
  while (zoneAt < text.length && !Number.isNaN(digits(text, zoneAt, 1))) zoneAt += 1
  if (zoneAt === 20) return undefined
  const precision = Math.min(zoneAt - 20, 3)
  const width = 10 ** (3 - precision)
  const lo = exact + digits(text, 20, precision) * width
  return { lo, hi: lo + width - 1, zoneAt }
}

/** Milliseconds of the zone (`Z`, `+02:00`) that ends a text; NaN when it is none. */
function offsetOf(text: string, from: number): number {
  if (text[from] === 'Z') return text.length === from + 1 ? 0 : Number.NaN
  const sign = text[from] === '+' ? 1 : text[from] === '-' ? -1 : Number.NaN
  const hours = digits(text, from + 1, 2)
  const minutes = digits(text, from + 4, 2)
  const wellFormed = text.length === from + 6 && text[from + 3] === ':' && hours <= 14 && minutes <= 59
  return wellFormed ? sign * (hours * HOUR + minutes * MINUTE) : Number.NaN
}

/** The number that `count` digits make; NaN when one of them is no digit. */
function digits(text: string, from: number, count: number): number {
  let number = 0
  for (let index = from; index < from + count; index += 1) {
    const digit = text.charCodeAt(index) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    number = number * 10 + digit
  }
  return number
}

const DAYS = [undefined, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

/** First instant of a month; Date.UTC alone reads the years 1 to 99 as 1901 to 1999. */
function civil(year: number, month: number): number {
  return year >= 100 ? Date.UTC(year, month - 1, 1) : Date.UTC(year + 400, month - 1, 1) - FOUR_CENTURIES
}

/** The Gregorian calendar repeats every 400 years of 146,097 days. */
const FOUR_CENTURIES = 146_097 * DAY
const FIRST = Date.parse(BEGINNING)
const LAST = Date.parse(END)
