import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  FORMAT_OF_MEDIA_TYPE,
  FORMAT_OF_TEMPLATE,
  formatOfMediaType,
  formatOfTemplates,
} from '../../src/french/ass-a11.ts'
import { CLASS_BY_CHOICE, CLASS_OF_TYPE, classOfType } from '../../src/french/ass-x04.ts'
import { type CodeTable, findCode } from '../../src/french/code-table.ts'
import {
  CONFIDENTIALITY_CODES,
  DOCUMENT_CLASSES,
  FACILITY_TYPES,
  PRACTICE_SETTINGS,
} from '../../src/french/document-codes.ts'
import { DOCUMENT_FORMATS } from '../../src/french/document-formats.ts'
import { DOCUMENT_TYPES, type DocumentKind, isCancerCare } from '../../src/french/document-types.ts'
import { LOINC, SYSTEM_OF_OID, systemOfOid } from '../../src/french/oids.ts'
import { needsOfficial, officialJson } from './official.ts'

type ValueSet = {
  version: string
  compose: { include: { system: string; concept: { code: string; display: string }[] }[] }
}
type ConceptMap = {
  group: { source: string; target: string; element: { code: string; target: { code: string; comment?: string }[] }[] }[]
}

const VALUE_SETS: [file: string, table: CodeTable][] = [
  ['JDV-J02-XdsHealthcareFacilityTypeCode-CISIS', FACILITY_TYPES],
  ['JDV-J04-XdsPracticeSettingCode-CISIS', PRACTICE_SETTINGS],
  ['JDV-J06-XdsClassCode-CISIS', DOCUMENT_CLASSES],
  ['JDV-J07-XdsTypeCode-CISIS', DOCUMENT_TYPES],
  ['JDV-J08-XdsConfidentialityCode-CISIS', CONFIDENTIALITY_CODES],
  ['JDV-J10-XdsFormatCode-CISIS', DOCUMENT_FORMATS],
]

for (const [file, table] of VALUE_SETS) {
  test(`our table holds every code and display of ${file}, and no other`, needsOfficial, () => {
    const { compose } = officialJson<ValueSet>(`documents/ValueSet-${file}.json`)
    const expected = compose.include.map(({ system, concept }) => [
      system,
      Object.fromEntries(concept.map(({ code, display }) => [code, display])),
    ])
    assert.deepEqual(table, Object.fromEntries(expected))
  })
}

test('ASS_X04 is carried whole', needsOfficial, () => {
  const { group } = officialJson<ConceptMap>('documents/ConceptMap-ASS-X04-CorrespondanceType-Classe-CISIS.json')
  const expected = group.map(({ source, element }) => [
    source,
    Object.fromEntries(element.map(({ code, target }) => [code, target[0]?.code])),
  ])
  assert.deepEqual(CLASS_OF_TYPE, Object.fromEntries(expected))
})

test('ASS_A11 is carried whole, media types included', needsOfficial, () => {
  const { group } = officialJson<ConceptMap>('documents/ConceptMap-ASS-A11-CorresModeleCDA-XdsFormatCode-CISIS.json')
  const structured = group.filter(({ source }) => source.includes('TRE_R220'))
  const expected = structured.map(({ target, element }) => [
    target,
    Object.fromEntries(element.map(({ code, target: [format] }) => [code, format?.code])),
  ])
  assert.deepEqual(FORMAT_OF_TEMPLATE, Object.fromEntries(expected))
  const unstructured = group.find(({ source }) => source.includes('TRE_R221'))?.element.flatMap(({ target }) => target)
  assert.deepEqual(
    FORMAT_OF_MEDIA_TYPE,
    Object.fromEntries((unstructured ?? []).map(({ code, comment }) => [comment, code])),
  )
})

test('every type of JDV_J07 has a class of JDV_J06', () => {
  for (const [system, types] of Object.entries<Readonly<Record<string, string>>>(DOCUMENT_TYPES)) {
    for (const code of Object.keys(types)) assert.notEqual(classOfType(system, code), undefined, code)
  }
})

