import type { Identifier, Patient } from '@medplum/fhirtypes'
import { BIRTH_PLACE, HL7_IDENTIFIER_TYPES, IDENTIFIER_TYPES } from './fr-core/urls.ts'
import { isStatus, isUnknownStatus, statesQualified, statusCodes } from './identity-status.ts'
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
import { birthPlaceCode, listStartsWithFirst, missingTraits, type TraitName, traitsOfPatient } from './traits.ts'

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
type Rule = (patient: Patient, ins: readonly Ins[], options: IdentityOptions) => IdentityIssue[]

/**
 * The national identity rules that FR Core does not enforce (INS-01 to INS-11 of reference/identity-fr.md 1.6, and its section 4.3).
 * Returns every finding; the patient is refused when one is an error.
 */
export function identifierRules(patient: Patient, options: IdentityOptions): IdentityIssue[] {
  const ins = (patient.identifier ?? []).flatMap((identifier, index) => {
    const authority = insAuthority(identifier.system)
    return authority === undefined ? [] : [{ identifier, at: `Patient.identifier[${index}]`, authority }]
  })
  return RULES.flatMap((rule) => rule(patient, ins, options))
}

/** INS-01, INS-11: a current INS belongs to a qualified identity. */
const qualifiedOnly: Rule = (patient, ins, { source }) => {
  const first = current(ins)[0]
  if (first === undefined) return []
  const codes = statusCodes(patient)
  if (codes.length === 0) return source === 'always-qualified' ? [] : [error('INS-11', first.at)]
  const contrary = codes.some((code) => isStatus(code) && !statesQualified(code))
  return codes.some(statesQualified) && !contrary ? [] : [error('INS-01', first.at)]
}

/** INS-02: the strict traits go with the matricule. */
const withTraits: Rule = (patient, ins) => {
  if (ins.length === 0) return []
  const missing = missingTraits(traitsOfPatient(patient))
  const issues = missing.map((trait) => error(`INS-02.${trait}`, TRAIT_PATHS[trait]))
  return patient.gender === 'unknown' ? [...issues, warning('INS-02.gender-unknown', TRAIT_PATHS.gender)] : issues
}

/** INS-03: format and key of the matricule; on a test server a wrong key is only a warning, whatever the authority. */
const wellFormed: Rule = (_patient, ins, { domain }) =>
  ins.flatMap(({ identifier, at, authority }) =>
    checkMatricule(identifier.value ?? '', authority.oid).map(({ severity, reason }) =>
      issue(`INS-03.${reason}`, reason === 'key' && domain === 'test' ? 'warning' : severity, `${at}.value`),
    ),
  )

/** INS-04: attributes that exclude an INS. */
const noExcludingAttribute: Rule = (patient, ins) =>
  current(ins).length === 0
    ? []
    : statusCodes(patient)
        .filter(({ code }) => EXCLUDING_ATTRIBUTES.includes(code))
        .map(({ expression }) => error('INS-04', expression))

/** INS-05: production and test never mix. */
const rightDomain: Rule = (_patient, ins, { domain }) =>
  ins.filter(({ authority }) => authority.domain !== domain).map(({ at }) => error('INS-05', `${at}.system`))

/** INS-06 and INS-07: the matricule against sex and birth date; rectified civil records keep differences. */
const agreesWithTraits: Rule = (patient, ins) =>
  current(ins).flatMap(({ identifier }) => {
    const [sex, year, month] = /^([12])(\d\d)(\d\d)/.exec(identifier.value ?? '')?.slice(1) ?? []
    if (sex === undefined) return []
    const issues: IdentityIssue[] = []
    const expected = sex === '1' ? 'male' : 'female'
    if ((patient.gender === 'male' || patient.gender === 'female') && patient.gender !== expected) {
      issues.push(warning('INS-06', 'Patient.gender'))
    }
    const born = /^\d\d(\d\d)-(\d\d)/.exec(patient.birthDate ?? '')
    const realMonth = Number(month) >= 1 && Number(month) <= 12
    if (born !== null && realMonth && (born[1] !== year || born[2] !== month)) {
      issues.push(warning('INS-07', 'Patient.birthDate'))
    }
    return issues
  })

