import type { Extension, Patient } from '@medplum/fhirtypes'
import { fold, foldedStartsWith } from './fold.ts'
import { BIRTH_GIVEN_LIST, BIRTH_PLACE, INSEE_CODE } from './fr-core/urls.ts'

/** Names of the strict traits, in the order of the INS. */
export const TRAIT_NAMES = ['birthFamily', 'firstGiven', 'birthGivenList', 'gender', 'birthDate', 'birthPlace'] as const

/** Name of a strict trait. */
export type TraitName = (typeof TRAIT_NAMES)[number]

/**
 * The strict traits that go with an INS: birth family name, first birth given name, all birth given names, sex (FHIR code), birth date
 * (YYYY-MM-DD) and COG code of the birth place. What is unknown is absent. Source: reference/identity-fr.md 1.7.
 */
export type StrictTraits = { readonly [name in TraitName]?: string | undefined }

/** Values that say that a trait is not known. */
const UNKNOWN: StrictTraits = { gender: 'unknown', birthPlace: '99999' }

/** The strict traits of a FR Core patient, read from the official name, gender, birthDate and birthPlace. */
export function traitsOfPatient(patient: Patient): StrictTraits {
  const official = patient.name?.find(({ use }) => use === 'official')
  return {
    birthFamily: present(official?.family),
    firstGiven: present(official?.given?.[0]),
    birthGivenList: present(extension(official?.extension, BIRTH_GIVEN_LIST)?.valueString),
    gender: patient.gender,
    birthDate: patient.birthDate,
    birthPlace: birthPlaceCode(patient),
  }
}

/** COG code of the birth place of a FR Core patient. */
export function birthPlaceCode(patient: Patient): string | undefined {
  const place = extension(patient.extension, BIRTH_PLACE)?.valueAddress
  return present(extension(place?.extension, INSEE_CODE)?.valueCoding?.code)
}

/** Names of the strict traits that are not there, or not good enough to go with an INS: a partial date, a sex neither male nor female. */
export function missingTraits(traits: StrictTraits): TraitName[] {
  return TRAIT_NAMES.filter((name) => {
    const value = traits[name]
    if (value === undefined) return true
    if (name === 'birthDate') return !/^\d{4}-\d{2}-\d{2}$/.test(value)
    return name === 'gender' && value === 'other'
  })
}

/**
 * Names of the traits that differ between two identities, never their values; an empty list means "no conflict". Letters are compared
 * folded. Only traits known on both sides are compared (sex "unknown" and COG 99999 are not known), and a list of given names that is the beginning of the other is no conflict.
 */
export function sameTraits(a: StrictTraits, b: StrictTraits): TraitName[] {
  return TRAIT_NAMES.filter((name) => {
    const [left, right] = [a[name], b[name]]
    if (left === undefined || right === undefined || left === UNKNOWN[name] || right === UNKNOWN[name]) return false
    const [x, y] = [fold(left), fold(right)]
    return name === 'birthGivenList' ? !(foldedStartsWith(x, y) || foldedStartsWith(y, x)) : x !== y
  })
}

/** Whether the list of birth given names begins with the first given name, as it must (rule INS-08). */
export function listStartsWithFirst(birthGivenList: string, firstGiven: string): boolean {
  return foldedStartsWith(fold(birthGivenList), fold(firstGiven))
}

/**
 * All birth given names from a CDA name: the unqualified given names are the whole list, or (before 2022) the other given names only,
 * or nothing. `birthGivenListOf('RUTH', ['ISABELLE'])` is `'RUTH ISABELLE'`.
 */
export function birthGivenListOf(firstGiven: string, unqualified: readonly string[]): string {
  const rest = unqualified.join(' ')
  if (rest === '') return firstGiven
  return listStartsWithFirst(rest, firstGiven) ? rest : `${firstGiven} ${rest}`
}

function extension(extensions: readonly Extension[] | undefined, url: string): Extension | undefined {
  return extensions?.find((candidate) => candidate.url === url)
}

function present(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text
}
