import type { Element } from '@xmldom/xmldom'
import type { InstanceIdentifier } from '../oids.ts'
import {
  attribute,
  child,
  children,
  descend,
  identifiers,
  isKnown,
  required,
  requiredAttribute,
  textOf,
  texts,
} from './dom.ts'
import { CdaError } from './errors.ts'
import { dateOf } from './time.ts'

/** Names of a patient by qualifier: BR birth, CL used, SP spouse, none. */
export type CdaPatientName = {
  readonly birthFamily?: string | undefined
  readonly usedFamily?: string | undefined
  readonly spouseFamily?: string | undefined
  readonly plainFamily?: string | undefined
  readonly birthGiven?: string | undefined
  readonly usedGivens: readonly string[]
  readonly plainGivens: readonly string[]
  readonly prefix?: string | undefined
}

/** An address, reduced to lines. */
export type CdaAddress = {
  readonly use?: string | undefined
  readonly lines: readonly string[]
  readonly postalCode?: string | undefined
  readonly city?: string | undefined
  readonly country?: string | undefined
}

/** A telecommunication address: `value` is a URI (`tel:`, `mailto:`), `use` an HL7 code (H, MC, WP…). */
export type CdaTelecom = { readonly value: string; readonly use?: string | undefined }

/** The patient of a document, as written in recordTarget. */
export type CdaPatient = {
  readonly ids: readonly InstanceIdentifier[]
  readonly name: CdaPatientName
  /** FHIR code of the sex. */
  readonly gender: 'male' | 'female' | 'unknown'
  /** FHIR date. */
  readonly birthDate: string
  readonly birthPlace?: { readonly cog?: string | undefined; readonly city?: string | undefined } | undefined
  readonly telecoms: readonly CdaTelecom[]
  readonly addresses: readonly CdaAddress[]
}

const AT = 'ClinicalDocument/recordTarget/patientRole'
const GENDERS: Readonly<Record<string, CdaPatient['gender']>> = { M: 'male', F: 'female' }

/** Reads the patient of a ClinicalDocument. Throws `cda.missing` or `cda.invalid` naming the path. */
export function readPatient(clinicalDocument: Element): CdaPatient {
  const role = required(clinicalDocument, 'recordTarget/patientRole', 'ClinicalDocument')
  const ids = identifiers(role).filter(({ extension }) => extension !== null)
  if (ids.length === 0) throw new CdaError('cda.missing', { path: `${AT}/id` })
  const patient = required(role, 'patient', AT)
  const gender = required(patient, 'administrativeGenderCode', `${AT}/patient`)
  return {
    ids,
    name: readName(patient),
    gender: GENDERS[requiredAttribute(gender, 'code', `${AT}/patient/administrativeGenderCode`)] ?? 'unknown',
    birthDate: readBirthDate(patient),
    birthPlace: readBirthPlace(patient),
    telecoms: readTelecoms(role),
    addresses: children(role, 'addr').filter(isKnown).flatMap(readAddress),
  }
}

function readName(patient: Element): CdaPatientName {
  const name = required(patient, 'name', `${AT}/patient`)
  required(name, 'family', `${AT}/patient/name`)
  required(name, 'given', `${AT}/patient/name`)
  const families = (qualifier?: string) => qualified(name, 'family', qualifier)
  const givens = (qualifier?: string) => qualified(name, 'given', qualifier)
  return {
    birthFamily: families('BR')[0],
    usedFamily: families('CL')[0],
    spouseFamily: families('SP')[0],
    plainFamily: families()[0],
    birthGiven: givens('BR')[0],
    usedGivens: givens('CL'),
    plainGivens: givens(),
    prefix: textOf(child(name, 'prefix')),
  }
}

function qualified(name: Element, part: string, qualifier: string | undefined): string[] {
  return children(name, part)
    .filter((element) => isKnown(element) && attribute(element, 'qualifier') === qualifier)
    .flatMap((element) => textOf(element) ?? [])
}

function readBirthDate(patient: Element): string {
  const path = `${AT}/patient/birthTime`
  const value = requiredAttribute(required(patient, 'birthTime', `${AT}/patient`), 'value', path)
  const date = dateOf(value)
  if (date === undefined) throw new CdaError('cda.invalid', { path: `${path}/@value` })
  return date
}

function readBirthPlace(patient: Element): CdaPatient['birthPlace'] {
  const address = descend(patient, 'birthplace/place/addr')
  const cog = textOf(address && child(address, 'county'))
  const city = textOf(address && child(address, 'city'))
  return cog === undefined && city === undefined ? undefined : { cog, city }
}

function readTelecoms(role: Element): CdaTelecom[] {
  return children(role, 'telecom')
    .filter(isKnown)
    .flatMap((element) => {
      const value = attribute(element, 'value')
      return value === undefined ? [] : [{ value, use: attribute(element, 'use') }]
    })
}

function readAddress(address: Element): CdaAddress[] {
  const street = [...texts(address, 'houseNumber'), ...texts(address, 'streetName')].join(' ')
  const parts = ['streetAddressLine', 'additionalLocator', 'unitID', 'postBox']
  const lines = [street, ...parts.flatMap((part) => texts(address, part))].filter((line) => line !== '')
  const [postalCode, city, country] = ['postalCode', 'city', 'country'].map((part) => texts(address, part)[0])
  if (lines.length === 0 && postalCode === undefined && city === undefined && country === undefined) return []
  return [{ use: attribute(address, 'use'), lines, postalCode, city, country }]
}
