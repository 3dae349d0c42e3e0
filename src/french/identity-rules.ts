import type { Identifier, Patient } from '@medplum/fhirtypes'
import { BIRTH_PLACE, HL7_IDENTIFIER_TYPES, IDENTIFIER_TYPES } from './fr-core/urls.ts'
import { isStatus, isUnknownStatus, type StatusCode, statesQualified, statusCodes } from './identity-status.ts'
import { IDENTITY_TEXTS, type IdentityTextKey } from './identity-texts.ts'
import {
  checkMatricule,
  type FrCoreVersion,
  INS_AUTHORITIES,
  type InsAuthority,
  type InsDomain,
  insAuthority,
} from './ins.ts'
import type { Texts } from './texts.ts'
import { listStartsWithFirst, missingTraits, type StrictTraits, type TraitName, traitsOfPatient } from './traits.ts'

/** A finding of the identity rules: stable key, place in the resource, and texts that hold no patient value. */
export type IdentityIssue = Texts & {
  /** `INS-01` to `INS-11`, or `IDENT-…`. */
  readonly key: string
  /** Reason within the rule: the control of INS-03, the trait of INS-02… */
  readonly reason?: string
  readonly severity: 'error' | 'warning'
  /** FHIRPath of the element, with indices. */
  readonly expression: string
}

/** How the identity rules apply. */
export type IdentityOptions = {
  /** Which INS this server takes. */
  readonly domain: InsDomain
  /** `always-qualified`: a source whose identities are qualified even without a status (DMP), rule INS-11. */
  readonly source?: 'always-qualified' | undefined
  /** Release of FR Core; 2.2.0 by default. */
  readonly frCore?: FrCoreVersion | undefined
}

type Ins = { readonly identifier: Identifier; readonly at: string; readonly authority: InsAuthority }

/** What the rules look at, found once. */
type Facts = IdentityOptions & {
  readonly patient: Patient
  readonly ins: readonly Ins[]
  /** The INS that are not former ones, the official one first. */
  readonly current: readonly Ins[]
  readonly codes: readonly StatusCode[]
  readonly traits: StrictTraits
}
type Rule = (facts: Facts, issues: IdentityIssue[]) => void

/**
 * The national identity rules that FR Core does not enforce (INS-01 to INS-11 of reference/identity-fr.md 1.6, and its section 4.3).
 * Returns every finding; the patient is refused when one is an error.
 */
export function identifierRules(patient: Patient, { domain, source, frCore }: IdentityOptions): IdentityIssue[] {
  const ins = insIn(patient)
  const codes = statusCodes(patient)
  const traits = traitsOfPatient(patient)
  const facts: Facts = { domain, source, frCore, patient, ins, current: currentOf(ins), codes, traits }
  const issues: IdentityIssue[] = []
  for (const rule of RULES) rule(facts, issues)
  return issues
}

/** INS-01, INS-11: a current INS belongs to a qualified identity. */
const qualifiedOnly: Rule = ({ current, codes, source }, issues) => {
  const first = current[0]
  if (first === undefined) return
  if (codes.length === 0) {
    if (source !== 'always-qualified') issues.push(error('INS-11', first.at))
    return
  }
  const contrary = codes.some((code) => isStatus(code) && !statesQualified(code))
  if (contrary || !codes.some(statesQualified)) issues.push(error('INS-01', first.at))
}

/** INS-02: the strict traits go with the matricule. */
const withTraits: Rule = ({ ins, traits, patient }, issues) => {
  if (ins.length === 0) return
  for (const trait of missingTraits(traits)) issues.push(error(`INS-02.${trait}`, TRAIT_PATHS[trait]))
  if (patient.gender === 'unknown') issues.push(warning('INS-02.gender-unknown', TRAIT_PATHS.gender))
}

/** INS-03: format and key of the matricule; on a test server a wrong key is only a warning, whatever the authority. */
const wellFormed: Rule = ({ ins, domain }, issues) => {
  for (const { identifier, at, authority } of ins) {
    for (const { severity, reason } of checkMatricule(identifier.value ?? '', authority.oid)) {
      const told = reason === 'key' && domain === 'test' ? 'warning' : severity
      issues.push(issue(`INS-03.${reason}`, told, `${at}.value`))
    }
  }
}

