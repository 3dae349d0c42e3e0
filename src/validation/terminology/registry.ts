import { nameOf } from './read.ts'
import {
  type CodeSystem,
  type ConceptMap,
  keyIn,
  type Member,
  type TerminologyResource,
  type ValueSet,
} from './resources.ts'
import { SYNTAXES } from './syntaxes.ts'

/** A resource with the release it belongs to: `http://…|4.0.1` names everything of R4, whatever its own version. */
export interface Loaded {
  resource: TerminologyResource
  release?: string
}

/** Finds resources by canonical (`url` or `url|version`) or id. Of several with one name, the one loaded last is meant. */
export interface Registry {
  codeSystem(canonical: string): CodeSystem | undefined
  valueSet(canonical: string): ValueSet | undefined
  conceptMap(canonical: string): ConceptMap | undefined
  /** The canonical URL of the resource with a type and an id. */
  addressOf(type: string, id: string): string | undefined
  readonly codeSystems: readonly CodeSystem[]
  readonly valueSets: readonly ValueSet[]
  readonly conceptMaps: readonly ConceptMap[]
}

/**
 * The registry of what was loaded. A system that comes without its codes, or only by name, becomes a fragment of the
 * codes that value sets list, so that these can be looked up.
 */
export function newRegistry(loaded: readonly Loaded[]): Registry {
  const codeSystems = indexOf<CodeSystem>(loaded, 'CodeSystem')
  const valueSets = indexOf<ValueSet>(loaded, 'ValueSet')
  const conceptMaps = indexOf<ConceptMap>(loaded, 'ConceptMap')
  for (const fragment of fragmentsOf(
    valueSets.all,
    (url) => (codeSystems.find(url)?.content ?? 'not-present') !== 'not-present',
  )) {
    codeSystems.add(fragment)
  }
  const addresses = new Map(
    loaded.map(({ resource: { resourceType, id, url } }) => [`${resourceType}/${id ?? ''}`, url]),
  )
  return {
    codeSystem: codeSystems.find,
    valueSet: valueSets.find,
    conceptMap: conceptMaps.find,
    addressOf: (type, id) => addresses.get(`${type}/${id}`),
    codeSystems: codeSystems.all,
    valueSets: valueSets.all,
    conceptMaps: conceptMaps.all,
  }
}

interface Index<T> {
  find(canonical: string): T | undefined
  add(resource: T, release?: string): void
  readonly all: readonly T[]
}

function indexOf<T extends TerminologyResource>(loaded: readonly Loaded[], type: T['resourceType']): Index<T> {
  const byCanonical = new Map<string, T>()
  const all: T[] = []
  const add = (resource: T, release?: string): void => {
    all.push(resource)
    byCanonical.set(resource.url, resource)
    if (resource.version !== undefined) byCanonical.set(`${resource.url}|${resource.version}`, resource)
    if (release !== undefined) byCanonical.set(`${resource.url}|${release}`, resource)
  }
  const isOurs = (resource: TerminologyResource): resource is T => resource.resourceType === type
  for (const { resource, release } of loaded) if (isOurs(resource)) add(resource, release)
  return { find: (canonical) => byCanonical.get(canonical), add, all }
}

/** Systems that no file carries, of the codes that value sets list. */
function fragmentsOf(valueSets: readonly ValueSet[], isCarried: (url: string) => boolean): CodeSystem[] {
  const found = new Map<string, { codes: Map<string, Member>; copyright: string | undefined }>()
  for (const { includes, copyright } of valueSets) {
    for (const { system, concepts } of includes) {
      if (system === undefined || concepts === undefined || isCarried(system) || SYNTAXES.has(system)) continue
      const fragment = found.get(system) ?? { codes: new Map(), copyright }
      for (const member of concepts) {
        const known = fragment.codes.get(member.code)
        if (known?.display === undefined) fragment.codes.set(member.code, member)
      }
      found.set(system, fragment)
    }
  }
  return [...found].map(([url, { codes, copyright }]) => ({
    resourceType: 'CodeSystem',
    url,
    name: NAMES.get(url) ?? nameOf(url),
    status: 'active',
    identifiers: [],
    ...(copyright === undefined ? {} : { copyright }),
    content: 'fragment',
    caseSensitive: true,
    concepts: new Map([...codes].map(([code, member]) => [keyIn(undefined, code), { ...member, parents: [] }])),
  }))
}

/** Names of systems whose address does not tell. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['http://loinc.org', 'LOINC'],
  ['http://unitsofmeasure.org', 'UCUM'],
  ['http://snomed.info/sct', 'SNOMED_CT'],
])
