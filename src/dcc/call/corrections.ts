import { fold } from '../../french/fold.ts'
import { type StrictTraits, TRAIT_NAMES } from '../../french/traits.ts'
import {
  type CalledIdentity,
  fieldOf,
  IDENTITY_FIELDS,
  type IdentityField,
  type InsUse,
  isCorrectable,
} from './identity.ts'

/** What a professional's corrections make of an identity. */
export type Correction =
  | { kind: 'corrected'; identity: CalledIdentity; changed: readonly IdentityField[] }
  /** A value that the field cannot have. */
  | { kind: 'invalid'; field: IdentityField }
  /** So much was changed that it would be somebody else. */
  | { kind: 'other-identity'; changed: readonly IdentityField[] }

/**
 * Applies the fields of a sheet to the identity that the DPI sent. Fields that may not be corrected are not looked at.
 * What was missing may be filled in; of the traits that the DPI did send one may be corrected, two make another person
 * (the birth place and the list of given names, which complete a trait, do not count).
 */
export function corrected(identity: CalledIdentity, use: InsUse, fields: Readonly<Record<string, string>>): Correction {
  const changes = new Map<IdentityField, string>()
  for (const name of IDENTITY_FIELDS) {
    const sent = Object.hasOwn(fields, name) ? fields[name]?.trim().replaceAll(/\s+/g, ' ') : undefined
    if (sent === undefined || !isCorrectable(name, use) || sent === (fieldOf(identity, name) ?? '')) continue
    if (!isAcceptable(name, sent)) return { kind: 'invalid', field: name }
    changes.set(name, sent)
  }
  const changed = [...changes.keys()]
  const decisive = changed.filter((name) => DECISIVE.includes(name) && differs(identity, name, changes.get(name)))
  if (decisive.length > 1) return { kind: 'other-identity', changed }
  return { kind: 'corrected', identity: withChanges(identity, changes), changed }
}

const DECISIVE: readonly IdentityField[] = ['birthFamily', 'firstGiven', 'gender', 'birthDate']

/** A value where there was another one; the same name written otherwise is the same name. */
function differs(identity: CalledIdentity, name: IdentityField, value = ''): boolean {
  const before = fieldOf(identity, name) ?? ''
  return before !== '' && !(name === 'gender' && before === 'unknown') && fold(before) !== fold(value)
}

/** What a name may be made of: letters of any script with what joins them. */
const NAME = /^\p{L}[\p{L}\p{M} '’.-]{0,99}$/u

const FORMS: Readonly<Partial<Record<IdentityField, RegExp>>> = {
  gender: /^(male|female|unknown)$/,
  birthDate: /^(19|20)\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  birthPlace: /^(|\d{5}|2[AB]\d{3})$/,
  birthGivenList: /^(|\p{L}[\p{L}\p{M} '’.-]{0,299})$/u,
  usedFamily: /^(|\p{L}[\p{L}\p{M} '’.-]{0,99})$/u,
  usedGiven: /^(|\p{L}[\p{L}\p{M} '’.-]{0,99})$/u,
}

/** Whether a field may have a value: letters for names, a day, a COG code. '' where nothing need be known. */
export function isAcceptable(name: IdentityField, value: string): boolean {
  return (FORMS[name] ?? NAME).test(value)
}

/** Whether every name of an identity is made of what names are made of: what a call may show need not be kept. */
export function isNameable(identity: CalledIdentity): boolean {
  return NAMES.every((name) => {
    const value = fieldOf(identity, name)
    return value === undefined || isAcceptable(name, value)
  })
}

const NAMES = ['birthFamily', 'firstGiven', 'birthGivenList', 'usedFamily', 'usedGiven'] as const

function withChanges(identity: CalledIdentity, changes: ReadonlyMap<IdentityField, string>): CalledIdentity {
  const value = (name: IdentityField) => {
    const changed = changes.get(name)
    return changed === undefined ? fieldOf(identity, name) : changed === '' ? undefined : changed
  }
  const traits: StrictTraits = Object.fromEntries(TRAIT_NAMES.map((name) => [name, value(name)]))
  return {
    ...identity,
    traits,
    usedFamily: value('usedFamily'),
    usedGiven: value('usedGiven'),
    corrected: [...new Set([...identity.corrected, ...changes.keys()])],
  }
}
