import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errors } from './support.ts'

const patient = (more: Record<string, unknown>): unknown => ({ resourceType: 'Patient', ...more })
const unknownExtension = { url: 'https://example.org/x', valueString: 'a' }

/** Rows of validation.md sections 1 and 3: the keys and places of the errors, none for ✓. */
const rows: { id: string; json: unknown; errors: string[] }[] = [
  { id: 'J1 an array', json: [], errors: ['json.not-a-resource Resource'] },
  { id: 'J1 a text', json: 'Patient', errors: ['json.not-a-resource Resource'] },
  { id: 'J1 no resourceType', json: { id: '1' }, errors: ['resource.type-missing Resource'] },
  {
    id: 'J1 an abstract type',
    json: { resourceType: 'DomainResource' },
    errors: ['resource.type-abstract DomainResource'],
  },
  { id: 'J1 an unknown type', json: { resourceType: 'Patients' }, errors: ['resource.type-unknown Patients'] },
  { id: 'J1 a data type', json: { resourceType: 'HumanName' }, errors: ['resource.type-unknown HumanName'] },
  { id: 'J1 nothing but the type', json: patient({}), errors: [] },
  { id: 'J3 a wrong case', json: patient({ Gender: 'male' }), errors: ['element.misspelt Patient'] },
  {
    id: 'J3 an unknown property inside',
    json: patient({ name: [{ maiden: 'X' }] }),
    errors: ['element.unknown Patient.name[0]'],
  },
  {
    id: 'J3 __proto__',
    json: JSON.parse('{"resourceType":"Patient","__proto__":{"a":1}}'),
    errors: ['element.unknown Patient'],
  },
  {
    id: 'J3 constructor',
    json: JSON.parse('{"resourceType":"Patient","constructor":1}'),
    errors: ['element.unknown Patient'],
  },
  { id: 'J3 fhir_comments', json: patient({ fhir_comments: ['x'] }), errors: ['element.unknown Patient'] },
  { id: 'J4 null', json: patient({ gender: null }), errors: ['element.null Patient.gender'] },
  { id: 'J4 null for a list', json: patient({ name: null }), errors: ['element.null Patient.name'] },
  { id: 'J4 null in a list', json: patient({ name: [null] }), errors: ['element.null Patient.name[0]'] },
  {
    id: 'J4 null beside an extension',
    json: patient({ name: [{ given: ['A', null], _given: [null, { extension: [unknownExtension] }] }] }),
    errors: [],
  },
  {
    id: 'J4 null on both sides',
    json: patient({ name: [{ given: ['A', null], _given: [{ extension: [unknownExtension] }, null] }] }),
    errors: ['element.null Patient.name[0].given[1]'],
  },
  {
    id: 'J4 null without partner',
    json: patient({ name: [{ given: [null] }] }),
    errors: ['element.null Patient.name[0].given[0]'],
  },
  { id: 'J5 an empty array', json: patient({ telecom: [] }), errors: ['element.empty-array Patient.telecom'] },
  { id: 'J5 an empty object', json: patient({ maritalStatus: {} }), errors: ['inv.ele-1 Patient.maritalStatus'] },
  {
    id: 'J5 an empty text',
    json: patient({ name: [{ family: '' }] }),
    errors: ['primitive.string Patient.name[0].family'],
  },
  {
    id: 'J6 one where an array belongs',
    json: patient({ name: { family: 'X' } }),
    errors: ['element.not-array Patient.name'],
  },
  {
    id: 'J6 an array where one belongs',
    json: patient({ gender: ['male'] }),
    errors: ['element.not-single Patient.gender'],
  },
  {
    id: 'J6 a text where an object belongs',
    json: patient({ name: ['X'] }),
    errors: ['element.not-object Patient.name[0]'],
  },
  { id: 'J7 an id alone', json: patient({ name: [{ id: 'a' }] }), errors: ['inv.ele-1 Patient.name[0]'] },
  {
    id: 'J8 resourceType in an element',
    json: patient({ name: [{ resourceType: 'HumanName', family: 'X' }] }),
    errors: ['element.resource-type Patient.name[0]'],
  },
  {
    id: 'C1 a required element is missing',
    json: { resourceType: 'Basic' },
    errors: ['element.required Basic'],
  },
  {
    id: 'C1, X6 an extension stands for a required value',
    json: {
      resourceType: 'Observation',
      code: { text: 'x' },
      _status: {
        extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
      },
    },
    errors: [],
  },
  {
    id: 'C3 two variants of a choice',
    json: patient({ deceasedBoolean: true, deceasedDateTime: '2020' }),
    errors: ['choice.several Patient'],
  },
  {
    id: 'C3 a value and the partner of another variant',
    json: patient({ deceasedBoolean: true, _deceasedDateTime: { extension: [unknownExtension] } }),
    errors: ['choice.several Patient'],
  },
  {
    id: 'C3 a value and its partner',
    json: patient({ deceasedBoolean: true, _deceasedBoolean: { extension: [unknownExtension] } }),
    errors: [],
  },
  { id: 'C3 a type that is not allowed', json: patient({ deceasedString: 'x' }), errors: ['choice.type Patient'] },
  {
    id: 'C4 a partner in an array',
    json: patient({ _birthDate: [{}] }),
    errors: ['primitive.companion Patient.birthDate'],
  },
  {
    id: 'C4 a partner of another type',
    json: patient({
      extension: [{ url: 'https://example.org/x', valueString: 'a', _valueCode: { extension: [unknownExtension] } }],
    }),
    errors: ['choice.several Patient.extension[0]'],
  },
  {
    id: 'C4 an unknown property of a partner',
    json: patient({ birthDate: '2020', _birthDate: { text: 'x' } }),
    errors: ['element.unknown Patient.birthDate'],
  },
  { id: 'C4 a partner with an id', json: patient({ birthDate: '2020', _birthDate: { id: 'x' } }), errors: [] },
  {
    id: 'C4 partners of another length',
    json: patient({ name: [{ given: ['A'], _given: [null, { extension: [unknownExtension] }] }] }),
    errors: ['primitive.companion-length Patient.name[0].given'],
  },
  {
    id: 'C5 a contained resource without id',
    json: patient({ contained: [{ resourceType: 'Organization', name: 'X' }] }),
    errors: ['contained.id Patient.contained[0]'],
  },
  {
    id: 'C5, dom-3 a contained resource that nobody refers to',
    json: patient({ contained: [{ resourceType: 'Organization', id: 'o', name: 'X' }] }),
    errors: ['inv.dom-3 Patient.contained[0]'],
  },
  {
    id: 'C5 a contained resource',
    json: patient({
      contained: [{ resourceType: 'Organization', id: 'o', name: 'X' }],
      managingOrganization: { reference: '#o' },
    }),
    errors: [],
  },
  {
    id: 'C5, dom-3 a contained resource that refers to its container',
    json: patient({
      contained: [
        {
          resourceType: 'Provenance',
          id: 'p',
          target: [{ reference: '#' }],
          recorded: '2020-01-01T00:00:00Z',
          agent: [{ who: { display: 'x' } }],
        },
      ],
    }),
    errors: [],
  },
  {
    id: 'C5, dom-2, dom-4, dom-5 what a contained resource may not have',
    json: patient({
      contained: [
        {
          resourceType: 'Organization',
          id: 'o',
          name: 'X',
          meta: { versionId: '1', security: [{ system: 'https://example.org/s', code: 'a' }] },
          contained: [{ resourceType: 'Basic', id: 'b', code: { text: 'x' } }],
        },
      ],
      managingOrganization: { reference: '#o' },
    }),
    errors: ['inv.dom-2 Patient', 'inv.dom-4 Patient', 'inv.dom-5 Patient'],
  },
  {
    id: 'C6 the rules of another element',
    json: { resourceType: 'Parameters', parameter: [{ name: 'a', part: [{ valueString: 'x' }] }] },
    errors: ['element.required Parameters.parameter[0].part[0]'],
  },
  {
    id: 'C6 the rules of another element, twice',
    json: {
      resourceType: 'Parameters',
      parameter: [{ name: 'a', part: [{ name: 'b', part: [{ name: 'c', valueStrin: 'x' }] }] }],
    },
    errors: [
      'choice.type Parameters.parameter[0].part[0].part[0]',
      'inv.inv-1 Parameters.parameter[0].part[0].part[0]',
    ],
  },
  {
    id: 'C7 a comparator in a SimpleQuantity',
    json: {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      referenceRange: [{ low: { value: 1, comparator: '<' } }],
    },
    errors: ['element.prohibited Observation.referenceRange[0].low', 'inv.sqty-1 Observation.referenceRange[0].low'],
  },
  {
    id: 'C8 implicitRules',
    json: patient({ implicitRules: 'https://example.org/r' }),
    errors: ['resource.implicit-rules Patient'],
  },
]
for (const { id, json, errors: expected } of rows) {
  test(`${id}: ${expected.length === 0 ? 'accepted' : expected.join(', ')}`, () => {
    assert.deepEqual(errors(json), expected)
  })
}
