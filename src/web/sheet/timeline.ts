import type { SheetDocument } from './documents.ts'
import { isKind, KINDS, type Kind } from './kinds.ts'
import type { Chain } from './versions.ts'
import { dayOf, NBSP } from './words.ts'

/** What is asked of the timeline, by its address: nothing of it says who the patient is. */
export interface Filter {
  kind: Kind | undefined
  /** `12m`: the last twelve months; a year; undefined: all. */
  period: string | undefined
  /** From 1. */
  page: number
}

/** The parameters of the address that say so. */
export const PARAMETERS = { kind: 'type', period: 'periode', page: 'page' } as const

/** A choice among filters, with what it would show. */
export interface Choice {
  /** '' for all. */
  value: string
  label: string
  count: number
  chosen: boolean
}

/** The timeline as it is shown. */
export interface Timeline {
  kinds: readonly Choice[]
  periods: readonly Choice[]
  years: readonly { year: string; chains: readonly Chain[] }[]
  /** Documents that the filters leave, versions that were replaced not counted. */
  total: number
  /** Number of the page of older ones, of newer ones. */
  older: number | undefined
  newer: number | undefined
  /** First and last of those shown, from 1. */
  first: number
  last: number
}

/** Documents of one page of the timeline: what a sheet of 60 KB holds. */
export const PAGE = 50

const LAST_MONTHS = '12m'

/** Reads the filter of an address; what is none is taken for all. */
export function readFilter(query: Readonly<Record<string, unknown>>): Filter {
  const kind = String(query[PARAMETERS.kind] ?? '')
  const period = String(query[PARAMETERS.period] ?? '')
  const page = String(query[PARAMETERS.page] ?? '')
  return {
    kind: isKind(kind) ? kind : undefined,
    period: period === LAST_MONTHS || /^\d{4}$/.test(period) ? period : undefined,
    page: /^[1-9]\d{0,3}$/.test(page) ? Number(page) : 1,
  }
}

/** Filters chains of documents, newest first, and groups a page of them by year; `today` is a calendar day. */
export function timelineOf(chains: readonly Chain[], filter: Filter, today: string): Timeline {
  const ofKind = (kind: Kind | undefined) => (chain: Chain) => kind === undefined || chain.current.kind === kind
  const ofPeriod = (period: string | undefined) => (chain: Chain) => isWithin(chain.current, period, today)
  const inPeriod = chains.filter(ofPeriod(filter.period))
  const found = inPeriod.filter(ofKind(filter.kind))
  const pages = Math.max(1, Math.ceil(found.length / PAGE))
  const page = Math.min(filter.page, pages)
  const shown = found.slice((page - 1) * PAGE, page * PAGE)
  const kinds = (Object.keys(KINDS) as Kind[]).map((kind) => ({
    ...choice(kind, KINDS[kind].several, inPeriod.filter(ofKind(kind)).length, filter.kind),
  }))
  const periods = [LAST_MONTHS, ...yearsOf(chains)].map((period) =>
    choice(
      period,
      PERIODS.get(period) ?? period,
      chains.filter(ofKind(filter.kind)).filter(ofPeriod(period)).length,
      filter.period,
    ),
  )
  return {
    kinds: [choice('', 'Tous', inPeriod.length, filter.kind ?? ''), ...kinds.filter(isUseful)],
    periods: [
      choice('', 'Toutes dates', chains.filter(ofKind(filter.kind)).length, filter.period ?? ''),
      ...periods.filter(isUseful),
    ],
    years: groupedByYear(shown),
    total: found.length,
    older: page < pages ? page + 1 : undefined,
    newer: page > 1 ? page - 1 : undefined,
    first: found.length === 0 ? 0 : (page - 1) * PAGE + 1,
    last: (page - 1) * PAGE + shown.length,
  }
}

const PERIODS: ReadonlyMap<string, string> = new Map([[LAST_MONTHS, `12${NBSP}derniers mois`]])

const UNDATED = 'Sans date'

function choice(value: string, label: string, count: number, chosen: string | undefined): Choice {
  return { value, label, count, chosen: value === chosen }
}

/** What would show nothing is no choice, unless it is the one that was made. */
function isUseful({ count, chosen }: Choice): boolean {
  return count > 0 || chosen
}

function isWithin({ day }: SheetDocument, period: string | undefined, today: string): boolean {
  if (period === undefined) return true
  if (period !== LAST_MONTHS) return day.startsWith(period)
  const [year = '', ...rest] = dayOf(today).split('-')
  return day >= [String(Number(year) - 1), ...rest].join('-')
}

function yearsOf(chains: readonly Chain[]): string[] {
  const years = chains.map(({ current }) => current.day.slice(0, 4)).filter((year) => year !== '')
  return [...new Set(years)].sort().reverse()
}

function groupedByYear(chains: readonly Chain[]): Timeline['years'] {
  const groups = Map.groupBy(chains, ({ current }) => current.day.slice(0, 4) || UNDATED)
  return [...groups].map(([year, own]) => ({ year, chains: own }))
}
