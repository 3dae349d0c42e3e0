import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, JsonValue } from '../../../src/fhir/json/value.ts'
import { fromXml } from '../../../src/fhir/xml/from-xml.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (xml: string): JsonObject => fromXml(bytesOf(xml), { maxDepth: 64 })
const root = (name: string, content: string): string => `<${name} xmlns="http://hl7.org/fhir">${content}</${name}>`
const XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'

const accepted: { id: string; xml: string; json: JsonObject }[] = [
  {
    id: 'the id of a resource, an element, and that of an element, an attribute',
    xml: root('Patient', '<id value="a"/><name id="n"><family value="Dupont"/></name>'),
    json: { resourceType: 'Patient', id: 'a', name: [{ id: 'n', family: 'Dupont' }] },
  },
  {
    id: 'a resource with nothing in it',
    xml: '<Patient xmlns="http://hl7.org/fhir"/>',
    json: { resourceType: 'Patient' },
  },
  {
    id: 'one element that repeats as an array',
    xml: root('Patient', '<name><given value="Anne"/></name>'),
    json: { resourceType: 'Patient', name: [{ given: ['Anne'] }] },
  },
  {
    id: 'elements out of order, those that repeat apart from one another',
    xml: root(
      'Patient',
      '<birthDate value="1960"/><name><family value="A"/></name><active value="false"/><name><family value="B"/></name>',
    ),
    json: { resourceType: 'Patient', birthDate: '1960', name: [{ family: 'A' }, { family: 'B' }], active: false },
  },
  {
    id: 'a primitive with an id and an extension, with and without a value',
    xml: root(
      'Patient',
      '<gender><extension url="u"><valueCode value="c"/></extension></gender><birthDate value="1960" id="b"><extension url="u"><valueCode value="c"/></extension></birthDate>',
    ),
    json: {
      resourceType: 'Patient',
      _gender: { extension: [{ url: 'u', valueCode: 'c' }] },
      birthDate: '1960',
      _birthDate: { id: 'b', extension: [{ url: 'u', valueCode: 'c' }] },
    },
  },
  {
    id: 'an array of primitives whose second item has no value and whose third an id',
    xml: root(
      'Patient',
      '<name><given value="A"/><given><extension url="u"><valueCode value="c"/></extension></given><given id="l" value="B"/><given value="C"/></name>',
    ),
    json: {
      resourceType: 'Patient',
      name: [
        {
          given: ['A', null, 'B', 'C'],
          _given: [null, { extension: [{ url: 'u', valueCode: 'c' }] }, { id: 'l' }, null],
        },
      ],
    },
  },
  {
    id: 'an array of primitives none of which has a value',
    xml: root('Patient', '<name><given><extension url="u"><valueCode value="c"/></extension></given></name>'),
    json: { resourceType: 'Patient', name: [{ _given: [{ extension: [{ url: 'u', valueCode: 'c' }] }] }] },
  },
  {
    id: 'an extension in an extension',
    xml: root('Basic', '<extension url="u"><extension url="v"><valueInteger value="-5"/></extension></extension>'),
    json: { resourceType: 'Basic', extension: [{ url: 'u', extension: [{ url: 'v', valueInteger: -5 }] }] },
  },
  {
    id: 'booleans, integers and decimals as JSON has them, strings as they are',
    xml: root(
      'Parameters',
      [
        'Boolean value="true"',
        'PositiveInt value="7"',
        'Decimal value="-1.50"',
        'Decimal value="1e3"',
        'String value="007"',
        'Decimal value="-0"',
      ]
        .map((value) => `<parameter><name value="p"/><value${value}/></parameter>`)
        .join(''),
    ),
    json: {
      resourceType: 'Parameters',
      parameter: [
        { valueBoolean: true },
        { valuePositiveInt: 7 },
        { valueDecimal: -1.5 },
        { valueDecimal: 1000 },
        { valueString: '007' },
        { valueDecimal: 0 },
      ].map((value) => ({ name: 'p', ...value })),
    },
  },
  {
    id: 'contained resources and a Bundle of them',
    xml: root(
      'Bundle',
      '<entry><resource><Basic><contained><Patient><active value="true"/></Patient></contained><contained><Device/></contained></Basic></resource></entry>',
    ),
    json: {
      resourceType: 'Bundle',
      entry: [
        {
          resource: {
            resourceType: 'Basic',
            contained: [{ resourceType: 'Patient', active: true }, { resourceType: 'Device' }],
          },
        },
      ],
    },
  },
  {
    id: 'parts of parts by their content reference',
    xml: root(
      'Parameters',
      '<parameter><name value="a"/><part><name value="b"/><part><name value="c"/><resource><Basic/></resource></part></part></parameter>',
    ),
    json: {
      resourceType: 'Parameters',
      parameter: [{ name: 'a', part: [{ name: 'b', part: [{ name: 'c', resource: { resourceType: 'Basic' } }] }] }],
    },
  },
  {
    id: 'any prefix for the namespace of FHIR',
    xml: '<f:Patient xmlns:f="http://hl7.org/fhir" xmlns="urn:other"><f:active value="true"/></f:Patient>',
    json: { resourceType: 'Patient', active: true },
  },
  {
    id: 'a schema location on the root, which it forgets',
    xml: '<Patient xmlns="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://hl7.org/fhir patient.xsd"/>',
    json: { resourceType: 'Patient' },
  },
  {
    id: 'comments, instructions and blanks, which it forgets',
    xml: `<?xml version="1.0" encoding="UTF-8"?>\n<?xml-stylesheet href="a.xsl"?><!-- a --><Patient xmlns="http://hl7.org/fhir">\n <!-- <active value="false"/> -->\t<active value="true"><!----></active><?b?><![CDATA[ ]]></Patient><!-- c -->\n`,
    json: { resourceType: 'Patient', active: true },
  },
  {
    id: 'the five entities and numeric references',
    xml: root(
      'Basic',
      '<extension url="u"><valueString value="&lt;&gt;&amp;&quot;&apos;&#233;&#x1F600;&#10;"/></extension>',
    ),
    json: { resourceType: 'Basic', extension: [{ url: 'u', valueString: '<>&"\'é😀\n' }] },
  },
  {
    id: 'line feeds and tabs written as they are in attributes as spaces',
    xml: root('Basic', '<extension url="u"><valueString value="a\r\nb\tc"/></extension>'),
    json: { resourceType: 'Basic', extension: [{ url: 'u', valueString: 'a b c' }] },
  },
  {
    id: 'XML 1.1 as 1.0',
    xml: '<?xml version="1.1"?><Basic xmlns="http://hl7.org/fhir"/>',
    json: { resourceType: 'Basic' },
  },
]
for (const { id, xml, json } of accepted) {
  test(`reads ${id}`, () => assert.deepEqual(read(xml), json))
}

