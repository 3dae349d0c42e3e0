import type { Coding, Extension, Patient } from '@medplum/fhirtypes'
import { IDENTITY_RELIABILITY, STATUS_0445, STATUS_COMMENT, STATUS_RNIV } from './fr-core/urls.ts'

/** The four exclusive statuses of an identity (RNIV): provisional, retrieved, validated, qualified. */
export type IdentityStatus = 'PROV' | 'RECUP' | 'VALI' | 'QUAL'

/** A status or attribute code found in a patient, with the place of its extension. */
export type StatusCode = { readonly system: string | undefined; readonly code: string; readonly expression: string }

/** Codes that an identity status may have, by code system. Source: FR Core 2.2.0, and the release to come. */
const STATUS_CODES: Readonly<Record<string, readonly string[]>> = {
  [STATUS_0445]: (
    'VIDE PROV VALI DOUB DESA DPOT DOUA COLP COLV FILI CACH ANOM IDVER RECD IDRA USUR HOMD HOMA INVA ' + 'FICT DOUT'
  ).split(' '),
  [STATUS_RNIV]: ['PROV', 'RECUP', 'VALI', 'QUAL'],
}

/** Attributes with which an identity can only be provisional (RNIV, EXI SI 09). */
const PROVISIONAL_ATTRIBUTES: readonly string[] = ['DOUT', 'FICT']

/** Every status and attribute code of a patient: one identityStatus an extension, plus the comments of the release to come. */
export function statusCodes({ extension }: Patient): StatusCode[] {
  const codes: StatusCode[] = []
  extension?.forEach((reliability, at) => {
    if (reliability.url !== IDENTITY_RELIABILITY) return
    reliability.extension?.forEach((part, nested) => {
      for (const coding of codingsOf(part)) {
        if (coding?.code === undefined) continue
        const expression = `Patient.extension[${at}].extension[${nested}]`
        codes.push({ system: coding.system, code: coding.code, expression })
      }
    })
  })
  return codes
}

function codingsOf({ url, valueCoding, valueCodeableConcept }: Extension): readonly (Coding | undefined)[] {
  if (url === 'identityStatus') return [valueCoding]
  return (url === 'comment' ? valueCodeableConcept?.coding : undefined) ?? []
}

/** Whether a status code does not exist in its code system; a system that we do not know is left to the terminology checks. */
export function isUnknownStatus({ system, code }: StatusCode): boolean {
  if (system === STATUS_COMMENT) return false
  const codes = system === undefined ? undefined : STATUS_CODES[system]
  return codes !== undefined && !codes.includes(code)
}

/** Whether a code states that the identity may carry an INS: VALI in FR Core 2.1 and 2.2, QUAL in the release to come. */
export function statesQualified({ system, code }: StatusCode): boolean {
  return system === STATUS_RNIV ? code === 'QUAL' : system === STATUS_0445 && code === 'VALI'
}

/** Whether a code is one of the four statuses of the RNIV, and not an attribute. */
export function isStatus({ system, code }: StatusCode): boolean {
  return (system === STATUS_0445 || system === STATUS_RNIV) && (STATUS_CODES[STATUS_RNIV] ?? []).includes(code)
}

/**
 * Status of an identity as the table of reference/identity-fr.md 1.6 maps it. Published FR Core has no code for "retrieved" (PROV with
 * the collection by INSi and its date) nor "qualified" (VALI with a current INS); a doubtful or fictitious identity is provisional.
 */
export function readStatus(patient: Patient, hasIns: boolean): IdentityStatus {
  const codes = statusCodes(patient)
  if (codes.some(({ code }) => PROVISIONAL_ATTRIBUTES.includes(code))) return 'PROV'
  const status = codes.filter(isStatus)
  if (status.some(({ code }) => code === 'PROV')) return retrievedFromInsi(patient) ? 'RECUP' : 'PROV'
  if (status.some(({ code }) => code === 'RECUP')) return 'RECUP'
  if (status.some(statesQualified)) return hasIns ? 'QUAL' : 'VALI'
  return status.some(({ code }) => code === 'VALI') ? 'VALI' : 'PROV'
}

function retrievedFromInsi(patient: Patient): boolean {
  return (patient.extension ?? []).some(
    ({ url, extension = [] }) =>
      url === IDENTITY_RELIABILITY &&
      extension.some((part) => part.url === 'methodCollection' && part.valueCoding?.code === 'INSI') &&
      extension.some((part) => part.url === 'dateCollection' && part.valueDate !== undefined),
  )
}
