import type { Condition, SearchableType } from '../../store/store.ts'
import { refersTo } from './conditions.ts'
import { at, objectOf } from './elements.ts'
import { parameterOf } from './parameters.ts'
import { relative } from './values.ts'

/** An `_include` or `_revinclude` as understood: `source:parameter[:target]`. */
export interface Inclusion {
  source: SearchableType
  parameter: string
  target: string | undefined
  /** Also applied to what was included (`_include:iterate`). */
  iterate: boolean
}

/** A stored resource that a reference points at. */
export interface ResourceKey {
  type: string
  id: string
}

/** Which references can be followed forward, by source type. */
export const INCLUDES: Readonly<Partial<Record<SearchableType, readonly string[]>>> = {
  DocumentReference: ['patient', 'subject', 'author', 'authenticator', 'custodian', 'relatesto'],
  List: ['item', 'patient', 'subject', 'source'],
  PractitionerRole: ['practitioner', 'organization'],
  Patient: ['general-practitioner', 'organization', 'link'],
  Organization: ['partof'],
}

/** Which references can be followed backward, by source type; each names the type it leads to. */
export const REVINCLUDES: Readonly<
  Partial<Record<SearchableType, Readonly<Record<string, readonly SearchableType[]>>>>
> = {
  DocumentReference: { patient: ['Patient'], subject: ['Patient'], relatesto: ['DocumentReference'] },
  List: { item: ['DocumentReference', 'List'], patient: ['Patient'], subject: ['Patient'] },
  PractitionerRole: { practitioner: ['Practitioner'], organization: ['Organization'] },
}

/**
 * Reads an `_include` or `_revinclude` value of a search for `type`; undefined when it is not one that can be followed
 * from there.
 */
export function inclusionOf(
  type: SearchableType,
  value: string,
  reverse: boolean,
  iterate: boolean,
): Inclusion | undefined {
  const [sourceName = '', parameter = '', target, ...rest] = value.split(':')
  const source = SOURCES.find((name) => name === sourceName)
  if (source === undefined || rest.length > 0) return undefined
  if (target !== undefined && parameterOf(source, parameter)?.targets?.includes(target) !== true) return undefined
  const known = reverse
    ? Object.hasOwn(REVINCLUDES[source] ?? {}, parameter) &&
      (iterate || REVINCLUDES[source]?.[parameter]?.includes(type) === true)
    : INCLUDES[source]?.includes(parameter) === true && (iterate || source === type)
  return known ? { source, parameter, target, iterate } : undefined
}

/**
 * The stored resources that parsed resources refer to through these inclusions, each once. Contained and foreign
 * references lead nowhere. With `iterated`, only inclusions that are to be repeated on what was included.
 */
export function includedKeys(
  resources: readonly unknown[],
  inclusions: readonly Inclusion[],
  baseUrl: string,
  iterated = false,
): ResourceKey[] {
  const found = new Map<string, ResourceKey>()
  for (const { source, parameter, target, iterate } of inclusions) {
    const { from, targets = [] } = parameterOf(source, parameter) ?? {}
    if (from === undefined || (iterated && !iterate)) continue
    const wanted = target === undefined ? targets : [target]
    const select = typeof from === 'string' ? at(from) : from
    for (const resource of resources) {
      const json = objectOf(resource)
      if (json?.resourceType !== source) continue
      select(json, (value) => {
        const key = keyOf(objectOf(value)?.reference, baseUrl)
        if (key !== undefined && wanted.includes(key.type)) found.set(`${key.type}/${key.id}`, key)
      })
    }
  }
  return [...found.values()]
}

/** The searches that find what refers back to resources through these inclusions. */
export function revincludedSearches(
  resources: readonly ResourceKey[],
  inclusions: readonly Inclusion[],
): { type: SearchableType; conditions: readonly Condition[] }[] {
  return inclusions.flatMap(({ source, parameter, target }) => {
    const reachable: readonly string[] = REVINCLUDES[source]?.[parameter] ?? []
    const addresses = resources
      .filter(({ type }) => reachable.includes(type) && (target === undefined || target === type))
      .map(({ type, id }) => `${type}/${id}`)
    if (addresses.length === 0) return []
    return [{ type: source, conditions: [refersTo(source, parameter, addresses)] }]
  })
}

const SOURCES = ['Patient', 'DocumentReference', 'List', 'Practitioner', 'PractitionerRole', 'Organization'] as const
const LOCAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/.*)?$/

function keyOf(reference: unknown, baseUrl: string): ResourceKey | undefined {
  const match = typeof reference === 'string' ? LOCAL.exec(relative(reference, baseUrl)) : null
  const [, type, id] = match ?? []
  return type === undefined || id === undefined ? undefined : { type, id }
}
