import { passesLuhn } from './luhn.ts'

/** Whether a text is an RPPS number: 11 digits, the last one being the Luhn key. The national id (PS_IdNat) is this behind a digit "8". */
export function isRpps(text: string): boolean {
  return /^\d{11}$/.test(text) && passesLuhn(text)
}
