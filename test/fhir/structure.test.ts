import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FhirError } from '../../src/fhir/errors.ts'
import { checkedResource } from '../../src/fhir/structure.ts'
import { fromXml } from '../../src/fhir/xml/from-xml.ts'
import { toXml } from '../../src/fhir/xml/to-xml.ts'
import { aContent, aDocument, aPatient, aProvideBundle } from '../support/builders.ts'

type Json = Parameters<typeof toXml>[0]
const DIV = '<div xmlns="http://www.w3.org/1999/xhtml">'

describe('what has the structure of R4', () => {
  const rows: readonly [id: string, resource: object][] = [
    ['a patient', aPatient().qualified().build()],
    ['a document with contained resources', aDocument('Patient/x').inline(aContent()).build()],
    ['a Bundle', aProvideBundle('Patient/x')],
    ['a type that we do not hold', { resourceType: 'Observation', status: 'final', code: { text: 'x' } }],
    ['partial dates', { resourceType: 'Patient', birthDate: '1950-02', deceasedDateTime: '1999' }],
    ['a leap day', { resourceType: 'Patient', birthDate: '2000-02-29' }],
    [
      'extensions of a primitive',
      { resourceType: 'Patient', birthDate: '1950', _birthDate: { extension: [{ url: 'urn:x', valueString: 'x' }] } },
    ],
    [
      'a primitive that is only its extension',
      { resourceType: 'Patient', _birthDate: { extension: [{ url: 'urn:x', valueCode: 'x' }] } },
    ],
    [
      'lists of primitives with gaps',
      {
        resourceType: 'Patient',
        name: [
          {
            given: ['A', null, 'C'],
            _given: [{ id: 'a' }, { id: 'b', extension: [{ url: 'urn:x', valueCode: 'x' }] }, null],
          },
        ],
      },
    ],
    ['text with line breaks, tabs and any letters', { resourceType: 'Patient', name: [{ text: 'é\t漢\r\n𝒳' }] }],
    ['base64 in lines', { resourceType: 'Binary', contentType: 'text/plain', data: 'YWJj\nZGVm' }],
    ['a narrative', { resourceType: 'Patient', text: { status: 'generated', div: `${DIV}<p>é &amp; b</p></div>` } }],
  ]
  for (const [id, resource] of rows) {
    test(`${id}: taken, and the same in XML`, () => {
      assert.equal(checkedResource(resource), resource)
      assert.deepEqual(fromXml(Buffer.from(toXml(resource as Json)), { maxDepth: 100 }), resource)
    })
  }
})

