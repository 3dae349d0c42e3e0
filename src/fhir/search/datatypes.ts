import { type InstantRange, instantRange } from './dates.ts'
import { listOf, objectOf, textOf } from './elements.ts'
import type { Emitter } from './model.ts'
import { contactKey } from './text.ts'

/** Code of a row that only says that the element is there: a reference without address, a concept without code. */
export const PRESENT = '#'

/** Coding: system and code. */
export const coding: Emitter = (value, parameter, rows) => {
  const element = objectOf(value)
  const code = textOf(element?.code)
  if (code !== undefined) rows.token(parameter, textOf(element?.system) ?? '', code)
}

/** CodeableConcept: every coding; one with a text only is present, without a code to find it by. */
export const codeableConcept: Emitter = (value, parameter, rows) => {
  const element = objectOf(value)
  if (element === undefined) return
  let coded = false
  for (const member of listOf(element.coding)) {
    if (textOf(objectOf(member)?.code) === undefined) continue
    coding(member, parameter, rows)
    coded = true
  }
  if (!coded && textOf(element.text) !== undefined) rows.token(parameter, '', PRESENT)
}

/** Identifier: system and value. */
export const identifier: Emitter = (value, parameter, rows) => {
  const element = objectOf(value)
  const code = textOf(element?.value)
  if (code !== undefined) rows.token(parameter, textOf(element?.system) ?? '', code)
}

/** code, uri, string or boolean as a token without system. */
export const code: Emitter = (value, parameter, rows) => {
  if (typeof value === 'boolean') rows.token(parameter, '', String(value))
  else if (typeof value === 'string' && value !== '') rows.token(parameter, '', value)
}

/** ContactPoint: its system (phone, email) and its value without punctuation. */
export const contactPoint: Emitter = (value, parameter, rows) => {
  const element = objectOf(value)
  const address = textOf(element?.value)
  if (address !== undefined) rows.token(parameter, textOf(element?.system) ?? '', contactKey(address))
}

/** Reference: its address, without version; its logical identifier under `<parameter>:identifier`. */
export const reference: Emitter = (value, parameter, rows) => {
  const element = objectOf(value)
  if (element === undefined) return
  const address = textOf(element.reference)
  const literal = address !== undefined && !address.startsWith('#')
  rows.token(parameter, '', literal ? unversioned(address) : PRESENT)
  if (element.identifier !== undefined) identifier(element.identifier, `${parameter}:identifier`, rows)
}

/**
 * Reference to the patient that the resource is stored under: it is found by the key of its row, so that only the
 * logical identifier of the patient, and an address elsewhere, need rows of their own.
 */
export const ownPatient: Emitter = (value, parameter, rows) => {
  const element = objectOf(value)
  if (element === undefined) return
  if (textOf(element.reference)?.startsWith('Patient/') !== true) return reference(value, parameter, rows)
  if (element.identifier !== undefined) identifier(element.identifier, `${parameter}:identifier`, rows)
}

/** A reference without the `/_history/…` of one version. */
export function unversioned(address: string): string {
  const history = address.indexOf('/_history/')
  return history < 0 ? address : address.slice(0, history)
}

/** string or markdown. */
export const string: Emitter = (value, parameter, rows) => {
  if (typeof value === 'string') rows.string(parameter, value)
}

const parts =
  (...names: readonly string[]): Emitter =>
  (value, parameter, rows) => {
    const element = objectOf(value)
    if (element === undefined) return
    for (const name of names) for (const part of listOf(element[name])) string(part, parameter, rows)
  }

/** HumanName: each of its parts. */
export const humanName = parts('family', 'given', 'prefix', 'suffix', 'text')

/** Address: each of its parts. */
export const address = parts('line', 'city', 'district', 'state', 'postalCode', 'country', 'text')

/** dateTime or instant; a value without zone is French local time. */
export const dateTime: Emitter = (value, parameter, rows) => {
  const range = typeof value === 'string' ? instantRange(value, 'paris') : undefined
  if (range !== undefined) rows.date(parameter, range)
}

/** date: a day of the calendar, whatever the zone. */
export const date: Emitter = (value, parameter, rows) => {
  const range = typeof value === 'string' ? instantRange(value, 'utc') : undefined
  if (range !== undefined) rows.date(parameter, range)
}

/** Period: from its start to its end; an absent side is open. */
export const period: Emitter = (value, parameter, rows) => {
  const range = periodRange(value)
  if (range !== undefined) rows.date(parameter, range)
}

/** The instants that a Period covers, or undefined when neither side is a date. */
export function periodRange(value: unknown): InstantRange | undefined {
  const element = objectOf(value)
  const start = typeof element?.start === 'string' ? instantRange(element.start, 'paris') : undefined
  const end = typeof element?.end === 'string' ? instantRange(element.end, 'paris') : undefined
  if (start === undefined && end === undefined) return undefined
  return { lo: start?.lo ?? Number.NEGATIVE_INFINITY, hi: end?.hi ?? Number.POSITIVE_INFINITY }
}
