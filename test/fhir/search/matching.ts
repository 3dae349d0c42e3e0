import { indexValues } from '../../../src/fhir/search/extract.ts'
import type { ParsedSearch, SearchOptions } from '../../../src/fhir/search/parsed.ts'
import { parseSearch } from '../../../src/fhir/search/query.ts'
import type { Condition, DateMatch, IndexValues, SearchableType } from '../../../src/store/store.ts'

/** Options of the searches in these tests: a fixed day, our base, generous limits. */
export const OPTIONS: SearchOptions = {
  handling: 'lenient',
  maxValues: 100,
  defaultCount: 20,
  maxCount: 200,
  baseUrl: 'https://dcc.test/fhir',
  now: new Date('2026-01-01T00:00:00.000Z'),
}

/** Parses a query string, `+` and percent-encoding decoded as in a form. */
export function search(type: SearchableType, query: string, options: Partial<SearchOptions> = {}): ParsedSearch {
  return parseSearch(type, [...new URLSearchParams(query.replaceAll('+', '%2B'))], { ...OPTIONS, ...options })
}

/** The one condition of a query. */
export function condition(type: SearchableType, query: string, options: Partial<SearchOptions> = {}): Condition {
  const [first, ...others] = search(type, query, options).conditions
  if (first === undefined || others.length > 0) throw new Error(`${query} is not one condition`)
  return first
}

/** Whether a resource is found by a query without chains, as the store compares (store.ts, Condition). */
export function finds(resource: unknown, type: SearchableType, query: string): boolean {
  const values = indexValues(resource)
  return search(type, query).conditions.every((one) => holds(resource, values, one))
}

function holds(resource: unknown, values: IndexValues, condition: Condition): boolean {
  switch (condition.kind) {
    case 'token':
      return (
        condition.anyOf.some((match) =>
          values.tokens.some(
            ({ param, system, code }) =>
              param === condition.param &&
              (match.code === undefined || match.code === code) &&
              (match.system === undefined || match.system === system),
          ),
        ) !==
        (condition.not === true)
      )
    case 'string':
      return values.strings.some(
        ({ param, folded, exact }) =>
          param === condition.param &&
          condition.anyOf.some((text) =>
            condition.match === 'exact'
              ? exact === text
              : condition.match === 'starts'
                ? folded.startsWith(text)
                : folded.includes(text),
          ),
      )
    case 'date':
      return values.dates.some(
        ({ param, lo, hi }) => param === condition.param && condition.anyOf.some((match) => compares(lo, hi, match)),
      )
    case 'missing': {
      const rows = { token: values.tokens, string: values.strings, date: values.dates }[condition.index]
      return rows.some(({ param }) => param === condition.param) !== condition.missing
    }
    case 'any':
      return condition.conditions.some((one) => holds(resource, values, one))
    case 'patient':
      return condition.ids.includes(patientOf(resource))
    case 'id':
    case 'entitled':
    case 'none':
      return false
  }
}

/** The patient that a clinical resource is stored under. */
function patientOf(resource: unknown): string {
  const { subject } = Object(resource)
  return String(subject?.reference).replace('Patient/', '')
}

/** R4 search.html#prefix, on the range of a stored value. */
function compares(lo: string, hi: string, { op, lo: from, hi: to }: DateMatch): boolean {
  switch (op) {
    case 'eq':
      return lo >= from && hi <= to
    case 'ne':
      return lo < from || hi > to
    case 'gt':
      return hi > to
    case 'lt':
      return lo < from
    case 'ge':
      return hi > to || (lo >= from && hi <= to)
    case 'le':
      return lo < from || (lo >= from && hi <= to)
    case 'sa':
      return lo > to
    case 'eb':
      return hi < from
  }
}