test('the classes that we choose are only those that ASS_X04 lacks', () => {
  for (const code of Object.keys(CLASS_BY_CHOICE[LOINC])) assert.equal(code in CLASS_OF_TYPE[LOINC], false)
})

test('a fiche RCP is a report, a PPS is a care plan', () => {
  assert.equal(classOfType(LOINC, '34794-8')?.display, 'Compte rendu')
  assert.equal(classOfType(LOINC, '18776-5')?.code, '44')
  assert.equal(classOfType(LOINC, 'constructor'), undefined)
})

test('a format is found by template or media type, with its system and display', () => {
  assert.deepEqual(formatOfTemplates(['2.16.840.1.113883.2.8.2.1', '1.2.250.1.213.1.1.1.8']), {
    system: 'https://mos.esante.gouv.fr/NOS/TRE_A06-FormatCodeComplementaire/FHIR/TRE-A06-FormatCodeComplementaire',
    code: 'urn:asip:ci-sis:frcp:2011',
    display: 'Fiche de réunion de concertation pluridisciplinaire',
  })
  assert.equal(formatOfTemplates(['1.2.3']), undefined)
  assert.equal(formatOfMediaType('application/PDF; charset=x')?.code, 'urn:ihe:iti:xds-sd:pdf:2008')
  assert.equal(formatOfMediaType('video/mp4'), undefined)
})

test('the FHIR systems agree with the table of code systems', needsOfficial, () => {
  const known = officialJson<{ system: string | null; oid: string }[]>('documents/code-systems.json')
  for (const { system, oid } of known) {
    if (system !== null) assert.equal(systemOfOid(oid), system, oid)
  }
  assert.ok(Object.keys(SYSTEM_OF_OID).length > 20)
})

test('a code is found in the system that has it, or only in the one asked for', () => {
  assert.equal(findCode(PRACTICE_SETTINGS, 'HAD')?.display, 'Hospitalisation à domicile')
  assert.equal(findCode(PRACTICE_SETTINGS, 'HAD', LOINC), undefined)
})

const CANCER: [id: string, DocumentKind, boolean][] = [
  ['a fiche RCP in PDF', { typeCode: '34794-8', formatCode: 'urn:ihe:iti:xds-sd:pdf:2008' }, true],
  ['a PPS by its format', { typeCode: '18776-5', formatCode: 'urn:asip:ci-sis:pps-cancer:2017' }, true],
  ['a PPS by its template', { typeCode: '18776-5', templateIds: ['1.2.250.1.213.1.1.1.26'] }, true],
  ['a care plan in PDF', { typeCode: '18776-5', formatCode: 'urn:ihe:iti:xds-sd:pdf:2008' }, true],
  ['a care plan in PDF for a tumour', { typeCode: '18776-5', eventCodes: ['C50.2'] }, true],
  ['a PAERPA plan', { typeCode: '18776-5', formatCode: 'urn:asip:ci-sis:pps-paerpa:2017' }, false],
  ['a pathology report', { typeCode: '60568-3' }, true],
  ['a pathology report of an IHE organ template', { templateIds: ['1.3.6.1.4.1.19376.1.8.1.1.2.5'] }, true],
  ['a genetics report', { typeCode: '51969-4' }, true],
  ['a screening mammogram', { typeCode: '18748-4', formatCode: 'urn:asip:ci-sis:d2lm-fin:2017' }, true],
  ['an imaging report', { typeCode: '18748-4', eventCodes: ['24727-0', 'Z13.9', 'CT'] }, false],
  ['an imaging report of a tumour', { typeCode: '18748-4', eventCodes: ['D05.1'] }, true],
  ['a discharge letter', { typeCode: '11490-0' }, false],
  ['a benign tumour', { eventCodes: ['D12.6', 'C98', 'C15313', 'C547'] }, false],
]

for (const [id, kind, expected] of CANCER) {
  test(`${id} is ${expected ? '' : 'not '}cancer care`, () => assert.equal(isCancerCare(kind), expected))
}
