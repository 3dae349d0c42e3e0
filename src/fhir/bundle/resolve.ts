import type { UnitOfWork } from '../../dcc/unit-of-work.ts'
import { feedKeyOf } from '../../ihe/iti-104.ts'
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
export async function resolveAddresses(context: FhirContext, unit: UnitOfWork, steps: readonly Step[]): Promise<void> {
  const targets = new Map<string, string>()
  for (const { entry, target } of steps) {
    if (entry.fullUrl !== undefined && target !== undefined) targets.set(entry.fullUrl, target)
  }
  for (const { entry, target, existing } of steps) {
    if (existing && target !== undefined) requireMatch(unit, entry.ifNoneExist ?? '', target)
  }
  for (const { entry } of steps) await inEntry(entry.index, () => resolveEntry(context, unit, entry, targets))
}

async function resolveEntry(
  context: FhirContext,
  unit: UnitOfWork,
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
  for (const address of conditional.keys()) {
    const match = await oneMatch(context, address)
    conditional.set(address, match)
    requireMatch(unit, address, match)
  }
  entry.resource =
    conditional.size === 0 ? resource : rewriteAddresses(resource, (address) => conditional.get(address) ?? address)
}

/** Numbers change hands when a merge is taken back: the commit must not file with whom a number no longer names. */
function requireMatch(unit: UnitOfWork, criteria: string, match: string): void {
  const key = feedKeyOf([...new URLSearchParams(criteria.slice(criteria.indexOf('?') + 1))])
  const [type, id = ''] = match.split('/')
  if (type === 'Patient' && key !== undefined) unit.requireHolder(key, id)
}

const CONDITIONAL = /^[A-Z][A-Za-z]+\?/

/** What relative references of an entry start from (FHIR bundle.html#references): `https://x/fhir/Patient/1` → `https://x/fhir/`. */
function restfulBase(fullUrl: string | undefined): string | undefined {
  return /^(https?:.*\/)[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.exec(fullUrl ?? '')?.[1]
}
