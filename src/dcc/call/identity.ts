import type { IdentityStatus } from '../../french/identity-status.ts'
import { checkMatricule, type InsDomain, insAuthority } from '../../french/ins.ts'
import { missingTraits, type StrictTraits, TRAIT_NAMES, type TraitName } from '../../french/traits.ts'
import type { IdentifierKey } from '../../store/store.ts'

/** An INS as a DPI states it. */
export interface CalledIns {
  /** 15 characters. */
  value: string
  /** Assigning authority, without `urn:oid:`. */
  oid: string
  /** What the DPI says of the identity (RNIV); only QUAL lets the INS be used (EXI 12). */
  status: IdentityStatus
}

/** A field of an identity, as pages show it. */
export const IDENTITY_FIELDS = ['ins', 'ipp', ...TRAIT_NAMES, 'usedFamily', 'usedGiven'] as const

/** Name of a field. */
export type IdentityField = (typeof IDENTITY_FIELDS)[number]

/** The patient whom a DPI calls for. What it did not say is undefined. */
export interface CalledIdentity {
  ins: CalledIns | undefined
  /** The number of the patient in the hospital. */
  ipp: IdentifierKey | undefined
  traits: StrictTraits
  usedFamily: string | undefined
  usedGiven: string | undefined
  /** Fields that a professional has corrected since. */
  corrected: readonly IdentityField[]
}

/** Why an INS is not used to find a patient (rule R3), or that it is. */
export type InsUse =
  | 'usable'
  | 'none'
  | 'not-qualified'
  | 'not-believed'
  | 'malformed'
  | 'other-domain'
  | 'traits-missing'

/** How the INS of a call is held. */
export interface InsPolicy {
  domain: InsDomain
  /** Whether the region believes what this DPI says of its identities. */
  believed: boolean
}

/** Traits without which nothing is proved, neither by INS nor by a local number. */
export const NEEDED = ['birthFamily', 'firstGiven', 'gender', 'birthDate'] as const satisfies readonly TraitName[]

/** Whether the INS of a call may find a patient: qualified, believed, well formed and with its traits (1.6; rule R3). */
export function insUse({ ins, traits }: CalledIdentity, { domain, believed }: InsPolicy): InsUse {
  if (ins === undefined) return 'none'
  const authority = insAuthority(ins.oid)
  if (authority === undefined) return 'malformed'
  if (authority.domain !== domain) return 'other-domain'
  if (ins.status !== 'QUAL') return 'not-qualified'
  if (!believed) return 'not-believed'
  if (checkMatricule(ins.value, ins.oid).some(({ severity }) => severity === 'error')) return 'malformed'
  return unproved(traits).length > 0 ? 'traits-missing' : 'usable'
}

/** The needed traits that are not there, or of which only a part is. */
export function unproved(traits: StrictTraits): TraitName[] {
  const missing = missingTraits(traits)
  return NEEDED.filter((name) => missing.includes(name))
}

/** Where a field comes from: the INSi teleservice by way of the DPI, the DPI itself, or a professional here. */
export type FieldSource = 'insi' | 'dpi' | 'professional'

/** A field of a pre-filled sheet. */
export interface FilledField {
  name: IdentityField
  value: string
  source: FieldSource
  /** Whether the professional may correct it before confirming. */
  correctable: boolean
}

/** The fields of a pre-filled sheet in the order of a page; '' where nothing is known. `use` is that of `insUse`. */
export function filledFields(identity: CalledIdentity, use: InsUse): FilledField[] {
  return IDENTITY_FIELDS.filter((name) => name !== 'ins' || use === 'usable').map((name) => ({
    name,
    value: fieldOf(identity, name) ?? '',
    source: sourceOf(identity, name, use),
    correctable: isCorrectable(name, use),
  }))
}

/** The value of a field as text. */
export function fieldOf(identity: CalledIdentity, name: IdentityField): string | undefined {
  if (name === 'ins' || name === 'ipp') return identity[name]?.value
  return name === 'usedFamily' || name === 'usedGiven' ? identity[name] : identity.traits[name]
}

/** Used names always; strict traits only where no qualified INS vouches for them; numbers never. */
export function isCorrectable(name: IdentityField, use: InsUse): boolean {
  if (name === 'ins' || name === 'ipp') return false
  return name === 'usedFamily' || name === 'usedGiven' || use !== 'usable'
}

function sourceOf({ corrected }: CalledIdentity, name: IdentityField, use: InsUse): FieldSource {
  if (corrected.includes(name)) return 'professional'
  const strict = name === 'ins' || TRAIT_NAMES.some((trait) => trait === name)
  return strict && use === 'usable' ? 'insi' : 'dpi'
}
