import type { Patient } from '@medplum/fhirtypes'
import type { DccStore } from '../store/store.ts'
import { betterFirst, type Grade, type Match, matchTraits } from './iti-119.ts'
import { type Candidate, type Candidates, likelyCandidates, namesakes } from './iti-119-candidates.ts'
import type { MatchTrait } from './iti-119-compare.ts'
import { isFullDate } from './iti-119-dates.ts'
import { type PersonTraits, personTraits } from './iti-119-traits.ts'

/** A record of the answer. */
export interface RankedPatient {
  id: string
  /** FHIR JSON as stored. */
  text: string
  grade: Exclude<Grade, 'certainly-not'>
  score: number
}

/**
 * What an answer should say besides its records (PDQ-119-10): nothing to search by, too many records alike, an
 * identifier of a patient whose traits differ, several certain records where one was asked for.
 */
export type MatchNotice = 'match.too-vague' | 'match.too-many' | 'match.identifier-conflict' | 'match.ambiguous'

/** Visible patients that may be the person asked for, the most likely first, and what is to be said of them. */
export interface Matches {
  ranked: readonly RankedPatient[]
  notices: readonly MatchNotice[]
}

/**
 * ITI-119 over a store. Only current patients that can be seen, and that are in use (PDQ-119-8), are told, counted or
 * hinted at. With `onlyCertain`, one certain record or none (PDQ-119-3, -4, -5).
 */
export async function findMatches(store: DccStore, asked: Patient, onlyCertain: boolean): Promise<Matches> {
  const traits = personTraits(asked)
  if (isTooVague(traits)) return { ranked: [], notices: ['match.too-vague'] }
  const likely = await likelyCandidates(store, traits)
  const first = compared(traits, [likely])
  // Nobody is more than possible without the birth date: a slower search can only add possible ones.
  const enough = onlyCertain || first.some(({ match }) => match.grade === 'certain' || match.grade === 'probable')
  const wider = enough ? undefined : await namesakes(store, traits)
  const graded = wider === undefined ? first : compared(traits, [likely, wider])
  const notices = new Set<MatchNotice>()
  if (likely.truncated || wider?.truncated === true) notices.add('match.too-many')
  if (graded.some(({ match }) => isConflict(match))) notices.add('match.identifier-conflict')
  const ranked = graded.flatMap(rankedOf)
  if (!onlyCertain) return { ranked, notices: [...notices] }
  const certain = ranked.filter(({ grade }) => grade === 'certain')
  if (certain.length > 1) notices.add('match.ambiguous')
  return { ranked: certain.length === 1 ? certain : [], notices: [...notices] }
}

interface Graded {
  candidate: Candidate
  match: Match
}

/** Each record once, compared, the best match first; ids break ties, so that the order never changes. */
function compared(asked: PersonTraits, candidates: readonly Candidates[]): Graded[] {
  const found = new Map(candidates.flatMap(({ found }) => found.map((candidate) => [candidate.id, candidate])))
  return [...found.values()]
    .filter(({ patient }) => patient.active !== false)
    .map((candidate) => ({ candidate, match: matchTraits(asked, candidate.traits) }))
    .sort((a, b) => betterFirst(a.match, b.match) || (a.candidate.id < b.candidate.id ? -1 : 1))
}

function rankedOf({ candidate: { id, text }, match: { grade, score } }: Graded): RankedPatient[] {
  return grade === 'certainly-not' ? [] : [{ id, text, grade, score }]
}

/** A person is sought by an identifier, by two of family name, given name and birth date, and a day when by no family. */
function isTooVague(traits: PersonTraits): boolean {
  if (traits.matricules.length + traits.locals.length > 0) return false
  const family = traits.birthFamily ?? traits.otherFamilies[0]
  const given = traits.firstGiven ?? traits.otherGivens[0]
  if (family !== undefined) return given === undefined && traits.birthDate === undefined
  return given === undefined || traits.birthDate === undefined || !isFullDate(traits.birthDate)
}

/** The identifier is a patient's whom a strict trait tells apart: people have to look (identity-fr.md 1.7). */
function isConflict({ comparison, grade }: Match): boolean {
  if (comparison.ins !== 'agree' && comparison.localIdentifier !== 'agree') return false
  return grade !== 'certain' && STRICT.some((trait) => comparison[trait] === 'differ')
}

const STRICT = [
  'birthFamily',
  'firstGiven',
  'birthDate',
  'gender',
  'birthPlace',
] as const satisfies readonly MatchTrait[]
