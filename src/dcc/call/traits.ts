import { type StrictTraits, sameTraits, TRAIT_NAMES, type TraitName } from '../../french/traits.ts'
import { unproved } from './identity.ts'

/**
 * The strict traits by which two identities are told apart, by name only: those that differ, and those needed that one
 * side does not know in full (a partial birth date proves nothing). Letters are compared folded; an unknown sex or birth
 * place contradicts nothing; a list of given names may be the beginning of the other (smart-launch.md 4.3).
 */
export function discordantTraits(called: StrictTraits, known: StrictTraits): TraitName[] {
  const found = new Set<TraitName>([...unproved(called), ...unproved(known), ...differingTraits(called, known)])
  return TRAIT_NAMES.filter((name) => found.has(name))
}

/** The traits that are known on both sides and differ. */
export function differingTraits(called: StrictTraits, known: StrictTraits): TraitName[] {
  return sameTraits(called, known).filter((name) => name !== 'birthPlace' || !samePlace(called, known))
}

/** COG code of France without a commune: it contradicts no commune (identity-fr.md 1.8). */
const FRANCE = '99100'

/**
 * Whether two COG codes can be one place, given the day of birth: codes have changed with departments and countries, and
 * one source may give the code of the day of birth, another that of today (identity-fr.md 1.2 and 1.8).
 */
function samePlace(called: StrictTraits, known: StrictTraits): boolean {
  const [one = '', other = ''] = [called.birthPlace, known.birthPlace].map((code) => code?.toUpperCase())
  if (one === other || (one === FRANCE && isCommune(other)) || (other === FRANCE && isCommune(one))) return true
  const born = [called.birthDate, known.birthDate].find((date) => date !== undefined) ?? ''
  return FORMER.some(
    ({ before, former, now, sameEnd }) =>
      born < before &&
      ((former.test(one) && now.test(other)) || (former.test(other) && now.test(one))) &&
      (!sameEnd || one.slice(2) === other.slice(2)),
  )
}

function isCommune(code: string): boolean {
  return /^(\d{2}|2[AB])\d{3}$/.test(code) && !code.startsWith('99')
}

/** Codes that named a place until a day, and the codes that name it since; `sameEnd`: the number of the commune stayed. */
const FORMER = [
  { before: '1976-01-01', former: /^20\d{3}$/, now: /^2[AB]\d{3}$/, sameEnd: true },
  { before: '1962-07-03', former: /^9[1-4]\d{3}$/, now: /^99352$/, sameEnd: false },
  { before: '1956-03-02', former: /^95\d{3}$/, now: /^99350$/, sameEnd: false },
  { before: '1956-03-20', former: /^96\d{3}$/, now: /^99351$/, sameEnd: false },
] as const
