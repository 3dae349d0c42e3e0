import type { Invariant } from '../fhirpath/types.ts'
import { isObject, type JsonObject } from './json.ts'

/**
 * Invariants of R4 that stand on every element or resource and that the engine answers itself, since a path over all
 * descendants of a resource costs more than the rest of its validation. `elsewhere`: the walk checks it on its way.
 */
export const NATIVE_INVARIANTS: Readonly<Record<string, Invariant | 'elsewhere'>> = {
  'ele-1': 'elsewhere', // shape.ts: every object
  'ext-1': (value) => isObject(value) && hasItems(value.extension) !== hasValue(value),
  'dom-2': (value) => containedOf(value).every((one) => one.contained === undefined),
  'dom-3': 'elsewhere', // contained.ts
  'dom-4': (value) =>
    containedOf(value).every(({ meta }) => !isObject(meta) || (meta.versionId ?? meta.lastUpdated) === undefined),
  'dom-5': (value) => containedOf(value).every(({ meta }) => !isObject(meta) || meta.security === undefined),
  'dom-6': (value) => isObject(value) && isObject(value.text) && value.text.div !== undefined,
  'ref-1': 'elsewhere', // references.ts
  'txt-1': 'elsewhere', // narrative.ts
  'txt-2': 'elsewhere',
}

/** What the issue of a broken ele-1 says. */
export const ELE_1 = { key: 'ele-1', human: 'All FHIR elements must have a @value or children' }

function hasItems(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0
}

function hasValue(extension: JsonObject): boolean {
  for (const key in extension) {
    if (key === 'url' || key === 'extension') continue
    if (key.startsWith('value') || key.startsWith('_value')) return true
  }
  return false
}

function containedOf(resource: unknown): JsonObject[] {
  const contained = isObject(resource) ? resource.contained : undefined
  return Array.isArray(contained) ? (contained.every(isObject) ? contained : contained.filter(isObject)) : NONE
}

const NONE: JsonObject[] = []
