import type { Identifier, Patient, PatientLink } from '@medplum/fhirtypes'
import { publishable, withoutIns } from '../french/identity.ts'
import { INS_AUTHORITIES, type InsDomain, insAuthority } from '../french/ins.ts'
import { URI_SYSTEM } from '../french/oids.ts'
import type { DccStore } from '../store/store.ts'

/**
 * The identifier domains of a query that this server does not know (PDQ-78-4): no patient has an identifier of them.
 * Those of the INS of this installation are known even before the first patient.
 */
export async function unknownDomains(
  store: DccStore,
  domains: readonly string[],
  insDomain: InsDomain,
): Promise<string[]> {
  const own = INS_AUTHORITIES.filter(({ domain }) => domain === insDomain).map(({ system }) => system)
  const asked = [...new Set(domains)].filter((domain) => !own.includes(domain))
  const known = await Promise.all(asked.map((domain) => store.knowsSystem('patient', domain)))
  return asked.filter((_, index) => known[index] !== true)
}

/**
 * A patient with the identifiers of some domains only (PDQ-78-2), or the same object when it has no others. What might
 * show the others goes with them: the narrative, logical references to merged records and, when the INS is left out,
 * mail addresses built on it and the claim of the INS profile (identity-fr.md 1.6). A patient whose only identifier of a
 * domain is that of a record merged into it has none of its own there: its address takes the place (ihe.md 3).
 */
export function withinDomains(patient: Patient, domains: readonly string[], address: string): Patient {
  const identifiers = patient.identifier ?? []
  const kept = identifiers.filter(({ system }) => isIn(domains, system))
  if (kept.length === identifiers.length) return patient
  const showsIns = kept.some(({ system }) => insAuthority(system) !== undefined)
  const { text: _narrative, identifier: _others, link, ...rest } = showsIns ? patient : withoutIns(patient)
  return publishable({
    ...rest,
    identifier: kept.length > 0 ? kept : [{ system: URI_SYSTEM, value: address }],
    ...(link === undefined ? {} : { link: link.map((one) => withoutForeignIdentifier(one, domains)) }),
  })
}

/** A link keeps what it points at; it needs one of reference and identifier. */
function withoutForeignIdentifier(link: PatientLink, domains: readonly string[]): PatientLink {
  const { identifier, ...other } = link.other ?? {}
  const foreign = identifier !== undefined && !isIn(domains, identifier.system) && other.reference !== undefined
  return foreign ? { ...link, other } : link
}

function isIn(domains: readonly string[], system: Identifier['system']): boolean {
  return system !== undefined && domains.includes(system)
}
