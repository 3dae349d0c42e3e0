import { createHash } from 'node:crypto'
import type { Patient } from '@medplum/fhirtypes'
import { URI_SYSTEM } from '../french/oids.ts'

/**
 * A patient as IHE.PDQm.Patient wants every one that goes out: with an identifier, and, where links to other records
 * are, with what its absence means (R4: in use).
 */
export function presentable(patient: Patient, id: string): Patient {
  const named = identified(patient, id)
  return named.link === undefined || named.active !== undefined ? named : { ...named, active: true }
}

/**
 * A patient with at least one identifier: one without any that has system and value gets one of ours, a UUID made from
 * the id, hence the same in every version (IHE.PDQm.Patient: identifier 1..*, and a UUID where no business identifier is
 * known; ihe.md 3). It says nothing of the person.
 */
function identified(patient: Patient, id: string): Patient {
  const identifiers = patient.identifier ?? []
  if (identifiers.some(({ system, value }) => system !== undefined && value !== undefined)) return patient
  return { ...patient, identifier: [...identifiers, { system: URI_SYSTEM, value: `urn:uuid:${uuidOf(id)}` }] }
}

/** A UUID of version 8 (RFC 9562: its bits are its maker's affair). */
function uuidOf(id: string): string {
  const hex = createHash('sha256').update(`patient ${id}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
