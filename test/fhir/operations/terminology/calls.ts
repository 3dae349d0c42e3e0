import assert from 'node:assert/strict'
import type { Parameters, ParametersParameter } from '@medplum/fhirtypes'
import { checkedResource } from '../../../../src/fhir/structure.ts'
import type { Answer } from '../../../support/client.ts'
import type { TestServer } from '../../../support/server.ts'

/** Calls of operations on the server of a file. */
export function callsOf(server: () => TestServer) {
  return {
    /** By GET; values are encoded. */
    get: (operation: string, parameters: Readonly<Record<string, string>> = {}): Promise<Answer> =>
      server().get(`${operation}?${new URLSearchParams(Object.entries(parameters))}`),
    /** By POST of a Parameters resource. */
    post: (operation: string, ...parameter: ParametersParameter[]): Promise<Answer> =>
      server().post(operation, { resourceType: 'Parameters', parameter } satisfies Parameters),
  }
}

/** The values of an answer, which is right R4, by name, the first of each; a parameter with parts is an object of them. */
export function valuesOf(answer: Answer): Record<string, unknown> {
  assert.equal(answer.status, 200, answer.text)
  checkedResource(answer.json())
  return named(answer.resource('Parameters').parameter ?? [])
}

function named(parameters: readonly ParametersParameter[]): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const parameter of parameters) values[parameter.name ?? ''] ??= held(parameter)
  return values
}

function held({ name: _name, part, ...value }: ParametersParameter): unknown {
  return part === undefined ? Object.values(value)[0] : named(part)
}

const NOS = 'https://mos.esante.gouv.fr/NOS'
/** The national sets of document types and of classes. */
export const TYPES = `${NOS}/JDV_J07-XdsTypeCode-CISIS/FHIR/JDV-J07-XdsTypeCode-CISIS`
export const CLASSES = `${NOS}/JDV_J06-XdsClassCode-CISIS/FHIR/JDV-J06-XdsClassCode-CISIS`
export const GENDERS = 'http://hl7.org/fhir/ValueSet/administrative-gender'
export const GENDER = 'http://hl7.org/fhir/administrative-gender'
export const REASONS = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'
/** A set of which no code is carried. */
export const COMMUNES = 'https://hl7.fr/ig/fhir/core/ValueSet/fr-core-vs-insee-code'
/** The type of the sheet of a multidisciplinary meeting. */
export const FRCP = { system: 'http://loinc.org', code: '34794-8' }
export const FRCP_DISPLAY = 'CR de réunion de concertation pluridisciplinaire'
