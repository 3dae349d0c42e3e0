/** Whether a JSON value is of a primitive type (FHIR datatypes.html, validation.md section 2). */
export type PrimitiveFormat = (value: unknown) => boolean

/** No text of FHIR may hold what XML 1.0 cannot carry: control characters other than TAB, LF and CR, U+FFFE, U+FFFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNCARRIED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/

const text =
  (pattern: RegExp): PrimitiveFormat =>
  (value) =>
    typeof value === 'string' && pattern.test(value) && !UNCARRIED.test(value)

const integer =
  (minimum: number): PrimitiveFormat =>
  (value) =>
    Number.isInteger(value) && Number(value) >= minimum && Number(value) <= 2_147_483_647

const YEAR = '(?!0000)\\d{4}'
const TIME = '([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d{1,9})?'
const ZONE = '(Z|[+-](0\\d|1[0-3]):[0-5]\\d|[+-]14:00)'
const DATE = new RegExp(`^${YEAR}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$`)
const DATE_TIME = new RegExp(`^${YEAR}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01])(T${TIME}${ZONE})?)?)?$`)
const INSTANT = new RegExp(`^${YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T${TIME}${ZONE}$`)

const uri = text(/^\S+$/)
/** A string must not be blank. */
const string = text(/\S/)

/** Formats by primitive type; calendar days are checked where a pattern cannot. */
export const PRIMITIVE_FORMATS: Readonly<Record<string, PrimitiveFormat>> = {
  boolean: (value) => typeof value === 'boolean',
  integer: integer(-2_147_483_648),
  unsignedInt: integer(0),
  positiveInt: integer(1),
  decimal: (value) => typeof value === 'number' && Number.isFinite(value),
  string,
  markdown: string,
  code: text(/^[^\s]+(\s[^\s]+)*$/),
  id: text(/^[A-Za-z0-9\-.]{1,64}$/),
  uri,
  url: uri,
  canonical: uri,
  oid: text(/^urn:oid:[0-2](\.(0|[1-9]\d*))+$/),
  uuid: text(/^urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/),
  date: (value) => typeof value === 'string' && DATE.test(value) && isDay(value),
  dateTime: (value) => typeof value === 'string' && DATE_TIME.test(value) && isDay(value),
  instant: (value) => typeof value === 'string' && INSTANT.test(value) && isDay(value),
  time: text(new RegExp(`^${TIME}$`)),
  base64Binary: isBase64,
}

/** Whether the day of a well-formed date is one of its month. */
function isDay(value: string): boolean {
  if (value.length < 10) return true
  const day = (value.charCodeAt(8) - ZERO) * 10 + value.charCodeAt(9) - ZERO
  if (day <= 28) return true
  const month = (value.charCodeAt(5) - ZERO) * 10 + value.charCodeAt(6) - ZERO
  if (month === 2) return day === 29 && isLeap(Number(value.slice(0, 4)))
  return day <= 30 || ![4, 6, 9, 11].includes(month)
}

const ZERO = 0x30

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

/**
 * White space is allowed inside base64; the significant length is a multiple of four, padding only at the end. The
 * decoder leaves out what is no base64, so that fewer bytes come out: several times faster than a pattern on a document.
 * It takes the two characters of base64url as well, which are none here.
 */
function isBase64(value: unknown): boolean {
  if (typeof value !== 'string' || value.includes('-') || value.includes('_')) return false
  const { significant, padding } = /\s/.test(value)
    ? measured(value)
    : { significant: value.length, padding: endOf(value) }
  if (significant === 0 || significant % 4 !== 0) return false
  return Buffer.from(value, 'base64').length === (significant / 4) * 3 - padding
}

/** Characters that are not white space, and how many `=` end them; counted, since copying megabytes takes seconds. */
function measured(value: string): { significant: number; padding: number } {
  let significant = 0
  let padding = 0
  for (let at = 0; at < value.length; at += 1) {
    const c = value.charCodeAt(at)
    if (c === 0x20 || (c >= 0x09 && c <= 0x0d)) continue
    significant += 1
    padding = c === EQUALS ? padding + 1 : 0
  }
  return { significant, padding: Math.min(padding, 2) }
}

function endOf(value: string): number {
  return value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0
}

const EQUALS = 0x3d