const narratives: { id: string; open: string; content: string; div: string }[] = [
  {
    id: 'as it is written when it stands by itself',
    open: '<Basic xmlns="http://hl7.org/fhir">',
    content: `<div ${XHTML}  class='a'>\n<p xml:lang="fr">é&#160;&lt;<br /><!-- b --><img src="#a"></img></p>\r\n</div>`,
    div: `<div ${XHTML}  class='a'>\n<p xml:lang="fr">é&#160;&lt;<br /><!-- b --><img src="#a"></img></p>\r\n</div>`,
  },
  {
    id: 'with its namespace when a prefix carried it',
    open: '<Basic xmlns="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml">',
    content: '<h:div class="a&quot;&#10;"><h:p>a &amp; b<h:br/></h:p></h:div>',
    div: `<div ${XHTML} class="a&quot;&#10;"><p>a &amp; b<br/></p></div>`,
  },
  {
    id: 'with its namespace when the root carried it',
    open: '<f:Basic xmlns:f="http://hl7.org/fhir" xmlns="http://www.w3.org/1999/xhtml">',
    content: '<div><p>a</p></div>',
    div: `<div ${XHTML}><p>a</p></div>`,
  },
  {
    id: 'without CDATA nor instructions',
    open: '<Basic xmlns="http://hl7.org/fhir">',
    content: `<div ${XHTML}>a<?b?><![CDATA[<script>&]]></div>`,
    div: `<div ${XHTML}>a&lt;script&gt;&amp;</div>`,
  },
  {
    id: 'without the prefixes that it does not use',
    open: '<Basic xmlns="http://hl7.org/fhir">',
    content: `<div ${XHTML} xmlns:x="urn:x"><p/></div>`,
    div: `<div ${XHTML}><p/></div>`,
  },
]
for (const { id, open, content, div } of narratives) {
  test(`reads a narrative ${id}`, () => {
    const f = open.startsWith('<f:') ? 'f:' : ''
    const xml = `${open}<${f}text><${f}status value="generated"/>${content}</${f}text></${f}Basic>`
    assert.deepEqual(read(xml), { resourceType: 'Basic', text: { status: 'generated', div } })
  })
}

