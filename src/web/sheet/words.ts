/** A space that no line is broken at: French writes one before `:`, `;`, `?` and `!`, and inside guillemets. */
export const NBSP = '\u00a0'

const PARIS = { timeZone: 'Europe/Paris' } as const
const LONG = new Intl.DateTimeFormat('fr-FR', { ...PARIS, day: 'numeric', month: 'long', year: 'numeric' })
const SHORT = new Intl.DateTimeFormat('fr-FR', { ...PARIS, day: 'numeric', month: 'short' })
const MONTH = new Intl.DateTimeFormat('fr-FR', { ...PARIS, month: 'long', year: 'numeric' })
const ISO_DAY = new Intl.DateTimeFormat('sv-SE', { ...PARIS, year: 'numeric', month: '2-digit', day: '2-digit' })

/** A FHIR date, dateTime or instant in words, as precise as it is and in Paris time: `24 février 2026`; '' for none. */
export function longDate(date: string): string {
  const day = dayOf(date)
  if (/^\d{4}$/.test(day)) return day
  if (/^\d{4}-\d{2}$/.test(day)) return MONTH.format(noon(`${day}-15`))
  return day === '' ? '' : ordinal(LONG.format(noon(day)))
}

/** The day and month of a date, without the year: `24 févr.`; '' when the day is not known. */
export function shortDay(date: string): string {
  const day = dayOf(date)
  return day.length === 10 ? ordinal(SHORT.format(noon(day))) : ''
}

/** The calendar day of a FHIR date in Paris, `2026-02-24`, or as much of it as is known; '' for what is no date. */
export function dayOf(date: string): string {
  if (/^\d{4}(-\d{2}){0,2}$/.test(date)) return Number.isNaN(noon(date).getTime()) ? '' : date
  const at = Date.parse(date)
  return Number.isNaN(at) ? '' : ISO_DAY.format(at)
}

/** Age in years on a day, for a birth date as precise as it is; undefined when it is no date. */
export function ageOn(birthDate: string, on: string): number | undefined {
  const [year, month = '12', day = '31'] = dayOf(birthDate).split('-')
  const today = dayOf(on)
  if (year === undefined || year === '' || today.length !== 10) return undefined
  const age = Number(today.slice(0, 4)) - Number(year)
  return today.slice(5) < `${month}-${day}` ? age - 1 : age
}

/** A number with its noun: `1 document`, `3 documents`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count}${NBSP}${count > 1 ? several : one}`
}

/** Parts of a line, without the empty ones. */
export function line(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(', ')
}

/** A size in the unit that people read. */
export function fileSize(bytes: number): string {
  const [size, unit] = bytes < 1_000_000 ? [Math.max(1, bytes / 1000), 'ko'] : [bytes / 1_000_000, 'Mo']
  return `${new Intl.NumberFormat('fr-FR', { maximumFractionDigits: unit === 'Mo' ? 1 : 0 }).format(size)}${NBSP}${unit}`
}

/** In the middle of the day: no time zone moves it. */
function noon(day: string): Date {
  return new Date(`${day}T12:00:00Z`)
}

/** The first of a month is an ordinal in French. */
function ordinal(date: string): string {
  return date.replace(/^1 /, `1er `)
}
