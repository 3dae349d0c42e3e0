import { fold } from '../../french/fold.ts'
import type { IndexValues, SearchableType } from '../../store/store.ts'
import { instantRange, isoInstant, type Zoneless } from './dates.ts'
import { at, listOf, objectOf, textOf } from './elements.ts'
import type { JsonObject, SearchParameter } from './model.ts'
import { SEARCH_PARAMETERS } from './parameters.ts'
import { IndexRows } from './rows.ts'
import { indexable } from './text.ts'

/** What a stored row keeps to order results by; instants in UTC with milliseconds, '' when the resource has none. */
export interface SortValues {
  date: string
  creation: string
  periodStart: string
  birthDate: string
  /** Folded birth name of a person, name of an organisation. */
  family: string
}

/**
 * The values by which a resource is found, extracted once when it is written. Elements of another shape than their
 * datatype and dates that are none are left out; nothing is ever thrown. Types without search parameters have no rows.
 */
export function indexValues(resource: unknown): IndexValues {
  const rows = new IndexRows()
  const json = objectOf(resource)
  if (json === undefined) return rows
  for (const extract of EXTRACTORS.get(json.resourceType) ?? []) extract(json, rows)
  return rows
}

/** The values by which a resource is ordered. */
export function sortValues(resource: unknown): SortValues {
  const json = objectOf(resource) ?? {}
  return {
    date: SORT.date(json),
    creation: SORT.creation(json),
    periodStart: SORT.periodStart(json),
    birthDate: SORT.birthDate(json),
    family: indexable(fold(familyName(json))),
  }
}

type Extractor = (resource: JsonObject, rows: IndexRows) => void

function extractorOf({ name, from, as, systemAliases, key }: SearchParameter): Extractor[] {
  if (from === undefined || as === undefined) return []
  const select = typeof from === 'string' ? at(from) : from
  return [
    (resource, rows) => {
      rows.begin(systemAliases, key)
      select(resource, (value) => as(value, name, rows))
    },
  ]
}

const TYPES = Object.keys(SEARCH_PARAMETERS) as SearchableType[]

const EXTRACTORS: ReadonlyMap<unknown, readonly Extractor[]> = new Map(
  TYPES.map((type) => [type, SEARCH_PARAMETERS[type].flatMap(extractorOf)]),
)

const earliest = (path: string, zoneless: Zoneless) => {
  const select = at(path)
  return (resource: JsonObject): string => {
    let first = Number.POSITIVE_INFINITY
    select(resource, (value) => {
      const range = typeof value === 'string' ? instantRange(value, zoneless) : undefined
      if (range !== undefined) first = Math.min(first, range.lo)
    })
    return first === Number.POSITIVE_INFINITY ? '' : isoInstant(first)
  }
}

const SORT = {
  date: earliest('date', 'paris'),
  creation: earliest('content.attachment.creation', 'paris'),
  periodStart: earliest('context.period.start', 'paris'),
  birthDate: earliest('birthDate', 'utc'),
}

/** Official name first, then the first one that has a family name (identity-fr.md 1.7). */
function familyName(resource: JsonObject): string {
  if (typeof resource.name === 'string') return resource.name
  const named = listOf(resource.name).filter((name) => textOf(objectOf(name)?.family) !== undefined)
  const official = named.find((name) => objectOf(name)?.use === 'official')
  return textOf(objectOf(official ?? named[0])?.family) ?? ''
}
