import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CdaErrorKey, isCdaError } from '../../../src/french/cda/errors.ts'
import { readHeader } from '../../../src/french/cda/header.ts'
import { documentMetadata } from '../../../src/french/cda/metadata.ts'
import { parseCda } from '../../../src/french/cda/parse.ts'
import { embeddedDocument } from '../../../src/french/cda/pdf.ts'
import { isInProgress } from '../../../src/french/cda/status.ts'
import { needsOfficial, officialBytes, officialCdaFiles } from '../official.ts'
import { documentBytes, structuredBytes } from './a-document.ts'

type Change = readonly [piece: string | RegExp, replacement: string]
const read = (...changes: Change[]) => readHeader(parseCda(documentBytes(...changes)))

test('the header of a document is read whole', () => {
  const header = read()
  assert.equal(header.title, 'FRCP DSRC ESSAI / 3C ESSAI / Sein')
  assert.deepEqual(header.id, { root: '2.25.1988034244', extension: null })
  assert.equal(header.versionNumber, 2)
  assert.deepEqual(header.patient.ids, [
    { root: '1.2.250.1.213.1.4.10', extension: '284016322000210' },
    { root: '1.2.250.1.999.77.1', extension: 'IPP-778812' },
  ])
  assert.deepEqual(header.patient.birthPlace, { cog: '63220', city: 'Mazoires' })
  assert.equal(header.patient.telecoms.length, 2)
  assert.equal(header.authors[0]?.person?.givens[0], 'Alix')
  assert.deepEqual(header.authors[0]?.function, { code: undefined, text: 'Coordonnateur' })
  assert.deepEqual(header.authors[1]?.device, { model: 'DCC ESSAI', software: 'Editeur' })
  assert.equal(header.custodian.name, 'DSRC ESSAI')
  assert.deepEqual(
    header.events.map(({ code }) => code),
    ['39', 'C50.2'],
  )
  assert.deepEqual(
    header.events[1]?.translations.map(({ code }) => code),
    ['QEQK004'],
  )
  assert.deepEqual(
    header.events[1]?.aspects.map(({ code }) => code),
    ['MG'],
  )
  assert.equal(header.service.practiceSetting.code, 'ETABLISSEMENT')
  assert.equal(header.service.end, '20260712173000+0200')
  assert.equal(header.encounter.facilityName, 'CLCC ESSAI')
  assert.deepEqual(header.accessionNumbers, [{ root: '1.2.250.1.999.9', extension: 'ACC-1' }])
  assert.deepEqual(header.relations, [
    { type: 'RPLC', id: { root: '90E1C8EC-F951-4B26-A305-A34848818DD6', extension: null } },
  ])
})

const gone = (piece: string | RegExp): Change => [piece, '']
const AT = 'ClinicalDocument'

