/**
 * French legal time. The European rule in force since 1996 is computed; older dates, which are rare, ask the time zone
 * database that comes with the runtime.
 */

const HOUR = 3_600_000
const DAY = 24 * HOUR
const MODERN = Date.UTC(1996, 11, 1)
const historical = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Paris', timeZoneName: 'longOffset' })

/**
 * The instant of a French local time, both in milliseconds since 1970. The hour that occurs twice in autumn gives the
 * `earlier` or the `later` instant; one that does not occur in spring gives what the clock then showed.
 */
export function parisToUtc(local: number, prefer: 'earlier' | 'later'): number {
  const before = offsetAt(local - DAY)
  const after = offsetAt(local + DAY)
  if (before === after) return local - before
  const candidates = [local - before, local - after].filter((instant) => local - instant === offsetAt(instant))
  if (candidates.length === 0) return local - before
  return prefer === 'earlier' ? Math.min(...candidates) : Math.max(...candidates)
}

function offsetAt(instant: number): number {
  return instant >= MODERN ? modernOffset(instant) : historicalOffset(instant)
}

/** Summer time runs from the last Sunday of March to the last Sunday of October, both at 01:00 UTC. */
function modernOffset(instant: number): number {
  const year = new Date(instant).getUTCFullYear()
  return instant >= lastSunday(year, 2) && instant < lastSunday(year, 9) ? 2 * HOUR : HOUR
}

const SWITCHES = new Map<number, number>()

function lastSunday(year: number, month: number): number {
  const key = year * 12 + month
  let found = SWITCHES.get(key)
  if (found === undefined) {
    const lastDay = new Date(Date.UTC(year, month + 1, 0))
    found = lastDay.getTime() - lastDay.getUTCDay() * DAY + HOUR
    if (SWITCHES.size < 1000) SWITCHES.set(key, found)
  }
  return found
}

const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/

function historicalOffset(instant: number): number {
  const [, sign, hours, minutes, seconds = '0'] = OFFSET.exec(historical.format(instant)) ?? []
  if (sign === undefined) return 0
  const size = Number(hours) * HOUR + Number(minutes) * 60_000 + Number(seconds) * 1000
  return sign === '-' ? -size : size
}
