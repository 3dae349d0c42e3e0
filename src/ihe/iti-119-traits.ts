import type { Extension, HumanName, Patient } from '@medplum/fhirtypes'
import { fold } from '../french/fold.ts'
import { BIRTH_GIVEN_LIST } from '../french/fr-core/urls.ts'
import { insOf } from '../french/identity.ts'
import { statusCodes } from '../french/identity-status.ts'
import { INS_C_OIDS, insAuthority, NSS_OIDS } from '../french/ins.ts'
import { birthPlaceCode } from '../french/traits.ts'

/** An identifier with its assigning authority. */
export interface Key {
  system: string
  value: string
}

/** What a match compares of a person; names are folded, what is unknown is absent or empty. */
export interface PersonTraits {
  /** The current matricule. */
  ins: Key | undefined
  /** Every matricule, former ones included. */
  matricules: readonly Key[]
  /** Identifiers of hospitals and regions. */
  locals: readonly Key[]
  birthFamily: string | undefined
  /** Family names that are not said to be the birth name: used ones, and those of names without use. */
  otherFamilies: readonly string[]
  firstGiven: string | undefined
  /** First given names that are not said to be that of the birth record. */
  otherGivens: readonly string[]
  /** The other given names, each by itself. */
  furtherGivens: readonly string[]
  /** All birth given names, as one text. */
  givenList: string | undefined
  birthDate: string | undefined
  /** The date as declared, when the official one was made up (identity-fr.md 1.7). */
  lunarDate: string | undefined
  gender: 'male' | 'female' | undefined
  /** COG code. */
  birthPlace: string | undefined
  mothersName: string | undefined
  /** Telephone numbers by their last nine digits, mail addresses. */
  contacts: readonly string[]
  postalCodes: readonly string[]
  /** A doubtful or fictitious identity, which is nobody's proof (RNIV, EXI SI 09). */
  doubtful: boolean
}

/** Most values of one kind that are compared. */
const MOST_VALUES = 20

/** Most identifiers that are compared: as many as a stored patient may have. */
const MOST_IDENTIFIERS = 100

/** Reads what a match compares. The birth name is that of use `official` (FR Core) or `maiden` (FHIR), and no other. */
export function personTraits(patient: Patient): PersonTraits {
  const names = (patient.name ?? []).slice(0, MOST_VALUES)
  const birth = names.find(({ use }) => use === 'official') ?? names.find(({ use }) => use === 'maiden')
  const others = names.filter((name) => name !== birth && name.use !== 'old')
  const former = names.filter((name) => name !== birth && name.use === 'old')
  const list = folded(extension(birth?.extension, BIRTH_GIVEN_LIST)?.valueString)
  const current = insOf(patient)
  const keys = keysOf(patient)
  return {
    ins: keys.find(({ system, value }) => system === current?.system && value === current?.value),
    matricules: keys.filter(({ system }) => insAuthority(system) !== undefined),
    locals: keys.filter(({ system }) => insAuthority(system) === undefined && !showsMatricule(system)),
    birthFamily: folded(birth?.family),
    otherFamilies: foldedAll([...others, ...former].map(({ family }) => family)),
    firstGiven: folded(birth?.given?.[0]),
    otherGivens: foldedAll([...others, ...former].map(({ given }) => given?.[0])),
    furtherGivens: foldedAll([...names.flatMap(further), ...(list?.split(' ') ?? [])]),
    givenList: list,
    birthDate: present(patient.birthDate),
    lunarDate: present(extension(patient.extension, LUNAR_DATE)?.valueString),
    gender: patient.gender === 'male' || patient.gender === 'female' ? patient.gender : undefined,
    birthPlace: knownPlace(birthPlaceCode(patient)),
    mothersName: folded(extension(patient.extension, MOTHERS_NAME)?.valueString),
    contacts: (patient.telecom ?? []).slice(0, MOST_VALUES).flatMap(({ value }) => contactOf(value)),
    postalCodes: (patient.address ?? []).slice(0, MOST_VALUES).flatMap(({ postalCode }) => postalCode ?? []),
    doubtful: statusCodes(patient).some(({ code }) => code === 'DOUT' || code === 'FICT'),
  }
}

const LUNAR_DATE = 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-lunar-date'
const MOTHERS_NAME = 'http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName'

/** Bare OIDs of what repeats the matricule: no match may rest on them. */
const REPEATED: readonly string[] = [...INS_C_OIDS, ...NSS_OIDS]

function showsMatricule(system: string): boolean {
  return REPEATED.includes(system.replace(/^urn:oid:/i, ''))
}

function keysOf({ identifier }: Patient): Key[] {
  return (identifier ?? []).slice(0, MOST_IDENTIFIERS).flatMap(({ system, value }) => {
    const [authority, number] = [present(system), present(value)]
    return authority === undefined || number === undefined ? [] : [{ system: authority, value: number }]
  })
}

function further({ given }: HumanName): string[] {
  return (given ?? []).slice(1)
}

function foldedAll(texts: readonly (string | undefined)[]): string[] {
  const found = texts.slice(0, MOST_VALUES).flatMap((text) => folded(text) ?? [])
  return [...new Set(found)]
}

function folded(text: string | undefined): string | undefined {
  return text === undefined ? undefined : present(fold(text))
}

function present(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim()
}

/** COG 99999 and 99100 say that the commune is not known (identity-fr.md 1.8). */
function knownPlace(cog: string | undefined): string | undefined {
  return cog === '99999' || cog === '99100' ? undefined : cog
}

function contactOf(value: string | undefined): string[] {
  if (value === undefined) return []
  if (value.includes('@')) return [value.trim().toLowerCase()]
  const digits = value.replace(/\D/g, '')
  return digits.length < 9 ? [] : [digits.slice(-9)]
}

function extension(extensions: readonly Extension[] | undefined, url: string): Extension | undefined {
  return extensions?.find((candidate) => candidate.url === url)
}
