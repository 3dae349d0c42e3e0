import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, JsonValue } from '../../../src/fhir/json/value.ts'
import { XmlError, type XmlErrorKey } from '../../../src/fhir/xml/errors.ts'
import { toXml } from '../../../src/fhir/xml/to-xml.ts'

const declaration = '<?xml version="1.0" encoding="UTF-8"?>'
const root = (name: string, content: string): string =>
  `${declaration}<${name} xmlns="http://hl7.org/fhir">${content}</${name}>`

const written: { id: string; resource: JsonObject; xml: string }[] = [
  {
    id: 'the id of a resource as an element',
    resource: { resourceType: 'Patient', id: 'a-1' },
    xml: root('Patient', '<id value="a-1"/>'),
  },
  {
    id: 'an empty resource as an empty root',
    resource: { resourceType: 'Patient' },
    xml: `${declaration}<Patient xmlns="http://hl7.org/fhir"/>`,
  },
  {
    id: 'elements in the order of their definition, whatever that of the properties',
    resource: {
      gender: 'female',
      name: [{ given: ['Anne'], family: 'Dupont', use: 'official' }],
      active: true,
      resourceType: 'Patient',
      id: 'a',
    },
    xml: root(
      'Patient',
      '<id value="a"/><active value="true"/><name><use value="official"/><family value="Dupont"/><given value="Anne"/></name><gender value="female"/>',
    ),
  },
  {
    id: 'the id of an element and the url of an extension as attributes, id first',
    resource: { resourceType: 'Basic', extension: [{ url: 'http://example.org/e', valueCode: 'c', id: 'x' }] },
    xml: root('Basic', '<extension id="x" url="http://example.org/e"><valueCode value="c"/></extension>'),
  },
  {
    id: 'the extension of a primitive inside it, with and without a value',
    resource: {
      resourceType: 'Patient',
      birthDate: '1960-01-13',
      _birthDate: { id: 'b', extension: [{ url: 'http://example.org/t', valueTime: '08:30:00' }] },
      _gender: { extension: [{ url: 'http://example.org/absent', valueCode: 'unknown' }] },
    },
    xml: root(
      'Patient',
      '<gender><extension url="http://example.org/absent"><valueCode value="unknown"/></extension></gender>' +
        '<birthDate id="b" value="1960-01-13"><extension url="http://example.org/t"><valueTime value="08:30:00"/></extension></birthDate>',
    ),
  },
  {
    id: 'an array of primitives with holes',
    resource: {
      resourceType: 'Patient',
      name: [
        { given: ['Anne', null, 'Lise'], _given: [null, { extension: [{ url: 'u', valueCode: 'c' }] }, { id: 'l' }] },
      ],
    },
    xml: root(
      'Patient',
      '<name><given value="Anne"/><given><extension url="u"><valueCode value="c"/></extension></given><given id="l" value="Lise"/></name>',
    ),
  },
  {
    id: 'a narrative as the XHTML that it is',
    resource: {
      resourceType: 'Basic',
      text: {
        status: 'generated',
        div: '<div xmlns="http://www.w3.org/1999/xhtml"><p class=\'a\'>é &amp; &#160;<br /></p></div>',
      },
    },
    xml: root(
      'Basic',
      '<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><p class=\'a\'>é &amp; &#160;<br /></p></div></text>',
    ),
  },
  {
    id: 'each contained resource in an element of its own',
    resource: {
      resourceType: 'Basic',
      contained: [
        { resourceType: 'Device', id: 'd' },
        { resourceType: 'Patient', id: 'p' },
      ],
    },
    xml: root(
      'Basic',
      '<contained><Device><id value="d"/></Device></contained><contained><Patient><id value="p"/></Patient></contained>',
    ),
  },
  {
    id: 'a Bundle with its entries and an outcome',
    resource: {
      resourceType: 'Bundle',
      type: 'searchset',
      total: 1,
      link: [{ relation: 'self', url: 'http://example.org/Basic?a=1&b=2' }],
      entry: [
        {
          fullUrl: 'http://example.org/Basic/b',
          resource: { resourceType: 'Basic', id: 'b' },
          search: { mode: 'match' },
        },
        { response: { status: '400', outcome: { resourceType: 'OperationOutcome', id: 'o' } } },
      ],
    },
    xml: root(
      'Bundle',
      '<type value="searchset"/><total value="1"/><link><relation value="self"/><url value="http://example.org/Basic?a=1&amp;b=2"/></link>' +
        '<entry><fullUrl value="http://example.org/Basic/b"/><resource><Basic><id value="b"/></Basic></resource><search><mode value="match"/></search></entry>' +
        '<entry><response><status value="400"/><outcome><OperationOutcome><id value="o"/></OperationOutcome></outcome></response></entry>',
    ),
  },
  {
    id: 'Parameters with values of any type and nested parts',
    resource: {
      resourceType: 'Parameters',
      parameter: [
        { name: 'a', valueBoolean: false },
        { name: 'b', valueReference: { reference: 'Patient/1' } },
        {
          name: 'c',
          part: [
            { name: 'd', part: [{ name: 'e', valueDecimal: 1.25 }] },
            { name: 'r', resource: { resourceType: 'Basic' } },
          ],
        },
      ],
    },
    xml: root(
      'Parameters',
      '<parameter><name value="a"/><valueBoolean value="false"/></parameter>' +
        '<parameter><name value="b"/><valueReference><reference value="Patient/1"/></valueReference></parameter>' +
        '<parameter><name value="c"/><part><name value="d"/><part><name value="e"/><valueDecimal value="1.25"/></part></part>' +
        '<part><name value="r"/><resource><Basic/></resource></part></parameter>',
    ),
  },
  {
    id: 'what attributes would lose as references',
    resource: { resourceType: 'Basic', extension: [{ url: 'u', valueString: ' <a> & "b" \'c\'\t\r\n' }] },
    xml: root(
      'Basic',
      '<extension url="u"><valueString value=" &lt;a&gt; &amp; &quot;b&quot; \'c\'&#9;&#13;&#10;"/></extension>',
    ),
  },
]
for (const { id, resource, xml } of written) {
  test(`writes ${id}`, () => assert.equal(toXml(resource), xml))
}

