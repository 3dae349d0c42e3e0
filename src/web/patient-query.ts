import { fold } from '../french/fold.ts'
import type { PatientQuery } from './patient-search.ts'

/** Fields of the search form, and what is wrong with them. */
export type QueryField = keyof PatientQuery | 'query'
export type QueryFaults = Partial<Record<QueryField, string>>

/** A search as it was asked: what was typed, and either the query or why it is none. */
export interface AskedQuery {
  /** As typed, to be shown again. */
  typed: PatientQuery
  query: PatientQuery | undefined
  faults: QueryFaults
}

/** What the form shows when nothing was asked yet. */
export const NOTHING_ASKED: AskedQuery = {
  typed: { number: '', family: '', given: '', birthDate: '' },
  query: undefined,
  faults: {},
}

/**
 * Reads a search from its fields. It must be narrow: a number, or two of birth name, given name and birth date, for
 * who searches by one name sees people that are none of their patients.
 */
export function readQuery(fieldOf: (name: string) => string): AskedQuery {
  const typed = {
    number: plain(fieldOf('number')),
    family: plain(fieldOf('family')),
    given: plain(fieldOf('given')),
    birthDate: plain(fieldOf('birthDate')),
  }
  const day = typed.birthDate === '' ? '' : isoDay(typed.birthDate)
  const faults: QueryFaults = {
    ...(typed.number !== '' && typed.number.length < SHORTEST_NUMBER ? { number: 'Ce numéro est trop court.' } : {}),
    ...(tooShort(typed.family) ? { family: TOO_SHORT } : {}),
    ...(tooShort(typed.given) ? { given: TOO_SHORT } : {}),
    ...(day === undefined ? { birthDate: 'Écrivez la date ainsi : 02/07/1964.' } : {}),
  }
  const traits = [typed.family, typed.given, typed.birthDate].filter((text) => text !== '').length
  if (Object.keys(faults).length === 0 && typed.number === '' && traits < 2) faults.query = TOO_WIDE
  const query = Object.keys(faults).length === 0 && day !== undefined ? { ...typed, birthDate: day } : undefined
  return { typed, query, faults }
}

/** A day as people type it (`2/7/1964`, `02.07.1964`, `02071964`, `1964-07-02`) as YYYY-MM-DD; undefined for none. */
export function isoDay(text: string): string | undefined {
  const written = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$/.exec(text) ?? /^(\d{2})(\d{2})(\d{4})$/.exec(text)
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  const [year, month, day] = written === null ? (iso?.slice(1) ?? []) : written.slice(1).reverse()
  if (year === undefined || month === undefined || day === undefined) return undefined
  const padded = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const time = Date.parse(`${padded}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(padded) ? padded : undefined
}

/** A text field without control characters, broken characters and outer blanks; `longest` characters at most. */
export function plain(text: string, longest = LONGEST): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\uFFFD]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, longest)
    .toWellFormed()
}

const LONGEST = 100
const SHORTEST_NUMBER = 4
const TOO_SHORT = 'Écrivez au moins deux lettres.'
const TOO_WIDE =
  'Cette recherche est trop large. Donnez un numéro, ou deux éléments : nom de naissance, prénom, date de naissance.'

function tooShort(name: string): boolean {
  return name !== '' && fold(name).replace(/[^\p{L}]/gu, '').length < 2
}
