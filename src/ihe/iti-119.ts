import type { Patient } from '@medplum/fhirtypes'
import { type Agreement, type Comparison, compare, MATCH_TRAITS, type MatchTrait } from './iti-119-compare.ts'
import { type PersonTraits, personTraits } from './iti-119-traits.ts'

/** How sure it is that two records are of one person (code system match-grade of HL7), the surest first. */
export const GRADES = ['certain', 'probable', 'possible', 'certainly-not'] as const

/** A grade of a match. */
export type Grade = (typeof GRADES)[number]

/** How well two records go together. `score` is between 0 and 1 and goes with the grade: a surer grade scores higher. */
export interface Match {
  grade: Grade
  score: number
  comparison: Comparison
}

/**
 * What each trait adds to the points of a match when it agrees, is near or differs (ITI-119, PDQ-119-1; French traits:
 * identity-fr.md 1.7). What is not known on both sides adds nothing. Points order matches of one grade and tell a
 * possible match from none; they never make a match more than possible: the rules of `gradeOf` do.
 */
export const WEIGHTS: Readonly<Record<MatchTrait, Readonly<Record<Exclude<Agreement, 'unknown'>, number>>>> = {
  ins: { agree: 50, near: 0, differ: -40 },
  localIdentifier: { agree: 30, near: 0, differ: -5 },
  birthFamily: { agree: 20, near: 14, differ: -18 },
  firstGiven: { agree: 14, near: 9, differ: -18 },
  birthGivenList: { agree: 4, near: 2, differ: -6 },
  birthDate: { agree: 20, near: 8, differ: -20 },
  gender: { agree: 6, near: 0, differ: -15 },
  birthPlace: { agree: 8, near: 4, differ: -10 },
  mothersName: { agree: 3, near: 0, differ: 0 },
  contact: { agree: 3, near: 0, differ: 0 },
  postalCode: { agree: 2, near: 0, differ: 0 },
}

/** Points below which nothing says that two records are of one person. */
export const LEAST_POSSIBLE = 30

/** Grades and scores two records of a person. Symmetric, and the same for the same records. */
export function matchOf(asked: Patient, held: Patient): Match {
  return matchTraits(personTraits(asked), personTraits(held))
}

/** The same for traits that were read before. */
export function matchTraits(asked: PersonTraits, held: PersonTraits): Match {
  const comparison = compare(asked, held)
  const points = MATCH_TRAITS.reduce((sum, trait) => sum + weightOf(trait, comparison[trait]), 0)
  const grade = gradeOf(comparison, points, asked.doubtful || held.doubtful)
  const [least, most] = BANDS[grade]
  const share = Math.min(1, Math.max(0, points / MOST_POINTS))
  return { grade, score: Math.round((least + (most - least) * share) * 1000) / 1000, comparison }
}

/** The better match first: by grade, then by score. */
export function betterFirst(a: Match, b: Match): number {
  return GRADES.indexOf(a.grade) - GRADES.indexOf(b.grade) || b.score - a.score
}

/**
 * The grade, by the rules of identity (identity-fr.md 1.7; design.md section 6, rule 1):
 * - the strict traits agree when birth name, first given name, birth date and sex are known on both sides and the same,
 *   and neither the list of given names nor the birth place contradicts them;
 * - certain: the strict traits agree and so does the matricule, or a local identifier that no matricule contradicts;
 * - probable: the strict traits agree; homonyms born on one day exist, so that without an identifier it is not certain;
 * - possible: enough points, and at most one strict trait contradicts. A matricule with another trait is a conflict for
 *   people to settle, the same traits with two matricules are homonyms or one person twice: both are at most possible;
 * - two strict traits that contradict are another person, whatever the identifiers say;
 * - a doubtful or fictitious identity is never more than possible.
 */
function gradeOf(comparison: Comparison, points: number, doubtful: boolean): Grade {
  if (STRICT.filter((trait) => comparison[trait] === 'differ').length > 1) return 'certainly-not'
  if (!strictTraitsAgree(comparison)) return points >= LEAST_POSSIBLE ? 'possible' : 'certainly-not'
  const { ins, localIdentifier } = comparison
  if (doubtful || ins === 'differ') return 'possible'
  return ins === 'agree' || localIdentifier === 'agree' ? 'certain' : 'probable'
}

/** Traits whose contradiction tells persons apart. */
const STRICT = ['birthFamily', 'firstGiven', 'birthDate', 'gender', 'birthPlace'] as const

function strictTraitsAgree({ birthFamily, firstGiven, birthGivenList, birthDate, gender, birthPlace }: Comparison) {
  const needed = [birthFamily, firstGiven, birthDate, gender].every((agreement) => agreement === 'agree')
  return needed && birthGivenList !== 'differ' && birthPlace !== 'differ'
}

/** Scores of each grade, from no points to all of them. */
const BANDS: Readonly<Record<Grade, readonly [least: number, most: number]>> = {
  certain: [0.95, 1],
  probable: [0.8, 0.94],
  possible: [0.2, 0.6],
  'certainly-not': [0, 0.1],
}

const MOST_POINTS = MATCH_TRAITS.reduce((sum, trait) => sum + WEIGHTS[trait].agree, 0)

function weightOf(trait: MatchTrait, agreement: Agreement): number {
  return agreement === 'unknown' ? 0 : WEIGHTS[trait][agreement]
}
