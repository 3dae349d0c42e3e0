import assert from 'node:assert/strict'
import { test } from 'node:test'
import { XmlError, type XmlErrorKey } from '../../../src/fhir/xml/errors.ts'
import { fromXml } from '../../../src/fhir/xml/from-xml.ts'

const root = (name: string, content: string): string => `<${name} xmlns="http://hl7.org/fhir">${content}</${name}>`
const XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'

const refused: { id: string; xml: string; key: XmlErrorKey; path: string; line?: number }[] = [
  { id: 'nothing', xml: '', key: 'xml.syntax', path: '' },
  { id: 'text only', xml: 'Patient', key: 'xml.syntax', path: '' },
  {
    id: 'an unclosed element',
    xml: '<Patient xmlns="http://hl7.org/fhir">\n<active value="true"/>',
    key: 'xml.syntax',
    path: 'Patient',
    line: 2,
  },
  {
    id: 'elements that cross',
    xml: root('Patient', '<name><family value="a"></name></family>'),
    key: 'xml.syntax',
    path: 'Patient.name[0]',
  },
  { id: 'two roots', xml: `${root('Basic', '')}${root('Basic', '')}`, key: 'xml.syntax', path: '' },
  {
    id: 'an attribute twice',
    xml: root('Patient', '<active value="true" value="false"/>'),
    key: 'xml.syntax',
    path: 'Patient',
  },
  {
    id: 'an HTML entity',
    xml: root('Patient', '<name><family value="a&nbsp;b"/></name>'),
    key: 'xml.syntax',
    path: 'Patient.name[0]',
  },
  {
    id: 'a reference to a character that XML forbids',
    xml: root('Patient', '<name><family value="a&#0;"/></name>'),
    key: 'xml.syntax',
    path: 'Patient.name[0]',
  },
  {
    id: 'a reference to half a surrogate pair',
    xml: root('Patient', '<name><family value="a&#xD800;"/></name>'),
    key: 'xml.syntax',
    path: 'Patient.name[0]',
  },
  { id: 'an unbound prefix', xml: root('Patient', '<f:active value="true"/>'), key: 'xml.syntax', path: 'Patient' },
  { id: 'no namespace', xml: '<Patient/>', key: 'xml.namespace', path: '' },
  { id: 'another namespace', xml: '<ClinicalDocument xmlns="urn:hl7-org:v3"/>', key: 'xml.namespace', path: '' },
  {
    id: 'an element of another namespace',
    xml: root('Patient', '<active xmlns="urn:a" value="true"/>'),
    key: 'xml.namespace',
    path: 'Patient',
  },
  {
    id: 'an element taken out of the namespace',
    xml: root('Patient', '<active xmlns="" value="true"/>'),
    key: 'xml.namespace',
    path: 'Patient',
  },
  {
    id: 'a narrative in the namespace of FHIR',
    xml: root('Basic', '<text><div>a</div></text>'),
    key: 'xml.namespace',
    path: 'Basic.text',
  },
  { id: 'an unknown resource', xml: root('Patients', ''), key: 'xml.unknown-resource', path: '' },
  { id: 'an abstract resource', xml: root('DomainResource', ''), key: 'xml.unknown-resource', path: '' },
  { id: 'a datatype as root', xml: root('HumanName', ''), key: 'xml.unknown-resource', path: '' },
  {
    id: 'an unknown resource in a Bundle',
    xml: root('Bundle', '<entry><resource><HumanName/></resource></entry>'),
    key: 'xml.unknown-resource',
    path: 'Bundle.entry[0].resource',
  },
  {
    id: 'an unknown element',
    xml: root('Patient', '<name><family value="A"/></name>\n<name><maiden value="B"/></name>'),
    key: 'xml.unknown-element',
    path: 'Patient.name[1]',
    line: 2,
  },
  {
    id: 'an element named __proto__',
    xml: root('Patient', '<__proto__ value="a"/>'),
    key: 'xml.unknown-element',
    path: 'Patient',
  },
  {
    id: 'an element named constructor',
    xml: root('Patient', '<constructor value="a"/>'),
    key: 'xml.unknown-element',
    path: 'Patient',
  },
  {
    id: 'a choice without its type',
    xml: root('Patient', '<deceased value="true"/>'),
    key: 'xml.unknown-element',
    path: 'Patient',
  },
  {
    id: 'a choice of another type',
    xml: root('Patient', '<deceasedString value="a"/>'),
    key: 'xml.unknown-element',
    path: 'Patient',
  },
  {
    id: 'a partner of JSON',
    xml: root('Patient', '<_gender><extension url="u"/></_gender>'),
    key: 'xml.unknown-element',
    path: 'Patient',
  },
  {
    id: 'resourceType',
    xml: root('Patient', '<resourceType value="Basic"/>'),
    key: 'xml.unknown-element',
    path: 'Patient',
  },
  {
    id: 'the id of an element as an element',
    xml: root('Patient', '<name><id value="a"/></name>'),
    key: 'xml.unknown-element',
    path: 'Patient.name[0]',
  },
  {
    id: 'a child of a primitive other than an extension',
    xml: root('Patient', '<gender value="male"><text value="a"/></gender>'),
    key: 'xml.unknown-element',
    path: 'Patient.gender',
  },
  {
    id: 'an unknown attribute',
    xml: root('Patient', '<active value="true" nullFlavor="UNK"/>'),
    key: 'xml.unknown-attribute',
    path: 'Patient.active',
  },
  {
    id: 'an attribute named __proto__',
    xml: root('Patient', '<active value="true" __proto__="a"/>'),
    key: 'xml.unknown-attribute',
    path: 'Patient.active',
  },
  {
    id: 'an attribute of another namespace',
    xml: root('Patient', '<active value="true" xml:lang="fr"/>'),
    key: 'xml.unknown-attribute',
    path: 'Patient.active',
  },
  {
    id: 'a type of XML Schema',
    xml: root('Patient', '<active value="true" xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type="boolean"/>'),
    key: 'xml.unknown-attribute',
    path: 'Patient.active',
  },
  {
    id: 'the id of a resource as an attribute',
    xml: '<Patient xmlns="http://hl7.org/fhir" id="a"/>',
    key: 'xml.unknown-attribute',
    path: '',
  },
  {
    id: 'a value on an element that is no primitive',
    xml: root('Patient', '<name value="a"/>'),
    key: 'xml.unknown-attribute',
    path: 'Patient.name[0]',
  },
  {
    id: 'an attribute on what holds a resource',
    xml: root('Patient', '<contained id="a"><Basic/></contained>'),
    key: 'xml.unknown-attribute',
    path: 'Patient.contained[0]',
  },
  {
    id: 'several where R4 has one',
    xml: root('Patient', '<gender value="male"/><gender value="female"/>'),
    key: 'xml.repeated-element',
    path: 'Patient',
  },
  {
    id: 'several where R4 has one, the first without a value',
    xml: root('Patient', '<gender><extension url="u"/></gender><gender value="female"/>'),
    key: 'xml.repeated-element',
    path: 'Patient',
  },
  {
    id: 'two resources in one place',
    xml: root('Patient', '<contained><Basic/><Basic/></contained>'),
    key: 'xml.repeated-element',
    path: 'Patient.contained[0]',
  },
  {
    id: 'two narratives',
    xml: root('Basic', `<text><div ${XHTML}>a</div><div ${XHTML}>b</div></text>`),
    key: 'xml.repeated-element',
    path: 'Basic.text',
  },
  {
    id: 'a primitive with nothing',
    xml: root('Patient', '<gender/>'),
    key: 'xml.empty-element',
    path: 'Patient.gender',
  },
  {
    id: 'a primitive with an id only',
    xml: root('Patient', '<gender id="a"/>'),
    key: 'xml.empty-element',
    path: 'Patient.gender',
  },
  {
    id: 'an element with nothing',
    xml: root('Patient', '<name>\n</name>'),
    key: 'xml.empty-element',
    path: 'Patient.name[0]',
  },
  {
    id: 'an element with an id only',
    xml: root('Patient', '<name id="a"/>'),
    key: 'xml.empty-element',
    path: 'Patient.name[0]',
  },
  {
    id: 'no resource where one goes',
    xml: root('Patient', '<contained/>'),
    key: 'xml.empty-element',
    path: 'Patient.contained[0]',
  },
  {
    id: 'an empty value',
    xml: root('Patient', '<gender value=""/>'),
    key: 'xml.invalid-value',
    path: 'Patient.gender',
  },
  {
    id: 'an empty url',
    xml: root('Patient', '<extension url=""><valueCode value="c"/></extension>'),
    key: 'xml.invalid-value',
    path: 'Patient.extension[0]',
  },
  {
    id: 'a boolean of XML Schema',
    xml: root('Patient', '<active value="1"/>'),
    key: 'xml.invalid-value',
    path: 'Patient.active',
  },
  {
    id: 'a boolean with a blank',
    xml: root('Patient', '<active value="true "/>'),
    key: 'xml.invalid-value',
    path: 'Patient.active',
  },
  ...['1.5', '01', 'a', '1e2', ' 1', '', '0x10', '9007199254740993'].map((value) => ({
    id: `the integer “${value}”`,
    xml: root('Patient', `<multipleBirthInteger value="${value}"/>`),
    key: 'xml.invalid-value' as const,
    path: 'Patient.multipleBirthInteger',
  })),
  ...['1,5', '.5', '5.', '+1', '1e400', 'NaN', 'Infinity', '--1', '00.5'].map((value) => ({
    id: `the decimal “${value}”`,
    xml: root('Basic', `<extension url="u"><valueDecimal value="${value}"/></extension>`),
    key: 'xml.invalid-value' as const,
    path: 'Basic.extension[0].valueDecimal',
  })),
  { id: 'text between elements', xml: root('Patient', '<active value="true"/>true'), key: 'xml.text', path: 'Patient' },
  { id: 'text in a primitive', xml: root('Patient', '<active>true</active>'), key: 'xml.text', path: 'Patient.active' },
  {
    id: 'CDATA in a primitive',
    xml: root('Patient', '<gender value="male"><![CDATA[a]]></gender>'),
    key: 'xml.text',
    path: 'Patient.gender',
  },
  { id: 'a no-break space between elements', xml: root('Patient', '\u00a0'), key: 'xml.text', path: 'Patient' },
  {
    id: 'FHIR in a narrative',
    xml: root('Basic', `<text><div ${XHTML}><Patient xmlns="http://hl7.org/fhir"/></div></text>`),
    key: 'xml.invalid-xhtml',
    path: 'Basic.text',
  },
  {
    id: 'a foreign attribute in a narrative',
    xml: root('Basic', `<text><div ${XHTML} xmlns:x="http://www.w3.org/1999/xlink"><a x:href="#a">a</a></div></text>`),
    key: 'xml.invalid-xhtml',
    path: 'Basic.text',
  },
  { id: 'XHTML outside a narrative', xml: root('Basic', `<div ${XHTML}>a</div>`), key: 'xml.namespace', path: 'Basic' },
]
for (const { id, xml, key, path, line } of refused) {
  test(`refuses to read ${id}`, () => {
    assert.throws(
      () => fromXml(new TextEncoder().encode(xml), { maxDepth: 64 }),
      (error) => {
        assert.ok(error instanceof XmlError)
        assert.deepEqual({ key: error.key, path: error.path }, { key, path })
        assert.ok(error.line >= 1 && error.column >= 1)
        if (line !== undefined) assert.equal(error.line, line)
        return true
      },
    )
  })
}
