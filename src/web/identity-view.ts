import type { Patient } from '@medplum/fhirtypes'
import { BIRTH_PLACE } from '../french/fr-core/urls.ts'
import { type IdentityStatus, identityStatusOf, insOf } from '../french/identity.ts'
import { type StrictTraits, type TraitName, traitsOfPatient } from '../french/traits.ts'

/** What the strict traits are called on a page. */
export const TRAIT_LABELS: Readonly<Record<TraitName, string>> = {
  birthFamily: 'Nom de naissance',
  firstGiven: 'Premier prénom de naissance',
  birthGivenList: 'Prénoms de naissance',
  gender: 'Sexe',
  birthDate: 'Date de naissance',
  birthPlace: 'Lieu de naissance',
}

/** What the status of an identity means to whoever reads it (RNIV; identity-fr.md 1.6). */
export const STATUS_TEXTS: Readonly<Record<IdentityStatus, { label: string; meaning: string }>> = {
  QUAL: { label: 'Identité qualifiée', meaning: 'vérifiée sur une pièce d’identité et par le téléservice INSi.' },
  VALI: { label: 'Identité validée', meaning: 'vérifiée sur une pièce d’identité, sans INS.' },
  RECUP: { label: 'Identité récupérée', meaning: 'lue dans le téléservice INSi, pas encore vérifiée sur une pièce.' },
  PROV: { label: 'Identité provisoire', meaning: 'pas encore vérifiée. À contrôler avec le patient.' },
}

/** An identity as pages show it: every strict trait, so that namesakes are told apart. */
export interface IdentityView {
  /** Traits of the birth record as texts, '' when unknown. */
  birthFamily: string
  firstGiven: string
  birthGivenList: string
  /** The name in use, when it is another one. */
  usedName: string
  gender: string
  birthDate: string
  birthPlace: string
  /** The last digits of a qualified INS, enough to compare with. */
  insEnd: string
  status: IdentityStatus
  statusLabel: string
}

/** The view of a patient's record. */
export function identityView(patient: Patient): IdentityView {
  const traits = traitsOfPatient(patient)
  const status = identityStatusOf(patient)
  const birth = patient.name?.find(({ use }) => use === 'official')
  const used = patient.name?.find(({ use }) => use === 'usual')
  const usedName = [used?.family, ...(used?.given ?? []).slice(0, 1)].filter(isText).join(' ')
  return {
    ...traitTexts(traits, cityOf(patient)),
    usedName: usedName === [birth?.family, birth?.given?.[0]].filter(isText).join(' ') ? '' : usedName,
    insEnd: insOf(patient)?.value?.slice(-5) ?? '',
    status,
    statusLabel: STATUS_TEXTS[status].label,
  }
}

/** The strict traits as texts; `city` names the birth place that the code stands for. */
export function traitTexts(traits: StrictTraits, city = ''): Record<TraitName, string> {
  const { birthFamily = '', firstGiven = '', birthGivenList = '', gender, birthDate = '', birthPlace = '' } = traits
  return {
    birthFamily,
    firstGiven,
    birthGivenList,
    gender: SEXES[gender ?? ''] ?? '',
    birthDate: frenchDate(birthDate),
    birthPlace: city === '' ? birthPlace : `${city}${birthPlace === '' ? '' : ` (${birthPlace})`}`,
  }
}

/** A day, month or year as it is written in France: `1964-07-02` is `02/07/1964`. */
export function frenchDate(date: string): string {
  return date.split('-').reverse().join('/')
}

const SEXES: Readonly<Record<string, string>> = {
  female: 'féminin',
  male: 'masculin',
  other: 'autre',
  unknown: 'inconnu',
}

function cityOf({ extension }: Patient): string {
  return extension?.find(({ url }) => url === BIRTH_PLACE)?.valueAddress?.city ?? ''
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== ''
}
