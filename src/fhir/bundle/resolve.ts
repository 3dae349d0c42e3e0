import type { StoredResource } from '../../store/store.ts'
import { matches } from '../conditional.ts'
import { FhirError } from '../errors.ts'
import type { FhirContext, FhirRequest } from '../exchange.ts'
import { relativeTo, rewriteAddresses } from '../references.ts'
import { isStoredType } from '../resource-types.ts'
import { at, type RequestEntry } from './entries.ts'

/** An entry with the resource that it will be. */
interface Targeted {
  entry: RequestEntry
  target: string | undefined
  current: StoredResource | undefined
}

/**
 * Rewrites every address in the entries of a transaction (FHIR http.html#trules): fullUrls become `Type/id`, own
 * absolute addresses relative, conditional references (`Type?criteria`) the one match. A urn: that names no entry is
 * refused: a document must never point at nothing.
 */
export async function resolveAddresses(
  context: FhirContext,
  request: FhirRequest,
  steps: readonly Targeted[],
): Promise<void> {
  const targets = new Map<string, string>()
  for (const { entry, target } of steps) {
    if (entry.fullUrl !== undefined && target !== undefined) targets.set(entry.fullUrl, target)
  }
  const toRelative = relativeTo(context.baseUrl)
  for (const step of steps) {
    const { entry } = step
    if (entry.resource === undefined) continue
    const conditional = new Map<string, string>()
    const resource = rewriteAddresses(entry.resource, (address) => {
      const target = targets.get(address)
      if (target !== undefined) return target
      if (/^urn:uuid:/i.test(address)) throw new FhirError('bundle.unresolved', at(entry.index, 'resource'))
      const relative = toRelative(address)
      if (/^[A-Z][A-Za-z]+\?/.test(relative)) conditional.set(relative, '')
      return relative
    })
    for (const address of conditional.keys()) conditional.set(address, await oneMatch(context, request, entry, address))
    entry.resource =
      conditional.size === 0 ? resource : rewriteAddresses(resource, (address) => conditional.get(address) ?? address)
  }
}

async function oneMatch(
  context: FhirContext,
  _request: FhirRequest,
  entry: RequestEntry,
  address: string,
): Promise<string> {
  const [type, criteria = ''] = address.split('?', 2)
  if (!isStoredType(type)) throw new FhirError('bundle.unresolved', at(entry.index, 'resource'))
  const [match, ...others] = await matches(context, type, criteria)
  if (match === undefined) throw new FhirError('precondition.none', at(entry.index, 'resource'))
  if (others.length > 0) throw new FhirError('precondition.multiple', at(entry.index, 'resource'))
  return `${type}/${match.id}`
}
