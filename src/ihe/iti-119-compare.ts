import { foldedStartsWith } from '../french/fold.ts'
import { checkMatricule } from '../french/ins.ts'
import { isFullDate, isNearDate } from './iti-119-dates.ts'
import { isNearName } from './iti-119-names.ts'
import type { Key, PersonTraits } from './iti-119-traits.ts'

/** What the traits of a match are called, in the order of their table. */
export const MATCH_TRAITS = [
  'ins',
  'localIdentifier',
  'birthFamily',
  'firstGiven',
  'birthGivenList',
  'birthDate',
  'gender',
  'birthPlace',
  'mothersName',
  'contact',
  'postalCode',
] as const

/** Name of a trait that a match compares. */
export type MatchTrait = (typeof MATCH_TRAITS)[number]

/**
 * How a trait of two persons stands: the same; perhaps the same, written or known differently; not the same; not known
 * on both sides.
 */
export type Agreement = 'agree' | 'near' | 'differ' | 'unknown'

/** How every trait of two persons stands. */
export type Comparison = Readonly<Record<MatchTrait, Agreement>>

/** Compares two persons trait by trait. Symmetric. */
export function compare(a: PersonTraits, b: PersonTraits): Comparison {
  return {
    ins: matricules(a, b),
    localIdentifier: localIdentifiers(a.locals, b.locals),
    birthFamily: families(a, b),
    firstGiven: givens(a, b),
    birthGivenList: givenLists(a.givenList, b.givenList),
    birthDate: birthDates(a, b),
    gender: exact(a.gender, b.gender),
    birthPlace: birthPlaces(a.birthPlace, b.birthPlace),
    mothersName: exact(a.mothersName, b.mothersName),
    contact: shared(a.contacts, b.contacts),
    postalCode: shared(a.postalCodes, b.postalCodes),
  }
}

/**
 * A former matricule is as good as a current one. Two current ones of one authority, both well formed, are two
 * identities; a waiting number and a final one say nothing of each other (identity-fr.md 1.4).
 */
function matricules(a: PersonTraits, b: PersonTraits): Agreement {
  if (a.matricules.some((key) => b.matricules.some((other) => isSame(key, other)))) return 'agree'
  if (a.ins === undefined || b.ins === undefined || a.ins.system !== b.ins.system) return 'unknown'
  return isWellFormed(a.ins) && isWellFormed(b.ins) ? 'differ' : 'unknown'
}

function isWellFormed({ system, value }: Key): boolean {
  return checkMatricule(value, system).length === 0
}

/** One hospital may number a person twice: another number of the same hospital weighs little. */
function localIdentifiers(a: readonly Key[], b: readonly Key[]): Agreement {
  if (a.some((key) => b.some((other) => isSame(key, other)))) return 'agree'
  return a.some(({ system }) => b.some((other) => other.system === system)) ? 'differ' : 'unknown'
}

function isSame(a: Key, b: Key): boolean {
  return a.system === b.system && a.value === b.value
}

/**
 * Birth names decide. A birth name that is the other's used name is near: forms ask for one and are given the other.
 * Two used names say nothing as long as both birth names are known, or every couple would be one person.
 */
function families(a: PersonTraits, b: PersonTraits): Agreement {
  const [mine, yours] = [allFamilies(a), allFamilies(b)]
  if (mine.length === 0 || yours.length === 0) return 'unknown'
  if (a.birthFamily !== undefined && a.birthFamily === b.birthFamily) return 'agree'
  const bothBirth = a.birthFamily !== undefined && b.birthFamily !== undefined
  const near = mine.some((x) =>
    yours.some((y) => (!bothBirth || x === a.birthFamily || y === b.birthFamily) && isNearName(x, y)),
  )
  return near || isInverted(a, b) ? 'near' : 'differ'
}

/** The first given name decides; a given name that is another one of the other person's is near. */
function givens(a: PersonTraits, b: PersonTraits): Agreement {
  const [mine, yours] = [heads(a), heads(b)]
  if (mine.length === 0 || yours.length === 0) return 'unknown'
  if (a.firstGiven !== undefined && a.firstGiven === b.firstGiven) return 'agree'
  const near =
    someNear(mine, yours) || someEqual(mine, b.furtherGivens) || someEqual(a.furtherGivens, yours) || isInverted(a, b)
  return near ? 'near' : 'differ'
}

/** A list that begins like the other is not known to its end. */
function givenLists(a: string | undefined, b: string | undefined): Agreement {
  if (a === undefined || b === undefined) return 'unknown'
  if (a === b) return 'agree'
  return foldedStartsWith(a, b) || foldedStartsWith(b, a) ? 'near' : 'differ'
}

function birthDates(a: PersonTraits, b: PersonTraits): Agreement {
  if (a.birthDate === undefined || b.birthDate === undefined) return 'unknown'
  if (a.birthDate === b.birthDate) return isFullDate(a.birthDate) ? 'agree' : 'near'
  const [mine, yours] = [
    [a.birthDate, a.lunarDate ?? ''],
    [b.birthDate, b.lunarDate ?? ''],
  ]
  return mine.some((x) => yours.some((y) => isNearDate(x, y))) ? 'near' : 'differ'
}

/** A city with districts and one of its districts are near: Paris, Marseille, Lyon (COG). */
function birthPlaces(a: string | undefined, b: string | undefined): Agreement {
  const level = exact(a, b)
  if (level !== 'differ' || a === undefined || b === undefined) return level
  const [city, other] = [cityOf(a), cityOf(b)]
  return city !== undefined && city === other && (a === city || b === city) ? 'near' : 'differ'
}

function cityOf(cog: string): string | undefined {
  return CITIES.find(([city, districts]) => cog === city || districts.test(cog))?.[0]
}

const CITIES: readonly (readonly [city: string, districts: RegExp])[] = [
  ['75056', /^751(0[1-9]|1\d|20)$/],
  ['13055', /^132(0[1-9]|1[0-6])$/],
  ['69123', /^6938[1-9]$/],
]

function exact(a: string | undefined, b: string | undefined): Agreement {
  if (a === undefined || b === undefined) return 'unknown'
  return a === b ? 'agree' : 'differ'
}

/** What people change often proves something when it is the same, and nothing when it is not. */
function shared(a: readonly string[], b: readonly string[]): Agreement {
  return someEqual(a, b) ? 'agree' : 'unknown'
}

function someEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.some((x) => b.includes(x))
}

function someNear(a: readonly string[], b: readonly string[]): boolean {
  return a.some((x) => b.some((y) => isNearName(x, y)))
}

/** Family and given name were typed into each other's field. */
function isInverted(a: PersonTraits, b: PersonTraits): boolean {
  return someEqual(allFamilies(a), heads(b)) && someEqual(heads(a), allFamilies(b))
}

function allFamilies({ birthFamily, otherFamilies }: PersonTraits): string[] {
  return birthFamily === undefined ? [...otherFamilies] : [birthFamily, ...otherFamilies]
}

function heads({ firstGiven, otherGivens }: PersonTraits): string[] {
  return firstGiven === undefined ? [...otherGivens] : [firstGiven, ...otherGivens]
}