const declared = (encoding: string): string =>
  `<?xml version="1.0" encoding="${encoding}"?>${root('Basic', '<extension url="é"/>')}`
const utf16 = (text: string, order: 'le' | 'be', mark = '\ufeff'): Uint8Array => {
  const bytes = Buffer.from(mark + text, 'utf16le')
  return order === 'le' ? bytes : bytes.swap16()
}
const basic: JsonValue = { resourceType: 'Basic', extension: [{ url: 'é' }] }

const encodings: { id: string; bytes: Uint8Array; json: JsonValue | undefined }[] = [
  { id: 'UTF-8 with a byte order mark', bytes: bytesOf(`\ufeff${declared('utf-8')}`), json: basic },
  { id: 'UTF-8 without a declaration', bytes: bytesOf(root('Basic', '<extension url="é"/>')), json: basic },
  { id: 'declared ISO-8859-1', bytes: Buffer.from(declared('ISO-8859-1'), 'latin1'), json: basic },
  { id: 'declared windows-1252', bytes: Buffer.from(declared('windows-1252'), 'latin1'), json: basic },
  { id: 'little-endian UTF-16 with its mark', bytes: utf16(declared('UTF-16'), 'le'), json: basic },
  { id: 'big-endian UTF-16 with its mark', bytes: utf16(root('Basic', '<extension url="é"/>'), 'be'), json: basic },
  { id: 'ISO-8859-1 that says UTF-8', bytes: Buffer.from(declared('UTF-8'), 'latin1'), json: undefined },
  { id: 'UTF-16 that says UTF-8', bytes: utf16(declared('UTF-8'), 'le'), json: undefined },
  { id: 'UTF-8 that says UTF-16', bytes: bytesOf(declared('UTF-16')), json: undefined },
  {
    id: 'UTF-8 with its mark that says ISO-8859-1',
    bytes: bytesOf(`\ufeff${declared('ISO-8859-1')}`),
    json: undefined,
  },
  {
    id: 'half a surrogate pair in UTF-16',
    bytes: utf16(`${declared('UTF-16')}<!-- \ud800 -->`, 'le'),
    json: undefined,
  },
  { id: 'an encoding that we do not read', bytes: bytesOf(declared('EBCDIC-FR')), json: undefined },
]
for (const { id, bytes, json } of encodings) {
  test(`${json === undefined ? 'refuses' : 'reads'} ${id}`, () => {
    const reading = (): JsonObject => fromXml(bytes, { maxDepth: 10 })
    if (json === undefined) assert.throws(reading, { name: 'XmlError', key: 'xml.encoding' })
    else assert.deepEqual(reading(), json)
  })
}

test('says where malformed UTF-8 begins', () => {
  const bytes = Buffer.concat([Buffer.from('<Basic>\n é'), Buffer.from([0xe9]), Buffer.from('</Basic>')])
  assert.throws(() => fromXml(bytes, { maxDepth: 10 }), { key: 'xml.encoding', line: 2, column: 3 })
})