/** INS-04: attributes that exclude an INS. */
const noExcludingAttribute: Rule = ({ current, codes }, issues) => {
  if (current.length === 0) return
  for (const { code, expression } of codes) {
    if (EXCLUDING_ATTRIBUTES.includes(code)) issues.push(error('INS-04', expression))
  }
}

/** INS-05: production and test never mix. */
const rightDomain: Rule = ({ ins, domain }, issues) => {
  for (const { at, authority } of ins) if (authority.domain !== domain) issues.push(error('INS-05', `${at}.system`))
}

/** INS-06 and INS-07: the matricule against sex and birth date; rectified civil records keep differences. */
const agreesWithTraits: Rule = ({ current, patient: { gender, birthDate } }, issues) => {
  for (const { identifier } of current) {
    const [, sex, year, month] = /^([12])(\d\d)(\d\d)/.exec(identifier.value ?? '') ?? []
    if (sex === undefined) continue
    const expected = sex === '1' ? 'male' : 'female'
    if ((gender === 'male' || gender === 'female') && gender !== expected) {
      issues.push(warning('INS-06', 'Patient.gender'))
    }
    const born = /^\d\d(\d\d)-(\d\d)/.exec(birthDate ?? '')
    const realMonth = Number(month) >= 1 && Number(month) <= 12
    if (born !== null && realMonth && (born[1] !== year || born[2] !== month)) {
      issues.push(warning('INS-07', 'Patient.birthDate'))
    }
  }
}

/** INS-08: the list of given names begins with the first one. */
const listBeginsWithFirst: Rule = ({ patient, traits: { birthGivenList, firstGiven } }, issues) => {
  if (birthGivenList === undefined || firstGiven === undefined) return
  if (!listStartsWithFirst(birthGivenList, firstGiven)) issues.push(error('INS-08', officialName(patient)))
}

/** INS-09: one official INS, and former ones that differ from it. */
const oneOfficial: Rule = ({ ins, current }, issues) => {
  for (let index = 1; index < current.length; index += 1) issues.push(error('INS-09', current[index]?.at ?? ''))
  const official = current[0]?.identifier.value
  for (const { identifier, at } of ins) {
    if (identifier.use === 'old' && identifier.value === official) issues.push(error('INS-09', at))
  }
}

/** INS-10: COG code of the birth place. */
const birthPlace: Rule = ({ traits: { birthPlace: code }, codes }, issues) => {
  if (code === undefined) return
  if (!/^(\d{5}|2[AB]\d{3})$/.test(code)) issues.push(error('INS-10.format', TRAIT_PATHS.birthPlace))
  else if (code === '99999') {
    const validated = codes.some(({ code: status }) => status === 'VALI' || status === 'QUAL')
    if (validated) issues.push(warning('INS-10.unknown', TRAIT_PATHS.birthPlace))
  } else if (code.startsWith('99')) issues.push(warning('INS-10.country', TRAIT_PATHS.birthPlace))
}

/** IDENT-TYPE, IDENT-SYSTEM, IDENT-USE: an INS is written as FR Core says, or a slice-aware check misses it. */
const writtenAsFrCore: Rule = ({ ins, frCore = '2.2.0' }, issues) => {
  for (const { identifier, at, authority } of ins) {
    const typed = identifier.type?.coding?.some(
      ({ system, code }) => system === IDENTIFIER_TYPES && code === authority.typeCode,
    )
    if (typed !== true) issues.push(error('IDENT-TYPE', `${at}.type`))
    if (identifier.system !== authority.system) issues.push(error('IDENT-SYSTEM', `${at}.system`))
    const uses: readonly (string | undefined)[] = authority.uses[frCore]
    if (!uses.includes(identifier.use)) issues.push(error('IDENT-USE', `${at}.use`))
  }
}

/** IDENT-INS: what has the type of an INS is one, or the same number could be held twice under two spellings. */
const typedAsIns: Rule = ({ patient }, issues) => {
  patient.identifier?.forEach(({ type, system }, index) => {
    const typed = type?.coding?.some((coding) => coding.system === IDENTIFIER_TYPES && INS_TYPES.has(coding.code ?? ''))
    if (typed === true && insAuthority(system) === undefined) {
      issues.push(error('IDENT-INS', `Patient.identifier[${index}].system`))
    }
  })
}