/** INS-08: the list of given names begins with the first one. */
const listBeginsWithFirst: Rule = (patient) => {
  const { birthGivenList, firstGiven } = traitsOfPatient(patient)
  if (birthGivenList === undefined || firstGiven === undefined) return []
  return listStartsWithFirst(birthGivenList, firstGiven) ? [] : [error('INS-08', officialName(patient))]
}

/** INS-09: one official INS, and former ones that differ from it. */
const oneOfficial: Rule = (_patient, ins) => {
  const [official, ...others] = current(ins)
  const stale = ins.filter(
    ({ identifier }) => identifier.use === 'old' && identifier.value === official?.identifier.value,
  )
  return [...others, ...stale].map(({ at }) => error('INS-09', at))
}

/** INS-10: COG code of the birth place. */
const birthPlace: Rule = (patient) => {
  const code = birthPlaceCode(patient)
  if (code === undefined) return []
  if (!/^(\d{5}|2[AB]\d{3})$/.test(code)) return [error('INS-10.format', TRAIT_PATHS.birthPlace)]
  if (code === '99999') {
    const validated = statusCodes(patient).some(({ code: status }) => status === 'VALI' || status === 'QUAL')
    return validated ? [warning('INS-10.unknown', TRAIT_PATHS.birthPlace)] : []
  }
  return code.startsWith('99') ? [warning('INS-10.country', TRAIT_PATHS.birthPlace)] : []
}

/** IDENT-TYPE, IDENT-SYSTEM, IDENT-USE: an INS is written as FR Core says, or a slice-aware check misses it. */
const writtenAsFrCore: Rule = (_patient, ins, { frCore = '2.2.0' }) =>
  ins.flatMap(({ identifier, at, authority }) => {
    const issues: IdentityIssue[] = []
    const typed = identifier.type?.coding?.some(
      ({ system, code }) => system === IDENTIFIER_TYPES && code === authority.typeCode,
    )
    if (typed !== true) issues.push(error('IDENT-TYPE', `${at}.type`))
    if (identifier.system !== authority.system) issues.push(error('IDENT-SYSTEM', `${at}.system`))
    const uses: readonly (string | undefined)[] = authority.uses[frCore]
    if (!uses.includes(identifier.use)) issues.push(error('IDENT-USE', `${at}.use`))
    return issues
  })

/** IDENT-INS: what has the type of an INS is one, or the same number could be held twice under two spellings. */
const typedAsIns: Rule = (patient) =>
  (patient.identifier ?? []).flatMap(({ type, system }, index) => {
    const typed = type?.coding?.some((coding) => coding.system === IDENTIFIER_TYPES && INS_TYPES.has(coding.code ?? ''))
    return typed === true && insAuthority(system) === undefined
      ? [error('IDENT-INS', `Patient.identifier[${index}].system`)]
      : []
  })

/** IDENT-NAME: the strict traits are those of one official name (fr-core-patient-ins, officialName 1..1). */
const oneOfficialName: Rule = (patient, ins) => {
  if (current(ins).length === 0) return []
  const official = (patient.name ?? []).flatMap(({ use }, index) => (use === 'official' ? [index] : []))
  return official.slice(1).map((index) => error('IDENT-NAME', `Patient.name[${index}]`))
}

/** IDENT-CONTAINED: an identity inside another would escape every rule about its INS. */
const nobodyInside: Rule = (patient) =>
  (patient.contained ?? []).flatMap(({ resourceType }, index) =>
    resourceType === 'Patient' ? [error('IDENT-CONTAINED', `Patient.contained[${index}]`)] : [],
  )

/** IDENT-STATUS: a status exists in its code system. */
const knownStatus: Rule = (patient) =>
  statusCodes(patient)
    .filter(isUnknownStatus)
    .map(({ expression }) => error('IDENT-STATUS', expression))

/** IDENT-IPP: a hospital identifier is never official, with or without the display that makes its slice match. */
const ippNotOfficial: Rule = (patient) =>
  (patient.identifier ?? []).flatMap(({ type, use }, index) => {
    const isIpp = type?.coding?.some(({ system, code }) => system === HL7_IDENTIFIER_TYPES && code === 'PI') ?? false
    return isIpp && use === 'official' ? [error('IDENT-IPP', `Patient.identifier[${index}].use`)] : []
  })

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

/** The INS that are not former ones, the official one first. */
function current(ins: readonly Ins[]): Ins[] {
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
