import { createHash, randomBytes } from 'node:crypto'

/**
 * Ids that the store mints. A patient id is random and opaque; every other clinical id embeds it as its routing
 * key (`<patient>.<local>`), so that a read by id alone names its patient (reference/storage.md section 3, rule 3).
 */

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const PATIENT_ID = /^[0-9a-hjkmnp-tv-z]{20}$/
const LOCAL_ID = /^[0-9a-hjkmnp-tv-z]{26}$/

/** Number of buckets of the projections that are read without a patient (storage.md section 3, rule 4). */
export const BUCKETS = 32

/** A clinical id taken apart: the patient that routes it and the part that is unique within the patient. */
export interface ClinicalId {
  patientId: string
  localId: string
}

function encode(bytes: Uint8Array, length: number): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5 && text.length < length) {
      bits -= 5
      text += ALPHABET[(value >>> bits) & 31]
    }
    value &= (1 << bits) - 1
  }
  return text
}

/** A new patient id: 100 random bits in 20 characters. */
export function newPatientId(): string {
  return encode(randomBytes(13), 20)
}

/** A new id for a practitioner, role or organisation: same shape as a patient id. */
export const newReferenceId = newPatientId

/**
 * A new local id: 48 bits of time (milliseconds), 24 that count within the millisecond, then 50 random bits, in 26
 * characters. What one process makes sorts in the order of its making, as the events of one commit must.
 */
export function newLocalId(now: number): string {
  const time = Math.trunc(now)
  made = time === madeAt ? (made + 1) & 0xffffff : 0
  madeAt = time
  const bytes = Buffer.alloc(17)
  bytes.writeUIntBE(time, 0, 6)
  bytes.writeUIntBE(made, 6, 3)
  randomBytes(7).copy(bytes, 9)
  return encode(bytes, 26)
}

let madeAt = 0
let made = 0

/** Joins a patient id and a local id into the id that FHIR clients see. */
export function clinicalId(patientId: string, localId: string): string {
  return `${patientId}.${localId}`
}

/** Takes a FHIR id apart; undefined when it is not one of ours (then nothing can be stored under it). */
export function parseClinicalId(id: string): ClinicalId | undefined {
  const dot = id.indexOf('.')
  if (dot < 0) return undefined
  const patientId = id.slice(0, dot)
  const localId = id.slice(dot + 1)
  return PATIENT_ID.test(patientId) && LOCAL_ID.test(localId) ? { patientId, localId } : undefined
}

/** Whether an id has the shape of a patient, practitioner, role or organisation id. */
export function isRootId(id: string): boolean {
  return PATIENT_ID.test(id)
}

/** The bucket (0-31) of an id: spreads rows that are read in time order without a patient. */
export function bucketOf(id: string): number {
  let hash = 0
  for (let index = 0; index < id.length; index += 1) hash = (hash * 31 + id.charCodeAt(index)) >>> 0
  return hash % BUCKETS
}

/**
 * The short key under which a code system is indexed: eight characters of its SHA-256, '' for no system.
 * 48 bits: a collision between two systems of one installation is not to be expected, and would only widen a match
 * on equal codes.
 */
export function systemKey(system: string): string {
  if (system === '') return ''
  let key = SYSTEM_KEYS.get(system)
  if (key === undefined) {
    key = createHash('sha256').update(system).digest('base64url').slice(0, 8)
    if (SYSTEM_KEYS.size < 10_000) SYSTEM_KEYS.set(system, key)
  }
  return key
}

const SYSTEM_KEYS = new Map<string, string>()
