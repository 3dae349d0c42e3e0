import type { Condition } from '../store.ts'

/** A search without patient may begin at a condition up to this rank, whatever the order wanted. */
export const SELECTIVE = 50

/**
 * How few rows a condition is expected to leave, lowest first; undefined when no index can begin with it. Written
 * down rather than estimated: a plan must not change with the data, and parameters are bound after planning.
 */
export function rankOf(condition: Condition): number | undefined {
  switch (condition.kind) {
    case 'id':
      return 0
    case 'token':
      if (condition.not || condition.anyOf.length === 0) return undefined
      if (condition.anyOf.some(({ code }) => code === undefined)) return 95
      return PARAM_RANK[condition.param] ?? 40
    case 'string':
      if (condition.anyOf.length === 0) return undefined
      return INDEXED_MATCHES.has(condition.match) ? (PARAM_RANK[condition.param] ?? 30) : 45
    case 'date':
      if (condition.param === '_lastUpdated' || condition.anyOf.length === 0) return undefined
      if (condition.anyOf.some(({ op }) => op === 'ne')) return undefined
      if (condition.anyOf.every(({ op }) => op === 'eq'))
        return condition.param === 'birthdate' ? rankOfBirth(condition) : 55
      return 80
    case 'any':
      return rankOfAny(condition.conditions)
    default:
      return undefined
  }
}

function rankOfAny(conditions: readonly Condition[]): number | undefined {
  let worst: number | undefined
  for (const condition of conditions) {
    const rank = rankOf(condition)
    if (rank === undefined) return undefined
    worst = Math.max(worst ?? 0, rank)
  }
  return worst
}

/** Matches that are a range of the index. */
const INDEXED_MATCHES: ReadonlySet<string> = new Set(['starts', 'folded'])

const WEEK = 7 * 24 * 3_600_000

/** Few were born on a day or two; more in a month or year than have one family name. */
function rankOfBirth({ anyOf }: Extract<Condition, { kind: 'date' }>): number {
  return anyOf.every(({ lo, hi }) => Date.parse(hi) - Date.parse(lo) < WEEK) ? 15 : 46
}

/** Search parameters by expected selectivity: a few rows (below 50), a class of documents (60), half of them (90). */
const PARAM_RANK: Readonly<Record<string, number>> = {
  identifier: 1,
  'patient.identifier': 1,
  'subject.identifier': 1,
  'relatesto.identifier': 1,
  relatesto: 2,
  related: 3,
  item: 3,
  encounter: 3,
  sourceId: 5,
  birthdate: 15,
  telecom: 20,
  phone: 20,
  email: 20,
  family: 25,
  name: 28,
  'author.identifier': 35,
  given: 48,
  'address-city': 48,
  custodian: 55,
  type: 60,
  format: 60,
  event: 60,
  designationType: 60,
  category: 65,
  setting: 65,
  facility: 65,
  relation: 70,
  'address-state': 75,
  contenttype: 85,
  'security-label': 85,
  'address-use': 85,
  code: 85,
  'address-country': 90,
  language: 90,
  gender: 90,
  isArchived: 90,
  active: 92,
  deceased: 92,
  status: 92,
}
