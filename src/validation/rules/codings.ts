import { isOid, systemOfOid } from '../../french/oids.ts'
import { type Json, listOf, objectOf, textOf } from './read.ts'

/** A coding that names its system; an OID that stands for a system with a URL is that URL. */
export type PlainCoding = { readonly system: string; readonly code: string }

/** The codings of a CodeableConcept that have both system and code. */
export function codingsOf(concept: unknown): PlainCoding[] {
  return listOf(objectOf(concept).coding).flatMap(codingOf)
}

/** A Coding as a list of none or one. */
export function codingOf(coding: Json): PlainCoding[] {
  const [system, code] = [textOf(coding.system), textOf(coding.code)]
  if (system === undefined || code === undefined) return []
  const oid = system.replace(/^urn:oid:/, '')
  return [{ system: isOid(oid) ? systemOfOid(oid) : system, code }]
}
