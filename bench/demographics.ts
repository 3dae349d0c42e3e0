import type { HumanName, Parameters, Patient } from '@medplum/fhirtypes'
import { patientAt } from './data/patients.ts'
import type { BenchRequest, RequestMaker } from './requests.ts'

/** ITI-78 by traits: family name and birth date, as a hospital asks that has no INS yet. */
export const patientByTraits: RequestMaker = (n, patients) => {
  const { name, birthDate = '' } = patientAt(spread(n, patients))
  return search({ family: name?.[0]?.family ?? '', birthdate: birthDate })
}

/** ITI-78 by names alone, a page of them. */
export const patientByNames: RequestMaker = (n, patients) => {
  const [official] = patientAt(spread(n, patients)).name ?? []
  return search({ family: official?.family ?? '', given: official?.given?.[0] ?? '' })
}

/**
 * ITI-119 as hospitals ask it: half with all traits and no identifier, one in five by INS, one in five with a slip of
 * the keyboard or half a given name, one in ten of somebody who is not in the record (the search that costs most).
 */
export const matchPatient: RequestMaker = (n, patients) => {
  const person = traitsOf(patientAt(spread(n, patients)))
  const kind = n % 10
  if (kind < 5) return match(withoutIdentifiers(person))
  if (kind < 7) return match(person)
  if (kind === 7) return match(withoutIdentifiers(named(person, ({ family }) => ({ family: slipOf(family ?? '') }))))
  if (kind === 8) {
    return match(withoutIdentifiers(named(person, ({ given }) => ({ given: [given?.[0]?.split('-')[0] ?? ''] }))))
  }
  return match({ ...withoutIdentifiers(person), birthDate: '1901-07-19' })
}

/** What a source knows of a person besides what only the record has. */
function traitsOf({ meta: _meta, extension, ...patient }: Patient): Patient {
  return { ...patient, extension: (extension ?? []).filter(({ url }) => url.endsWith('patient-birthPlace')) }
}

function withoutIdentifiers({ identifier: _identifiers, ...patient }: Patient): Patient {
  return patient
}

function named(patient: Patient, change: (official: HumanName) => HumanName): Patient {
  return { ...patient, name: (patient.name ?? []).slice(0, 1).map((one) => ({ ...one, ...change(one) })) }
}

/** Two letters swapped in the middle. */
function slipOf(text: string): string {
  const at = Math.floor(text.length / 2)
  return text.slice(0, at - 1) + (text[at] ?? '') + (text[at - 1] ?? '') + text.slice(at + 1)
}

function match(resource: Patient): BenchRequest {
  const body: Parameters = { resourceType: 'Parameters', parameter: [{ name: 'resource', resource }] }
  const headers = { 'Content-Type': 'application/fhir+json' }
  return { method: 'POST', path: '/fhir/Patient/$match', headers, body: JSON.stringify(body) }
}

function search(parameters: Record<string, string>): BenchRequest {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  return { method: 'POST', path: '/fhir/Patient/_search', headers, body: new URLSearchParams(parameters).toString() }
}

/** Visits all the indices below a bound, far from one another, before it comes back to one. */
function spread(n: number, below: number): number {
  return (n * 7919) % below
}
