import { passesLuhn } from '../../../french/luhn.ts'

/** Digits with the Luhn key that makes them a FINESS or an RPPS number. */
export function withLuhnKey(digits: string): string {
  const key = [...'0123456789'].find((candidate) => passesLuhn(digits + candidate))
  if (key === undefined) throw new RangeError('digits are expected')
  return digits + key
}
