import { isAcceptable } from '../dcc/call/corrections.ts'
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
    names.map((name) => [name, sentAs(name, plain(fieldOf(name), LONGEST))]),
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

/** Longest answer, in characters: all given names of a birth record. */
export const LONGEST = 300

/** The code of a place of Corsica is written in capitals. */
function sentAs(name: IdentityField, text: string): string {
  return name === 'birthPlace' ? text.toUpperCase() : text
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
  if (name === 'birthGivenList' && !beginsWithFirst(value, typed))
    return [[name, 'La liste commence par le premier prénom.']]
  const meant = name === 'birthDate' ? (isoDay(value) ?? '') : value
  return isAcceptable(name, meant) ? [] : [[name, FAULTS[name] ?? 'Écrivez le nom en lettres.']]
}

function beginsWithFirst(list: string, { firstGiven = '' }: TypedDraft['typed']): boolean {
  return firstGiven === '' || listStartsWithFirst(list, firstGiven)
}

const FAULTS: Partial<Record<IdentityField, string>> = {
  birthDate: 'Écrivez la date ainsi : 02/07/1964.',
  gender: 'Choisissez le sexe.',
  birthPlace: 'Écrivez les 5 caractères du code INSEE.',
}

/** A CIM-10 code as it is written: `c509` is `C50.9`. */
function cim10(text: string): string {
  const code = text.toUpperCase().replace(/[\s.]/g, '')
  return code.length > 3 ? `${code.slice(0, 3)}.${code.slice(3)}` : code
}
