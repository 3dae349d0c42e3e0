import { isOid, systemOfOid } from '../../french/oids.ts'
import { type Json, objectOf } from './read.ts'

/** A coding that names its system; an OID that stands for a system with a URL is that URL. */
export type PlainCoding = { readonly system: string; readonly code: string }

/** The codings of a CodeableConcept that have both system and code. */
export function codingsOf(concept: unknown): PlainCoding[] {
  const { coding } = objectOf(concept)
  const found: PlainCoding[] = []
  if (Array.isArray(coding)) for (const one of coding) add(found, objectOf(one))
  return found
}

/** A Coding as a list of none or one. */
export function codingOf(coding: Json): PlainCoding[] {
  const found: PlainCoding[] = []
  add(found, coding)
  return found
}

function add(found: PlainCoding[], { system, code }: Json): void {
  if (typeof system === 'string' && typeof code === 'string') found.push({ system: plainSystem(system), code })
}

/** Most systems are addresses, which no OID begins like. */
function plainSystem(system: string): string {
  if (system.startsWith('http')) return system
  const oid = system.replace(/^urn:oid:/, '')
  return isOid(oid) ? systemOfOid(oid) : system
}
