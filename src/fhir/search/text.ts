/** Longest text kept in an index, in UTF-8 bytes: two of them and the ids fit in one PostgreSQL index row. */
export const LONGEST = 1000

const PLAIN = /^[ -~]*$/

/**
 * A text as it is indexed and compared: valid Unicode in composed form, without NUL (PostgreSQL refuses it), at most
 * LONGEST bytes. Stored values and searched values both pass here, so that they meet.
 */
export function indexable(text: string): string {
  if (text.length <= LONGEST && PLAIN.test(text)) return text
  const clean = text.slice(0, LONGEST).replaceAll('\u0000', '').toWellFormed().normalize('NFC')
  return truncated(clean)
}

function truncated(text: string): string {
  if (text.length * 3 <= LONGEST) return text
  const bytes = Buffer.from(text).subarray(0, LONGEST)
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true }) // drops a character cut in two
}

/**
 * A phone number or address as it is compared: e-mail in lower case, phone without punctuation and in national form
 * (`+33 1 00…` is `0100…`), as R4 leaves to the server for ContactPoint.
 */
export function contactKey(value: string): string {
  const plain = value.trim().replace(/^(?:tel|mailto):/i, '')
  if (plain.includes('@')) return plain.toLowerCase()
  if (!PHONE.test(plain)) return plain
  return plain.replace(/[^\d+]/g, '').replace(/^(?:\+33|0033)0?/, '0')
}

const PHONE = /^\+?[\d\s().\-/\u00a0\u202f]{3,40}$/
