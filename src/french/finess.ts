import { passesLuhn } from './luhn.ts'

/** SIREN of the post office, whose establishments (SIRET) follow a rule of their own. */
const LA_POSTE = '356000000'

/**
 * Whether a text is a FINESS number: 9 characters, the last one being the Luhn key; Corsica writes its department 2A or 2B, whose
 * letter counts as 1 or 2 in the key.
 */
export function isFiness(text: string): boolean {
  if (!/^(\d{2}|2[AB])\d{7}$/.test(text)) return false
  return passesLuhn(text.replace('A', '1').replace('B', '2'))
}

/** Whether a text is a SIREN number: 9 digits with a Luhn key. */
export function isSiren(text: string): boolean {
  return /^\d{9}$/.test(text) && passesLuhn(text)
}

/** Whether a text is a SIRET number: 14 digits with a Luhn key, or a sum of digits divisible by 5 for the post office. */
export function isSiret(text: string): boolean {
  if (!/^\d{14}$/.test(text)) return false
  if (passesLuhn(text)) return true
  return text.startsWith(LA_POSTE) && [...text].reduce((sum, digit) => sum + Number(digit), 0) % 5 === 0
}
