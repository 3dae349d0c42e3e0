import type { Extension, HumanName, Identifier, Patient } from '@medplum/fhirtypes'
import {
  BIRTH_GIVEN_LIST,
  BIRTH_PLACE,
  FR_CORE_PATIENT,
  FR_CORE_PATIENT_INS,
  HL7_IDENTIFIER_TYPES,
  IDENTIFIER_TYPES,
  IDENTITY_RELIABILITY,
  INSEE_CODE,
  STATUS_0445,
} from '../../french/fr-core/urls.ts'
import { type FrCoreVersion, insAuthority } from '../../french/ins.ts'
import { TRE_R13, TRE_R20 } from '../../french/oids.ts'
import { present } from '../../french/present.ts'
import type { CalledIdentity, InsUse } from './identity.ts'

/**
 * The FR Core Patient of a called identity, its traits as they were sent. The INS is kept, and the identity is qualified,
 * only when it could be used (rule R3); otherwise the identity is provisional (rule R8).
 */
export function patientOfCall(identity: CalledIdentity, use: InsUse, frCore: FrCoreVersion): Patient {
  const { traits } = identity
  const qualified = use === 'usable' && traits.birthGivenList !== undefined && traits.birthPlace !== undefined
  const gender = GENDERS.find((code) => code === traits.gender) ?? 'unknown'
  return {
    resourceType: 'Patient',
    meta: { profile: [qualified ? FR_CORE_PATIENT_INS : FR_CORE_PATIENT] },
    extension: [reliability(qualified), ...birthPlace(identity)],
    ...present({
      identifier: [...(qualified ? ins(identity, frCore) : []), ...localNumber(identity)],
      birthDate: traits.birthDate,
    }),
    name: [birthName(identity), ...usedName(identity)],
    active: true,
    gender,
  }
}

const GENDERS = ['male', 'female'] as const

function reliability(qualified: boolean): Extension {
  const valueCoding = { system: STATUS_0445, code: qualified ? 'VALI' : 'PROV' }
  return { url: IDENTITY_RELIABILITY, extension: [{ url: 'identityStatus', valueCoding }] }
}

function ins({ ins: called }: CalledIdentity, frCore: FrCoreVersion): Identifier[] {
  const authority = insAuthority(called?.oid)
  if (called === undefined || authority === undefined) return []
  const type = { coding: [{ system: IDENTIFIER_TYPES, code: authority.typeCode }] }
  return [{ use: authority.uses[frCore][0] ?? 'official', type, system: authority.system, value: called.value }]
}

function localNumber({ ipp }: CalledIdentity): Identifier[] {
  if (ipp === undefined) return []
  // The display is part of the pattern of the slice: without it the identifier would not be controlled as an IPP.
  const coding = [{ system: HL7_IDENTIFIER_TYPES, code: 'PI', display: 'Patient internal identifier' }]
  return [{ use: 'usual', type: { coding }, ...ipp }]
}

function birthName({ traits: { birthFamily, firstGiven, birthGivenList } }: CalledIdentity): HumanName {
  const list = birthGivenList === undefined ? [] : [{ url: BIRTH_GIVEN_LIST, valueString: birthGivenList }]
  const given = firstGiven === undefined ? [] : [firstGiven]
  return { ...present({ extension: list, family: birthFamily, given }), use: 'official' }
}

function usedName({ usedFamily, usedGiven, traits: { birthFamily, firstGiven } }: CalledIdentity): HumanName[] {
  if (usedFamily === undefined && usedGiven === undefined) return []
  const given = [usedGiven ?? firstGiven ?? ''].filter((name) => name !== '')
  return [{ use: 'usual', ...present({ family: usedFamily ?? birthFamily, given }) }]
}

function birthPlace({ traits: { birthPlace: code } }: CalledIdentity): Extension[] {
  if (code === undefined) return []
  const valueCoding = { system: code.startsWith('99') ? TRE_R20 : TRE_R13, code }
  return [{ url: BIRTH_PLACE, valueAddress: { extension: [{ url: INSEE_CODE, valueCoding }] } }]
}
