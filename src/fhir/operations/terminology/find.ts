import { readTerminologyResource } from '../../../validation/terminology/read.ts'
import type { Registry } from '../../../validation/terminology/registry.ts'
import type { CodeSystem, ConceptMap, ValueSet } from '../../../validation/terminology/resources.ts'
import { FhirError } from '../../errors.ts'
import type { OperationCall } from '../operation.ts'

/** The value set of a call: of the address, sent along (`valueSet`), or named by `url` and `valueSetVersion`. */
export function valueSetOf(call: OperationCall): { valueSet: ValueSet; isSent: boolean } {
  const { arguments: given, id } = call
  if (id !== undefined) return { valueSet: atAddress(call, (registry) => registry.valueSet, id), isSent: false }
  const sent = given.one('resource', 'valueSet')
  if (sent !== undefined) {
    const valueSet = readTerminologyResource({ url: 'urn:dcc:value-set-sent', ...sent })
    if (valueSet?.resourceType !== 'ValueSet') {
      throw new FhirError('operation.parameter-type', { detail: { name: 'valueSet', expected: 'ValueSet' } })
    }
    return { valueSet, isSent: true }
  }
  const canonical = canonicalOf(call, 'url', 'valueSetVersion')
  const valueSet = call.context.terminology.registry.valueSet(canonical)
  if (valueSet === undefined) throw new FhirError('terminology.value-set-unknown')
  return { valueSet, isSent: false }
}

/** The code system of a call: of the address, or named by the parameter `name` (`url`, `system`) and `version`. */
export function codeSystemOf(call: OperationCall, name: 'url' | 'system'): CodeSystem {
  if (call.id !== undefined) return atAddress(call, (registry) => registry.codeSystem, call.id)
  return knownSystem(call, canonicalOf(call, name, 'version'))
}

/** A code system by its canonical. */
export function knownSystem({ context }: OperationCall, canonical: string): CodeSystem {
  const system = context.terminology.registry.codeSystem(canonical)
  if (system === undefined) throw new FhirError('terminology.code-system-unknown')
  return system
}

/** The maps of a call: of the address, named by `url`, or all that go from `source` to `target` when these are given. */
export function conceptMapsOf(call: OperationCall): readonly ConceptMap[] {
  const { arguments: given, context, id } = call
  if (id !== undefined) return [atAddress(call, (registry) => registry.conceptMap, id)]
  const { registry } = context.terminology
  if (given.one('text', 'url') !== undefined) {
    const map = registry.conceptMap(canonicalOf(call, 'url', 'conceptMapVersion'))
    if (map === undefined) throw new FhirError('terminology.concept-map-unknown')
    return [map]
  }
  const [source, target] = [given.one('text', 'source'), given.one('text', 'target')]
  return registry.conceptMaps.filter(
    (map) => (source === undefined || map.source === source) && (target === undefined || map.target === target),
  )
}

/** The resource whose id is in the address. */
function atAddress<T>(
  { context: { terminology }, type }: OperationCall,
  finder: (registry: Registry) => (canonical: string) => T | undefined,
  id: string,
): T {
  const { registry } = terminology
  const url = registry.addressOf(type ?? '', id)
  const found = url === undefined ? undefined : finder(registry)(url)
  if (found === undefined) throw new FhirError('resource.unknown')
  return found
}

function canonicalOf({ arguments: given }: OperationCall, name: string, versionName: string): string {
  const url = given.one('text', name)
  if (url === undefined) throw new FhirError('operation.parameter-missing', { detail: { name } })
  const version = given.one('text', versionName)
  return version === undefined ? url : `${url}|${version}`
}