/** Every mandatory element of reference/documents-fr.md 3.2, and what a document entry cannot do without. */
const MISSING: [change: Change, path: string][] = [
  [gone('<realmCode code="FR"/>'), `${AT}/realmCode`],
  [gone(/<typeId[^>]*>/), `${AT}/typeId`],
  [gone('<templateId root="2.16.840.1.113883.2.8.2.1"/>'), `${AT}/templateId[@root='2.16.840.1.113883.2.8.2.1']`],
  [gone('<templateId root="1.2.250.1.213.1.1.1.1"/>'), `${AT}/templateId[@root='1.2.250.1.213.1.1.1.1']`],
  [gone('<templateId root="1.3.6.1.4.1.19376.1.2.20"/>'), `${AT}/templateId (document)`],
  [['1.3.6.1.4.1.19376.1.2.20', '1.2.3'], `${AT}/templateId[@root='1.3.6.1.4.1.19376.1.2.20']`],
  [gone('<id root="2.25.1988034244"/>'), `${AT}/id`],
  [gone(/<code code="34794-8"[^>]*>/), `${AT}/code`],
  [[/<code code="34794-8"[^>]*>/, '<code nullFlavor="UNK"/>'], `${AT}/code`],
  [gone(/<title>[\s\S]*<\/title>/), `${AT}/title`],
  [[/<title>[\s\S]*<\/title>/, '<title> </title>'], `${AT}/title/text()`],
  [gone('<effectiveTime value="20260712174500"/>'), `${AT}/effectiveTime`],
  [gone(/<confidentialityCode[^>]*>/), `${AT}/confidentialityCode`],
  [gone(/<languageCode[^>]*>/), `${AT}/languageCode`],
  [gone(/<setId[^>]*>/), `${AT}/setId`],
  [gone(/<versionNumber[^>]*>/), `${AT}/versionNumber`],
  [gone(/<recordTarget>[\s\S]*<\/recordTarget>/), `${AT}/recordTarget/patientRole`],
  [[/<id root="1.2.250.1.213.1.4.10"[\s\S]*?IPP-778812"\/>/, ''], `${AT}/recordTarget/patientRole/id`],
  [gone(/<name><prefix>MME[\s\S]*?<\/name>/), `${AT}/recordTarget/patientRole/patient/name`],
  [
    [/<name><prefix>MME[\s\S]*?<\/name>/, '<name><given>A</given></name>'],
    `${AT}/recordTarget/patientRole/patient/name/family`,
  ],
  [gone(/<administrativeGenderCode[^>]*>/), `${AT}/recordTarget/patientRole/patient/administrativeGenderCode`],
  [
    ['<birthTime value="19840115"/>', '<birthTime nullFlavor="UNK"/>'],
    `${AT}/recordTarget/patientRole/patient/birthTime`,
  ],
  [gone(/<author>[\s\S]*<\/author>/), `${AT}/author`],
  [gone('<id root="1.2.250.1.999.5" extension="APP"/>'), `${AT}/author[2]/assignedAuthor/id`],
  [gone('<time value="20260712174500+0200"/>'), `${AT}/author[1]/time`],
  [gone(/<custodian>[\s\S]*<\/custodian>/), `${AT}/custodian/assignedCustodian/representedCustodianOrganization`],
  [gone(/<legalAuthenticator>[\s\S]*<\/legalAuthenticator>/), `${AT}/legalAuthenticator`],
  [gone('<signatureCode code="S"/>'), `${AT}/legalAuthenticator/signatureCode`],
  [gone(/<documentationOf>[\s\S]*<\/documentationOf>/), `${AT}/documentationOf/serviceEvent`],
  [gone('<low value="20260712171100+0200"/>'), `${AT}/documentationOf/serviceEvent/effectiveTime/low`],
  [gone(/<performer[\s\S]*<\/performer>/), `${AT}/documentationOf/serviceEvent/performer`],
  [
    gone(/<standardIndustryClassCode[^>]*>/),
    `${AT}/documentationOf/serviceEvent/performer/assignedEntity/representedOrganization/standardIndustryClassCode`,
  ],
  [gone(/<componentOf>[\s\S]*<\/componentOf>/), `${AT}/componentOf/encompassingEncounter`],
  [
    gone('<code code="SA36" codeSystem="1.2.250.1.71.4.2.4"/>'),
    `${AT}/componentOf/encompassingEncounter/location/healthCareFacility/code`,
  ],
  [gone(/<component>[\s\S]*<\/component>/), `${AT}/component`],
  [gone(/<nonXMLBody>[\s\S]*<\/nonXMLBody>/), `${AT}/component/structuredBody`],
  [gone('<id root="90E1C8EC-F951-4B26-A305-A34848818DD6"/>'), `${AT}/relatedDocument/parentDocument/id`],
]

for (const [change, path] of MISSING) {
  test(`a document without ${path} is refused, naming it`, () => {
    assert.throws(
      () => read(change),
      (error) => isCdaError(error, 'cda.missing') && error.detail.path === path && error.fr.includes(path),
    )
  })
}

const INVALID: [change: Change, path: string][] = [
  [['realmCode code="FR"', 'realmCode code="BE"'], `${AT}/realmCode/@code`],
  [['POCD_HD000040', 'POCD_HD000020'], `${AT}/typeId`],
  [['value="20260712174500"', 'value="20261312"'], `${AT}/effectiveTime/@value`],
  [['<confidentialityCode code="R"', '<confidentialityCode code="L"'], `${AT}/confidentialityCode/@code`],
  [['versionNumber value="2"', 'versionNumber value="0"'], `${AT}/versionNumber/@value`],
  [
    ['birthTime value="19840115"', 'birthTime value="19840230"'],
    `${AT}/recordTarget/patientRole/patient/birthTime/@value`,
  ],
  [['signatureCode code="S"', 'signatureCode code="I"'], `${AT}/legalAuthenticator/signatureCode/@code`],
  [
    ['low value="20260712171100+0200"', 'low value="hier"'],
    `${AT}/documentationOf/serviceEvent/effectiveTime/low/@value`,
  ],
  [['typeCode="RPLC"', 'typeCode="SEQL"'], `${AT}/relatedDocument/@typeCode`],
  [['<id root="2.25.1988034244"/>', '<id root="1.2.3" extension="DOC-1"/>'], `${AT}/id`],
  [['<setId root="1.2.250.1.999.1"', '<setId root="pas-un-oid"'], `${AT}/setId`],
  [['JVBERi0x', 'JVBERi0'], `${AT}/component/nonXMLBody/text`],
  [['JVBERi0x', 'JVBE*i0x'], `${AT}/component/nonXMLBody/text`],
]

for (const [change, path] of INVALID) {
  test(`a document with a wrong ${path} is refused, naming it`, () => {
    assert.throws(
      () => read(change),
      (error) => isCdaError(error, 'cda.invalid') && error.detail.path === path,
    )
  })
}

const UNFILABLE: [id: string, bytes: Uint8Array, key: CdaErrorKey][] = [
  ['a type outside the value set', documentBytes(['34794-8', '99999-9']), 'cda.type-unknown'],
  [
    'a template that nobody knows',
    structuredBytes('9571008', ['1.2.250.1.213.1.1.1.8', '1.2.3.4']),
    'cda.template-unknown',
  ],
  ['a film as body', documentBytes(['application/pdf', 'video/mp4']), 'cda.media-type-unknown'],
]

for (const [id, bytes, key] of UNFILABLE) {
  test(`${id} is refused as ${key}`, () => {
    const header = readHeader(parseCda(bytes))
    assert.throws(
      () => documentMetadata(header, { size: 1, sha1: '' }),
      (error) => isCdaError(error, key),
    )
  })
}

test('the file of a level 1 document is given as bytes', () => {
  const file = embeddedDocument(read())
  assert.equal(file?.contentType, 'application/pdf')
  assert.equal(new TextDecoder().decode(file?.bytes), '%PDF-1.7\n')
})

test('a plain text body is given as written', () => {
  const file = embeddedDocument(read([/<text mediaType[\s\S]*<\/text>/, '<text mediaType="text/plain">Avis</text>']))
  assert.equal(new TextDecoder().decode(file?.bytes), 'Avis')
})

test('a structured document has no file of its own, and may state that it is not finished', () => {
  const draft = readHeader(parseCda(structuredBytes('385651009')))
  assert.equal(embeddedDocument(draft), undefined)
  assert.equal(isInProgress(draft), true)
  assert.equal(isInProgress(readHeader(parseCda(structuredBytes('9571008')))), false)
  assert.equal(isInProgress(read()), false)
})

for (const { name, path } of officialCdaFiles()) {
  test(`${name} gives its PDF, or its sections`, needsOfficial, () => {
    const header = readHeader(parseCda(officialBytes(path)))
    const file = embeddedDocument(header)
    if (path.includes('/n3/')) assert.equal(file, undefined)
    else assert.equal(new TextDecoder('latin1').decode(file?.bytes.subarray(0, 5)), '%PDF-')
  })
}