describe('what has not', () => {
  const patient = (elements: object) => ({ resourceType: 'Patient', ...elements })
  const rows: readonly [id: string, resource: unknown, key: string, expression?: string][] = [
    ['nothing', undefined, 'structure.not-a-resource'],
    ['a number', 3, 'structure.not-a-resource'],
    ['an array', [patient({})], 'structure.not-a-resource'],
    ['no type', { name: [] }, 'structure.not-a-resource'],
    ['a type that is no resource', { resourceType: 'HumanName', family: 'x' }, 'structure.not-a-resource'],
    ['a type that is an inherited name', { resourceType: 'constructor' }, 'structure.not-a-resource'],
    ['an abstract type', { resourceType: 'DomainResource' }, 'structure.not-a-resource'],
    [
      'a contained type that is none',
      patient({ contained: [{ resourceType: 'Nobody' }] }),
      'structure.not-a-resource',
      'Patient.contained[0]',
    ],
    ['an id with a slash', patient({ id: 'a/b' }), 'structure.value', 'Patient.id'],
    ['an unknown element', patient({ nickname: 'x' }), 'structure.unknown-element', 'Patient'],
    [
      'an unknown element deep down',
      patient({ name: [{ family: 'x' }, { surname: 'x' }] }),
      'structure.unknown-element',
      'Patient.name[1]',
    ],
    ['an element of another resource', patient({ status: 'current' }), 'structure.unknown-element', 'Patient'],
    ['a choice without its type', patient({ deceased: true }), 'structure.unknown-element', 'Patient'],
    ['a choice of a type it does not have', patient({ deceasedString: 'x' }), 'structure.unknown-element', 'Patient'],
    [
      'the extension of what is no primitive',
      patient({ _name: [{ id: 'x' }] }),
      'structure.unknown-element',
      'Patient',
    ],
    ['one for several', patient({ name: { family: 'x' } }), 'structure.wrong-shape', 'Patient.name'],
    ['several for one', patient({ birthDate: ['1950'] }), 'structure.value', 'Patient.birthDate'],
    ['an empty list', patient({ name: [] }), 'structure.wrong-shape', 'Patient.name'],
    ['an empty element', patient({ name: [{}] }), 'structure.wrong-shape', 'Patient.name[0]'],
    ['a text for an element', patient({ name: ['x'] }), 'structure.wrong-shape', 'Patient.name[0]'],
    ['a null', patient({ name: [null] }), 'structure.wrong-shape', 'Patient.name[0]'],
    ['a null for a text', patient({ language: null }), 'structure.value', 'Patient.language'],
    [
      'nulls that match nothing',
      patient({ name: [{ given: ['A'], _given: [null, null] }] }),
      'structure.wrong-shape',
      'Patient.name[0].given[1]',
    ],
    [
      'a gap without extension',
      patient({ name: [{ given: ['A', null] }] }),
      'structure.value',
      'Patient.name[0].given[1]',
    ],
    ['an empty text', patient({ language: '' }), 'structure.value', 'Patient.language'],
    ['a blank text', patient({ name: [{ family: ' \n' }] }), 'structure.value', 'Patient.name[0].family'],
    ['a control character', patient({ name: [{ family: 'a\u0000b' }] }), 'structure.value', 'Patient.name[0].family'],
    [
      'a control character in a URI',
      patient({ implicitRules: 'urn:a\u0001' }),
      'structure.value',
      'Patient.implicitRules',
    ],
    ['half of nothing', patient({ multipleBirthInteger: 1.5 }), 'structure.value', 'Patient.multipleBirthInteger'],
    [
      'too big a number',
      patient({ multipleBirthInteger: 2_147_483_648 }),
      'structure.value',
      'Patient.multipleBirthInteger',
    ],
    ['a number in quotes', patient({ multipleBirthInteger: '1' }), 'structure.value', 'Patient.multipleBirthInteger'],
    ['a boolean in quotes', patient({ active: 'true' }), 'structure.value', 'Patient.active'],
    ['a month 13', patient({ birthDate: '1950-13-01' }), 'structure.value', 'Patient.birthDate'],
    ['a 29th of February that was not', patient({ birthDate: '1900-02-29' }), 'structure.value', 'Patient.birthDate'],
    [
      'a time without zone',
      patient({ deceasedDateTime: '2020-01-01T10:00:00' }),
      'structure.value',
      'Patient.deceasedDateTime',
    ],
    [
      'a date for an instant',
      { resourceType: 'DocumentReference', date: '2026-01-01' },
      'structure.value',
      'DocumentReference.date',
    ],
    ['base64 of odd length', { resourceType: 'Binary', data: 'YWJ' }, 'structure.value', 'Binary.data'],
    [
      'a URL with a blank',
      { resourceType: 'DocumentReference', content: [{ attachment: { url: 'a b' } }] },
      'structure.value',
      'DocumentReference.content[0].attachment.url',
    ],
    [
      'a narrative that is text',
      patient({ text: { status: 'generated', div: 'x' } }),
      'structure.value',
      'Patient.text.div',
    ],
    [
      'a narrative that is not closed',
      patient({ text: { status: 'generated', div: `${DIV}<p></div>` } }),
      'structure.value',
      'Patient.text.div',
    ],
    [
      'a narrative without namespace',
      patient({ text: { status: 'generated', div: '<div>x</div>' } }),
      'structure.value',
      'Patient.text.div',
    ],
    ['a name that says something', patient({ 'DUPONT 2840163': 'x' }), 'structure.unknown-element', 'Patient'],
  ]
  for (const [id, resource, key, expression] of rows) {
    test(id, () => {
      assert.throws(
        () => checkedResource(resource),
        (error) => {
          assert.ok(error instanceof FhirError, String(error))
          assert.deepEqual([error.key, error.expression], [key, expression])
          assert.ok(!JSON.stringify(error.detail).includes('DUPONT'))
          return true
        },
      )
    })
  }
})

const CODES: [id: string, resource: Record<string, unknown>, expression: string][] = [
  ['a gender', { resourceType: 'Patient', gender: 'femme' }, 'Patient.gender'],
  ['a status', { resourceType: 'DocumentReference', status: 'banana' }, 'DocumentReference.status'],
  [
    'a relation',
    {
      resourceType: 'DocumentReference',
      status: 'current',
      relatesTo: [{ code: 'replace', target: { display: 'x' } }],
    },
    'DocumentReference.relatesTo[0].code',
  ],
  ['a list mode', { resourceType: 'List', status: 'current', mode: 'draft' }, 'List.mode'],
]

for (const [id, resource, expression] of CODES) {
  test(`${id} that FHIR does not have is refused by name, without being repeated`, () => {
    assert.throws(
      () => checkedResource(resource),
      (error) => error instanceof FhirError && error.key === 'structure.code' && error.expression === expression,
    )
  })
}
