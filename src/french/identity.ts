import type { Identifier, Patient } from '@medplum/fhirtypes'
import { FR_CORE_PATIENT, FR_CORE_PATIENT_INS } from './fr-core/urls.ts'
import { type IdentityStatus, readStatus } from './identity-status.ts'
import { INS_C_OIDS, insAuthority, NSS_OIDS } from './ins.ts'
import { missingTraits, traitsOfPatient } from './traits.ts'

export { type IdentityIssue, type IdentityOptions, identifierRules } from './identity-rules.ts'
export type { IdentityStatus } from './identity-status.ts'

/** The current INS identifier of a patient: the official one, else one that is not old; undefined when there is none. */
export function insOf(patient: Patient): Identifier | undefined {
  const current = (patient.identifier ?? []).filter(
    ({ system, use }) => insAuthority(system) !== undefined && use !== 'old',
  )
  return current.find(({ use }) => use === 'official') ?? current[0]
}

/** Status of the identity of a patient (RNIV), read from what FR Core can say of it. Source: reference/identity-fr.md 1.6. */
export function identityStatusOf(patient: Patient): IdentityStatus {
  return readStatus(patient, insOf(patient) !== undefined)
}

/**
 * A copy of a patient without anything that shows the matricule: INS, INS-C and NSS identifiers, mail addresses built on the INS, and
 * the narrative. Everything else is kept.
 */
export function withoutIns(patient: Patient): Patient {
  const { text: _narrative, identifier, telecom, ...rest } = patient
  const numbers = (identifier ?? [])
    .filter(showsMatricule)
    .flatMap(({ value = '' }) => (value.length < MATRICULE_LENGTH ? [] : [value.slice(0, MATRICULE_LENGTH)]))
  const kept = (identifier ?? []).filter((candidate) => !showsMatricule(candidate))
  const contacts = (telecom ?? []).filter(
    ({ value = '' }) => !INS_MAIL.test(value) && !numbers.some((number) => value.includes(number)),
  )
  return {
    ...rest,
    ...(kept.length > 0 ? { identifier: kept } : {}),
    ...(contacts.length > 0 ? { telecom: contacts } : {}),
  }
}

/**
 * A patient as it may leave the server: the INS goes out only with a qualified identity and its strict traits, under the profile
 * fr-core-patient-ins; any other patient goes out without it, under fr-core-patient. Billing numbers never go out.
 * Source: reference/identity-fr.md 1.6 (EXI 12), design.md section 6 rule 1.
 */
export function publishable(patient: Patient): Patient {
  const qualified = identityStatusOf(patient) === 'QUAL' && missingTraits(traitsOfPatient(patient)).length === 0
  return claiming(qualified ? withoutBilling(patient) : withoutIns(patient), qualified)
}

/** Length of a matricule without its key. */
const MATRICULE_LENGTH = 13

/** Patient mail of Mon espace santé: the address is the matricule. */
const INS_MAIL = /@patient\.mssante\.fr\s*$/i

function claiming(patient: Patient, qualified: boolean): Patient {
  const others = (patient.meta?.profile ?? []).filter((url) => !FR_CORE_PROFILES.has(url.split('|')[0] ?? url))
  const profile = [...others, qualified ? FR_CORE_PATIENT_INS : FR_CORE_PATIENT]
  return { ...patient, meta: { ...patient.meta, profile } }
}

const FR_CORE_PROFILES: ReadonlySet<string> = new Set([FR_CORE_PATIENT, FR_CORE_PATIENT_INS])

function withoutBilling(patient: Patient): Patient {
  const kept = (patient.identifier ?? []).filter((candidate) => !isBilling(candidate))
  return kept.length === patient.identifier?.length ? patient : { ...patient, identifier: kept }
}

function showsMatricule(identifier: Identifier): boolean {
  return insAuthority(identifier.system) !== undefined || isBilling(identifier) || hasOid(identifier, INS_C_OIDS)
}

/** A social-security number, by its OID or by its type NH under any system that is not an INS. */
function isBilling(identifier: Identifier): boolean {
  if (hasOid(identifier, NSS_OIDS)) return true
  const typedNh = identifier.type?.coding?.some(({ code }) => code === 'NH') ?? false
  return typedNh && insAuthority(identifier.system) === undefined
}

function hasOid({ system }: Identifier, oids: readonly string[]): boolean {
  return system !== undefined && oids.includes(system.replace(/^urn:oid:/i, ''))
}
