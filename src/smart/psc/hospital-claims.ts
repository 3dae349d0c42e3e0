import { isRpps } from '../../french/rpps.ts'
import { type Claims, coded, textOf } from './claim-values.ts'
import { type Reading, rppsOf } from './claims.ts'
import type { HospitalClaims } from './model.ts'
import { allowedProfession, specialityOf } from './professions.ts'

/**
 * The professional of the claims of a hospital's identity provider: the same facts by the names that are configured. An
 * RPPS is made the national id; what is in no register is refused, since habilitations are granted by national id.
 */
export function professionalOfHospital(claims: Claims, names: HospitalClaims): Reading {
  const nationalId = nationalIdOf(textOf(claims[names.nationalId]))
  const family = textOf(claims[names.family])
  if (nationalId === undefined || family === undefined) return { fault: 'sign-in.not-professional' }
  const profession = allowedProfession(textOf(claims[names.profession]))
  if (profession === undefined) return { fault: 'sign-in.profession' }
  const { hospital } = names
  const finess = names.structure === undefined ? undefined : coded(claims[names.structure], /^[0-9A-Z]{9}$/)
  const name = names.structureName === undefined ? undefined : textOf(claims[names.structureName])
  const structure = { system: 'https://finess.esante.gouv.fr', value: finess ?? hospital.finess }
  const professional = {
    nationalId,
    rpps: rppsOf(nationalId),
    family,
    given: textOf(claims[names.given]) ?? '',
    profession,
    speciality: names.speciality === undefined ? undefined : specialityOf(textOf(claims[names.speciality])),
    activity: { structure, structureName: name ?? hospital.name, role: undefined },
  }
  return { situations: [professional] }
}

/** RPPS, IDNPS of one, or IDNPS of an ADELI number. */
function nationalIdOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (isRpps(text)) return `8${text}`
  return rppsOf(text) !== undefined || /^0[0-9AB]{9}$/.test(text) ? text : undefined
}
