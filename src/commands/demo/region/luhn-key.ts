/** The Luhn check digit (ISO/IEC 7812-1) of a string of digits: FINESS, SIRET and RPPS numbers end with it. */
export function luhnDigit(digits: string): string {
  let sum = 0
  for (let position = 0; position < digits.length; position += 1) {
    const digit = Number(digits[digits.length - 1 - position])
    const doubled = position % 2 === 0 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return String((10 - (sum % 10)) % 10)
}

/**
 * The two-digit key of a NIR of 13 characters: 97 - (N mod 97), where the Corsican departments 2A and 2B count as
 * 19 and 18 (source: reference identity-fr.md 1.3).
 */
export function nirKey(number: string): string {
  const department = number.slice(5, 7)
  const digits = CORSICA[department]
  const countable = digits === undefined ? number : number.slice(0, 5) + digits + number.slice(7)
  return String(97 - (Number(countable) % 97)).padStart(2, '0')
}

const CORSICA: Readonly<Record<string, string>> = { '2A': '19', '2B': '18' }
