import { createHash } from 'node:crypto'
import { clinicalId } from '../../src/store/ids.ts'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** Bytes that depend on a text alone: every choice of the data set is drawn from them, so that runs can be compared. */
export function drawn(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** The id of the patient at an index, in the shape of a minted one. */
export function patientIdAt(index: number): string {
  return encoded(`patient ${index}`, 20)
}

/** The id of the document, or of its Binary, at a position of a patient. */
export function documentIdAt(index: number, position: number, of: 'document' | 'binary'): string {
  return clinicalId(patientIdAt(index), encoded(`${of} ${index} ${position}`, 26))
}

/** A UUID that depends on a text alone, as a URN. */
export function urnAt(text: string): string {
  const hex = drawn(text).toString('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)]
  return `urn:uuid:${parts.join('-')}`
}

function encoded(text: string, length: number): string {
  return Array.from(drawn(text).subarray(0, length), (byte) => ALPHABET[byte & 31]).join('')
}
