import { oneMatch } from '../conditional.ts'
import { FhirError, inEntry } from '../errors.ts'
import type { FhirContext } from '../exchange.ts'
import { relativeTo, rewriteAddresses, standsForEntry } from '../references.ts'
import { at, type RequestEntry } from './entries.ts'
import type { Step } from './plan.ts'

/**
 * Rewrites every address in the entries of a transaction (FHIR http.html#trules): fullUrls become `Type/id`, own
 * absolute addresses relative, conditional references (`Type?criteria`) the one match. A urn: that names no entry is
 * refused: a document must never point at nothing.
 */
export async function resolveAddresses(context: FhirContext, steps: readonly Step[]): Promise<void> {
  const targets = new Map<string, string>()
  for (const { entry, target } of steps) {
    if (entry.fullUrl !== undefined && target !== undefined) targets.set(entry.fullUrl, target)
  }
  for (const { entry } of steps) await inEntry(entry.index, () => resolveEntry(context, entry, targets))
}

async function resolveEntry(
  context: FhirContext,
  entry: RequestEntry,
  targets: ReadonlyMap<string, string>,
): Promise<void> {
  if (entry.resource === undefined) return
  const toRelative = relativeTo(context.baseUrl)
  const base = restfulBase(entry.fullUrl)
  const conditional = new Map<string, string>()
  const resource = rewriteAddresses(entry.resource, (address, element) => {
    const target = targets.get(address) ?? (base === undefined ? undefined : targets.get(base + address))
    if (target !== undefined) return target
    if (standsForEntry(address, element)) throw new FhirError('bundle.unresolved', at(entry.index, 'resource'))
    const relative = toRelative(address)
    if (element === 'reference' && CONDITIONAL.test(relative)) conditional.set(relative, relative)
    return relative
  })
  for (const address of conditional.keys()) conditional.set(address, await oneMatch(context, address))
  entry.resource =
    conditional.size === 0 ? resource : rewriteAddresses(resource, (address) => conditional.get(address) ?? address)
}

const CONDITIONAL = /^[A-Z][A-Za-z]+\?/

/** What relative references of an entry start from (FHIR bundle.html#references): `https://x/fhir/Patient/1` → `https://x/fhir/`. */
function restfulBase(fullUrl: string | undefined): string | undefined {
  return /^(https?:.*\/)[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.exec(fullUrl ?? '')?.[1]
}
