import { plain } from './patient-query.ts'

/** Why a record is opened in an emergency: code and words of the choice. */
export const REASONS = [
  { code: 'vital', label: 'Urgence vitale' },
  { code: 'unplanned', label: 'Prise en charge non programmée (urgences, garde, astreinte)' },
  { code: 'unreachable', label: 'Décision à prendre sans pouvoir joindre l’équipe de soins' },
] as const

/** Fewest letters and digits of an explanation, and most characters. */
const SHORTEST = 15
const LONGEST = 400

/** The answers of the form as typed, and either the reason to be traced or what is missing. */
export interface TypedReason {
  typed: { reason: string; words: string; told: string }
  reason: string | undefined
  faults: { reason?: string; words?: string; told?: string }
}

/** Reads why a record is to be opened: a choice, an explanation, and that it is known that the access is traced. */
export function readReason(fieldOf: (name: string) => string): TypedReason {
  const words = plain(fieldOf('words'), LONGEST)
  const typed = { reason: fieldOf('reason'), words, told: fieldOf('told') }
  const chosen = REASONS.find(({ code }) => code === typed.reason)
  const faults = {
    ...(chosen === undefined ? { reason: 'Choisissez une raison.' } : {}),
    ...(isExplanation(words) ? {} : { words: `Expliquez en ${SHORTEST} caractères au moins.` }),
    ...(typed.told === 'oui' ? {} : { told: 'Confirmez que vous en avez pris connaissance.' }),
  }
  const complete = chosen !== undefined && Object.keys(faults).length === 0
  return { typed, faults, reason: complete ? `${chosen.label} : ${words}` : undefined }
}

function isExplanation(words: string): boolean {
  return words.replace(/[^\p{L}\p{N}]/gu, '').length >= SHORTEST
}
