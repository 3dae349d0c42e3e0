import { isObject, type JsonObject, objectsOf, optional, textOf, textsOf } from './json.ts'
import { readConcepts } from './read-concepts.ts'
import type {
  Canonical,
  CodeSystem,
  ConceptMap,
  Content,
  Filter,
  MapGroup,
  MapTarget,
  Member,
  Part,
  TerminologyResource,
  ValueSet,
} from './resources.ts'

/**
 * Reads a FHIR R4 CodeSystem, ValueSet or ConceptMap from parsed JSON, whoever wrote it. Undefined for anything else and
 * for a resource without `url`. What has a wrong shape inside reads as absent; nothing is thrown.
 */
export function readTerminologyResource(json: unknown): TerminologyResource | undefined {
  if (!isObject(json)) return undefined
  const url = textOf(json, 'url')
  const read = READERS.get(textOf(json, 'resourceType') ?? '')
  return url === undefined || read === undefined ? undefined : read(json, canonicalOf(json, url))
}

type Reader = (json: JsonObject, canonical: Canonical) => TerminologyResource

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['CodeSystem', codeSystemOf],
  ['ValueSet', valueSetOf],
  ['ConceptMap', conceptMapOf],
])

function canonicalOf(json: JsonObject, url: string): Canonical {
  return {
    url,
    name: textOf(json, 'name') ?? nameOf(url),
    status: textOf(json, 'status') ?? 'unknown',
    identifiers: identifiersOf(json),
    ...optional('id', textOf(json, 'id')),
    ...optional('version', textOf(json, 'version')),
    ...optional('copyright', textOf(json, 'copyright')),
  }
}

/** A name for what has none: the last part of its address. */
export function nameOf(url: string): string {
  return url.split(/[/:#]/).findLast((part) => part !== '') ?? url
}

/** ConceptMap has one identifier, the others a list. */
function identifiersOf(json: JsonObject): readonly string[] {
  const single = json.identifier
  const all = isObject(single) ? [single] : objectsOf(json, 'identifier')
  return all.flatMap((identifier) => textOf(identifier, 'value') ?? [])
}

/** Concepts are read when they are first asked for: of hundreds of systems a start needs few. */
function codeSystemOf(json: JsonObject, canonical: Canonical): CodeSystem {
  const caseSensitive = json.caseSensitive !== false
  const content = CONTENTS.find((known) => known === json.content) ?? 'fragment'
  let known: CodeSystem['concepts'] | undefined
  return {
    ...canonical,
    resourceType: 'CodeSystem',
    content,
    caseSensitive,
    get concepts() {
      known ??= readConcepts(json, caseSensitive)
      return known
    },
  }
}

const CONTENTS: readonly Content[] = ['complete', 'fragment', 'example', 'not-present', 'supplement']

function valueSetOf(json: JsonObject, canonical: Canonical): ValueSet {
  const { compose, expansion } = json
  if (isObject(compose)) {
    const includes = objectsOf(compose, 'include').map(partOf)
    const excludes = objectsOf(compose, 'exclude').map(partOf)
    return { ...canonical, resourceType: 'ValueSet', includes, excludes, defined: includes.length > 0 }
  }
  const listed = isObject(expansion) ? expandedParts(expansion) : undefined
  return { ...canonical, resourceType: 'ValueSet', includes: listed ?? [], excludes: [], defined: listed !== undefined }
}

function partOf(json: JsonObject): Part {
  const concepts = Object.hasOwn(json, 'concept') ? objectsOf(json, 'concept').flatMap(memberOf) : undefined
  return {
    ...optional('system', textOf(json, 'system')),
    ...optional('version', textOf(json, 'version')),
    ...(concepts === undefined ? {} : { concepts }),
    filters: objectsOf(json, 'filter').map(filterOf),
    valueSets: textsOf(json, 'valueSet'),
  }
}

function memberOf(json: JsonObject): Member[] {
  const code = textOf(json, 'code')
  return code === undefined ? [] : [{ code, ...optional('display', textOf(json, 'display')) }]
}

function filterOf(json: JsonObject): Filter {
  return { property: textOf(json, 'property') ?? '', op: textOf(json, 'op') ?? '', value: textOf(json, 'value') ?? '' }
}

/** An expansion that came without its definition: one part a system, if it is whole. */
function expandedParts(expansion: JsonObject): Part[] | undefined {
  const bySystem = new Map<string, Member[]>()
  let count = 0
  const wanted = [...objectsOf(expansion, 'contains')]
  for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
    wanted.push(...objectsOf(next, 'contains'))
    const system = textOf(next, 'system')
    count += 1
    if (system === undefined || next.abstract === true) continue
    const members = bySystem.get(system) ?? []
    members.push(...memberOf(next))
    bySystem.set(system, members)
  }
  if (typeof expansion.total === 'number' && expansion.total > count) return undefined
  return [...bySystem].map(([system, concepts]) => ({ system, concepts, filters: [], valueSets: [] }))
}

function conceptMapOf(json: JsonObject, canonical: Canonical): ConceptMap {
  return {
    ...canonical,
    resourceType: 'ConceptMap',
    ...optional('source', textOf(json, 'sourceCanonical') ?? textOf(json, 'sourceUri')),
    ...optional('target', textOf(json, 'targetCanonical') ?? textOf(json, 'targetUri')),
    groups: objectsOf(json, 'group').map(groupOf),
  }
}

function groupOf(json: JsonObject): MapGroup {
  const elements = new Map<string, MapTarget[]>()
  for (const element of objectsOf(json, 'element')) {
    const code = textOf(element, 'code')
    if (code === undefined) continue
    const targets = elements.get(code) ?? []
    targets.push(...objectsOf(element, 'target').map(targetOf))
    elements.set(code, targets)
  }
  return { source: textOf(json, 'source') ?? '', target: textOf(json, 'target') ?? '', elements }
}

function targetOf(json: JsonObject): MapTarget {
  return {
    equivalence: textOf(json, 'equivalence') ?? 'relatedto',
    ...optional('code', textOf(json, 'code')),
    ...optional('display', textOf(json, 'display')),
  }
}
