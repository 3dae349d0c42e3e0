import type { Patient } from '@medplum/fhirtypes'
import type { Condition, DateMatch, DccStore } from '../store/store.ts'
import { type PersonTraits, personTraits } from './iti-119-traits.ts'

/** A record that may be of the person asked for. */
export interface Candidate {
  id: string
  /** FHIR JSON as stored. */
  text: string
  patient: Patient
  traits: PersonTraits
}

/** Records to compare with, and whether more of them were there than are compared. */
export interface Candidates {
  found: readonly Candidate[]
  truncated: boolean
}

/** Most records that one search may give. */
const MOST_FOUND = 100

/** Most records that merges lead through. */
const MOST_MERGES = 10

/**
 * The records worth comparing: holders of one of the identifiers; born on that day (or with day and month swapped) and
 * alike in family or given name. Whatever may be certain or probable is among them.
 */
export async function likelyCandidates(store: DccStore, asked: PersonTraits): Promise<Candidates> {
  const born = await bornThatDay(store, asked)
  return { found: [...born.found, ...(await holders(store, asked))], truncated: born.truncated }
}

/** Records of the same family and given name whatever their birth date, or of the family name and a partial date. */
export async function namesakes(store: DccStore, asked: PersonTraits): Promise<Candidates> {
  const families = familiesOf(asked)
  const given = likeGiven(asked)
  const born = asked.birthDate === undefined ? undefined : daysOf(asked.birthDate)
  const second = given ?? (born === undefined ? undefined : birthdate(born.slice(0, 1)))
  if (families.length === 0 || second === undefined) return NOBODY
  return search(store, [{ kind: 'string', param: 'family', anyOf: families, match: 'folded' }, second])
}

async function bornThatDay(store: DccStore, asked: PersonTraits): Promise<Candidates> {
  const days = asked.birthDate === undefined ? [] : daysOf(asked.birthDate)
  if (days.length === 0 || days.some(({ lo, hi }) => lo.slice(0, 10) !== hi.slice(0, 10))) return NOBODY
  const names = [likeFamily(asked), likeGiven(asked)].flatMap((condition) => condition ?? [])
  if (names.length === 0) return NOBODY
  const alike = await search(store, [birthdate(days), { kind: 'any', conditions: names }])
  if (!alike.truncated) return alike
  // So many were born on a day that stands for an unknown one: those of the family name must not be missed.
  const families: Condition = { kind: 'string', param: 'family', anyOf: familiesOf(asked), match: 'folded' }
  const same = await search(store, [birthdate(days.slice(0, 1)), families])
  return { found: [...same.found, ...alike.found], truncated: same.truncated }
}

const NOBODY: Candidates = { found: [], truncated: false }

async function search(store: DccStore, conditions: readonly Condition[]): Promise<Candidates> {
  const sort = { key: '_id', descending: false } as const
  const rows = await store.search({ type: 'Patient', conditions, sort, limit: MOST_FOUND + 1 })
  return { found: rows.slice(0, MOST_FOUND).map(candidateOf), truncated: rows.length > MOST_FOUND }
}

/**
 * The holders of the identifiers asked for. An identifier of a record that was merged leads to the patient who took it
 * in, whose text does not name it: it counts as one of that patient's own.
 */
async function holders(store: DccStore, { matricules, locals }: PersonTraits): Promise<Candidate[]> {
  const found = new Map<string, Candidate>()
  for (const [kind, keys] of [
    ['matricules', matricules],
    ['locals', locals],
  ] as const) {
    for (const key of keys) {
      const holder = await holderOf(store, key)
      if (holder === undefined) continue
      const { traits, ...record } = found.get(holder.id) ?? holder
      found.set(holder.id, { ...record, traits: { ...traits, [kind]: [...traits[kind], key] } })
    }
  }
  return [...found.values()]
}

/** The visible holder of an identifier; that of a merged record is the patient that took it in. */
async function holderOf(store: DccStore, key: { system: string; value: string }): Promise<Candidate | undefined> {
  if (!isSearchable(key.system) || !isSearchable(key.value)) return undefined
  let id = await store.lookup('patient', key)
  for (let step = 0; id !== undefined && step < MOST_MERGES; step += 1) {
    const state = await store.patient(id)
    if (state?.state !== 'merged') return state?.state === 'current' && state.visible ? candidateOf(state) : undefined
    id = state.mergedInto
  }
  return undefined
}

function candidateOf({ id, text }: { id: string; text: string }): Candidate {
  const patient: Patient = JSON.parse(text)
  return { id, text, patient, traits: personTraits(patient) }
}

/** A blank at the end would make a prefix of a word of its own; very short prefixes stay as they are. */
function likeFamily(asked: PersonTraits): Condition | undefined {
  return beginning('family', familiesOf(asked), (name) => name.slice(0, 3).trim())
}

function likeGiven({ firstGiven, otherGivens }: PersonTraits): Condition | undefined {
  const heads = firstGiven === undefined ? otherGivens : [firstGiven, ...otherGivens]
  return beginning('given', heads, (name) => name.split(' ')[0] ?? name)
}

function beginning(param: string, names: readonly string[], start: (name: string) => string): Condition | undefined {
  const anyOf = [...new Set(names.map(start))].filter(isSearchable)
  return anyOf.length === 0 ? undefined : { kind: 'string', param, anyOf, match: 'starts' }
}

function familiesOf({ birthFamily, otherFamilies }: PersonTraits): string[] {
  const names = birthFamily === undefined ? otherFamilies : [birthFamily, ...otherFamilies]
  return names.map((name) => name.normalize('NFC')).filter(isSearchable)
}

/** What no name is made of never reaches the store: PostgreSQL takes no NUL and no broken character. */
function isSearchable(name: string): boolean {
  return name !== '' && name.isWellFormed() && !name.includes('\u0000')
}

function birthdate(anyOf: readonly DateMatch[]): Condition {
  return { kind: 'date', param: 'birthdate', anyOf }
}

/** The days that a birth date covers, and the day with month and day swapped; empty when it is no date. */
function daysOf(birthDate: string): DateMatch[] {
  const [, year = '', month, day] = DATE.exec(birthDate) ?? []
  if (year === '') return []
  if (month === undefined) return [range(`${year}-01-01`, `${year}-12-31`)]
  if (day === undefined) return [range(`${year}-${month}-01`, `${year}-${month}-${lastDay(year, month)}`)]
  const written = `${year}-${month}-${day}`
  const swapped = `${year}-${day}-${month}`
  return day !== month && Number(day) <= 12
    ? [range(written, written), range(swapped, swapped)]
    : [range(written, written)]
}

const DATE = /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/

function lastDay(year: string, month: string): number {
  return new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
}

/** As birth dates are indexed: days of the calendar, in UTC. */
function range(from: string, to: string): DateMatch {
  return { op: 'eq', lo: `${from}T00:00:00.000Z`, hi: `${to}T23:59:59.999Z` }
}
