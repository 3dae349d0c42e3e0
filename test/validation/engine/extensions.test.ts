import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfileTree } from '../../../src/validation/model.ts'
import { elementOf, errors, found, profileOn, validator, validatorWith } from './support.ts'

const HL7 = 'http://hl7.org/fhir/StructureDefinition'
const patient = (more: Record<string, unknown>): unknown => ({ resourceType: 'Patient', ...more })
const LOCAL = 'https://example.org/StructureDefinition/local'

function localExtension(more: Partial<ProfileTree>, isModifier = false): ProfileTree {
  const tree = profileOn('Extension', LOCAL, { url: { fixed: LOCAL } }, more)
  return isModifier ? { ...tree, root: { ...tree.root, isModifier: true } } : tree
}

const rows: { id: string; json: unknown; errors: string[] }[] = [
  {
    id: 'X1 no url',
    json: patient({ extension: [{ valueString: 'a' }] }),
    errors: ['element.required Patient.extension[0]'],
  },
  {
    id: 'X1 a relative url at the top',
    json: patient({ extension: [{ url: 'a', valueString: 'a' }] }),
    errors: ['extension.url-absolute Patient.extension[0]'],
  },
  {
    id: 'X1 a simple name inside a complex extension',
    json: patient({ extension: [{ url: 'https://example.org/x', extension: [{ url: 'a', valueString: 'b' }] }] }),
    errors: [],
  },
  {
    id: 'X2 a value of the type of the definition',
    json: patient({
      birthDate: '1960-01-01',
      _birthDate: { extension: [{ url: `${HL7}/patient-birthTime`, valueDateTime: '1960-01-01T08:00:00Z' }] },
    }),
    errors: [],
  },
  {
    id: 'X2 a value of another type',
    json: patient({
      birthDate: '1960-01-01',
      _birthDate: { extension: [{ url: `${HL7}/patient-birthTime`, valueString: '8:00' }] },
    }),
    errors: ['choice.type Patient.birthDate.extension[0]'],
  },
  {
    id: 'X3 where the definition allows it',
    json: patient({ extension: [{ url: `${HL7}/patient-birthPlace`, valueAddress: { city: 'Lyon' } }] }),
    errors: [],
  },
  {
    id: 'X3 an extension of HumanName on Patient',
    json: patient({ extension: [{ url: `${HL7}/humanname-own-prefix`, valueString: 'van' }] }),
    errors: ['extension.context Patient.extension[0]'],
  },
  {
    id: 'X3 an extension of HumanName.family on a name in a patient',
    json: patient({
      name: [{ family: 'van X', _family: { extension: [{ url: `${HL7}/humanname-own-prefix`, valueString: 'van' }] } }],
    }),
    errors: [],
  },
  {
    id: 'X4 an unknown extension',
    json: patient({ extension: [{ url: 'https://example.org/x', valueString: 'a' }] }),
    errors: [],
  },
  {
    id: 'X4 an unknown modifierExtension',
    json: patient({ modifierExtension: [{ url: 'http://x/negated', valueBoolean: true }] }),
    errors: ['extension.modifier-unknown Patient.modifierExtension[0]'],
  },
  {
    id: 'X5 what is no modifier in modifierExtension',
    json: patient({ modifierExtension: [{ url: `${HL7}/patient-birthPlace`, valueAddress: { city: 'Lyon' } }] }),
    errors: ['extension.not-modifier Patient.modifierExtension[0]'],
  },
  {
    id: 'ext-1 value and extensions',
    json: patient({
      extension: [{ url: 'https://example.org/x', valueString: 'a', extension: [{ url: 'b', valueString: 'c' }] }],
    }),
    errors: ['inv.ext-1 Patient.extension[0]'],
  },
  {
    id: 'ext-1 neither',
    json: patient({ extension: [{ url: 'https://example.org/x' }] }),
    errors: ['inv.ext-1 Patient.extension[0]'],
  },
]
for (const { id, json, errors: expected } of rows) {
  test(`${id}: ${expected.length === 0 ? 'accepted' : expected.join(', ')}`, () =>
    assert.deepEqual(errors(json), expected))
}

test('X4: an unknown extension is told once for each url', () => {
  const unknown = { url: 'https://example.org/x', valueString: 'a' }
  const issues = validator.validate(
    patient({ extension: [unknown, unknown, { ...unknown, url: 'https://example.org/y' }] }),
  )
  assert.deepEqual(
    issues.map(({ key, expression }) => `${key} ${expression}`),
    ['extension.unknown Patient.extension[0]', 'extension.unknown Patient.extension[2]'],
  )
})

