import { isWithin } from './iti-119-names.ts'

/** A birth date as far as it is known; what a lunar date writes 00 is not. */
interface KnownDate {
  year: string
  month: string | undefined
  day: string | undefined
}

/**
 * Whether two birth dates may be the same day, badly known or badly written: one of them partial (`1950`, `1950-03`,
 * lunar `1950-00-00`), an unknown part filled as the RNIV says (identity-fr.md 1.7: day 01, 1 January, 31 December),
 * day and month swapped, one digit wrong or two neighbours swapped. Symmetric; what is no date is near nothing.
 */
export function isNearDate(a: string, b: string): boolean {
  const [x, y] = [knownDate(a), knownDate(b)]
  if (x === undefined || y === undefined) return false
  if (isPrefix(x, y) || isFilled(x, y) || isFilled(y, x)) return true
  if (x.day === undefined || y.day === undefined) return false
  if (x.year === y.year && x.month === y.day && x.day === y.month) return true
  return isWithin(digitsOf(x), digitsOf(y), 1)
}

/** Whether a birth date says the day. */
export function isFullDate(text: string): boolean {
  return knownDate(text)?.day !== undefined
}

/** Every part that both know is the same, and one of them does not know all. */
function isPrefix(x: KnownDate, y: KnownDate): boolean {
  const partial = x.day === undefined || y.day === undefined
  const sameMonth = x.month === undefined || y.month === undefined || x.month === y.month
  return partial && x.year === y.year && sameMonth
}

/** The first may stand for an unknown day, or month and day, of the second. */
function isFilled(filled: KnownDate, other: KnownDate): boolean {
  if (filled.year !== other.year) return false
  const day = `${filled.month}-${filled.day}`
  return day === '01-01' || day === '12-31' || (filled.day === '01' && filled.month === other.month)
}

function digitsOf({ year, month = '', day = '' }: KnownDate): string {
  return year + month + day
}

function knownDate(text: string): KnownDate | undefined {
  const [, year, month, day] = DATE.exec(text) ?? []
  if (year === undefined || year === '0000') return undefined
  const known = month === undefined || month === '00' ? undefined : month
  return { year, month: known, day: known === undefined || day === '00' ? undefined : day }
}

const DATE = /^(\d{4})(?:-(0\d|1[0-2])(?:-([0-2]\d|3[01]))?)?$/
