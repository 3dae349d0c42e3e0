import type { Patient } from '@medplum/fhirtypes'
import type { CalledIdentity } from '../../dcc/call/identity.ts'
import { identityStatusOf, insOf } from '../../french/identity.ts'
import { insAuthority } from '../../french/ins.ts'
import { traitsOfPatient } from '../../french/traits.ts'
import { CallFault } from './call-request.ts'
import type { DpiRegistration } from './dpi-registration.ts'

/** Most characters of a name or number that a call may bring. */
const MOST_CHARACTERS = 300

/**
 * What the Patient of a DPI says: INS with the status of the identity, the hospital's own number, strict traits of the
 * official name and used names. Throws CallFault when a text is none that a page could show.
 */
export function calledIdentityOf({ ipp_system }: DpiRegistration, patient: Patient): CalledIdentity {
  const ins = insOf(patient)
  const oid = insAuthority(ins?.system)?.oid
  const local = patient.identifier?.find(({ system, use }) => system === ipp_system && use !== 'old')
  const usual = patient.name?.find(({ use }) => use === 'usual')
  const traits = traitsOfPatient(patient)
  const identity: CalledIdentity = {
    ins:
      ins?.value === undefined || oid === undefined
        ? undefined
        : { value: ins.value, oid, status: identityStatusOf(patient) },
    ipp: local?.value === undefined ? undefined : { system: ipp_system, value: local.value },
    traits,
    usedFamily: usual?.family,
    usedGiven: usual?.given?.join(' '),
    corrected: [],
  }
  const texts = [...Object.values(traits), identity.ins?.value, local?.value, usual?.family, identity.usedGiven]
  if (!texts.every(isShowable)) throw new CallFault('Patient')
  return identity
}

function isShowable(text: unknown): boolean {
  if (text === undefined) return true
  return typeof text === 'string' && text.length <= MOST_CHARACTERS && !/[\p{Cc}\p{Cs}]/u.test(text)
}
