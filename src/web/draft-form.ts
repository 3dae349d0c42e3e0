import { type FilledField, type IdentityField, NEEDED } from '../dcc/call/identity.ts'
import { PATHWAY_REASONS, type PathwayReason, TOPOGRAPHY } from '../dcc/call/pathway-reasons.ts'
import { listStartsWithFirst } from '../french/traits.ts'
import type { DraftForm } from '../smart/call/calls.ts'
import { frenchDate } from './identity-view.ts'
import { isoDay, plain } from './patient-query.ts'

/** An answer of the form of a pre-filled sheet. */
export type DraftField = IdentityField | 'reason' | 'topography'

/** The form as typed, and either what is to be confirmed or what is wrong, by field. */
export interface TypedDraft {
  typed: Partial<Record<DraftField, string>>
  faults: Partial<Record<DraftField, string>>
  form: DraftForm | undefined
}

/** What the form shows at first: what the call said, and no reason chosen. */
export function untouched(fields: readonly FilledField[]): TypedDraft {
  const typed = fields.map(({ name, value }) => [name, name === 'birthDate' ? frenchDate(value) : value])
  return { typed: Object.fromEntries(typed), faults: {}, form: undefined }
}

/** Reads what a professional sends; only correctable fields are looked at. */
export function readDraft(fields: readonly FilledField[], fieldOf: (name: string) => string): TypedDraft {
  const names = fields.filter(({ correctable }) => correctable).map(({ name }) => name)
  const sent: Partial<Record<DraftField, string>> = Object.fromEntries(
    names.map((name) => [name, plain(fieldOf(name))]),
  )
  const reason = PATHWAY_REASONS.find(({ code }) => code === fieldOf('reason'))?.code
  const topography = cim10(plain(fieldOf('topography')))
  const typed = { ...untouched(fields).typed, ...sent, reason: reason ?? '', topography }
  const faults: TypedDraft['faults'] = {
    ...Object.fromEntries(names.flatMap((name) => faultOf(name, typed))),
    ...(reason === undefined ? { reason: 'Choisissez pourquoi le parcours est ouvert.' } : {}),
    ...(topography === '' || TOPOGRAPHY.test(topography)
      ? {}
      : { topography: 'Ce n’est pas un code CIM-10 de tumeur.' }),
  }
  return { typed, faults, form: formOf(sent, reason, topography, faults) }
}

function formOf(
  sent: TypedDraft['typed'],
  reason: PathwayReason | undefined,
  topography: string,
  faults: TypedDraft['faults'],
): DraftForm | undefined {
  if (reason === undefined || Object.keys(faults).length > 0) return undefined
  const birthDate = sent.birthDate === undefined ? {} : { birthDate: isoDay(sent.birthDate) ?? '' }
  return { reason, topography, fields: { ...sent, ...birthDate } }
}

function faultOf(name: IdentityField, typed: TypedDraft['typed']): [IdentityField, string][] {
  const value = typed[name] ?? ''
  if (value === '') return NEEDED.some((needed) => needed === name) ? [[name, 'À compléter.']] : []
  return ACCEPTED[name]?.(value, typed) === false ? [[name, FAULTS[name] ?? 'À corriger.']] : []
}

/** What an answer must be that is there. */
const ACCEPTED: Partial<Record<IdentityField, (value: string, typed: TypedDraft['typed']) => boolean>> = {
  birthDate: (value) => isoDay(value) !== undefined,
  gender: (value) => value === 'female' || value === 'male',
  birthPlace: (value) => /^(?:\d{5}|2[AB]\d{3})$/.test(value.toUpperCase()),
  birthGivenList: (value, { firstGiven = '' }) => firstGiven === '' || listStartsWithFirst(value, firstGiven),
}

const FAULTS: Partial<Record<IdentityField, string>> = {
  birthDate: 'Écrivez la date ainsi : 02/07/1964.',
  gender: 'Choisissez le sexe.',
  birthPlace: 'Écrivez les 5 caractères du code INSEE.',
  birthGivenList: 'La liste commence par le premier prénom.',
}

/** A CIM-10 code as it is written: `c509` is `C50.9`. */
function cim10(text: string): string {
  const code = text.toUpperCase().replace(/[\s.]/g, '')
  return code.length > 3 ? `${code.slice(0, 3)}.${code.slice(3)}` : code
}
