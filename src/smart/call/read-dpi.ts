import type { Patient, Resource } from '@medplum/fhirtypes'
import type { DpiRegistration } from './dpi-registration.ts'
import { guardedFetch, OutboundError } from './guarded-fetch.ts'

/** Whether a text is the id of a resource: it becomes part of an address. */
export function isFhirId(text: string): boolean {
  return /^[A-Za-z0-9.-]{1,64}$/.test(text) && text !== '.' && text !== '..'
}

/** Reads the patient of the launch. Rejects with OutboundError when the answer is not that patient. */
export async function readPatient(dpi: DpiRegistration, id: string, token: string): Promise<Patient> {
  const resource = await read(dpi, 'Patient', id, token)
  if (resource?.resourceType !== 'Patient' || resource.id !== id)
    throw new OutboundError('not the patient of the launch')
  return resource
}

/**
 * The RPPS of the user of the DPI, when `fhirUser` leads to a Practitioner of the same server that tells it: 11 digits.
 * What cannot be read is not told; what another server says is not asked.
 */
export async function readRpps(dpi: DpiRegistration, fhirUser: unknown, token: string): Promise<string | undefined> {
  const base = (dpi.smart?.iss ?? '').replace(/\/$/, '')
  if (typeof fhirUser !== 'string') return undefined
  const relative = fhirUser.startsWith(`${base}/`) ? fhirUser.slice(base.length + 1) : fhirUser
  const [, id = ''] = /^Practitioner\/([^/]+)$/.exec(relative) ?? []
  if (!isFhirId(id)) return undefined
  const resource = await read(dpi, 'Practitioner', id, token).catch(() => undefined)
  if (resource?.resourceType !== 'Practitioner') return undefined
  const values = (resource.identifier ?? []).flatMap(({ system = '', value = '' }) =>
    RPPS_SYSTEMS.includes(system) ? [value.replace(/^8(?=\d{11}$)/, '')] : [],
  )
  return values.find((value) => /^\d{11}$/.test(value))
}

/** Systems of an RPPS: the number itself, or the national id (digit 8 before it). */
const RPPS_SYSTEMS = ['https://rpps.esante.gouv.fr', 'urn:oid:1.2.250.1.71.4.2.1', 'urn:oid:1.2.250.1.71.1.2.4']

async function read(dpi: DpiRegistration, type: string, id: string, token: string): Promise<Resource | undefined> {
  const base = (dpi.smart?.iss ?? '').replace(/\/$/, '')
  const fetch = guardedFetch({ privateNetwork: dpi.private_network === true })
  const headers = { accept: 'application/fhir+json', authorization: `Bearer ${token}` }
  const answer = await fetch(`${base}/${type}/${id}`, { headers })
  if (answer.status !== 200) throw new OutboundError(`${type} of status ${answer.status}`)
  const json: unknown = await answer.json()
  return isResource(json) ? json : undefined
}

function isResource(json: unknown): json is Resource {
  return typeof json === 'object' && json !== null && 'resourceType' in json && typeof json.resourceType === 'string'
}
