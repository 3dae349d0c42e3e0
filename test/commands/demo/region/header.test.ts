import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attributesOf, countOf, DOCUMENTS, holds, textAt } from './a-region.ts'

/** Rules of documents-fr.md 3.2: what every French document carries exactly once, without nullFlavor. */
const ONCE = [
  "c:realmCode[@code='FR']",
  "c:typeId[@root='2.16.840.1.113883.1.3'][@extension='POCD_HD000040']",
  "c:templateId[@root='2.16.840.1.113883.2.8.2.1']",
  "c:templateId[@root='1.2.250.1.213.1.1.1.1']",
  "c:templateId[@root!='2.16.840.1.113883.2.8.2.1' and @root!='1.2.250.1.213.1.1.1.1']",
  'c:id[@root][not(@extension)]',
  "c:code[@codeSystem='2.16.840.1.113883.6.1'][@displayName]",
  'c:title[text()]',
  'c:effectiveTime[@value]',
  "c:confidentialityCode[@code='N' or @code='R' or @code='V'][@codeSystem='2.16.840.1.113883.5.25']",
  "c:languageCode[@code='fr-FR']",
  'c:setId[@root]',
  'c:versionNumber[@value >= 1]',
  'c:recordTarget/c:patientRole/c:patient/c:name[c:family][c:given]',
  'c:recordTarget/c:patientRole/c:patient/c:administrativeGenderCode[@code]',
  'c:recordTarget/c:patientRole/c:patient/c:birthTime[@value]',
  "c:recordTarget/c:patientRole/c:id[@root='1.2.250.1.213.1.4.10'][string-length(@extension)=15]",
  "c:recordTarget/c:patientRole/c:id[starts-with(@root,'1.2.250.1.71.4.2.2.9900000')]",
  "c:recordTarget//c:name/c:family[@qualifier='BR']",
  "c:recordTarget//c:name/c:given[@qualifier='BR']",
  'c:recordTarget//c:name/c:given[not(@qualifier)]',
  'c:recordTarget//c:birthplace/c:place/c:addr/c:county',
  'c:author/c:time[@value]',
  "c:author/c:assignedAuthor/c:id[@root='1.2.250.1.71.4.2.1']",
  'c:custodian/c:assignedCustodian/c:representedCustodianOrganization/c:id',
  "c:legalAuthenticator[c:signatureCode/@code='S']/c:time[@value]",
  'c:documentationOf[1]/c:serviceEvent/c:effectiveTime/c:low[@value]',
  'c:documentationOf[1]/c:serviceEvent/c:performer/c:assignedEntity/c:representedOrganization/c:standardIndustryClassCode[@code]',
  'c:componentOf/c:encompassingEncounter/c:location/c:healthCareFacility/c:code[@code]',
  'c:component/*',
] as const

for (const rule of ONCE) {
  test(`every document carries exactly one ${rule}`, () => {
    for (const { fileName, root } of DOCUMENTS) assert.equal(countOf(`/c:ClinicalDocument/${rule}`, root), 1, fileName)
  })
}

test('every document names its patient as the region knows them', () => {
  for (const { fileName, patient, root } of DOCUMENTS) {
    const name = '//c:recordTarget//c:name'
    assert.equal(textAt('//c:recordTarget//c:id[1]/@extension', root), patient.identity.ins, fileName)
    assert.equal(textAt(`${name}/c:family[@qualifier='BR']`, root), patient.identity.birthFamily)
    assert.equal(textAt(`${name}/c:given[not(@qualifier)]`, root), patient.identity.birthGivens)
    assert.equal(textAt(`${name}/c:given[@qualifier='BR']`, root), patient.identity.firstGiven)
    assert.equal(textAt(`${name}/c:family[@qualifier='CL']`, root), patient.identity.usedFamily ?? '')
    assert.equal(textAt('//c:recordTarget//c:birthTime/@value', root), patient.identity.birthDate.replaceAll('-', ''))
    assert.equal(textAt('//c:recordTarget//c:county', root), patient.identity.birthplace.cog)
  }
})

test('every document says in its title that it is fictitious', () => {
  for (const { root } of DOCUMENTS) assert.match(textAt('/c:ClinicalDocument/c:title', root), /DOCUMENT FICTIF/)
})

test('no element is left empty and every reference of an entry is in the narrative', () => {
  for (const { fileName, root } of DOCUMENTS) {
    const anchors = new Set(attributesOf('//@ID', root))
    assert.equal(anchors.size, countOf('//@ID', root), `${fileName}: anchors are unique`)
    for (const reference of attributesOf('//c:reference/@value', root)) {
      assert.ok(anchors.has(reference.slice(1)), `${fileName}: ${reference}`)
    }
    assert.ok(!holds('//c:*[not(node()) and not(@*)]', root), fileName)
  }
})

test('coded elements have a code, a system and a display', () => {
  for (const { fileName, root } of DOCUMENTS) {
    const incomplete =
      '//c:code[@code and not(@codeSystem and @displayName)]|//c:value[@code and not(@codeSystem and @displayName)]'
    assert.equal(countOf(incomplete, root), 0, fileName)
  }
})