/** IDENT-NAME: the strict traits are those of one official name (fr-core-patient-ins, officialName 1..1). */
const oneOfficialName: Rule = ({ patient, current }, issues) => {
  if (current.length === 0) return
  let official = 0
  patient.name?.forEach(({ use }, index) => {
    if (use !== 'official') return
    official += 1
    if (official > 1) issues.push(error('IDENT-NAME', `Patient.name[${index}]`))
  })
}

/** IDENT-CONTAINED: an identity inside another would escape every rule about its INS. */
const nobodyInside: Rule = ({ patient }, issues) => {
  patient.contained?.forEach(({ resourceType }, index) => {
    if (resourceType === 'Patient') issues.push(error('IDENT-CONTAINED', `Patient.contained[${index}]`))
  })
}

/** IDENT-STATUS: a status exists in its code system. */
const knownStatus: Rule = ({ codes }, issues) => {
  for (const code of codes) if (isUnknownStatus(code)) issues.push(error('IDENT-STATUS', code.expression))
}

/** IDENT-IPP: a hospital identifier is never official, with or without the display that makes its slice match. */
const ippNotOfficial: Rule = ({ patient }, issues) => {
  patient.identifier?.forEach(({ type, use }, index) => {
    if (use !== 'official') return
    const isIpp = type?.coding?.some(({ system, code }) => system === HL7_IDENTIFIER_TYPES && code === 'PI')
    if (isIpp === true) issues.push(error('IDENT-IPP', `Patient.identifier[${index}].use`))
  })
}

const RULES: readonly Rule[] = [
  qualifiedOnly,
  withTraits,
  wellFormed,
  noExcludingAttribute,
  rightDomain,
  agreesWithTraits,
  listBeginsWithFirst,
  oneOfficial,
  birthPlace,
  writtenAsFrCore,
  typedAsIns,
  oneOfficialName,
  nobodyInside,
  knownStatus,
  ippNotOfficial,
]

const INS_TYPES: ReadonlySet<string> = new Set(INS_AUTHORITIES.map(({ typeCode }) => typeCode))

const EXCLUDING_ATTRIBUTES: readonly string[] = ['DOUT', 'FICT', 'INVA', 'USUR', 'DESA', 'ANOM', 'CACH']

const TRAIT_PATHS: Readonly<Record<TraitName, string>> = {
  birthFamily: "Patient.name.where(use='official').family",
  firstGiven: "Patient.name.where(use='official').given",
  birthGivenList: "Patient.name.where(use='official').extension",
  gender: 'Patient.gender',
  birthDate: 'Patient.birthDate',
  birthPlace: `Patient.extension('${BIRTH_PLACE}').value`,
}

function insIn({ identifier }: Patient): readonly Ins[] {
  const ins: Ins[] = []
  identifier?.forEach((one, index) => {
    const authority = insAuthority(one.system)
    if (authority !== undefined) ins.push({ identifier: one, at: `Patient.identifier[${index}]`, authority })
  })
  return ins
}

function currentOf(ins: readonly Ins[]): readonly Ins[] {
  const kept = ins.filter(({ identifier }) => identifier.use !== 'old')
  return kept.sort((a, b) => Number(b.identifier.use === 'official') - Number(a.identifier.use === 'official'))
}

function officialName(patient: Patient): string {
  const index = (patient.name ?? []).findIndex(({ use }) => use === 'official')
  return `Patient.name[${index}]`
}

function error(text: IdentityTextKey, expression: string): IdentityIssue {
  return issue(text, 'error', expression)
}

function warning(text: IdentityTextKey, expression: string): IdentityIssue {
  return issue(text, 'warning', expression)
}

function issue(text: IdentityTextKey, severity: 'error' | 'warning', expression: string): IdentityIssue {
  const [key = text, reason] = text.split('.')
  return { key, ...(reason === undefined ? {} : { reason }), severity, expression, ...IDENTITY_TEXTS[text] }
}
