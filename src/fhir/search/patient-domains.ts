import { randomUUID } from 'node:crypto'
import type { Patient } from '@medplum/fhirtypes'
import { unknownDomains, withinDomains } from '../../ihe/iti-78.ts'
import { FhirError } from '../errors.ts'
import type { FhirContext, FhirRequest } from '../exchange.ts'
import { refusalOf } from '../outcome.ts'
import type { ParsedSearch } from './parsed.ts'
import { subsetted } from './summary.ts'

/**
 * What a search by identifier domains that nobody knows answers (PDQ-78-4, P-19): a refusal, or, where the setting says
 * so, an entry that warns beside the results. undefined when every domain is known.
 */
export async function unknownDomainEntry(
  context: FhirContext,
  request: FhirRequest,
  { type, identifierDomains }: ParsedSearch,
): Promise<string | undefined> {
  if (type !== 'Patient' || identifierDomains.length === 0) return undefined
  const unknown = await unknownDomains(context.dcc.store, identifierDomains, context.dcc.insDomain)
  if (unknown.length === 0) return undefined
  const refusal = new FhirError('pdqm.domain-unknown')
  if (context.unknownDomain !== 'tell') throw refusal
  const { outcome } = refusalOf(refusal, request.language, request.requestId)
  return JSON.stringify({ fullUrl: `urn:uuid:${randomUUID()}`, resource: outcome, search: { mode: 'outcome' } })
}

/** A patient with the identifiers of the domains asked for (PDQ-78-2), marked as incomplete once others are gone. */
export function restricted(patient: Patient, domains: readonly string[], address: string): Patient {
  const within = withinDomains(patient, domains, address)
  return within === patient ? patient : subsetted(within)
}
