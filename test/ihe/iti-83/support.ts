import type { Identifier, Patient } from '@medplum/fhirtypes'
import { aPatient, IPP, type PatientBuilder } from '../../support/builders.ts'
import type { Answer } from '../../support/client.ts'

/** The domains of two other hospitals. */
export const BLUE = 'urn:oid:1.2.250.1.71.4.2.2.990000003'
export const GREEN = 'urn:oid:1.2.250.1.71.4.2.2.990000004'
/** A domain of which nobody has an identifier. */
export const NOWHERE = 'urn:oid:1.2.250.1.71.4.2.2.999999999'

/** `system|value` of an identifier. */
export function tokenOf({ system = '', value = '' }: Identifier): string {
  return `${system}|${value}`
}

/** A person with an INS, an IPP and a number in each of the two other hospitals. */
export function aCrossReferenced(): { person: PatientBuilder; resource: Patient; ins: string; ipp: string } {
  const person = aPatient().qualified()
  const { identifier = [] } = person.build()
  const blue = { system: BLUE, value: `B-${person.ipp}` }
  const green = { system: GREEN, value: `G-${person.ipp}`, assigner: { display: 'Hôpital vert fictif' } }
  const resource = person.with({ identifier: [...identifier, blue, green] }).build()
  return { person, resource, ins: tokenOf(identifier[0] ?? {}), ipp: `${IPP}|${person.ipp}` }
}

/** The address of the operation with its parameters. */
export function pixAddress(source: string | undefined, ...targets: string[]): string {
  const query = new URLSearchParams(source === undefined ? [] : [['sourceIdentifier', source]])
  for (const target of targets) query.append('targetSystem', target)
  return `Patient/$ihe-pix?${query}`
}

/** What an answer of the operation holds, identifiers as tokens and in order. */
export function pixAnswer(answer: Answer): { identifiers: string[]; patients: string[] } {
  const { parameter = [] } = answer.resource('Parameters')
  const identifiers = parameter.flatMap(({ name, valueIdentifier }) =>
    name === 'targetIdentifier' && valueIdentifier !== undefined ? [tokenOf(valueIdentifier)] : [],
  )
  const patients = parameter.flatMap(({ name, valueReference }) =>
    name === 'targetId' ? [valueReference?.reference ?? ''] : [],
  )
  if (identifiers.length + patients.length !== parameter.length) throw new Error('another parameter is in the answer')
  return { identifiers: identifiers.sort(), patients }
}
