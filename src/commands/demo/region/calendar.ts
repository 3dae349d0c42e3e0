const MILLISECONDS_OF_DAY = 86_400_000

/** A day, counted from 1970-01-01. Only days are computed with: no clock, no time zone of the machine. */
export type Day = number

/** The day of a date written YYYY-MM-DD. Throws RangeError on anything else. */
export function parseDay(date: string): Day {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(time)) throw new RangeError('a date YYYY-MM-DD is expected')
  return time / MILLISECONDS_OF_DAY
}

/** The day of a calendar date; month is 1-12. */
export function dayOf(year: number, month: number, dayOfMonth: number): Day {
  return Date.UTC(year, month - 1, dayOfMonth) / MILLISECONDS_OF_DAY
}

/** YYYY-MM-DD. */
export function isoDate(day: Day): string {
  const known = ISO_DATES.get(day)
  if (known !== undefined) return known
  const date = new Date(day * MILLISECONDS_OF_DAY).toISOString().slice(0, 10)
  ISO_DATES.set(day, date)
  return date
}

/** The dates of a region are some thousands of days: each is formatted once. */
const ISO_DATES = new Map<Day, string>()

/** The calendar year of a day. */
export function yearOf(day: Day): number {
  return Number(isoDate(day).slice(0, 4))
}

/** YYYYMMDD, as HL7 writes a date. */
export function hl7Date(day: Day): string {
  const iso = isoDate(day)
  return iso.slice(0, 4) + iso.slice(5, 7) + iso.slice(8, 10)
}

/** DD/MM/YYYY, as a French reader expects it. */
export function frenchDate(day: Day): string {
  const iso = isoDate(day)
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)}`
}

/** YYYYMMDDHHMMSS with the offset of Europe/Paris on that day, as HL7 writes an instant; `minutes` is local time. */
export function hl7Instant(day: Day, minutes: number): string {
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0')
  const rest = String(minutes % 60).padStart(2, '0')
  return `${hl7Date(day)}${hours}${rest}00${isParisSummer(day) ? '+0200' : '+0100'}`
}

/**
 * Summer time of the European Union: from the last Sunday of March to the last Sunday of October. The change at 3 in
 * the morning does not matter here: no document is written at night.
 */
function isParisSummer(day: Day): boolean {
  const year = yearOf(day)
  return day >= lastSunday(year, 3) && day < lastSunday(year, 10)
}

function lastSunday(year: number, month: number): Day {
  const lastDay = dayOf(year, month + 1, 1) - 1
  // 1970-01-01 was a Thursday.
  return lastDay - ((lastDay + 4) % 7)
}
