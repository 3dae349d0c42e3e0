import type { Basic, Coding, Extension, HumanName, Identifier, Patient } from '@medplum/fhirtypes'
import { type Json, listOf, objectOf, textOf } from './read.ts'

/** Extensions of a patient go three levels deep. */
const MAX_DEPTH = 4
const IDENTIFIER_USES = ['usual', 'official', 'temp', 'secondary', 'old'] as const
const NAME_USES = ['usual', 'official', 'temp', 'nickname', 'anonymous', 'old', 'maiden'] as const
const GENDERS = ['male', 'female', 'other', 'unknown'] as const

/**
 * What the identity rules read of a patient, whatever the JSON holds: each item stays at its index, and what has a wrong
 * shape or code is absent.
 */
export function readPatient({ contained, extension, identifier, name, gender, birthDate }: Json): Patient {
  const patient: Patient = { resourceType: 'Patient' }
  if (contained !== undefined) patient.contained = listOf(contained).map(readContained)
  if (extension !== undefined) patient.extension = readExtensions(extension, 0)
  if (identifier !== undefined) patient.identifier = listOf(identifier).map(readIdentifier)
  if (name !== undefined) patient.name = listOf(name).map(readName)
  const sex = oneOf(GENDERS, gender)
  if (sex !== undefined) patient.gender = sex
  if (typeof birthDate === 'string') patient.birthDate = birthDate
  return patient
}

/** Of other resources only the place counts. */
function readContained({ resourceType }: Json): Patient | Basic {
  return resourceType === 'Patient' ? { resourceType } : { resourceType: 'Basic', code: {} }
}

function readIdentifier({ use, type, system, value }: Json): Identifier {
  const identifier: Identifier = {}
  const known = oneOf(IDENTIFIER_USES, use)
  if (known !== undefined) identifier.use = known
  if (type !== undefined) identifier.type = readConcept(type)
  if (typeof system === 'string') identifier.system = system
  if (typeof value === 'string') identifier.value = value
  return identifier
}

function readName({ use, family, given, extension }: Json): HumanName {
  const name: HumanName = {}
  const known = oneOf(NAME_USES, use)
  if (known !== undefined) name.use = known
  if (typeof family === 'string') name.family = family
  if (Array.isArray(given)) name.given = given.map((part) => textOf(part) ?? '')
  if (extension !== undefined) name.extension = readExtensions(extension, 1)
  return name
}

function readExtensions(value: unknown, depth: number): Extension[] {
  if (depth > MAX_DEPTH) return []
  return listOf(value).map((extension) => readExtension(extension, depth))
}

function readExtension(json: Json, depth: number): Extension {
  const { url, extension: parts, valueString, valueDate, valueCoding, valueCodeableConcept, valueAddress } = json
  const extension: Extension = { url: textOf(url) ?? '' }
  if (parts !== undefined) extension.extension = readExtensions(parts, depth + 1)
  if (typeof valueString === 'string') extension.valueString = valueString
  if (typeof valueDate === 'string') extension.valueDate = valueDate
  if (valueCoding !== undefined) extension.valueCoding = readCoding(objectOf(valueCoding))
  if (valueCodeableConcept !== undefined) extension.valueCodeableConcept = readConcept(valueCodeableConcept)
  if (valueAddress !== undefined) {
    extension.valueAddress = { extension: readExtensions(objectOf(valueAddress).extension, depth + 1) }
  }
  return extension
}

function readConcept(value: unknown): { coding: Coding[] } {
  return { coding: listOf(objectOf(value).coding).map(readCoding) }
}

function readCoding({ system, code }: Json): Coding {
  const coding: Coding = {}
  if (typeof system === 'string') coding.system = system
  if (typeof code === 'string') coding.code = code
  return coding
}

function oneOf<T extends string>(codes: readonly T[], value: unknown): T | undefined {
  return codes.find((code) => code === value)
}
