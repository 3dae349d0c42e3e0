import type { Coding, Extension, HumanName, Identifier, Patient } from '@medplum/fhirtypes'
import { present } from '../../french/present.ts'
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
export function readPatient(json: Json): Patient {
  const contained = listOf(json.contained).map((resource): Patient | { resourceType: 'Basic'; code: object } =>
    resource.resourceType === 'Patient' ? { resourceType: 'Patient' } : { resourceType: 'Basic', code: {} },
  )
  return {
    resourceType: 'Patient',
    ...present({
      contained,
      extension: readExtensions(json.extension, 0),
      identifier: listOf(json.identifier).map(readIdentifier),
      name: listOf(json.name).map(readName),
      gender: oneOf(GENDERS, json.gender),
      birthDate: textOf(json.birthDate),
    }),
  }
}

function readIdentifier({ use, type, system, value }: Json): Identifier {
  return present({
    use: oneOf(IDENTIFIER_USES, use),
    type: type === undefined ? undefined : readConcept(type),
    system: textOf(system),
    value: textOf(value),
  })
}

function readName({ use, family, given, extension }: Json): HumanName {
  return present({
    use: oneOf(NAME_USES, use),
    family: textOf(family),
    given: Array.isArray(given) ? given.map((part) => textOf(part) ?? '') : undefined,
    extension: readExtensions(extension, 1),
  })
}

function readExtensions(value: unknown, depth: number): Extension[] {
  if (depth > MAX_DEPTH) return []
  return listOf(value).map((extension) => readExtension(extension, depth))
}

function readExtension(json: Json, depth: number): Extension {
  const address = json.valueAddress
  const concept = json.valueCodeableConcept
  return {
    url: textOf(json.url) ?? '',
    ...present({
      extension: readExtensions(json.extension, depth + 1),
      valueString: textOf(json.valueString),
      valueDate: textOf(json.valueDate),
      valueCoding: json.valueCoding === undefined ? undefined : readCoding(objectOf(json.valueCoding)),
      valueCodeableConcept: concept === undefined ? undefined : readConcept(concept),
      valueAddress:
        address === undefined ? undefined : { extension: readExtensions(objectOf(address).extension, depth + 1) },
    }),
  }
}

function readConcept(value: unknown): { coding: Coding[] } {
  return { coding: listOf(objectOf(value).coding).map(readCoding) }
}

function readCoding({ system, code }: Json): Coding {
  return present({ system: textOf(system), code: textOf(code) })
}

function oneOf<T extends string>(codes: readonly T[], value: unknown): T | undefined {
  return codes.find((code) => code === value)
}
