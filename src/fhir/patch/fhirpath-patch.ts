import type { Parameters, ParametersParameter } from '@medplum/fhirtypes'
import { FhirError } from '../errors.ts'

/**
 * Applies a FHIRPath Patch (FHIR fhirpatch.html) to a copy of a resource. Paths are the ones MHD and PDSm write:
 * `Type.element.element[0].where(url='…').value`, `Type.extension('…').value`; anything else is refused by naming the
 * operation.
 */
export function applyFhirPathPatch(resource: Record<string, unknown>, patch: Parameters): Record<string, unknown> {
  const result = structuredClone(resource)
  const operations = patch.parameter?.filter(({ name }) => name === 'operation') ?? []
  if (operations.length === 0) throw new FhirError('patch.invalid', { detail: { operation: '-' } })
  for (const [index, operation] of operations.entries()) apply(result, operation, index)
  return result
}

type Parent = Record<string, unknown>
/** A place in the resource: `parent[name]`, or an item of the list found there. */
interface Place {
  parent: Parent
  name: string
  item?: number
}

function apply(resource: Parent, operation: ParametersParameter, index: number): void {
  const parts = new Map((operation.part ?? []).map((part) => [part.name ?? '', part]))
  const type = parts.get('type')?.valueCode
  const path = parts.get('path')?.valueString
  if (type === undefined || path === undefined) throw invalid(index)
  const steps = stepsOf(path, String(resource.resourceType), index)
  switch (type) {
    case 'replace':
      put(one(resource, steps, index), patchValue(parts.get('value'), index), index)
      return
    case 'delete':
      remove(find(resource, steps, index)[0])
      return
    case 'add': {
      const given = parts.get('name')?.valueString
      if (given === undefined || !NAME.test(given)) throw invalid(index)
      const target = steps.length === 0 ? resource : valueAt(one(resource, steps, index))
      if (!isObject(target)) throw missing(index)
      const part = parts.get('value')
      const value = patchValue(part, index)
      const name = elementName(given, part)
      const existing = Object.hasOwn(target, name) ? target[name] : undefined
      if (Array.isArray(existing)) existing.push(value)
      else target[name] = LISTS.has(name) ? [value] : value
      return
    }
    case 'insert':
    case 'move':
      rearrange(resource, steps, type, parts, index)
      return
    default:
      throw invalid(index)
  }
}

function rearrange(
  resource: Parent,
  steps: readonly Step[],
  type: string,
  parts: Map<string, ParametersParameter>,
  index: number,
): void {
  const list = valueAt(one(resource, steps, index))
  if (!Array.isArray(list)) throw missing(index)
  if (type === 'insert') {
    const at = parts.get('index')?.valueInteger ?? -1
    if (at < 0 || at > list.length) throw missing(index)
    list.splice(at, 0, patchValue(parts.get('value'), index))
    return
  }
  const source = parts.get('source')?.valueInteger ?? -1
  const destination = parts.get('destination')?.valueInteger ?? -1
  if (source < 0 || source >= list.length || destination < 0 || destination >= list.length) throw missing(index)
  list.splice(destination, 0, ...list.splice(source, 1))
}

interface Step {
  name: string
  item?: number
  where?: { name: string; value: string }
}

/** Lists of the resources that are patched, for `add` on an element that is not there yet. */
const LISTS = new Set([
  'extension',
  'securityLabel',
  'identifier',
  'category',
  'relatesTo',
  'author',
  'entry',
  'name',
  'telecom',
  'address',
  'note',
  'given',
  'coding',
  'event',
  'tag',
  'profile',
  'security',
])

/** An element name; none of FHIR's is a property that every object inherits. */
const NAME = /^(?!constructor$|prototype$)[a-z][A-Za-z]{0,60}$/
const STEP = /^([A-Za-z]\w*)(?:\[(\d{1,4})\])?$/
const WHERE = /^where\((\w+)\s*=\s*'([^']*)'\)$/
/** FHIR's own function: `extension('url')` is `extension.where(url='url')`. */
const EXTENSION = /^extension\('([^']*)'\)$/

