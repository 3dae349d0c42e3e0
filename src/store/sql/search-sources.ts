import { BUCKETS } from '../ids.ts'
import type { Condition, DateMatch, SortKey } from '../store.ts'
import { perBucket } from './buckets.ts'
import type { Params } from './params.ts'
import { type IndexedCondition, keyIn, patientIn, rowMatch } from './search-conditions.ts'
import { rankOf, SELECTIVE } from './search-rank.ts'
import { type SearchTable, sameKey, scoped } from './tables.ts'

/** A way into the data: the rows that one index range gives, the current row of each as `m`. */
export interface Source {
  from: string
  where: readonly string[]
  /** When the order comes from a search table: the current row, to be tested row by row and not joined. */
  tested?: { from: string; where: readonly string[] }
  /** Expressions of the sort column (none for `_id`) and of the key columns, in the order of the results. */
  order: readonly string[]
  /** The index gives the rows in the order wanted. */
  ordered: boolean
  /** No resource comes twice. */
  unique: boolean
}

/** The sources of a search, together every candidate, and the condition that they already fulfil. */
export interface Plan {
  sources: readonly Source[]
  driving: Condition | undefined
}

/**
 * Chooses where a search begins. Inside a patient: at the patient's rows. Otherwise at the most selective condition,
 * or, when all of them are broad, at an index that has the order wanted, so that a page costs a page.
 */
export function planSearch(
  table: SearchTable,
  conditions: readonly Condition[],
  sort: SortKey | undefined,
  params: Params,
): Plan {
  const planning: Planning = {
    table,
    conditions,
    params,
    sort,
    column: sort === undefined ? undefined : table.sorts[sort],
  }
  const patient = conditions.find((condition) => condition.kind === 'patient')
  const best = mostSelective(conditions)
  if (patient !== undefined && best?.condition.kind !== 'id') {
    return { sources: [ofPatients(planning, patient.ids)], driving: patient }
  }
  if (best !== undefined && (best.rank <= SELECTIVE || !streams(planning) || isDated(planning, best.condition))) {
    return { sources: driven(planning, best.condition), driving: best.condition }
  }
  return { sources: inOrder(planning), driving: undefined }
}

interface Planning {
  table: SearchTable
  conditions: readonly Condition[]
  params: Params
  sort: SortKey | undefined
  column: string | undefined
}

function mostSelective(conditions: readonly Condition[]): { condition: Condition; rank: number } | undefined {
  let best: { condition: Condition; rank: number } | undefined
  for (const condition of conditions) {
    const rank = rankOf(condition)
    if (rank !== undefined && (best === undefined || rank < best.rank)) best = { condition, rank }
  }
  return best
}

/** Whether an index gives the whole type in the order wanted. */
function streams({ table, sort, column }: Planning): boolean {
  if (sort === undefined) return false
  return column === undefined || table.feeds.includes(column)
}

/** Whether a condition gives its matches in the order wanted. */
function isDated({ table, sort }: Planning, condition: Condition): boolean {
  if (!table.datedTokens || sort !== 'date') return false
  const parts = condition.kind === 'any' ? condition.conditions : [condition]
  return parts.every((part) => part.kind === 'token' && part.anyOf.length <= MAX_SOURCES)
}

function orderOf({ table, column }: Planning, alias = 'm'): string[] {
  return [...(column === undefined ? [] : [`m.${column}`]), ...table.key.map((key) => `${alias}.${key}`)]
}

function ofPatients(planning: Planning, ids: readonly string[]): Source {
  const { table, params, sort } = planning
  return {
    from: `${table.current} m`,
    where: [patientIn(table, ids, params)],
    order: orderOf(planning),
    ordered: ids.length === 1 && table.datedTokens && (sort === 'date' || sort === '_id'),
    unique: true,
  }
}

function driven(planning: Planning, condition: Condition): Source[] {
  const { table, params } = planning
  switch (condition.kind) {
    case 'any':
      return condition.conditions.flatMap((one) => driven(planning, one))
    case 'id': {
      const where = [...scoped('m', table.currentScope), keyIn(table, condition.ids, params)]
      return [{ from: `${table.current} m`, where, order: orderOf(planning), ordered: false, unique: true }]
    }
    case 'token':
    case 'string':
    case 'date':
      return alternatives(condition).map((one) => indexed(planning, one))
    default:
      return []
  }
}

/** More alternatives than this begin together: a page of each would cost more than sorting what they find. */
const MAX_SOURCES = 24