test('X5: a modifier may not stand among extensions', () => {
  const by = validatorWith([localExtension({ contexts: [{ type: 'element', expression: 'Patient' }] }, true)])
  const value = [{ url: LOCAL, valueString: 'a' }]
  assert.deepEqual(errors(patient({ extension: value }), {}, by), ['extension.modifier Patient.extension[0]'])
  assert.deepEqual(errors(patient({ modifierExtension: value }), {}, by), [])
})

test('X3: a part of an extension belongs into that extension', () => {
  const by = validatorWith([
    localExtension({ contexts: [{ type: 'extension', expression: 'https://example.org/other' }] }),
  ])
  assert.deepEqual(errors(patient({ extension: [{ url: LOCAL, valueString: 'a' }] }), {}, by), [
    'extension.context Patient.extension[0]',
  ])
})

test('a profile may require an extension, told by its url', () => {
  const url = 'https://example.org/StructureDefinition/p'
  const extension = elementOf('Patient', 'extension')
  const slices = [
    { ...extension, sliceName: 'local', min: 1, max: 1, types: [{ code: 'Extension', profiles: [LOCAL] }] },
  ]
  const by = validatorWith([localExtension({}), profileOn('Patient', url, { extension: { slices } })])
  const check = (more: Record<string, unknown>): string[] => found(patient(more), { profiles: [url] }, by)
  assert.deepEqual(check({ extension: [{ url: LOCAL, valueString: 'a' }] }), [])
  assert.deepEqual(check({}), ['error slice.min Patient'])
  assert.deepEqual(
    check({
      extension: [
        { url: LOCAL, valueString: 'a' },
        { url: LOCAL, valueString: 'b' },
      ],
    }),
    ['error slice.max Patient.extension'],
  )
})

const AT_PATHS: { id: string; expression: string; json: Record<string, unknown>; places: string[] }[] = [
  {
    id: 'X3 fhirpath: on the names that the filter gives',
    expression: "Patient.name.where(use = 'official')",
    json: {
      name: [
        { use: 'official', extension: 'here' },
        { use: 'usual', extension: 'here' },
      ],
    },
    places: ['Patient.name[1].extension[0]'],
  },
  {
    id: 'X3 fhirpath: a plain path',
    expression: 'Patient.contact',
    json: {
      contact: [{ gender: 'female', name: { text: 'x', extension: 'here' }, extension: 'here' }],
      extension: 'here',
    },
    places: ['Patient.contact[0].name.extension[0]', 'Patient.extension[0]'],
  },
  {
    id: 'X3 fhirpath: on a primitive',
    expression: 'Patient.name.given',
    json: {
      birthDate: '1960-01-01',
      _birthDate: { extension: 'here' },
      name: [{ given: ['A', 'B'], _given: [null, { extension: 'here' }] }],
    },
    places: ['Patient.birthDate.extension[0]'],
  },
  {
    id: 'X3 fhirpath: every element of a data type',
    expression: "HumanName.where(use = 'usual')",
    json: {
      name: [
        { use: 'usual', extension: 'here' },
        { use: 'old', extension: 'here' },
      ],
      contact: [{ name: { use: 'usual', extension: 'here' } }],
    },
    places: ['Patient.name[1].extension[0]'],
  },
  {
    id: 'X3 fhirpath: another resource',
    expression: 'Observation.code',
    json: { maritalStatus: { text: 'x', extension: 'here' } },
    places: ['Patient.maritalStatus.extension[0]'],
  },
]
for (const { id, expression, json, places } of AT_PATHS) {
  test(id, () => {
    const by = validatorWith([localExtension({ contexts: [{ type: 'fhirpath', expression }] })])
    const text = JSON.stringify(json).replaceAll('"here"', JSON.stringify([{ url: LOCAL, valueString: 'a' }]))
    assert.deepEqual(
      errors(patient(JSON.parse(text)), {}, by).sort(),
      places.map((place) => `extension.context ${place}`).sort(),
    )
  })
}

test('X3 fhirpath: a place in a contained resource is found from that resource on', () => {
  const by = validatorWith([localExtension({ contexts: [{ type: 'fhirpath', expression: 'Organization.alias' }] })])
  const extension = [{ url: LOCAL, valueString: 'a' }]
  const contained = [{ resourceType: 'Organization', id: 'o', name: 'x', alias: ['y'], _alias: [{ extension }] }]
  assert.deepEqual(errors(patient({ contained, managingOrganization: { reference: '#o' } }), {}, by), [])
})

test('X3 fhirpath: a context that cannot be evaluated is said, not passed', () => {
  const by = validatorWith([localExtension({ contexts: [{ type: 'fhirpath', expression: 'Patient.nonsense()' }] })])
  assert.deepEqual(found(patient({ extension: [{ url: LOCAL, valueString: 'a' }] }), {}, by), [
    'warning extension.context-not-evaluated Patient.extension[0]',
  ])
})