function stepsOf(path: string, type: string, index: number): Step[] {
  const [root, ...rest] = path.match(/(?:where|extension)\([^)]*\)|[^.]+/g) ?? []
  if (root !== type) throw missing(index)
  const steps: Step[] = []
  for (const part of rest) {
    const where = WHERE.exec(part)
    const last = steps.at(-1)
    if (where?.[1] !== undefined && where[2] !== undefined && last !== undefined) {
      last.where = { name: where[1], value: where[2] }
      continue
    }
    const url = EXTENSION.exec(part)?.[1]
    if (url !== undefined) {
      steps.push({ name: 'extension', where: { name: 'url', value: url } })
      continue
    }
    const step = STEP.exec(part)
    if (step?.[1] === undefined || !NAME.test(step[1])) throw invalid(index)
    steps.push({ name: step[1], ...(step[2] === undefined ? {} : { item: Number(step[2]) }) })
  }
  return steps
}

function find(resource: Parent, steps: readonly Step[], index: number): Place[] {
  let places: Place[] = []
  let parents: unknown[] = [resource]
  for (const step of steps) {
    places = parents.flatMap((parent) => (isObject(parent) ? placesOf(parent, step) : []))
    parents = places.map(valueAt)
  }
  if (places.length > 1) throw invalid(index)
  return places
}

function one(resource: Parent, steps: readonly Step[], index: number): Place {
  const [place] = find(resource, steps, index)
  if (place === undefined) throw missing(index)
  return place
}

function placesOf(parent: Parent, { name, item, where }: Step): Place[] {
  // `value` of an extension is a choice: the JSON property carries the type.
  const key = Object.hasOwn(parent, name)
    ? name
    : (Object.keys(parent).find((k) => name === 'value' && /^value[A-Z]/.test(k)) ?? name)
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined
  if (value === undefined) return []
  if (!Array.isArray(value)) return where === undefined && (item ?? 0) === 0 ? [{ parent, name: key }] : []
  if (where !== undefined) {
    return value.flatMap((entry, at) =>
      isObject(entry) && entry[where.name] === where.value ? [{ parent, name: key, item: at }] : [],
    )
  }
  if (item !== undefined) return item < value.length ? [{ parent, name: key, item }] : []
  return [{ parent, name: key }]
}

function valueAt({ parent, name, item }: Place): unknown {
  const value = parent[name]
  return item !== undefined && Array.isArray(value) ? value[item] : value
}

function put({ parent, name, item }: Place, value: unknown, index: number): void {
  const existing = parent[name]
  if (item !== undefined && Array.isArray(existing)) existing[item] = value
  else if (Array.isArray(existing) && !Array.isArray(value)) {
    if (existing.length !== 1) throw invalid(index)
    existing[0] = value
  } else parent[name] = value
}

function remove(place: Place | undefined): void {
  if (place === undefined) return
  const { parent, name, item } = place
  const existing = parent[name]
  if (item !== undefined && Array.isArray(existing)) {
    existing.splice(item, 1)
    if (existing.length === 0) delete parent[name]
  } else delete parent[name]
}

function patchValue(part: ParametersParameter | undefined, index: number): unknown {
  if (part?.part !== undefined) {
    return Object.fromEntries(
      part.part.map((child) => [elementName(child.name ?? '', child), patchValue(child, index)]),
    )
  }
  const entry = Object.entries(part ?? {}).find(([key]) => key.startsWith('value'))
  if (entry === undefined) throw invalid(index)
  return entry[1]
}

/** The JSON property of an element: `value` is a choice whose property carries the type, as the part does. */
function elementName(name: string, part: ParametersParameter | undefined): string {
  if (name !== 'value' && name !== 'value[x]') return name
  return Object.keys(part ?? {}).find((key) => /^value[A-Z]/.test(key)) ?? 'value'
}

function isObject(value: unknown): value is Parent {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(index: number): FhirError {
  return new FhirError('patch.invalid', { detail: { operation: index } })
}

function missing(index: number): FhirError {
  return new FhirError('patch.path', { detail: { operation: index } })
}
