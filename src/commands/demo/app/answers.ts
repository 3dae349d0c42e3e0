import type { Bundle, Patient } from '@medplum/fhirtypes'

/** Whether an answer of the FHIR server is a Patient. */
export function isPatient(json: unknown): json is Patient {
  return typeOf(json) === 'Patient'
}

/** Whether it is a Bundle. */
export function isBundle(json: unknown): json is Bundle {
  return typeOf(json) === 'Bundle'
}

function typeOf(json: unknown): unknown {
  return typeof json === 'object' && json !== null && 'resourceType' in json ? json.resourceType : undefined
}
