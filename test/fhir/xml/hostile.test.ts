import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from '../../../src/fhir/json/value.ts'
import { XmlError } from '../../../src/fhir/xml/errors.ts'
import { fromXml } from '../../../src/fhir/xml/from-xml.ts'
import { toXml } from '../../../src/fhir/xml/to-xml.ts'

const XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
const root = (name: string, content: string): string => `<${name} xmlns="http://hl7.org/fhir">${content}</${name}>`

function refusal(xml: string, maxDepth = 64): XmlError {
  try {
    fromXml(new TextEncoder().encode(xml), { maxDepth })
  } catch (error) {
    assert.ok(error instanceof XmlError, 'only an XmlError may come out')
    return error
  }
  return assert.fail('accepted')
}

const laughs = Array.from({ length: 30 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('')
const documentTypes: { id: string; xml: string }[] = [
  {
    id: 'a billion laughs',
    xml: `<!DOCTYPE a [<!ENTITY l0 "lol">${laughs}]>${root('Patient', '<gender value="&l30;"/>')}`,
  },
  {
    id: 'an external entity',
    xml: `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${root('Patient', '<gender value="&x;"/>')}`,
  },
  {
    id: 'a parameter entity',
    xml: `<!DOCTYPE a [<!ENTITY % p SYSTEM "http://example.org/p.dtd"> %p;]>${root('Patient', '')}`,
  },
  {
    id: 'an external subset',
    xml: `<?xml version="1.0"?><!DOCTYPE Patient SYSTEM "http://example.org/p.dtd">${root('Patient', '')}`,
  },
  {
    id: 'an attribute default',
    xml: `<!DOCTYPE Patient [<!ATTLIST active value CDATA "true">]>${root('Patient', '<active/>')}`,
  },
  { id: 'an empty document type', xml: `<!DOCTYPE Patient>${root('Patient', '')}` },
]
for (const { id, xml } of documentTypes) {
  test(`a document type is refused: ${id}`, () => assert.equal(refusal(xml).key, 'xml.doctype'))
}

const malformed: { id: string; xml: string }[] = [
  { id: 'an entity that nobody declared', xml: root('Patient', '<gender value="&x;"/>') },
  {
    id: 'an entity named as a property of objects',
    xml: root('Patient', '<gender value="&constructor;&__proto__;"/>'),
  },
  { id: 'a document type after the root began', xml: root('Patient', '<!DOCTYPE a>') },
  { id: 'a document type in lower case', xml: `<!doctype a>${root('Patient', '')}` },
  { id: 'a document type without an end', xml: '<!DOCTYPE a [<!ENTITY b "c"' },
  { id: 'a second XML declaration', xml: root('Patient', '<?xml version="1.0"?>') },
  { id: 'a NUL', xml: root('Patient', '<gender value="\u0000"/>') },
  {
    id: 'a control character that only XML 1.1 has',
    xml: `<?xml version="1.1"?>${root('Patient', '<gender value="&#1;"/>')}`,
  },
  { id: 'two hyphens in a comment', xml: root('Patient', '<!-- a -- b -->') },
  { id: 'CDATA without an end', xml: root('Patient', '<![CDATA[') },
  { id: 'an attribute without quotes', xml: root('Patient', '<gender value=male/>') },
  { id: 'an attribute with a raw <', xml: root('Patient', '<gender value="a<b"/>') },
  { id: 'the reserved prefix xmlns', xml: '<xmlns:Patient xmlns:xmlns="http://hl7.org/fhir"/>' },
  { id: 'the prefix xml bound to FHIR', xml: '<xml:Patient xmlns:xml="http://hl7.org/fhir"/>' },
  {
    id: 'the same attribute by two prefixes',
    xml: root('Patient', '<gender xmlns:a="u" xmlns:b="u" a:x="1" b:x="2"/>'),
  },
]
for (const { id, xml } of malformed) {
  test(`what is not well formed is refused: ${id}`, () => assert.equal(refusal(xml).key, 'xml.syntax'))
}

test('a namespace that only looks like that of FHIR is another one', () => {
  for (const namespace of [
    'http://hl7.org/fhir/',
    'HTTP://hl7.org/fhir',
    'http://hl7.org/fhir#',
    'https://hl7.org/fhir',
    'http://hl7.org/fhir?',
  ]) {
    assert.equal(refusal(`<Patient xmlns="${namespace}"/>`).key, 'xml.namespace', namespace)
  }
})

test('a prefix that changes its meaning is read with the meaning that it has', () => {
  const xml = '<a:Patient xmlns:a="http://hl7.org/fhir"><a:gender xmlns:a="urn:a" value="male"/></a:Patient>'
  assert.equal(refusal(xml).key, 'xml.namespace')
})

test('a depth of 100,000 is refused, wherever it is', () => {
  const deep = (start: string, end: string): string => start.repeat(100_000) + end.repeat(100_000)
  assert.equal(refusal(root('Basic', deep('<extension url="u">', '</extension>'))).key, 'xml.too-deep')
  assert.equal(refusal(root('Basic', deep('<contained><Basic>', '</Basic></contained>'))).key, 'xml.too-deep')
  assert.equal(refusal(root('Basic', `<text><div ${XHTML}>${deep('<b>', '</b>')}</div></text>`)).key, 'xml.too-deep')
  assert.equal(refusal('<a>'.repeat(100_000)).key, 'xml.namespace')
})

test('depth counts elements from the root', () => {
  const xml = root('Patient', '<name><family value="a"/></name>')
  assert.equal(refusal(xml, 2).key, 'xml.too-deep')
  assert.ok(fromXml(new TextEncoder().encode(xml), { maxDepth: 3 }))
})

test('an attribute of 10 MB is read', () => {
  const data = 'QUJD'.repeat(2_500_000)
  const resource = fromXml(new TextEncoder().encode(root('Binary', `<data value="${data}"/>`)), { maxDepth: 4 })
  assert.ok(resource.data === data)
})

test('100,000 repetitions are read, and 100,000 strange attributes refused', () => {
  const names = fromXml(new TextEncoder().encode(root('Patient', '<name><family value="a"/></name>'.repeat(100_000))), {
    maxDepth: 4,
  })
  assert.ok(Array.isArray(names.name) && names.name.length === 100_000)
  const attributes = Array.from({ length: 100_000 }, (_, i) => `a${i}="b"`).join(' ')
  assert.equal(refusal(root('Patient', `<name ${attributes}/>`)).key, 'xml.unknown-attribute')
})

test('no body reaches the prototype of objects', () => {
  for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
    assert.equal(refusal(root('Patient', `<${name}><polluted value="a"/></${name}>`)).key, 'xml.unknown-element')
    assert.equal(refusal(root('Patient', `<name ${name}="a"/>`)).key, 'xml.unknown-attribute')
    assert.equal(refusal(root(name, '')).key, 'xml.unknown-resource')
  }
  const resource = fromXml(new TextEncoder().encode(root('Patient', '<active value="true"/>')), { maxDepth: 4 })
  assert.equal(Object.getPrototypeOf(resource), Object.prototype)
  assert.equal(({} as Record<string, unknown>).polluted, undefined)
})

test('an error names its place and nothing of the body', () => {
  for (const content of [
    '<Dupont/>',
    '<gender Dupont="a"/>',
    '<active value="Dupont"/>',
    'Dupont',
    '</Dupont>',
    '<gender value="&Dupont;"/>',
    '<Dupont:a/>',
  ]) {
    const error = refusal(root('Patient', content))
    assert.doesNotMatch(`${error.message} ${error.path} ${JSON.stringify(error)}`, /Dupont/, content)
    assert.equal(error.cause, undefined)
  }
})

const pieces = fc.array(
  fc.constantFrom(
    '<Patient xmlns="http://hl7.org/fhir">',
    '</Patient>',
    '<name>',
    '</name>',
    '<given value="a"/>',
    '<family value="',
    '"/>',
    '<active value="true"/>',
    '<text>',
    '</text>',
    `<div ${XHTML}>`,
    '<p>',
    '</p>',
    '</div>',
    '<contained>',
    '</contained>',
    '<Basic>',
    '</Basic>',
    '<extension url="u">',
    '</extension>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    '<?xml version="1.0"?>',
    '<!DOCTYPE a>',
    '&amp;',
    '&#x41;',
    '&x;',
    'a',
    '\n',
    '\ufeff',
    '<',
    '>',
    ' xmlns="urn:a"',
    ' id="i"',
    '<id value="1"/>',
  ),
  { maxLength: 16 },
)

test('any pieces of XML are read or refused with an XmlError, and what is read can be written', () => {
  fc.assert(
    fc.property(pieces, fc.boolean(), (content, wrapped) => {
      const xml = wrapped ? root('Patient', content.join('')) : content.join('')
      const resource = attempt(new TextEncoder().encode(xml))
      if (resource !== undefined) assert.deepEqual(attempt(new TextEncoder().encode(toXml(resource))), resource)
    }),
    { numRuns: 5000, seed: 1 },
  )
})

test('any bytes are refused with an XmlError', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 80 }),
      fc.constantFrom('', '<', '\ufeff<', '<Patient xmlns="http://hl7.org/fhir">'),
      (bytes, start) => {
        attempt(Buffer.concat([Buffer.from(start), bytes]))
      },
    ),
    { numRuns: 3000, seed: 2 },
  )
})

function attempt(bytes: Uint8Array): JsonObject | undefined {
  try {
    return fromXml(bytes, { maxDepth: 12 })
  } catch (error) {
    assert.ok(error instanceof XmlError, `only an XmlError may come out, not ${error}`)
    return undefined
  }
}
