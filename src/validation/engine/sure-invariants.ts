import { isObject } from './json.ts'

/**
 * Questions that tell of most values at once that an invariant of R4 holds; a no only means that its expression
 * decides. By definition and key; the expressions are those of R4 4.0.1.
 */
export const SURE_INVARIANTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  'Period#per-1': (value) => isObject(value) && isOrdered(value.start, value.end),
  'ContactPoint#cpt-2': (value) =>
    isObject(value) && (isAbsent(value, 'value') || (typeof value.system === 'string' && value.system !== '')),
  'Attachment#att-1': (value) =>
    isObject(value) && (isAbsent(value, 'data') || (typeof value.contentType === 'string' && value.contentType !== '')),
  'Patient#pat-1': (value) => isObject(value) && (isObject(value.name) || isObject(value.organization)),
  'Organization#org-1': (value) => isObject(value) && typeof value.name === 'string' && value.name !== '',
}

/** Neither the value nor its partner. */
function isAbsent(object: Record<string, unknown>, name: string): boolean {
  return object[name] === undefined && object[`_${name}`] === undefined
}

/** Whether one of two moments is not given, or both are written alike, so that their texts are ordered as they are. */
function isOrdered(start: unknown, end: unknown): boolean {
  if (start === undefined || end === undefined) return true
  if (typeof start !== 'string' || typeof end !== 'string') return false
  return start.length === end.length && MOMENT.test(start) && MOMENT.test(end) && start <= end
}

/** Dates, and moments in UTC, of years, months and days that are written in full; hours and seconds of a clock. */
const MOMENT = /^(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z)?$/
