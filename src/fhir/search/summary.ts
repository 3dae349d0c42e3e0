import type { Meta } from '@medplum/fhirtypes'
import { listOf, objectOf } from './elements.ts'
import { SearchError } from './errors.ts'
import type { JsonObject } from './model.ts'
import { ALWAYS, CHOICES, elementsOf, type Kept } from './summary-elements.ts'

/** Which part of a resource is asked for (R4 search.html#summary, #elements). */
export type Subset = { summary: 'true' | 'text' | 'data' } | { elements: readonly string[] }

/**
 * The subset that the parameters of a read ask for, undefined when they ask for all of it. Throws SearchError
 * `search.value-invalid` for a mode that a read does not have.
 */
export function summaryModeOf(query: readonly (readonly [string, string])[]): Subset | undefined {
  const valueNamed = (name: string) => query.find(([known, value]) => known === name && value !== '')?.[1]
  const mode = valueNamed('_summary')
  if (mode === 'true' || mode === 'text' || mode === 'data') return { summary: mode }
  if (mode !== undefined && mode !== 'false') throw new SearchError('search.value-invalid', { parameter: '_summary' })
  const names = valueNamed('_elements')
    ?.split(',')
    .filter((name) => name !== '')
  return names === undefined || names.length === 0 ? undefined : { elements: names.map(elementName) }
}

/** The top-level name of an `_elements` value: `Patient.name` and `name.family` are `name`. */
export function elementName(value: string): string {
  const name = ELEMENT.exec(value)?.[1]
  if (name === undefined) throw new SearchError('search.value-invalid', { parameter: '_elements' })
  return name
}

const ELEMENT = /^(?:[A-Z][A-Za-z]*\.)?([a-z][A-Za-z]*)(?:\.[A-Za-z.]*)?$/

/** The tag that marks an incomplete resource, so that nobody writes it back. */
const SUBSETTED = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'SUBSETTED',
  display: 'subsetted',
}

/**
 * The part of a resource that is asked for, with mandatory elements and the SUBSETTED tag. Contained resources that the
 * kept elements point at are kept too, so that no reference is left without its target. The input is not changed.
 */
export function summarise(resource: JsonObject, subset: Subset): JsonObject {
  const kept = 'elements' in subset ? chosen(resource, subset.elements) : summary(resource, subset.summary)
  const marked = { ...kept, meta: markedMeta(resource.meta) }
  return inOrder(resource, { ...marked, ...reachableContained(resource, marked) })
}

/** A resource that lacks something, marked so. */
export function subsetted<T extends { meta?: Meta }>(resource: T): T {
  return { ...resource, meta: markedMeta(resource.meta) }
}

function markedMeta(given: unknown): JsonObject {
  const meta = objectOf(given) ?? {}
  const tags = listOf(meta.tag).filter((tag) => objectOf(tag)?.code !== SUBSETTED.code)
  return { ...meta, tag: [...tags, SUBSETTED] }
}

function summary(resource: JsonObject, mode: 'true' | 'text' | 'data'): JsonObject {
  if (mode === 'data') return without(resource, (name) => name === 'text')
  const { mandatory, summary: wanted } = elementsOf(resource)
  if (mode === 'text')
    return without(resource, (name) => name !== 'text' && !mandatory.includes(name) && !ALWAYS.has(name))
  const kept = without(resource, (name) => !Object.hasOwn(wanted, name) && !ALWAYS.has(name))
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, narrowed(value, wanted[name])]))
}

function chosen(resource: JsonObject, names: readonly string[]): JsonObject {
  const { mandatory, modifiers } = elementsOf(resource)
  const wanted = new Set([...names, ...mandatory, ...modifiers, ...names.flatMap((name) => CHOICES[name] ?? [])])
  return without(resource, (name) => !wanted.has(name) && !ALWAYS.has(name))
}

/** A copy without some elements; `_birthDate` goes with `birthDate`. */
function without(resource: JsonObject, left: (name: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => !left(name.replace(/^_/, ''))))
}

function narrowed(value: unknown, kept: Kept | undefined): unknown {
  if (kept === undefined || kept === true) return value
  if (Array.isArray(value)) return value.map((member) => narrowed(member, kept))
  const element = objectOf(value)
  if (element === undefined) return value
  const members = Object.entries(element).filter(
    ([name]) => name === 'modifierExtension' || Object.hasOwn(kept, name.replace(/^_/, '')),
  )
  return Object.fromEntries(members.map(([name, member]) => [name, narrowed(member, kept[name])]))
}

/** The contained resources that kept elements point at, and those that these point at in turn. */
function reachableContained(resource: JsonObject, kept: JsonObject): JsonObject {
  const contained = listOf(resource.contained)
  if (contained.length === 0 || Object.hasOwn(kept, 'contained')) return {}
  const wanted = new Set<unknown>()
  const pending: unknown[] = [kept]
  while (pending.length > 0) {
    for (const id of localReferences(pending.pop())) {
      if (wanted.has(id)) continue
      wanted.add(id)
      pending.push(contained.find((member) => objectOf(member)?.id === id))
    }
  }
  const reachable = contained.filter((member) => wanted.has(objectOf(member)?.id))
  return reachable.length === 0 ? {} : { contained: reachable }
}

/** Ids that `#id` references below a value name. */
function localReferences(root: unknown): string[] {
  const ids: string[] = []
  const pending: unknown[] = [root]
  while (pending.length > 0) {
    const value = pending.pop()
    if (typeof value !== 'object' || value === null) continue
    for (const [name, member] of Object.entries(value)) {
      if (name === 'reference' && typeof member === 'string' && member.startsWith('#')) ids.push(member.slice(1))
      else pending.push(member)
    }
  }
  return ids
}

/** The same elements in the order of the original, `meta` after `id` when the original has none. */
function inOrder(original: JsonObject, subset: JsonObject): JsonObject {
  const names = ['resourceType', 'id', 'meta', ...Object.keys(original)].filter((name) => Object.hasOwn(subset, name))
  return Object.fromEntries([...new Set(names)].map((name) => [name, subset[name]]))
}
