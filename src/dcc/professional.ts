import type { IdentifierKey } from '../store/store.ts'

/** A place where a professional practises, chosen at sign-in when there are several (*situation d'exercice*). */
export interface Activity {
  /** FINESS, SIRET or RPPS-rang of the place, as the identity provider names it. */
  structure: IdentifierKey | undefined
  structureName: string
  /** Role code there, `code^OID` parts kept apart. */
  role: IdentifierKey | undefined
}

/** A health professional who has signed in, as the identity provider says (smart-launch.md 3.3). */
export interface Professional {
  /** National id (IDNPS: type digit and number): who it is, across sessions and providers. */
  nationalId: string
  /** The 11 digits of the RPPS, where the national id is one. */
  rpps: string | undefined
  family: string
  given: string
  /** Profession (TRE_G15) and *savoir-faire* codes. */
  profession: IdentifierKey
  speciality: IdentifierKey | undefined
  activity: Activity | undefined
}
