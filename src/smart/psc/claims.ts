import type { Activity, Professional } from '../../dcc/professional.ts'
import { STRUCTURES_OID } from '../../french/oids.ts'
import { isRpps } from '../../french/rpps.ts'
import type { IdentifierKey } from '../../store/store.ts'
import { type Claims, coded, objectOf, objectsOf, textOf } from './claim-values.ts'
import { allowedProfession, specialityOf } from './professions.ts'

/** Who somebody is: once for each place where they practise, or why they may not come in. */
export type Reading =
  | { situations: readonly [Professional, ...Professional[]] }
  | { fault: 'sign-in.not-professional' | 'sign-in.profession' }

/** What identity providers send for a national id: IDNPS, or the id of a test identity (EDIT). */
const NATIONAL_ID = /^[A-Za-z0-9][A-Za-z0-9._/-]{4,63}$/

/**
 * The professional of the claims of Pro Santé Connect (smart-launch.md 3.3): national id, names, profession and places
 * from `SubjectRefPro`. Without a national id, a name or an *exercice* nobody is a professional.
 */
export function professionalOf(claims: Claims): Reading {
  const nationalId = coded(claims.SubjectNameID, NATIONAL_ID)
  const exercices = objectsOf(objectOf(claims.SubjectRefPro).exercices)
  if (nationalId === undefined || exercices.length === 0) return { fault: 'sign-in.not-professional' }
  const named = exercices.flatMap((exercice) => {
    const family = textOf(exercice.nomDexercice) ?? textOf(claims.family_name)
    const given = textOf(exercice.prenomDexercice) ?? textOf(claims.given_name) ?? ''
    return family === undefined ? [] : [{ exercice, family, given }]
  })
  if (named.length === 0) return { fault: 'sign-in.not-professional' }
  const situations = named.flatMap(({ exercice, family, given }): Professional[] => {
    const profession = allowedProfession(textOf(exercice.codeProfession))
    if (profession === undefined) return []
    const speciality = specialityOf(textOf(exercice.codeSavoirFaire))
    const person = { nationalId, rpps: rppsOf(nationalId), family, given, profession, speciality }
    const places = objectsOf(exercice.activities).flatMap((activity) => activityOf(activity, claims, profession) ?? [])
    return places.length === 0
      ? [{ ...person, activity: undefined }]
      : places.map((activity) => ({ ...person, activity }))
  })
  const [first, ...others] = distinct(situations)
  return first === undefined ? { fault: 'sign-in.profession' } : { situations: [first, ...others] }
}

/** The RPPS of a national id: behind the type digit 8, with a right key. ADELI (0) and test identities have none. */
export function rppsOf(nationalId: string): string | undefined {
  const digits = nationalId.slice(1)
  return nationalId.startsWith('8') && isRpps(digits) ? digits : undefined
}

/** One of the `activities` of an *exercice*; undefined when it names no place. */
function activityOf(activity: Claims, claims: Claims, profession: IdentifierKey): Activity | undefined {
  const structure = structureOf(activity)
  const structureName = textOf(activity.raisonSocialeSite) ?? textOf(activity.enseigneCommercialeSite)
  if (structure === undefined && structureName === undefined) return undefined
  const role = roleOf(claims, textOf(activity.codeRole) ?? profession.value)
  return { structure, structureName: structureName ?? '', role }
}

/** The members of an activity that name its place, best first, with the register that they are of. */
const REGISTERS: readonly { member: string; form: RegExp; system: string }[] = [
  { member: 'numeroFinessSite', form: /^[0-9A-Z]{9}$/, system: 'https://finess.esante.gouv.fr' },
  { member: 'numeroSiretSite', form: /^\d{14}$/, system: 'https://sirene.fr' },
  { member: 'numeroFinessetablissementJuridique', form: /^[0-9A-Z]{9}$/, system: 'https://finess.esante.gouv.fr' },
  // Struct_IdNat: the kind of register in front ("4" + RPPS + rank of a practice).
  { member: 'ancienIdentifiantDeLaStructure', form: /^\d[0-9A-Z]{8,20}$/, system: `urn:oid:${STRUCTURES_OID}` },
]

function structureOf(activity: Claims): IdentifierKey | undefined {
  for (const { member, form, system } of REGISTERS) {
    const value = coded(activity[member], form)
    if (value !== undefined) return { system, value }
  }
  return undefined
}

/** The entry of `SubjectRole` (`code^OID`) with a code. */
function roleOf({ SubjectRole: roles }: Claims, code: string): IdentifierKey | undefined {
  for (const entry of Array.isArray(roles) ? roles.slice(0, 50) : []) {
    const [, value, oid] = /^([A-Za-z0-9_-]{1,20})\^((?:\d+\.)+\d+)$/.exec(textOf(entry) ?? '') ?? []
    if (value === code) return { system: `urn:oid:${oid}`, value }
  }
  return undefined
}

/** Without those that a person could not tell apart. */
function distinct(situations: readonly Professional[]): Professional[] {
  return [...new Map(situations.map((situation) => [JSON.stringify(situation), situation])).values()]
}
