import { familyName, givenName } from './names.ts'
import type { Random } from './random.ts'

/** A relative of a patient: emergency contact and trusted person. */
export interface Relative {
  /** Kind of relative, HL7 RoleCode. */
  readonly role: { readonly code: string; readonly display: string }
  readonly family: string
  readonly given: string
  readonly phone: string
}

const ROLES = [
  { code: 'SIS', display: 'Soeur', sex: 'F' },
  { code: 'BRO', display: 'Frère', sex: 'M' },
  { code: 'DAU', display: 'Fille', sex: 'F' },
  { code: 'SON', display: 'Fils', sex: 'M' },
] as const

/** Draws a relative. */
export function drawRelative(random: Random): Relative {
  const { code, display, sex } = random.pick(ROLES)
  return {
    role: { code, display },
    family: familyName(random),
    given: givenName(random, sex),
    phone: fictionalMobile(random),
  }
}

/** A mobile number of the range that the regulator keeps for works of fiction (06 39 98 xx xx). */
export function fictionalMobile(random: Random): string {
  return `+3363998${String(random.between(0, 9999)).padStart(4, '0')}`
}