test('pretty XML has an element a line and leaves the narrative alone', () => {
  const resource = {
    resourceType: 'Basic',
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>a</p></div>' },
    contained: [{ resourceType: 'Basic', id: 'b' }],
  }
  assert.equal(
    toXml(resource, { pretty: true }),
    [
      declaration,
      '<Basic xmlns="http://hl7.org/fhir">',
      '  <text>',
      '    <status value="generated"/>',
      '    <div xmlns="http://www.w3.org/1999/xhtml"><p>a</p></div>',
      '  </text>',
      '  <contained>',
      '    <Basic>',
      '      <id value="b"/>',
      '    </Basic>',
      '  </contained>',
      '</Basic>',
    ].join('\n'),
  )
})

const patient = (content: JsonObject): JsonObject => ({ resourceType: 'Patient', ...content })
const narrative = (div: string): JsonObject => ({ resourceType: 'Basic', text: { status: 'generated', div } })
const XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'

const refused: { id: string; resource: JsonObject; key: XmlErrorKey; path: string }[] = [
  { id: 'no resource type', resource: {}, key: 'xml.unknown-resource', path: '' },
  {
    id: 'a resource that R4 does not define',
    resource: { resourceType: 'SubscriptionTopic' },
    key: 'xml.unknown-resource',
    path: '',
  },
  { id: 'an abstract resource', resource: { resourceType: 'DomainResource' }, key: 'xml.unknown-resource', path: '' },
  {
    id: 'an unknown contained resource',
    resource: patient({ contained: [{ resourceType: 'Patients' }] }),
    key: 'xml.unknown-resource',
    path: 'Patient.contained[0]',
  },
  {
    id: 'an unknown property',
    resource: patient({ name: [{ family: 'A' }, { maiden: 'B' }] }),
    key: 'xml.unknown-element',
    path: 'Patient.name[1]',
  },
  { id: 'fhir_comments', resource: patient({ fhir_comments: ['a'] }), key: 'xml.unknown-element', path: 'Patient' },
  {
    id: 'resourceType in an element',
    resource: patient({ name: [{ resourceType: 'HumanName', family: 'A' }] }),
    key: 'xml.unknown-element',
    path: 'Patient.name[0]',
  },
  {
    id: 'a property of Object.prototype',
    resource: patient({ constructor: 'a' }),
    key: 'xml.unknown-element',
    path: 'Patient',
  },
  {
    id: 'an own __proto__',
    resource: JSON.parse('{"resourceType":"Patient","__proto__":{"gender":"male"}}'),
    key: 'xml.unknown-element',
    path: 'Patient',
  },
  {
    id: 'a partner of an element that is no primitive',
    resource: patient({ _name: [{ id: 'a' }] }),
    key: 'xml.unknown-element',
    path: 'Patient',
  },
  {
    id: 'a partner of the url of an extension',
    resource: patient({ extension: [{ url: 'u', _url: { id: 'a' }, valueCode: 'c' }] }),
    key: 'xml.unknown-element',
    path: 'Patient.extension[0]',
  },
  {
    id: 'a value in a partner',
    resource: patient({ _gender: { value: 'male' } }),
    key: 'xml.unknown-element',
    path: 'Patient.gender',
  },
  {
    id: 'one where R4 repeats',
    resource: patient({ name: { family: 'A' } }),
    key: 'xml.repeated-element',
    path: 'Patient.name',
  },
  {
    id: 'one primitive where R4 repeats',
    resource: patient({ name: [{ given: 'A' }] }),
    key: 'xml.repeated-element',
    path: 'Patient.name[0].given',
  },
  {
    id: 'several where R4 has one',
    resource: patient({ gender: ['male'] }),
    key: 'xml.invalid-value',
    path: 'Patient.gender',
  },
  {
    id: 'several objects where R4 has one',
    resource: patient({ maritalStatus: [{ text: 'a' }] }),
    key: 'xml.invalid-value',
    path: 'Patient.maritalStatus',
  },
  { id: 'an empty array', resource: patient({ telecom: [] }), key: 'xml.empty-element', path: 'Patient.telecom' },
  {
    id: 'an empty object',
    resource: patient({ maritalStatus: {} }),
    key: 'xml.empty-element',
    path: 'Patient.maritalStatus',
  },
  { id: 'an empty partner', resource: patient({ _gender: {} }), key: 'xml.empty-element', path: 'Patient.gender' },
  { id: 'a null primitive', resource: patient({ gender: null }), key: 'xml.invalid-value', path: 'Patient.gender' },
  {
    id: 'a null object',
    resource: patient({ maritalStatus: null }),
    key: 'xml.empty-element',
    path: 'Patient.maritalStatus',
  },
  {
    id: 'a null item without its partner',
    resource: patient({ name: [{ given: ['A', null] }] }),
    key: 'xml.empty-element',
    path: 'Patient.name[0].given[1]',
  },
  { id: 'an empty string', resource: patient({ gender: '' }), key: 'xml.invalid-value', path: 'Patient.gender' },
  {
    id: 'a boolean as a string',
    resource: patient({ active: 'true' }),
    key: 'xml.invalid-value',
    path: 'Patient.active',
  },
  {
    id: 'an integer with a fraction',
    resource: patient({ multipleBirthInteger: 1.5 }),
    key: 'xml.invalid-value',
    path: 'Patient.multipleBirthInteger',
  },
  {
    id: 'an infinite decimal',
    resource: patient({ extension: [{ url: 'u', valueDecimal: Infinity }] }),
    key: 'xml.invalid-value',
    path: 'Patient.extension[0].valueDecimal',
  },
  {
    id: 'an object as a primitive',
    resource: patient({ gender: { a: 1 } }),
    key: 'xml.invalid-value',
    path: 'Patient.gender',
  },
  {
    id: 'a control character',
    resource: patient({ name: [{ family: 'a\u0000' }] }),
    key: 'xml.invalid-character',
    path: 'Patient.name[0].family',
  },
  {
    id: 'a control character in an attribute',
    resource: patient({ extension: [{ url: 'u\u0001' }] }),
    key: 'xml.invalid-character',
    path: 'Patient.extension[0].url',
  },
  {
    id: 'a narrative that closes its place',
    resource: narrative(`<div ${XHTML}>a</div></text><status value="x"/>`),
    key: 'xml.invalid-xhtml',
    path: 'Basic.text.div',
  },
  {
    id: 'a narrative outside XHTML',
    resource: narrative('<div>a</div>'),
    key: 'xml.invalid-xhtml',
    path: 'Basic.text.div',
  },
  {
    id: 'a narrative with an HTML entity',
    resource: narrative(`<div ${XHTML}>a&nbsp;b</div>`),
    key: 'xml.invalid-xhtml',
    path: 'Basic.text.div',
  },
  {
    id: 'a narrative with a document type',
    resource: narrative(`<!DOCTYPE div><div ${XHTML}>a</div>`),
    key: 'xml.invalid-xhtml',
    path: 'Basic.text.div',
  },
  {
    id: 'a narrative that is not closed',
    resource: narrative(`<div ${XHTML}><p>a</div>`),
    key: 'xml.invalid-xhtml',
    path: 'Basic.text.div',
  },
  {
    id: 'a narrative with half a surrogate pair, which would hide a tag',
    resource: narrative(`<div ${XHTML}>a\ud800<script></script></div>`),
    key: 'xml.invalid-xhtml',
    path: 'Basic.text.div',
  },
  {
    id: 'a narrative that is no div',
    resource: narrative(`<p ${XHTML}>a</p>`),
    key: 'xml.invalid-xhtml',
    path: 'Basic.text.div',
  },
]
for (const { id, resource, key, path } of refused) {
  test(`refuses to write ${id}`, () => {
    assert.throws(
      () => toXml(resource),
      (error) => {
        assert.ok(error instanceof XmlError)
        assert.deepEqual({ key: error.key, path: error.path, line: error.line }, { key, path, line: 0 })
        return true
      },
    )
  })
}

test('an object that contains itself, or too much of itself, is refused', () => {
  const cyclic: JsonObject = { name: 'a' }
  cyclic.part = [cyclic]
  assert.throws(() => toXml({ resourceType: 'Parameters', parameter: [cyclic] }), { key: 'xml.too-deep' })
  let contained: JsonValue = { resourceType: 'Basic' }
  for (let i = 0; i < 100_000; i++) contained = { resourceType: 'Basic', contained: [contained] }
  assert.throws(() => toXml({ resourceType: 'Basic', contained: [contained] }), { key: 'xml.too-deep' })
})