/** The alternatives of a condition, each as a condition of its own. */
function alternatives(condition: IndexedCondition): IndexedCondition[] {
  if (condition.anyOf.length > MAX_SOURCES) return [condition]
  switch (condition.kind) {
    case 'token':
      return condition.anyOf.map((match) => ({ ...condition, anyOf: [match] }))
    case 'string':
      return condition.anyOf.map((value) => ({ ...condition, anyOf: [value] }))
    case 'date':
      return condition.anyOf.map((match) => ({ ...condition, anyOf: [match] }))
  }
}

/** Begins at the search table of a condition, then takes each current row by its key. */
function indexed(planning: Planning, condition: IndexedCondition): Source {
  const { table, params, sort, column, conditions } = planning
  const token = condition.kind === 'token' && condition.anyOf.length === 1 ? condition.anyOf[0] : undefined
  const keys = table.key.map((key) => `d.${key}`)
  const rows = [
    `d.resource_type = '${table.type}'`,
    `d.param = ${params.add(condition.param)}`,
    rowMatch('d', condition, params),
  ]
  const current = [...scoped('m', table.currentScope), ...sameKey(table.key, 'm', 'd')]
  const unique = token?.code !== undefined && token.system !== undefined
  if (token?.code !== undefined && table.datedTokens && sort === 'date') {
    return {
      from: `${table.token} d`,
      where: [...rows, ...dateBounds('d.sort_date', conditions, params)],
      tested: { from: `${table.current} m`, where: current },
      order: ['d.sort_date', ...keys],
      ordered: true,
      unique,
    }
  }
  return {
    from: `${table[condition.kind]} d CROSS JOIN ${table.current} m`,
    where: [...rows, ...current],
    order: [...(column === undefined ? [] : [`m.${column}`]), ...keys],
    ordered: false,
    unique,
  }
}

/** The whole type: in the order wanted when an index has it, bucket by bucket (storage.md section 3, rule 4). */
function inOrder(planning: Planning): Source[] {
  const { table, sort, column, conditions, params } = planning
  const whole = { from: `${table.current} m`, order: orderOf(planning), unique: true }
  const scope = scoped('m', table.currentScope)
  if (sort === '_id' || (sort !== undefined && column === undefined)) return [{ ...whole, where: scope, ordered: true }]
  if (!streams(planning)) {
    return [{ ...whole, where: [...scope, `m.bucket BETWEEN 0 AND ${BUCKETS - 1}`], ordered: false }]
  }
  const dates = column === 'sort_date' ? dateBounds('m.sort_date', conditions, params) : []
  return perBucket((bucket) => ({
    ...whole,
    where: [...scope, `m.bucket = ${bucket}`, ...dates],
    ordered: true,
  }))
}

/**
 * What conditions on `date` say of `sort_date`, the lower bound of the resource's only `date` value: the part of an
 * index that is read in date order. A bound may be wider than the condition, which is tested besides.
 */
function dateBounds(column: string, conditions: readonly Condition[], params: Params): string[] {
  return conditions.flatMap((condition) => {
    if (condition.kind !== 'date' || condition.param !== 'date' || condition.anyOf.length === 0) return []
    const from = condition.anyOf.map(lowest)
    const to = condition.anyOf.map(highest)
    const parts: string[] = []
    if (!from.includes(undefined)) parts.push(`${column} >= ${params.add(smallest(from))}`)
    if (!to.includes(undefined)) parts.push(`${column} <= ${params.add(largest(to))}`)
    return parts
  })
}

/** The smallest lower bound that a matching date can have; a date whose end is bounded began at most a year before. */
function lowest({ op, lo, hi }: DateMatch): string | undefined {
  if (op === 'eq') return lo
  if (op === 'sa') return hi
  if (op !== 'gt' && op !== 'ge') return undefined
  const year = Number(lo.slice(0, 4))
  return year > 0 ? `${String(year - 1).padStart(4, '0')}${lo.slice(4)}` : undefined
}

/** The largest lower bound that a matching date can have. */
function highest({ op, lo, hi }: DateMatch): string | undefined {
  if (op === 'lt') return lo
  return op === 'eq' || op === 'le' || op === 'eb' ? hi : undefined
}

function smallest(values: readonly (string | undefined)[]): string {
  return values.reduce<string>((best, value) => (value !== undefined && value < best ? value : best), values[0] ?? '')
}

function largest(values: readonly (string | undefined)[]): string {
  return values.reduce<string>((best, value) => (value !== undefined && value > best ? value : best), values[0] ?? '')
}
