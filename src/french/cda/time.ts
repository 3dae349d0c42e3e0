/** A date or time of CDA read part by part; the fraction of seconds is dropped. */
type Timestamp = { readonly date: string; readonly time: string | undefined; readonly zone: string | undefined }

const TS = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.\d{1,4})?)?)?)?)?)?([+-]\d{2}(?:\d{2})?)?$/

/**
 * FHIR dateTime of a CDA timestamp (`YYYY[MM[DD[HH[MM[SS]]]]][+ZZZZ]`), as precise as it is: `2019`, `2019-02`, `2019-02-18` or
 * `2019-02-18T15:45:00+01:00`. A time without zone is Paris time, summer time included. Undefined for what is not a date.
 */
export function dateTimeOf(timestamp: string): string | undefined {
  const read = readTimestamp(timestamp)
  if (read === undefined) return undefined
  const { date, time, zone } = read
  return time === undefined ? date : `${date}T${time}${zone ?? parisOffset(date, time)}`
}

/** FHIR instant of a CDA timestamp; a day without time is its first instant in Paris. Undefined when the day is not known. */
export function instantOf(timestamp: string): string | undefined {
  const read = readTimestamp(timestamp)
  if (read === undefined || read.date.length < 10) return undefined
  const { date, time = '00:00:00', zone } = read
  return `${date}T${time}${zone ?? parisOffset(date, time)}`
}

/** FHIR date of a CDA timestamp, as written (a birth date never moves with the zone): `1979`, `1979-03` or `1979-03-28`. */
export function dateOf(timestamp: string): string | undefined {
  return readTimestamp(timestamp)?.date
}

function readTimestamp(timestamp: string): Timestamp | undefined {
  const [, year, month, day, hour, minute = '00', second = '00', zone] = TS.exec(timestamp.trim()) ?? []
  if (year === undefined || year === '0000') return undefined
  const date = [year, month, day].filter((part) => part !== undefined).join('-')
  if (!isCalendarDate(Number(year), month, day)) return undefined
  if (hour === undefined) return { date, time: undefined, zone: undefined }
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  if (zone !== undefined && (Math.abs(Number(zone.slice(0, 3))) > 14 || Number(zone.slice(3)) > 59)) return undefined
  return { date, time: `${hour}:${minute}:${second}`, zone: zone && `${zone.slice(0, 3)}:${zone.slice(3) || '00'}` }
}

function isCalendarDate(year: number, month: string | undefined, day: string | undefined): boolean {
  if (month === undefined) return true
  if (Number(month) < 1 || Number(month) > 12) return false
  if (day === undefined) return true
  // Day 0 of the next month is the last day of this one.
  const last = new Date(Date.UTC(2000, Number(month), 0))
  last.setUTCFullYear(year, Number(month), 0)
  return Number(day) >= 1 && Number(day) <= last.getUTCDate()
}

const PARIS = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', timeZoneName: 'longOffset' })

/** Offset of Paris at a local date and time; an hour that the change of March skips takes the winter offset. */
function parisOffset(date: string, time: string): string {
  const winter = offsetAt(Date.parse(`${date}T${time}+01:00`))
  const summer = offsetAt(Date.parse(`${date}T${time}+02:00`))
  return summer === '+02:00' ? summer : winter === '+02:00' ? '+01:00' : winter
}

function offsetAt(epoch: number): string {
  const name = PARIS.formatToParts(epoch).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  return /[+-]\d{2}:\d{2}/.exec(name)?.[0] ?? '+01:00'
}
